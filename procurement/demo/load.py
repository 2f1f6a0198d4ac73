"""Play the plans of the demo through the product's own actions, each step at the moment it happened."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, cast

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from organisations.calendar import fiscal_year, fiscal_year_bounds
from organisations.demo.beyond import province_name
from organisations.demo.clock import as_of
from organisations.demo.people import login_of
from organisations.models import Unit, User
from procurement.actions.plan import add_activity
from procurement.actions.registers import record_education, record_publication
from procurement.models import (
    Activity,
    CommitteeCase,
    CommitteeKind,
    EducationActivity,
    Order,
    Person,
    ProcurementMethod,
    Publication,
    PurchaseCase,
    Supplier,
)
from procurement.rules import serving_on
from workflows.actors import Actor
from workflows.models import Case, OutboxRow
from workflows.transitions import open_case, perform

from .citizens import admit_beyond, announce_draws, hold_draws, load_pool, name_accounts, settle_pool
from .plan import (
    BEYOND,
    CITIZENS,
    LAST_YEAR,
    OFFICE,
    OFFICIALS,
    OFFICIALS_BEYOND,
    PUBLISHED_BEYOND,
    SUPPLIERS,
    TAUGHT_BEYOND,
    THIS_YEAR,
    DemoActivity,
)
from .seats import Seats

BANGKOK = timezone.get_default_timezone()
# How far each road goes, in the order in which a purchase goes through them.
_ORDER = ("none", "planned", "drafted", "sent", "ordered", "met", "contracted", "delivered", "completed")
# Days from the beginning of a purchase to each of these points, and how long ago this year's purchases began.
_DAYS = {"planned": 0, "announced": 6, "drafted": 8, "sent": 10, "ordered": 13, "met": 18, "contracted": 26,
         "delivered": 38, "inspected": 40, "completed": 44}  # fmt: skip
_AGO = {"none": 0, "planned": 5, "drafted": 12, "sent": 13, "ordered": 17, "met": 22, "contracted": 30,
        "delivered": 41, "completed": 48, "cancelled": 20}  # fmt: skip


def is_loaded() -> bool:
    """Whether every activity of the demo is there, and the sign-in of a citizen, which comes last."""
    played = Activity.objects.filter(unit__in=_units().values(), code__regex="^[กขค][0-9]{2}$").count()
    return played >= len(THIS_YEAR + LAST_YEAR + BEYOND) and User.objects.filter(username="citizen").exists()


def load_procurement(today: date, say: Callable[[str], None]) -> int:
    """Play what is missing, up to `today`. say: hears how far it is. Out: the number of purchases of the demo."""
    player = Player(today)
    player.people_and_registers()
    with transaction.atomic():
        load_pool(player)
        hold_draws(player)
    say(f"{len(CITIZENS)} citizens in the pool")
    year = fiscal_year(today)
    for rows, of_year in ((LAST_YEAR, year - 1), (THIS_YEAR, year)):
        for place, row in enumerate(rows):
            with transaction.atomic():
                player.play(row, of_year, place)
        say(f"{len(rows)} plan activities of {of_year}")
    for place, row in enumerate(BEYOND):
        with transaction.atomic():
            player.office_beyond(row.unit)
            player.play(row, year, place)
    say(f"{len(BEYOND)} plan activities in other provinces")
    with transaction.atomic():
        announce_draws(player)
        if not is_loaded():
            settle_pool(player)
        name_accounts()
    _settle_old_notices(today)
    return PurchaseCase.objects.filter(unit__in=player.units.values()).count()


def _units() -> dict[str, Unit]:
    codes = {row.unit for row in (*THIS_YEAR, *LAST_YEAR, *BEYOND, *CITIZENS)} | {row[-1] for row in OFFICIALS}
    return {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}


def _staff(unit: str) -> str:
    return "procurement" if unit == OFFICE else f"{login_of(unit)}.proc"


def _chief(unit: str) -> str:
    return "cd.appr" if unit == OFFICE else f"{login_of(unit)}.appr"


class Player:
    """Plays activities. What it needs again and again it reads once."""

    staff = staticmethod(_staff)

    def __init__(self, today: date) -> None:
        self.today = today
        self.units = _units()
        # On the first days of a fiscal year everything happens today; but nothing later than this moment.
        ends = datetime.combine(today, time(23, 59), BANGKOK)
        self.latest = timezone.now() if today == timezone.localdate() else ends

    # --- What stands beside the purchases -------------------------------------------------------------------------
    @transaction.atomic
    def people_and_registers(self) -> None:
        """Officials for committees, suppliers, publications and education activities of both years."""
        self._officials(OFFICIALS)
        for tin, name in SUPPLIERS:
            Supplier.objects.get_or_create(tin=tin, defaults={"name": name})
        if Publication.objects.filter(unit__in=self.units.values()).exists():
            return
        office = self.units[OFFICE]
        this = fiscal_year(self.today)
        for year in (this - 1, this):
            self._published(office, year)
        self._taught(office, fiscal_year_bounds(this - 1)[0] + timedelta(days=120))

    def office_beyond(self, code: str) -> None:
        """What the office of another province has beside its purchases, unless it is there."""
        unit, staff = self.units[code], self.user(_staff(code))
        year = fiscal_year(self.today)
        first = fiscal_year_bounds(year)[0]
        self._officials(row for row in OFFICIALS_BEYOND if row[-1] == code)
        admit_beyond(self, code, first + timedelta(days=1), staff)
        if code in PUBLISHED_BEYOND and not Publication.objects.filter(unit=unit).exists():
            self._published(unit, year)
        if code in TAUGHT_BEYOND and not EducationActivity.objects.filter(unit=unit).exists():
            self._taught(unit, min(first + timedelta(days=20), self.today))

    def _officials(self, rows: Iterable[tuple[str, str, str]]) -> None:
        for name, position, unit in rows:
            Person.objects.get_or_create(
                name=name, unit=self.units[unit], standing="official", defaults={"position": position}
            )

    def _published(self, unit: Unit, year: int) -> None:
        published_on = min(fiscal_year_bounds(year)[0] + timedelta(days=12), self.today)
        record_publication(
            unit=unit,
            what="แผนปฏิบัติราชการและภารกิจหลักของสำนักงาน",
            channel=Publication.Channel.WEBSITE,
            published_on=published_on,
            evidence=f"https://example.org/{unit.code.lower()}/plan-{year}",
            by=self.user(_staff(unit.code)),
            at=self.moment(published_on, 10),
        )

    def _taught(self, unit: Unit, held_on: date) -> None:
        record_education(
            unit=unit,
            name="อบรมเครือข่ายชุมชนเฝ้าระวังการทุจริต",
            held_on=held_on,
            audience=[EducationActivity.Audience.LEADERS, EducationActivity.Audience.NETWORKS],
            attendees=64,
            evidence="รายงานผลการอบรม แฟ้มที่ 3 หน้า 12",
            by=self.user(_staff(unit.code)),
            at=self.moment(held_on, 15),
        )

    # --- One activity ---------------------------------------------------------------------------------------------
    def play(self, row: DemoActivity, year: int, place: int) -> None:
        """One activity with its purchase, as far as its road goes; one that was played is left as it is."""
        unit = self.units[row.unit]
        if Activity.objects.filter(unit=unit, fiscal_year=year, code=row.code).exists():
            return
        first, _last = fiscal_year_bounds(year)
        elapsed = (self.today - first).days
        # Early in the year everything happens faster, so that nothing lies in the year before or in the future.
        pace = min(1.0, elapsed / 55)
        begun = self.today - timedelta(days=round(_AGO[row.road] * pace)) if elapsed <= 366 else first
        if year < fiscal_year(self.today):
            begun, pace = first + timedelta(days=20 + 17 * place), 1.0
        budget = None if row.budget is None else Decimal(row.budget)
        activity = add_activity(
            unit=unit,
            fiscal_year=year,
            name=row.name,
            budget=budget,
            code=row.code,
            by=self.user(_staff(row.unit)),
            at=self.moment(min(first + timedelta(days=3), begun), 9),
        )
        if row.road != "none":
            Road(self, row, activity, begun, pace).go()

    def number(self) -> str:
        """The next number in the register of orders; one series for all units is as good as one each."""
        return str(Order.objects.count() + 1)

    def act(self, case: Case, edge: str, by: str | User, at: datetime, **facts: Any) -> Any:
        """Take an edge as of that moment. by: a user name, or the account of a citizen."""
        with as_of(at):
            return perform(case, edge, self.actor(by), **facts)

    def open(self, kind_code: str, edge: str, by: str, at: datetime, **facts: Any) -> Any:
        """Begin a case as of that moment."""
        with as_of(at):
            return open_case(kind_code, edge, self.actor(by), **facts)

    def actor(self, by: str | User) -> Actor:
        """Somebody who takes a step."""
        return Actor.person(self.user(by) if isinstance(by, str) else by)

    def user(self, name: str) -> User:
        """The account of that name."""
        # Read anew, for a user keeps the posts of the day on which he was first asked.
        return User.objects.get(username=name)

    def moment(self, day: date, hour: int) -> datetime:
        """Twenty past that hour, unless that is still to come."""
        return min(datetime.combine(day, time(hour, 20), BANGKOK), self.latest)


class Road:
    """The road of one purchase."""

    def __init__(self, player: Player, row: DemoActivity, activity: Activity, begun: date, pace: float) -> None:
        self.player, self.row, self.activity, self.begun, self.pace = player, row, activity, begun, pace
        self.staff, self.chief = _staff(row.unit), _chief(row.unit)
        self.seats = Seats(self)
        self.method = ProcurementMethod.objects.get(code=row.method)
        self.price = Decimal(row.budget or 100_000)
        self.supplier = Supplier.objects.order_by("tin")[sum(map(ord, row.code)) % len(SUPPLIERS)]

    def go(self) -> None:
        """As far as the road leads."""
        purchase = self._plan()
        if self.row.road == "cancelled":
            facts = {"reasons": "พื้นที่ก่อสร้างอยู่ระหว่างการขอใช้ประโยชน์ ยังดำเนินการไม่ได้"}
            self.do(purchase, "cancel", self.chief, "met", **facts)
            return
        reached = _ORDER.index(self.row.road)
        if reached < _ORDER.index("drafted"):
            return
        purchase = self.do(purchase, "announce", self.staff, "announced", on=self.day("announced"))
        committee = self._committee(purchase, self.method.committee_kind_id or "specific", "drafted")
        for point in _ORDER[_ORDER.index("sent") : reached + 1]:
            if point in ("sent", "ordered", "met"):
                committee = self._committee_reaches(committee, point)
                if point == "ordered":
                    self.seats.after_order(purchase, committee)
                elif point == "met":
                    self.seats.after_meeting(committee)
            else:
                purchase = self._purchase_reaches(purchase, committee, point)

    # --- Purchases ------------------------------------------------------------------------------------------------
    def _plan(self) -> PurchaseCase:
        dates = {
            "announce": self.day("announced") + timedelta(days=10),
            "contract": self.day("contracted") + timedelta(days=12),
            "deliver": self.day("delivered") + timedelta(days=30),
            "inspect": self.day("inspected") + timedelta(days=35),
            "pay": self.day("completed") + timedelta(days=40),
        }
        facts = {"name": self.row.name, "budget": self.activity.budget, "reference_price": self.price, "dates": dates}
        return cast(
            "PurchaseCase",
            self.player.open(
                "purchase",
                "plan",
                self.staff,
                self.moment("planned", 9),
                unit=self.activity.unit,
                activity=self.activity,
                method=self.method,
                province=province_name(self.activity.unit.area_code),
                **facts,
            ),
        )

    def _purchase_reaches(self, purchase: PurchaseCase, committee: CommitteeCase, point: str) -> PurchaseCase:
        if point == "contracted":
            self.do(committee, "report", self.staff, "contracted", hour=9, text="เห็นควรจ้างผู้เสนอราคาต่ำสุดที่ถูกต้องตามเงื่อนไข")
            self.do(committee, "dissolve", self.chief, "contracted", hour=10)
            self.seats.conclude(committee)
            day = self.day("contracted")
            bids = [
                {
                    "supplier": supplier,
                    "amount": self.part_of_price(97 if supplier == self.supplier else 99),
                    "submitted_on": day,
                }
                for supplier in Supplier.objects.filter(tin__in=[tin for tin, _name in SUPPLIERS])[:3]
                if supplier != self.supplier
            ] + [{"supplier": self.supplier, "amount": self.part_of_price(97), "submitted_on": day}]
            purchase = self.do(purchase, "record_bids", self.staff, "contracted", hour=11, bids=bids)
            purchase = self.do(purchase, "award", self.staff, "contracted", hour=13, on=day, winner=self.supplier)
            contract = {
                "number": f"{self.row.code}/{self.activity.fiscal_year}",
                "value": self.part_of_price(97),
                "on": day,
            }
            finish_on = self.day("delivered") + timedelta(days=30)
            return self.do(purchase, "sign_contract", self.staff, "contracted", hour=15, supplier=self.supplier,
                            finish_on=finish_on, **contract)  # fmt: skip
        if point == "delivered":
            return self.do(purchase, "deliver", self.staff, "delivered", on=self.day("delivered"))
        inspection = self._committee(purchase, "inspection", "contracted", citizen=False)
        inspection = self._committee_reaches(inspection, "sent", "delivered")
        inspection = self._committee_reaches(inspection, "ordered", "delivered")
        inspection = self._meet(inspection, "inspected", "accept")
        self.do(inspection, "report", self.staff, "inspected", hour=15, text="ตรวจรับครบถ้วนตามสัญญา")
        self.do(inspection, "dissolve", self.chief, "completed", hour=9)
        purchase = self.do(purchase, "accept_delivery", self.staff, "inspected", hour=16, on=self.day("inspected"))
        purchase = self.do(
            purchase, "pay", self.staff, "completed", hour=11, amount=self.part_of_price(97), on=self.day("completed")
        )
        return self.do(purchase, "complete", self.staff, "completed", hour=14)

    # --- Committees -----------------------------------------------------------------------------------------------
    def _committee(
        self, purchase: PurchaseCase, kind: str, point: str, *, citizen: bool | None = None
    ) -> CommitteeCase:
        unit = self.activity.unit
        case = self.player.open(
            "committee",
            "draft",
            self.staff,
            self.moment(point, 10),
            unit=unit,
            purchase=purchase.purchase,
            kind=CommitteeKind.objects.get(code=kind),
        )
        # Who sits on the committee that considers the offers does not inspect.
        pool = Person.objects.exclude(memberships__committee__purchase=purchase.pk).order_by("pk")
        near = [*pool.filter(standing="official", unit=unit), *pool.filter(standing="official").exclude(unit=unit)]
        turn = sum(map(ord, self.row.code)) % 3 if unit.code == OFFICE else 0
        for duty, person in zip(("chair", "member", "secretary"), near[turn : turn + 3], strict=True):
            case = self.do(case, "add_member", self.staff, point, hour=11, person=person, duty=duty)
        for member in case.committee.members.filter(person__standing="official"):
            case = self.do(case, "declare_interest", self.staff, point, hour=14, member=member, ground=None)
        if self.row.citizen if citizen is None else citizen:
            case = self.seats.fill(case, purchase, point)
        return cast("CommitteeCase", case)

    def _committee_reaches(self, case: CommitteeCase, point: str, at: str = "") -> CommitteeCase:
        at = at or point
        if point == "sent":
            return self.do(case, "lint", self.staff, at, hour=9)
        if point == "ordered":
            case = self.do(case, "approve", self.chief, at, hour=10)
            facts = {"number": self.player.number(), "on": self.day(at)}
            return self.do(case, "sign_order", self.chief, at, hour=13, **facts)
        return self._meet(case, at, "propose")

    def _meet(self, case: CommitteeCase, point: str, decision: str) -> CommitteeCase:
        on = self.day(point)
        ballots = [self.seats.ballot(row) for row in serving_on(case.committee, on).select_related("person")]
        minutes = "พิจารณาเอกสารและข้อเสนอแล้ว ที่ประชุมเห็นชอบ"
        facts = {"on": on, "ballots": ballots, "decision": decision, "minutes": minutes}
        return self.do(case, "hold_meeting", self.staff, point, hour=14, **facts)

    # --- Time and money -------------------------------------------------------------------------------------------
    def do(self, case: Case, edge: str, by: str | User, point: str, hour: int = 14, **facts: Any) -> Any:
        """Take an edge on the day of `point`."""
        return self.player.act(case, edge, by, self.moment(point, hour), **facts)

    def day(self, point: str) -> date:
        """The day of `point` on this road."""
        return self.begun + timedelta(days=round(_DAYS[point] * self.pace))

    def moment(self, point: str, hour: int) -> datetime:
        """A moment of that day."""
        return self.player.moment(self.day(point), hour)

    def part_of_price(self, percent: int) -> Decimal:
        return (self.price * percent / 100).quantize(Decimal(1))


def _settle_old_notices(today: date) -> None:
    """What happened before the last week was told long ago: the relay does not tell it again."""
    last_week = datetime.combine(today - timedelta(days=7), time.min, BANGKOK)
    rows = OutboxRow.objects.filter(
        case__kind__in=["purchase", "committee", "seat", "draw"], at__lt=last_week, relayed_at=None
    )
    rows.update(relayed_at=F("at"))
