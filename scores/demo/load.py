"""Play the assessments of the demo through the product's own actions, each step at the moment it happened."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from organisations.calendar import fiscal_year
from organisations.demo.clock import as_of
from organisations.demo.people import EVALUATORS
from organisations.models import Unit, User
from scores.assessing import AGENCY, COMMITTEE, Asked, Shape, unsaid
from scores.demo.reports import load_reports
from scores.models import Assessment, AssessmentCase
from workflows.actors import Actor
from workflows.transitions import open_case, perform

BANGKOK = timezone.get_default_timezone()
_STEPS = ("stated", "submitted", "judged", "told", "published")


@dataclass(frozen=True)
class DemoAssessment:
    """How far an assessment has come. years_ago: of the fiscal year; not_met, refused: criteria of which the agency
    says so itself, and of which the committee sees it otherwise; only: the parts that are answered, all where it names
    none."""

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


ASSESSMENTS = (
    DemoAssessment(
        "NAN-CD", "cdd-clean", 1, "integrity", "cd.appr", "cdd.appr", "published", 45,
        not_met=("d1.l5.2", "d4.l5.2", "extra.1"), refused=("d5.l5.2", "d4.l4.2"),
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
    """Play what is missing, up to `today`. say: hears how far it is. Out: the number of assessments of the demo."""
    for row in ASSESSMENTS:
        with transaction.atomic():
            Player(row, today).play()
    with transaction.atomic():
        reports = load_reports(today)
    say(f"{len(ASSESSMENTS)} assessments, {reports} reports")
    return len(ASSESSMENTS)


class Player:
    """Plays one assessment: a step a few days after the other."""

    def __init__(self, row: DemoAssessment, today: date) -> None:
        self.row, self.today = row, today
        self.year = fiscal_year(today) - row.years_ago
        committee = EVALUATORS["NAN" if row.family == "moral-district" else "CDD"]
        names = {row.integrity, row.head, row.publisher, *committee}
        self.users = {user.username: user for user in User.objects.filter(username__in=names)}
        self.committee = [
            (self.users[name], duty) for name, duty in zip(committee, ("chair", "member", "secretary"), strict=True)
        ]

    def play(self) -> None:
        """All its steps, unless it is there already."""
        row = self.row
        unit = Unit.objects.get(code=row.unit)
        if Assessment.objects.filter(unit=unit, family=row.family, fiscal_year=self.year).exists():
            return
        with self._day(0):
            facts: dict[str, Any] = {"family": row.family, "year": self.year}
            case = open_case("assessment", "begin", self._actor(row.integrity), unit=unit, **facts)
            self.case = AssessmentCase.objects.get(pk=case.pk)
        for step in _STEPS[: _STEPS.index(row.until) + 1]:
            getattr(self, f"_{step}")()

    def _stated(self) -> None:
        with self._day(3):
            for asked in unsaid(self.case.assessment, AGENCY):
                if self.row.only and asked.code.partition(".")[0] not in self.row.only:
                    continue
                said = "not_met" if asked.code in self.row.not_met else "met"
                facts = {**_answer(asked, said), "remark": "แฟ้มหลักฐานงานคุณธรรม เล่ม 1"}
                self._do("state_criterion", self.row.integrity, **facts)

    def _submitted(self) -> None:
        with self._day(6):
            facts = {"order_number": "ว 12", "ordered_on": timezone.localdate(), "members": self.committee}
            self._do("name_committee", self.committee[2][0].username, **facts)
        with self._day(8):
            self._do("submit", self.row.head)

    def _judged(self) -> None:
        half = self.row.until == "judged"
        with self._day(14):
            asked = unsaid(self.case.assessment, COMMITTEE)
            for one in asked[: len(asked) // 2] if half else asked:
                own = "not_met" if one.code in self.row.not_met else "met"
                if one.code in self.row.refused:
                    facts = {"said": "not_met", "remark": "ไม่พบเอกสารในวันตรวจประเมิน"}
                else:
                    facts = {"said": own, "remark": "ตรวจเอกสารแล้ว"}
                self._do("judge_criterion", self.committee[1][0].username, about=one.code, **facts)

    def _told(self) -> None:
        with self._day(18):
            self._do("conclude", self.committee[2][0].username)
            for user, _duty in self.committee:
                self._do("sign_result", user.username)
        with self._day(30):
            self._do("tell_result", self.committee[2][0].username)

    def _published(self) -> None:
        with self._day(34):
            self._do("accept_result", self.row.head)
        with self._day(38):
            self._do("publish", self.row.publisher)

    def _do(self, edge: str, username: str, **facts: Any) -> None:
        moved = perform(self.case, edge, self._actor(username), **facts)
        self.case = AssessmentCase.objects.get(pk=moved.pk)

    def _actor(self, username: str) -> Actor:
        user = self.users.get(username) or next(user for user, _duty in self.committee if user.username == username)
        return Actor.person(user)

    def _day(self, after: int) -> AbstractContextManager[None]:
        """A morning, so many days after it began."""
        day = self.today - timedelta(days=self.row.began - after)
        return as_of(datetime.combine(day, time(9, after % 60), BANGKOK))


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
