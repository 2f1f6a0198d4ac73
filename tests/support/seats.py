"""Short ways of citizen seats and draws beside `plan`."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from organisations.calendar import quarter_of
from organisations.models import User
from procurement.models import Citizen, CommitteeCase, Consent, Draw, DrawCase, Person, SeatCase
from procurement.pool.sealed import write_private
from tests.support.purchases import Plan
from workflows.actors import TIMER, Actor
from workflows.models import Case
from workflows.transitions import open_case, perform

FIRST_NAMES = ("นาย กฤษดา", "นาง บุญเรือน", "นาย ทวีศักดิ์", "นางสาว มาลัย", "นาย โอภาส", "นาง เยาวลักษณ์", "นาย ฟ้าคราม")
LAST_NAMES = ("ใจซื่อจำลอง", "ทุ่งกว้างสมมุติ", "เพียรดีตัวอย่าง", "รักษ์ป่าสาธิต", "ลำน้ำทดลอง", "ห้วยแก้วเทียม")
LOTTERY = "123456 111 222 333 444 55"


def join_pool(person: Person, by: User, *, account: bool = True, **facts: Any) -> Citizen:
    """Put a person of `plan.citizen()` into the pool, with an account of his own."""
    private = facts.pop("private", {})
    now = timezone.now()
    given = {
        "status": Citizen.Status.ADMITTED, "source": Citizen.Source.STAFF, "no_official": True, "sex": "female",
        "birth_year": 2520, "applied_at": now, "decided_by": by, "decided_at": now, **facts,
    }  # fmt: skip
    citizen = Citizen(person=person, **given)
    if account:
        citizen.account = User.objects.create_user(f"c{person.pk}", password=f"c{person.pk}" * 2, name_th=person.name)
    if private:
        write_private(citizen, private)
    citizen.save(force_insert=True)
    Consent.objects.create(citizen=citizen, purpose=Consent.Purpose.POOL, wording="ยินยอม", given_at=now)
    return citizen


def pool(plan: Plan, count: int = 5, **facts: Any) -> list[Citizen]:
    """So many citizens of the district, admitted. Their names sound nothing alike."""
    names = [f"{first} {last}" for last in LAST_NAMES for first in FIRST_NAMES][:count]
    return [join_pool(plan.citizen(name), plan.staff, **facts) for name in names]


def announce(plan: Plan, *, size: int = 2, on: date | None = None, **facts: Any) -> DrawCase:
    """A draw of the district for the quarter, announced a week ago: its value is known by now."""
    year, quarter = quarter_of(on or timezone.localdate())
    week_ago = timezone.now() - timedelta(days=7)
    given = {
        "fiscal_year": year, "quarter": quarter, "size": size, "seed_source": Draw.SeedSource.LOTTERY,
        "seed_name": "งวดวันที่ 16", "seed_known_at": timezone.now() + timedelta(days=1), **facts,
    }  # fmt: skip
    case = open_case("draw", "announce", Actor.person(plan.staff), unit=plan.unit, at=week_ago, **given)
    assert isinstance(case, DrawCase)
    return case


def drawn(plan: Plan, *, size: int = 2, seed: str = LOTTERY, **facts: Any) -> DrawCase:
    """A draw that has been held."""
    case = announce(plan, size=size, **facts)
    Draw.objects.filter(pk=case.pk).update(seed_known_at=timezone.now() - timedelta(days=1))
    held: DrawCase = plan.do(case, "hold_draw", seed=seed)
    return held


def open_seat(plan: Plan, committee: CommitteeCase) -> SeatCase:
    """A vacant seat on a committee in draft."""
    case = open_case("seat", "open", Actor.person(plan.staff), unit=committee.unit, committee=committee.committee)
    assert isinstance(case, SeatCase)
    return case


def seats_of(committee: Case) -> list[SeatCase]:
    """All seats of a committee, the oldest first."""
    return list(SeatCase.objects.filter(seat__committee=committee.pk).order_by("pk"))


def account_of(case: Case) -> User:
    """The account of the citizen of a seat."""
    return User.objects.get(citizen__person__seats=case.pk)


def on_paper(plan: Plan, case: Case, *, upto: str = "cleared", on: date | None = None) -> SeatCase:
    """Bring a seat that is drawn or nominated to `upto` (invited … cleared), all recorded by the staff."""
    version = SeatCase.objects.get(pk=case.pk).seat.committee.purchase.bidders_version
    road: list[tuple[str, str, dict[str, Any]]] = [
        ("invited", "invite", {}),
        ("seat_accepted", "record_acceptance", {"text": "ตอบรับทางโทรศัพท์"}),
        ("declared", "declare", {"seen": version, "on": on}),
        ("cleared", "clear", {}),
    ]
    there = [state for state, _edge, _facts in road]
    for state, edge, facts in road[there.index(case.state) + 1 if case.state in there else 0 :]:
        if case.state == upto:
            break
        case = plan.do(case, edge, **facts)
        assert case.state == state
    fresh = SeatCase.objects.get(pk=case.pk)
    assert fresh.state == upto, fresh.state
    return fresh


def by_clock(case: Case, edge: str) -> SeatCase:
    """Let the clock take an edge, on the day after its time ran out."""
    due = case.clocks.get(code=case.graph.edge(edge).ends_with, stopped_on=None).due_on
    assert due is not None
    at = timezone.now() + timedelta(days=(due - timezone.localdate()).days + 1)
    moved = perform(case, edge, TIMER, at=at)
    assert isinstance(moved, SeatCase)
    return moved
