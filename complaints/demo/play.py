"""Take every step of a story through the product's own actions, at the moment it happened."""

import random
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import cast

from django.db import transaction
from django.db.models import F, Q

from complaints.models import AgencyRequest, Complaint, ComplaintCase
from complaints.questions.notices import EVENT as QUESTION_WAITS
from complaints.receipts import ALPHABET, LOOKUP_LENGTH, SECRET_LENGTH, Receipt
from organisations.demo.clock import as_of
from organisations.models import User
from workflows.actors import TIMER as THE_TIMER
from workflows.actors import Actor
from workflows.files import Checked
from workflows.models import Case, CaseLink, Clock, OutboxRow
from workflows.transitions import open_case, perform

from .finding import Finder
from .pictures import picture, sheet
from .plan import SEED, Story
from .story import BANGKOK, COMPLAINANT, TIMER, Act

SOURCE = "demo"
_JUST_AFTER_MIDNIGHT = time(0, 20)


def receipt_of(number: str) -> Receipt:
    """The receipt of a demo complaint, the same in every installation so that anyone can try following one.

    That it can be guessed is why the demo is refused where the settings are those of production.
    """
    rng = random.Random(f"{SEED}/{number}")  # noqa: S311 - said above
    signs = "".join(rng.choices(ALPHABET, k=LOOKUP_LENGTH + SECRET_LENGTH))
    return Receipt(signs[:LOOKUP_LENGTH], signs[LOOKUP_LENGTH:])


class Player:
    """Plays stories into the database. What it needs again and again it reads once."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._finder = Finder()

    def play(self, story: Story) -> ComplaintCase:
        """Play one story whole or not at all; one that was played is left as it is."""
        played = Complaint.objects.filter(source=SOURCE, source_number=story.number).select_related("case").first()
        if played:
            return played.case
        # Read anew for each story, for a user keeps the posts of the day on which he was first asked.
        names = {act.by for act in story.acts} - {COMPLAINANT, TIMER}
        people = {user.username: user for user in User.objects.filter(username__in=names | _named(story))}
        with transaction.atomic():
            case = self._open(story, people)
            for act in story.acts[1:]:
                case = self._take(act, case, people)
            return self._end_window(case)

    def _open(self, story: Story, people: Mapping[str, User]) -> ComplaintCase:
        act = story.acts[0]
        facts = {**act.facts, "source": SOURCE, "source_number": story.number, "receipt": receipt_of(story.number)}
        facts["kind"] = self._finder.kinds[facts["kind"]] if facts["kind"] else None
        if (before := facts.pop("days_before", None)) is not None:
            facts["received_on"] = act.at.date() - timedelta(days=before)
        facts |= _files(story.number, facts.pop("pictures", 0), mended=False)
        actor = Actor.complainant() if act.by == COMPLAINANT else Actor.person(people[act.by])
        with as_of(act.at):
            return cast(
                "ComplaintCase", open_case("complaint", act.edge, actor, unit=self._finder.units[story.unit], **facts)
            )

    def _take(self, act: Act, case: ComplaintCase, people: Mapping[str, User]) -> ComplaintCase:
        at, facts = act.at, dict(act.facts)
        of, _dot, edge = act.edge.rpartition(".")
        about = _about(of, case, facts.pop("asked", ""))
        if act.by == TIMER:
            actor, at = THE_TIMER, _end_of("agency_answer" if of else "objection", about) or at
        elif act.by == COMPLAINANT:
            actor = Actor.complainant(case)
        else:
            # The posts of that day, not those of the step before.
            people[act.by].__dict__.pop("_held_posts", None)
            actor = Actor.person(people[act.by])
        with as_of(at):
            facts = self._finder.found(facts, about, case, people, at)
            facts |= _files(act.at.isoformat(), facts.pop("pictures", 0), mended=True)
            facts |= _scan(act.at.isoformat(), facts.pop("scan", ""))
            perform(about, edge, actor, **facts)
        return ComplaintCase.objects.select_related("unit", "holder").get(pk=case.pk)

    def _end_window(self, case: ComplaintCase) -> ComplaintCase:
        """A window that ended before today has been ended by the clock."""
        end = _end_of("objection", case)
        if end is None or end.date() >= self.today or case.is_open:
            return case
        with as_of(end):
            return cast("ComplaintCase", perform(case, "window_ended", THE_TIMER))


def _about(of: str, case: ComplaintCase, asked: str) -> Case:
    """What an act is about: the complaint, the first open part of it, or the request to the unit that was `asked`."""
    if of == "part":
        links = {"links__target": case.pk, "links__relation": CaseLink.Relation.PART}
        return ComplaintCase.objects.filter(is_open=True, **links).order_by("pk")[0]
    if of == "request":
        requests = AgencyRequest.objects.filter(complaint=case.pk).select_related("case").order_by("case")
        # Without a name the unit that was asked first; the complaint may go on because of its answer.
        found = requests.filter(case__unit__code=asked) if asked else requests.filter(case__is_open=True)
        return found[0].case
    return case


def _end_of(code: str, case: Case) -> datetime | None:
    """The first minutes of the day after the end of a clock, when the job would have come by."""
    clock = Clock.objects.filter(case=case.pk, code=code, stopped_on=None).first()
    if clock is None or clock.due_on is None:
        return None
    return datetime.combine(clock.due_on + timedelta(days=1), _JUST_AFTER_MIDNIGHT, BANGKOK)


def _named(story: Story) -> set[str]:
    """User names that stand in the facts of a story."""
    return {
        name
        for act in story.acts
        for name in (
            *(act.facts.get(fact) for fact in ("to", "decided_by", "signatory")),
            *(measure["owner"] for measure in act.facts.get("measures", ())),
            *(name for name, _part in act.facts.get("members", ())),
        )
        if name
    }


def _files(seed: str, count: int, *, mended: bool) -> dict[str, list[Checked]]:
    """So many pictures, the same for the same seed, as the fact of an act; nothing where there are none."""
    rng = random.Random(seed)  # noqa: S311 - made-up pictures
    name = "หลังดำเนินการ" if mended else "จุดที่แจ้ง"
    pictures = [picture(f"{name} {number}", rng, mended=mended) for number in range(1, count + 1)]
    return {"files": pictures} if pictures else {}


def _scan(seed: str, name: str) -> dict[str, list[Checked]]:
    """A scanned sheet of that name as the fact of an act; nothing without a name."""
    return {"files": [sheet(name, random.Random(seed))]} if name else {}  # noqa: S311 - a made-up sheet


def settle_old_notices(today: date) -> int:
    """What happened before the last week was told long ago: the relay does not tell it again. Out: how many rows."""
    last_week = datetime.combine(today - timedelta(days=7), time.min, BANGKOK)
    told = Q(case__kind__in=("complaint", "request")) | Q(event=QUESTION_WAITS)
    return OutboxRow.objects.filter(told, at__lt=last_week, relayed_at=None).update(relayed_at=F("at"))
