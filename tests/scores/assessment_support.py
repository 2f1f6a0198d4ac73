"""An agency that is assessed, a committee that examines it, and short ways to bring an assessment into any state."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from organisations.calendar import fiscal_year
from organisations.models import Role, User
from scores.assessing import AGENCY, COMMITTEE, Asked, Shape, unsaid
from scores.models import AssessmentCase
from tests.support.world import World, make_person
from workflows.actors import TIMER, Actor
from workflows.models import Clock
from workflows.transitions import open_case, perform

FAMILY = "moral-district"
PLACES = (
    "self_assessment",
    "self_assessment/stated",
    "committee_review",
    "committee_review/judged",
    "committee_signing",
    "committee_signing/signed",
    "result_told",
    "result_objected",
    "result_final",
    "result_published",
    "assessment_cancelled",
)


@dataclass
class House:
    """The district is assessed; a committee of the department examines it, an approver above decides objections."""

    world: World
    integrity: User
    integrity2: User
    chair: User
    member: User
    secretary: User
    upper_approver: User
    executive: User

    @property
    def committee(self) -> list[tuple[User, str]]:
        """As an order names it."""
        return [(self.chair, "chair"), (self.member, "member"), (self.secretary, "secretary")]

    def begin(self, family: str = FAMILY, year: int | None = None, **more: Any) -> AssessmentCase:
        """A self-assessment of the district."""
        facts = {"family": family, "year": year or fiscal_year(timezone.localdate()), **more}
        actor = Actor.person(self.integrity)
        case = open_case("assessment", "begin", actor, unit=self.world.district, **facts)
        assert isinstance(case, AssessmentCase)
        return case

    def do(self, case: AssessmentCase, edge: str, user: User, **facts: Any) -> AssessmentCase:
        """Take an edge as a person."""
        moved = perform(case, edge, Actor.person(user), **facts)
        assert isinstance(moved, AssessmentCase)
        return AssessmentCase.objects.select_related("assessment__unit", "assessment__rubric").get(pk=moved.pk)

    def name_committee(self, case: AssessmentCase) -> AssessmentCase:
        """By an order of today."""
        facts = {"order_number": "12/2570", "ordered_on": timezone.localdate(), "members": self.committee}
        return self.do(case, "name_committee", self.secretary, **facts)

    def state_all(self, case: AssessmentCase, said: str = "met") -> AssessmentCase:
        """Everything that is asked, with a sentence as evidence."""
        for asked in unsaid(case.assessment, AGENCY):
            case = self.do(case, "state_criterion", self.integrity, **answer(asked, said), remark="แฟ้มหลักฐานเล่ม 1")
        return case

    def judge_all(self, case: AssessmentCase, said: str = "met") -> AssessmentCase:
        """Every criterion, with a remark."""
        for asked in unsaid(case.assessment, COMMITTEE):
            case = self.do(case, "judge_criterion", self.member, **answer(asked, said), remark="ตรวจเอกสารแล้ว")
        return case

    def into(self, place: str, family: str = FAMILY) -> AssessmentCase:
        """An assessment in one of `PLACES`, by the plain road."""
        case = self.name_committee(self.begin(family))
        if place == "assessment_cancelled":
            return self.do(case, "call_off", self.upper_approver, reasons="เริ่มผิดปี")
        roads: list[tuple[str, Any]] = [
            ("self_assessment", lambda case: case),
            ("self_assessment/stated", self.state_all),
            ("committee_review", lambda case: self.do(case, "submit", self.world.head)),
            ("committee_review/judged", self.judge_all),
            ("committee_signing", lambda case: self.do(case, "conclude", self.secretary)),
            ("committee_signing/signed", self.sign_all),
            ("result_told", lambda case: self.do(case, "tell_result", self.secretary)),
            ("result_objected", self.object_),
            (
                "result_final",
                lambda case: self.do(case, "dismiss_objection", self.upper_approver, reasons="ไม่มีหลักฐานใหม่"),
            ),
            ("result_published", lambda case: self.do(case, "publish", self.executive)),
        ]
        for name, road in roads:
            case = road(case)
            if name == place:
                return case
        raise KeyError(place)

    def sign_all(self, case: AssessmentCase) -> AssessmentCase:
        """The whole committee."""
        for user, _duty in self.committee:
            case = self.do(case, "sign_result", user)
        return case

    def object_(self, case: AssessmentCase) -> AssessmentCase:
        """The head objects."""
        return self.do(case, "object", self.world.head, criteria=["moral.l1.1"], reasons="ไม่เห็นด้วย")

    def let_it_stand(self, case: AssessmentCase) -> AssessmentCase:
        """Nobody objects in time."""
        due = Clock.objects.get(case=case.pk, code="assessment_objection", stopped_on=None).due_on
        assert due is not None
        at = datetime.combine(due + timedelta(days=1), time(12), timezone.get_current_timezone())
        perform(case, "let_it_stand", TIMER, at=at)
        return AssessmentCase.objects.select_related("assessment").get(pk=case.pk)


def answer(asked: Asked, said: str = "met") -> dict[str, Any]:
    """An answer of the right shape."""
    match asked.shape:
        case None:
            return {"about": asked.code, "said": said}
        case Shape.FLAG:
            return {"about": asked.code, "value": said == "met"}
        case Shape.NUMBER | Shape.COUNT:
            return {"about": asked.code, "value": 3}
    return {"about": asked.code, "value": {"part": 4, "whole": 5}}


def build_house(world: World) -> House:
    """The people beside those of the world."""
    return House(
        world,
        integrity=make_person("integrity", world.district, Role.INTEGRITY),
        integrity2=make_person("integrity2", world.district, Role.INTEGRITY),
        chair=make_person("chair", world.department, Role.EVALUATOR),
        member=make_person("evaluator", world.department, Role.EVALUATOR),
        secretary=make_person("secretary", world.department, Role.EVALUATOR),
        upper_approver=make_person("above_approver", world.department, Role.APPROVER),
        executive=make_person("governor", world.province, Role.EXECUTIVE),
    )
