"""A small world of procurement beside `world`: a plan, people for committees, and short ways into any state."""

import io
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from organisations.calendar import fiscal_year
from organisations.models import Role, Unit, User
from procurement.actions.plan import add_activity
from procurement.models import (
    Activity,
    CommitteeCase,
    CommitteeKind,
    Member,
    Person,
    ProcurementMethod,
    PurchaseCase,
    SeatCase,
    Supplier,
)
from procurement.rules import serving_on
from procurement.states import seat as law
from tests.support.world import World, make_person
from workflows.actors import Actor
from workflows.files import Checked, check_upload
from workflows.models import Case
from workflows.transitions import open_case, perform


@dataclass
class Plan:
    """Procurement staff of the district of `world`, and what they work with."""

    world: World
    staff: User
    staff2: User
    upper_staff: User
    year: int

    # --- Facts ----------------------------------------------------------------------------------------------------
    @property
    def unit(self) -> Unit:
        """The district."""
        return self.world.district

    @property
    def approver(self) -> User:
        """Who approves and signs in the district."""
        return self.world.approver

    def activity(self, budget: int | None = 1_000_000, **facts: Any) -> Activity:
        """A plan activity of the district in this fiscal year. budget: baht."""
        facts = {"unit": self.unit, "fiscal_year": self.year, "name": "ปรับปรุงถนน", "by": self.staff, **facts}
        return add_activity(budget=None if budget is None else Decimal(budget), **facts)

    def official(self, name: str = "นางสาว พัสดุ จำลอง", unit: Unit | None = None) -> Person:
        """An official for a committee."""
        return Person.objects.create(standing="official", name=name, position="นักวิชาการพัสดุ", unit=unit or self.unit)

    def citizen(self, name: str = "นาย ประชา สมมุติ", **facts: Any) -> Person:
        """A citizen for a committee."""
        facts = {"position": "เกษตรกร", "network": "เครือข่ายพัฒนาชุมชน", "unit": self.unit, **facts}
        return Person.objects.create(standing="citizen", name=name, **facts)

    def supplier(self, tin: str = "0105500000001", name: str = "บริษัท ตัวอย่าง จำกัด") -> Supplier:
        """A supplier."""
        return Supplier.objects.get_or_create(tin=tin, defaults={"name": name})[0]

    # --- Ways -----------------------------------------------------------------------------------------------------
    def do(self, case: Case, edge: str, user: User | None = None, **facts: Any) -> Any:
        """Take an edge as `user` (default: the procurement staff)."""
        return perform(case, edge, Actor.person(user or self.staff), **facts)

    def purchase(self, activity: Activity | None = None, **facts: Any) -> PurchaseCase:
        """A planned purchase, by e-bidding unless said otherwise."""
        activity = activity or self.activity()
        facts = {
            "name": activity.name,
            "budget": activity.budget,
            "method": ProcurementMethod.objects.get(code="ebidding"),
            **facts,
        }
        case = open_case("purchase", "plan", Actor.person(self.staff), unit=activity.unit, activity=activity, **facts)
        assert isinstance(case, PurchaseCase)
        return case

    def committee(
        self, purchase: PurchaseCase | None = None, kind: str = "ebidding", *, citizen: bool = False
    ) -> CommitteeCase:
        """A committee in draft with a chair and two members, all officials; with `citizen`, one citizen more."""
        purchase = purchase or self.purchase()
        case = open_case(
            "committee",
            "draft",
            Actor.person(self.staff),
            unit=purchase.unit,
            purchase=purchase.purchase,
            kind=CommitteeKind.objects.get(code=kind),
        )
        for place, duty in enumerate((Member.Duty.CHAIR, Member.Duty.MEMBER, Member.Duty.SECRETARY)):
            person = self.official(f"นาย {kind}{place} ตัวอย่าง{case.pk}")
            case = self.do(case, "add_member", person=person, duty=duty)
        if citizen:
            person = self.citizen(f"นาย ประชา{case.pk} สมมุติ")
            case = self.do(case, "add_member", person=person, duty="member", nomination="เครือข่ายเสนอชื่อ")
        for member in case.committee.members.filter(person__standing="official"):
            case = self.do(case, "declare_interest", member=member, ground=None)
        self.seats_ready(case)
        return case

    def seats_ready(self, case: CommitteeCase) -> None:
        """Let every citizen in the draft accept, declare and be cleared, all recorded by the staff."""
        from tests.support.seats import on_paper

        waiting = SeatCase.objects.filter(seat__committee=case.pk, state__in=law.BEFORE_ORDER).exclude(state="cleared")
        for seat in waiting.exclude(state=law.VACANT).order_by("pk"):
            on_paper(self, seat)

    def ordered(self, case: CommitteeCase, number: str = "1", on: date | None = None) -> CommitteeCase:
        """Bring a draft to its signed order."""
        case = self.do(case, "lint")
        case = self.do(case, "approve", self.approver)
        return self.do(case, "sign_order", self.approver, number=number, on=on or timezone.localdate())

    def meeting(
        self, case: CommitteeCase, decision: str = "none", on: date | None = None, **votes: str
    ) -> CommitteeCase:
        """A meeting to which all came, and vote for the decision if there is one. votes: duty to another vote."""
        day = on or timezone.localdate()
        usual = "" if decision == "none" else "for"
        ballots = [
            {"member": row, "invited": True, "attended": True, "documents": True, "vote": votes.get(row.duty, usual)}
            for row in serving_on(case.committee, day)
        ]
        edge = "hold_meeting" if case.state == "ordered" else "record_meeting"
        return self.do(case, edge, on=day, ballots=ballots, decision=decision, minutes="พิจารณาแล้ว")

    def contracted(self, case: PurchaseCase, value: int = 900_000) -> PurchaseCase:
        """Bring a planned purchase under contract today."""
        today = timezone.localdate()
        case = self.do(case, "announce", on=today)
        case = self.do(case, "award", on=today, winner=self.supplier())
        return self.do(
            case,
            "sign_contract",
            number="ส.1/2570",
            supplier=self.supplier(),
            value=Decimal(value),
            on=today,
            finish_on=today + timedelta(days=90),
        )


def paper(name: str = "order.png") -> Checked:
    """A scan of a paper, as a form hands it on."""
    data = io.BytesIO()
    Image.new("RGB", (20, 20), "white").save(data, "PNG")
    return check_upload(SimpleUploadedFile(name, data.getvalue()))


def build_plan(world: World) -> Plan:
    """Procurement staff for the district and the province of `world`."""
    return Plan(
        world=world,
        staff=make_person("staff", world.district, Role.PROCUREMENT),
        staff2=make_person("staff2", world.district, Role.PROCUREMENT),
        upper_staff=make_person("upper_staff", world.province, Role.PROCUREMENT),
        year=fiscal_year(timezone.localdate()),
    )
