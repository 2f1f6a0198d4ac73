"""A small tree with one person for every part a test needs, and short ways to bring a complaint into any state."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from complaints.models import ComplaintCase, ComplaintKind, DeclineGround, Measure, ReferralAgency
from complaints.receipts import Receipt, new_receipt
from organisations.actions import rebuild_reach
from organisations.models import Holding, Post, Role, Unit, UnitLink, User
from workflows.actors import TIMER, Actor
from workflows.models import Case, Clock
from workflows.transitions import open_case, perform

ALWAYS = DateRange(date(2000, 1, 1), None)
TEXT = "ไฟถนนหน้าโรงเรียนดับมาสามคืนแล้ว"


def make_unit(code: str, kind: str = Unit.Kind.DISTRICT, *, under: Unit | None = None, axis: str = "line") -> Unit:
    """A unit, with its place in the tree."""
    unit = Unit.objects.create(
        code=code, name_th=f"หน่วย {code}", name_en=f"Unit {code}", kind=kind, founded_on=date(2000, 1, 1)
    )
    if under is not None:
        UnitLink.objects.create(axis=axis, child=unit, parent=under, valid=ALWAYS)
    return unit


def make_person(name: str, unit: Unit | None = None, *roles: str, deputy: bool = False) -> User:
    """A person who holds a post with these roles. His password is his name twice."""
    user = User.objects.create_user(name, password=f"{name}{name}", name_th=f"นาย {name}", name_en=name)
    if unit is not None:
        post = Post.objects.create(unit=unit, title_th="ตำแหน่ง", title_en="Post", roles=list(roles), valid=ALWAYS)
        Holding.objects.create(post=post, user=user, deputy=deputy, valid=ALWAYS)
    return user


@dataclass
class World:
    """department > province > district, other district, anti-corruption centre under the department."""

    department: Unit
    province: Unit
    district: Unit
    other: Unit
    centre: Unit
    screener: User
    officer: User
    officer2: User
    head: User
    approver: User
    upper_approver: User
    executive: User
    custodian: User
    custodian2: User
    administrator: User
    stranger: User
    centre_screener: User
    centre_officer: User
    centre_approver: User
    centre_custodian: User
    centre_custodian2: User
    # Who gives out the cases of the centre; its approver, unless a test has somebody for it.
    centre_head: User | None = None
    receipts: dict[int, Receipt] = field(default_factory=dict)

    # --- Facts ----------------------------------------------------------------------------------------------------
    @property
    def simple(self) -> ComplaintKind:
        """A kind that one officer settles."""
        return ComplaintKind.objects.get(code="street_light")

    @property
    def ordinary(self) -> ComplaintKind:
        """A kind that needs an investigation."""
        return ComplaintKind.objects.filter(parent="service", simple=False, protected=False).order_by("position")[0]

    @property
    def corruption(self) -> ComplaintKind:
        """A protected kind."""
        return ComplaintKind.objects.filter(parent="corruption").order_by("position")[0]

    def measure(self, owner: User, **changes: Any) -> dict[str, Any]:
        """A measure for `decide_founded`."""
        due = timezone.localdate() + timedelta(days=10)
        return {"kind": Measure.Kind.CORRECTIVE, "text": "ซ่อมไฟ", "owner": owner, "due_on": due, **changes}

    # --- Ways -----------------------------------------------------------------------------------------------------
    def file(self, kind: ComplaintKind | None = None, **facts: Any) -> ComplaintCase:
        """A complaint from the website, received in the district."""
        receipt = new_receipt()
        facts = {"statement": TEXT, "channel": "website", "kind": kind, "receipt": receipt, **facts}
        case = open_case("complaint", "register", Actor.complainant(), unit=facts.pop("unit", self.district), **facts)
        self.receipts[case.pk] = receipt
        assert isinstance(case, ComplaintCase)
        return case

    def do(self, case: Case, edge: str, user: User | None = None, **facts: Any) -> Any:
        """Take an edge as a person, or as the complainant when nobody is named. Out: the case as it is then."""
        return perform(case, edge, Actor.person(user) if user else Actor.complainant(case), **facts)

    def clock(self, case: Case, edge: str) -> ComplaintCase:
        """Let the clock take an edge, on the day after its time ran out."""
        ends_with = case.graph.edge(edge).ends_with
        due = Clock.objects.get(case=case.pk, code=ends_with, stopped_on=None).due_on
        assert due is not None
        at = datetime.combine(due + timedelta(days=1), time(12), timezone.get_current_timezone())
        moved = perform(case, edge, TIMER, at=at)
        assert isinstance(moved, ComplaintCase)
        return moved

    def into(self, state: str, kind: ComplaintKind | None = None, **facts: Any) -> ComplaintCase:
        """A complaint in `state`, by the plain road; investigated by `officer` where there was an investigation."""
        kind = kind or self.ordinary
        case = self.file(kind, **facts)
        people = (
            (self.centre_screener, self.centre_officer, self.centre_approver)
            if case.protected
            else (self.screener, self.officer, self.approver)
        )
        screener, officer, approver = people
        head = self.head if not case.protected else self.centre_head or self.centre_approver
        road: list[tuple[str, str, User | None, dict[str, Any]]] = [
            ("screening", "start_screening", screener, {}),
            ("accepted", "accept", screener, {"kind": kind, "unit": case.unit}),
            ("investigating", "assign", head, {"to": officer}),
            ("review", "submit_finding", officer, {"outcome": "founded", "reasons": "พบจริง", "evidence": "ภาพถ่าย"}),
            ("acting", "decide_founded", approver, {"measures": [self.measure(officer)]}),
        ]
        ends: dict[str, list[tuple[str, str, User | None, dict[str, Any]]]] = {
            "replied": [*road[:4], ("replied", "decide_unfounded", approver, {"reply": "ตรวจสอบแล้วไม่พบ"})],
            "declined": [road[0], ("declined", "decline", approver if case.protected else screener, self.refusal())],
            "withdrawn": [("withdrawn", "withdraw", None, {})],
            "awaiting_complainant": [
                *road[:3],
                ("awaiting_complainant", "ask_complainant", officer, {"text": "เสาต้นไหน"}),
            ],
        }
        elsewhere = {"agency": ReferralAgency.objects.get(pk="nacc"), "reasons": "อยู่ในอำนาจของหน่วยงานนั้น"}
        ends["referred"] = [*road[:3], ("referred", "refer", approver, elsewhere)]
        asking = {"units": [self.other], "text": "ขอคำชี้แจง"}
        ends["awaiting_agency"] = [*road[:3], ("awaiting_agency", "ask_agencies", officer, asking)]
        before = {"body": "ศาลปกครอง", "reasons": "มีคดีในศาล"}
        ends["suspended_case"] = [*road[:3], ("suspended_case", "suspend", approver, before)]
        if state == "merged":
            joined = {"into": self.into("investigating", kind)}
            ends["merged"] = [*road[:3], ("merged", "merge", officer, joined)]
        ends["closed"] = [*ends["replied"], ("closed", "close", officer, {"evidence": "ภาพถ่าย"})]
        ends["review_requested"] = [
            *ends["replied"],
            ("review_requested", "request_review", None, {"reasons": "ไม่ตรง"}),
        ]
        for reached, edge, user, given in ends.get(state, road):
            if case.state == state:
                break
            case = self.do(case, edge, user, **given)
            assert case.state == reached
        assert case.state == state
        return case

    def refusal(self) -> dict[str, Any]:
        """The facts of `decline`."""
        return {"ground": DeclineGround.objects.order_by("code")[0], "reply": "ไม่อยู่ในอำนาจหน้าที่"}


def build_world() -> World:
    """The whole small world."""
    department = make_unit("DEP", Unit.Kind.DEPARTMENT)
    province = make_unit("PRV", Unit.Kind.PROVINCE, under=department)
    district = make_unit("DST", under=province)
    other = make_unit("OTH", under=province)
    centre = make_unit("ACC", Unit.Kind.ANTI_CORRUPTION, under=department)
    rebuild_reach()
    return World(
        department=department,
        province=province,
        district=district,
        other=other,
        centre=centre,
        screener=make_person("screener", district, Role.SCREENER),
        officer=make_person("officer", district, Role.OFFICER),
        officer2=make_person("officer2", district, Role.OFFICER),
        head=make_person("head", district, Role.HEAD),
        approver=make_person("approver", district, Role.APPROVER),
        upper_approver=make_person("upper_approver", province, Role.APPROVER),
        executive=make_person("executive", province, Role.EXECUTIVE),
        custodian=make_person("custodian", district, Role.CUSTODIAN),
        custodian2=make_person("custodian2", district, Role.CUSTODIAN),
        administrator=make_person("administrator", department, Role.ADMINISTRATOR),
        stranger=make_person("stranger", other, *Role.values),
        centre_screener=make_person("centre_screener", centre, Role.SCREENER),
        centre_officer=make_person("centre_officer", centre, Role.OFFICER),
        centre_approver=make_person("centre_approver", centre, Role.APPROVER, Role.HEAD),
        centre_custodian=make_person("centre_custodian", centre, Role.CUSTODIAN),
        centre_custodian2=make_person("centre_custodian2", centre, Role.CUSTODIAN),
    )
