"""A unit that reports, its people, and short ways to bring a report into any place."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from complaints.statistics.making import make
from complaints.statistics.periods import Period, last_month
from organisations.models import Role, User
from scores.models import ReportCase
from tests.support.world import World, make_person
from workflows.actors import Actor
from workflows.transitions import open_case, perform

PLACES = (
    "report_draft",
    "report_draft/written",
    "report_draft/correcting",
    "report_signing",
    "report_signing/correcting",
    "report_signed",
    "report_signed/public",
    "report_withdrawn",
)
REASONS = {"reasons": "เหตุผล"}


@dataclass
class Desk:
    """The district reports; its head signs."""

    world: World
    integrity: User
    integrity2: User
    governor: User

    @property
    def period(self) -> Period:
        """The month before this one."""
        return last_month(timezone.localdate())

    def begin(self, period: Period | None = None, user: User | None = None) -> ReportCase:
        """A report of the district."""
        wanted = period or self.period
        make(wanted)
        actor = Actor.person(user or self.integrity)
        return self.fresh(open_case("report", "begin", actor, unit=self.world.district, period=wanted.code))

    def do(self, case: ReportCase, edge: str, user: User, **facts: Any) -> ReportCase:
        """Take an edge as a person."""
        return self.fresh(perform(case, edge, Actor.person(user), **facts))

    def write(self, case: ReportCase, section: str, text: str, user: User | None = None) -> ReportCase:
        """A new version of a section."""
        facts = {"section": section, "text": text, "base": case.report.newest_version(section)}
        return self.do(case, "write", user or self.integrity, **facts)

    def write_all(self, case: ReportCase) -> ReportCase:
        """Something in every section that has nothing yet."""
        for code, text in case.report.texts().items():
            if not text.text:
                case = self.write(case, code, f"ข้อความของ {code}\n- ข้อหนึ่ง")
        return case

    def into(self, place: str) -> ReportCase:
        """A report in one of `PLACES`, by the plain road."""
        head = self.world.head
        case = self.begin()
        if place == "report_draft":
            return case
        if place == "report_withdrawn":
            return self.do(case, "withdraw", self.integrity, **REASONS)
        case = self.write_all(case)
        if place == "report_draft/written":
            return case
        case = self.do(case, "send", self.integrity)
        if place == "report_signing":
            return case
        case = self.do(case, "sign", head)
        if place == "report_signed":
            return case
        if place == "report_signed/public":
            return self.do(case, "publish", head)
        case = self.do(case, "correct", self.integrity, **REASONS)
        if place == "report_draft/correcting":
            return case
        if place == "report_signing/correcting":
            return self.do(case, "send", self.integrity)
        raise KeyError(place)

    @staticmethod
    def fresh(case: Any) -> ReportCase:
        """As it is in the database."""
        return ReportCase.objects.select_related("unit", "holder", "report__unit").get(pk=case.pk)


def build_desk(world: World) -> Desk:
    """The people beside those of the world."""
    return Desk(
        world,
        integrity=make_person("integrity", world.district, Role.INTEGRITY),
        integrity2=make_person("integrity2", world.district, Role.INTEGRITY),
        governor=make_person("governor", world.province, Role.EXECUTIVE),
    )


def on(day: date) -> datetime:
    """Noon of a day."""
    return datetime.combine(day, time(12), timezone.get_current_timezone())


def a_day_of(period: Period) -> datetime:
    """A moment in its middle."""
    return on(period.first + timedelta(days=9))
