"""Play the assessments of the demo through the product's own actions, each step at the moment it happened."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from organisations.calendar import fiscal_year
from organisations.demo.clock import as_of
from organisations.demo.people import EVALUATORS
from organisations.models import Unit, User
from scores.assessing import AGENCY, COMMITTEE, Asked, Shape, unsaid
from scores.daily import take_daily
from scores.demo.reports import load_reports
from scores.models import Assessment, AssessmentCase
from workflows.actors import Actor
from workflows.transitions import open_case, perform

BANGKOK = timezone.get_default_timezone()
# Days to each step: to the first two from the beginning, to the others from the day on which it is sent.
_STEPS = {
    "begun": 0, "stated": 3, "named": -2, "submitted": 0, "judged": 6, "concluded": 10, "told": 22, "accepted": 26,
    "published": 30,
}  # fmt: skip
_OF_THE_BEGINNING = ("begun", "stated")
_DAYS, _MONTHS = 7, 12


@dataclass(frozen=True)
class DemoAssessment:
    """How far an assessment has come. years_ago: of the fiscal year; began: days before today; sent: days after that;
    not_met, refused: criteria of which the agency says so itself, and of which the committee sees it otherwise; only:
    the parts that are answered, all where it names none."""

    unit: str
    family: str
    years_ago: int
    integrity: str
    head: str
    publisher: str
    until: str
    began: int
    not_met: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    sent: int = 8


ASSESSMENTS = (
    DemoAssessment(
        "NAN-CD", "cdd-clean", 1, "integrity", "cd.appr", "cdd.appr", "published", 90,
        not_met=("d1.l5.2", "d4.l5.2", "extra.1"), refused=("d5.l5.2", "d4.l4.2"), sent=53,
    ),
    DemoAssessment(
        "NAN-CD", "cdd-clean", 0, "integrity", "cd.appr", "cdd.appr", "stated", 20, only=("d1", "d2"),
        not_met=("d1.l4.2",),
    ),
    DemoAssessment(
        "NAN-MU", "moral-district", 1, "mu.integ", "mu.head", "executive", "told", 40, refused=("moral.l3.8",)
    ),
    DemoAssessment(
        "NAN-PU", "moral-district", 1, "pu.integ", "pu.head", "executive", "judged", 25, not_met=("moral.l3.9",)
    ),
)  # fmt: skip


def is_loaded() -> bool:
    """Whether every assessment of the demo is there."""
    return Assessment.objects.filter(unit__code__in={row.unit for row in ASSESSMENTS}).count() >= len(ASSESSMENTS)


def load_scores(today: date, say: Callable[[str], None]) -> int:
    """Play what is missing, up to `today`, and keep the scores of the days in between. say: hears how far it is. Out:
    the number of assessments of the demo."""
    with transaction.atomic():
        days = _play(today)
    with transaction.atomic():
        reports = load_reports(today)
    say(f"{len(ASSESSMENTS)} assessments, the scores of {days} days, {reports} reports")
    return len(ASSESSMENTS)


def _play(today: date) -> int:
    """Day after day: the steps of the day, then its scores, for a score holds what assessments say when it is kept.
    Out: of how many days scores were kept."""
    steps = sorted((step for row in ASSESSMENTS for step in Player(row, today).steps()), key=lambda step: step[0])
    days = kept_days(today)
    for day in days:
        while steps and steps[0][0] <= day:
            steps.pop(0)[1]()
        take_daily(day)
    for _day, step in steps:
        step()
    return len(days)


def kept_days(today: date) -> list[date]:
    """The days before today whose scores the demo keeps: the last of each of twelve months, and each of a week."""
    days = {today - timedelta(days=ago) for ago in range(1, _DAYS + 1)}
    last = today
    for _month in range(_MONTHS):
        last = last.replace(day=1) - timedelta(days=1)
        days.add(last)
    return sorted(days)


class Player:
    """Plays one assessment: a step a few days after the other."""

    def __init__(self, row: DemoAssessment, today: date) -> None:
        self.row, self.today = row, today
        self.year = fiscal_year(today) - row.years_ago
        self.unit = Unit.objects.get(code=row.unit)
        committee = EVALUATORS["NAN" if row.family == "moral-district" else "CDD"]
        names = {row.integrity, row.head, row.publisher, *committee}
        self.users = {user.username: user for user in User.objects.filter(username__in=names)}
        self.committee = [
            (self.users[name], duty) for name, duty in zip(committee, ("chair", "member", "secretary"), strict=True)
        ]

    def steps(self) -> Iterator[tuple[date, Callable[[], None]]]:
        """Each of its steps with its day; none where it is there already."""
        row = self.row
        if Assessment.objects.filter(unit=self.unit, family=row.family, fiscal_year=self.year).exists():
            return
        names = list(_STEPS)
        for name in names[: names.index(row.until) + 1]:
            after = _STEPS[name] + (0 if name in _OF_THE_BEGINNING else row.sent)
            day = self.today - timedelta(days=row.began - after)
            yield day, partial(self._take, name, day)

    def _take(self, name: str, day: date) -> None:
        with _morning(day):
            getattr(self, f"_{name}")()

    def _begun(self) -> None:
        facts: dict[str, Any] = {"family": self.row.family, "year": self.year}
        case = open_case("assessment", "begin", self._actor(self.row.integrity), unit=self.unit, **facts)
        self.case = AssessmentCase.objects.get(pk=case.pk)

    def _stated(self) -> None:
        for asked in unsaid(self.case.assessment, AGENCY):
            if self.row.only and asked.code.partition(".")[0] not in self.row.only:
                continue
            said = "not_met" if asked.code in self.row.not_met else "met"
            facts = {**_answer(asked, said), "remark": "แฟ้มหลักฐานงานคุณธรรม เล่ม 1"}
            self._do("state_criterion", self.row.integrity, **facts)

    def _named(self) -> None:
        facts = {"order_number": "ว 12", "ordered_on": timezone.localdate(), "members": self.committee}
        self._do("name_committee", self.committee[2][0].username, **facts)

    def _submitted(self) -> None:
        self._do("submit", self.row.head)

    def _judged(self) -> None:
        asked = unsaid(self.case.assessment, COMMITTEE)
        for one in asked[: len(asked) // 2] if self.row.until == "judged" else asked:
            own = "not_met" if one.code in self.row.not_met else "met"
            if one.code in self.row.refused:
                facts = {"said": "not_met", "remark": "ไม่พบเอกสารในวันตรวจประเมิน"}
            else:
                facts = {"said": own, "remark": "ตรวจเอกสารแล้ว"}
            self._do("judge_criterion", self.committee[1][0].username, about=one.code, **facts)

    def _concluded(self) -> None:
        self._do("conclude", self.committee[2][0].username)
        for user, _duty in self.committee:
            self._do("sign_result", user.username)

    def _told(self) -> None:
        self._do("tell_result", self.committee[2][0].username)

    def _accepted(self) -> None:
        self._do("accept_result", self.row.head)

    def _published(self) -> None:
        self._do("publish", self.row.publisher)

    def _do(self, edge: str, username: str, **facts: Any) -> None:
        moved = perform(self.case, edge, self._actor(username), **facts)
        self.case = AssessmentCase.objects.get(pk=moved.pk)

    def _actor(self, username: str) -> Actor:
        user = self.users.get(username) or next(user for user, _duty in self.committee if user.username == username)
        return Actor.person(user)


def _morning(day: date) -> AbstractContextManager[None]:
    return as_of(datetime.combine(day, time(9), BANGKOK))


def _answer(asked: Asked, said: str) -> dict[str, Any]:
    match asked.shape:
        case None:
            return {"about": asked.code, "said": said}
        case Shape.FLAG:
            return {"about": asked.code, "value": said == "met"}
        case Shape.NUMBER | Shape.COUNT:
            return {"about": asked.code, "value": 0}
    return {"about": asked.code, "value": {"part": 0, "whole": 0}}


def sign_in_lines() -> Iterator[str]:
    """What the sheet of sign-ins says about assessments beside the roles."""
    yield "ประเมินตนเองของอำเภอ · assessments of a district: mu.integ, pu.integ"
