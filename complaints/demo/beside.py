"""What stands beside the stories: questions of citizens, answered surveys, what somebody had who left, and what has
been kept long enough."""

import random
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import translation

from complaints.models import Complaint, ComplaintCase, ComplaintKind, Question
from complaints.models.survey import Aspect
from complaints.questions import actions as questions
from complaints.receipts import receipt_of
from complaints.survey.answering import answer
from organisations.calendar import WorkingCalendar
from organisations.demo.absences import let_go
from organisations.demo.clock import as_of
from organisations.demo.people import LEFT
from organisations.models import Unit, User
from workflows.actors import IMPORT, TIMER, Actor
from workflows.handover import put_back_strayed
from workflows.keeping import years_before
from workflows.models import Assignment
from workflows.transitions import open_case, perform

from .plan import SEED, Story
from .play import SOURCE
from .story import BANGKOK
from .texts import phrases

_QUESTIONS = Path(__file__).parent / "texts" / "questions.toml"
_SHARE_OF_SURVEYS = 0.6
_OLD_REGISTER = "ทะเบียนเดิม"
# More than any ordinary matter is kept.
_YEARS_AGO = 11
_HEAD, _NEXT = "head", "officer"


# --- Who left ---------------------------------------------------------------------------------------------------
@transaction.atomic
def hand_back(today: date) -> None:
    """His account is closed and his cases go back to the unit; the head has given the oldest to somebody else."""
    gone = let_go(today)
    if gone is None:
        return
    user, moment = gone
    with as_of(moment):
        put_back_strayed({user.pk})
    his = Assignment.objects.filter(user__username=LEFT).values("case")
    case = ComplaintCase.objects.filter(pk__in=his, is_open=True, holder=None).order_by("opened_at", "pk").first()
    if case is not None:
        head, to = (User.objects.get(username=name) for name in (_HEAD, _NEXT))
        with as_of(_moment(today - timedelta(days=1), 9)):
            perform(case, "reassign", Actor.person(head), to=to)


# --- What is over -----------------------------------------------------------------------------------------------
@transaction.atomic
def load_what_is_over(today: date) -> None:
    """A case of the old register that has been kept for longer than its time: its erasure was announced last night."""
    number = "17"
    if Complaint.objects.filter(source=_OLD_REGISTER, source_number=number).exists():
        return
    ended = _moment(years_before(today, _YEARS_AGO), 14)
    case = open_case(
        "complaint", "import_closed", IMPORT, unit=Unit.objects.get(code="NAN"), at=ended,
        opened_at=ended - timedelta(days=20), silent=True, statement=phrases().text("old_case"), channel="letter",
        kind=ComplaintKind.objects.get(code="road"), source=_OLD_REGISTER, source_number=number,
    )  # fmt: skip
    with as_of(_moment(today - timedelta(days=1), 1)):
        perform(case, "propose_erasure", TIMER)


# --- Surveys ----------------------------------------------------------------------------------------------------
def answer_surveys(stories: Iterable[Story], today: date) -> int:
    """Complainants who had a reply answer the survey, a day after the last step. Safe to repeat. Out: how many."""
    told = [(story.acts[-1].at + timedelta(days=1), story) for story in stories if story.begin.online]
    told = [(at, story) for at, story in told if story.target in ("replied", "closed") and at.date() < today]
    filed = Complaint.objects.filter(source=SOURCE, surveyed=False).select_related("case")
    cases = {complaint.source_number: complaint.case for complaint in filed}
    count = 0
    for at, story in sorted(told, key=lambda row: (row[0], row[1].number)):
        rng = random.Random(f"{SEED}/survey/{story.number}")  # noqa: S311 - made-up answers
        if story.number in cases and rng.random() < _SHARE_OF_SURVEYS:
            level = rng.choices((2, 3, 4, 5), (1, 3, 5, 4))[0]
            marks = {aspect: min(5, max(1, level + rng.randint(-1, 1))) for aspect in Aspect.values}
            with as_of(at):
                count += answer(cases[story.number], marks, phrases().rating(level, rng))
    return count


# --- Questions --------------------------------------------------------------------------------------------------
def load_questions(today: date, calendar: WorkingCalendar) -> None:
    """Ask the questions of the file that were not asked yet, and take each as far as it has come."""
    rows = tomllib.loads(_QUESTIONS.read_text(encoding="utf-8"))["question"]
    units = {unit.code: unit for unit in Unit.objects.all()}
    names = {step["by"] for row in rows for step in row.get("steps", ()) if "by" in step}
    people = {user.username: user for user in User.objects.filter(username__in=names)}
    with translation.override("th"):
        for number, row in enumerate(rows):
            secret = f"demo question {number}"
            lookup = receipt_of(secret, 0).lookup
            known = (model.objects.filter(receipt_lookup=lookup) for model in (Question, Complaint))
            if not any(found.exists() for found in known):
                _ask(row, secret, units, people, _Days(today, calendar))


class _Days:
    """Moments so many days ago; officers work on working days, and each step comes after the one before."""

    def __init__(self, today: date, calendar: WorkingCalendar) -> None:
        self._today, self._calendar = today, calendar
        self._before = datetime.min.replace(tzinfo=BANGKOK)

    def ago(self, days: int, *, office: bool) -> datetime:
        """The next moment of a thread."""
        day = self._today - timedelta(days=days)
        day = self._calendar.roll_forward(day) if office else day
        moment = _moment(min(day, self._today - timedelta(days=1)), 10)
        self._before = max(moment, self._before + timedelta(minutes=25))
        return self._before


@transaction.atomic
def _ask(
    row: Mapping[str, Any], secret: str, units: Mapping[str, Unit], people: Mapping[str, User], days: _Days
) -> None:
    with as_of(days.ago(row["asked"], office=False)):
        question = questions.ask(unit=units[row["unit"]], text=row["text"], secret=secret).question
    assert question is not None  # the caller has looked
    for step in row.get("steps", ()):
        with as_of(days.ago(step["day"], office="by" in step)):
            _take(question, step, units, people)


def _take(question: Question, step: Mapping[str, Any], units: Mapping[str, Unit], people: Mapping[str, User]) -> None:
    if step["do"] == "wrote_back":
        questions.write_back(question=question, text=step["text"])
        return
    user = people[step["by"]]
    user.__dict__.pop("_held_posts", None)  # the posts of that day
    last = question.entries.order_by("pk").last()
    assert last is not None  # it begins with one
    match step["do"]:
        case "answered":
            close = step.get("closed", False)
            questions.answer(question=question, user=user, text=step["text"], seen=last.pk, close=close)
        case "closed":
            questions.close(question=question, user=user, seen=last.pk)
        case "moved":
            questions.move(question=question, user=user, unit=units[step["to"]], seen=last.pk)
        case "turned":
            questions.turn(question=question, user=user, kind=ComplaintKind.objects.get(code=step["kind"]))


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 15), BANGKOK)
