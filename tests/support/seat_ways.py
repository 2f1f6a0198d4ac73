"""Short ways to bring citizen seats and draws into any place of their laws, and complete facts for every edge."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from organisations.models import Role, User
from procurement.models import (
    Citizen,
    CommitteeCase,
    ConflictHit,
    Draw,
    DrawCase,
    InterestGround,
    Person,
    SeatCase,
)
from procurement.rules import serving_on
from tests.support.procurement_ways import ballots, committee_in, day
from tests.support.purchases import Plan, paper
from tests.support.seats import LOTTERY, announce, by_clock, drawn, join_pool, on_paper, open_seat, pool
from tests.support.world import make_person
from workflows.actors import TIMER
from workflows.models import Case
from workflows.transitions import perform

# place/variant. hit: something was found and nobody has decided; unfounded, founded: somebody has. absent: invited to
# the only meeting and not there. report: waits for its answer; promised: answered with a promise.
SEAT_PLACES = (
    "vacant drawn nominated invited seat_accepted declared declared/hit declared/unfounded declared/founded cleared "
    "cleared/hit seat_approved seat_approved/hit appointed appointed/hit appointed/absent serving serving/hit "
    "serving/report serving/promised suspended suspended/unfounded suspended/founded concluding concluding/report "
    "seat_completed seat_completed/promised seat_declined no_reply conflicted seat_withdrawn discharged "
    "discharged/report discharged/promised seat_void"
).split()
DRAW_PLACES = "draw_announced draw_announced/known draw_done draw_annulled".split()
_BEFORE_ORDER = "drawn invited seat_accepted declared cleared".split()


# --- Seats ------------------------------------------------------------------------------------------------------------
def people_in_line(plan: Plan) -> DrawCase:
    """Four citizens in the pool of the district, and the draw of this quarter that puts them in order."""
    if not Citizen.objects.exists():
        pool(plan, 4)
    held = DrawCase.objects.filter(state="draw_done").first()
    return held or drawn(plan)


def other_citizen(plan: Plan) -> Person:
    """Somebody of the pool who is in no draw, and who may be nominated."""
    found = Person.objects.filter(name="นาง เสนอชื่อ ตัวอย่าง").first()
    return found or join_pool(plan.citizen("นาง เสนอชื่อ ตัวอย่าง"), plan.staff).person


def hit(case: Case, decision: str = "", by: User | None = None, tag: str = "x") -> ConflictHit:
    """A possible conflict of the citizen of a seat, as the check writes one. by: who has decided about it."""
    decided = {"decision": decision, "reasons": "ตรวจสอบแล้ว", "decided_by": by, "decided_at": timezone.now()}
    return ConflictHit.objects.create(
        seat_id=case.pk, first_version=0, last_version=0, kind="name", evidence={}, digest=f"{case.pk}{tag}",
        found_at=timezone.now(), **(decided if decision else {}),
    )  # fmt: skip


def seat_in(plan: Plan, place: str) -> SeatCase:
    """A seat in `place`, on a committee that `committee_in` drafted: ordered three days ago, met yesterday."""
    state, _, variant = place.partition("/")
    people_in_line(plan)
    committee = committee_in(plan, "draft")
    case = open_seat(plan, committee)
    if state == "nominated":
        return plan.do(case, "nominate", person=other_citizen(plan), reason="ชุมชนเสนอชื่อ")  # type: ignore[no-any-return]
    if state == "vacant":
        return case
    case = plan.do(case, "draw_next")
    ended = _ended_before_order(plan, case, state)
    if ended is not None:
        return ended
    case = on_paper(plan, case, upto=state if state in _BEFORE_ORDER else "cleared") if state != "drawn" else case
    if state not in _BEFORE_ORDER:
        case = _ordered(plan, committee, case, state, variant)
    return _found(plan, case, variant)


def _ended_before_order(plan: Plan, case: SeatCase, state: str) -> SeatCase | None:
    """The seat where the citizen fell out before an order named him; None of every other state."""
    if state == "seat_void":
        return plan.do(case, "set_aside", plan.approver, reasons="ขาดคุณสมบัติ")  # type: ignore[no-any-return]
    if state in {"seat_declined", "no_reply"}:
        case = on_paper(plan, case, upto="invited")
        if state == "no_reply":
            return by_clock(case, "no_reply")
        return plan.do(case, "record_refusal", text="โทรศัพท์")  # type: ignore[no-any-return]
    if state == "conflicted":
        return plan.do(on_paper(plan, case, upto="seat_accepted"), "declare_conflict", ground=some_ground())  # type: ignore[no-any-return]
    if state == "seat_withdrawn":
        return plan.do(on_paper(plan, case), "withdraw_acceptance", reasons="ป่วย")  # type: ignore[no-any-return]
    return None


def _found(plan: Plan, case: SeatCase, variant: str) -> SeatCase:
    if variant in {"hit", "unfounded", "founded"} and not case.seat.hits.exists():
        hit(case, "" if variant == "hit" else variant, plan.staff)
    return SeatCase.objects.get(pk=case.pk)


def _ordered(plan: Plan, committee: CommitteeCase, case: SeatCase, state: str, variant: str) -> SeatCase:
    """The seat after the order, as far as the committee has to go for it."""
    committee = plan.do(plan.do(committee, "lint"), "approve", plan.approver)
    if state == "seat_approved":
        return SeatCase.objects.get(pk=case.pk)
    committee = plan.do(committee, "sign_order", plan.approver, number=f"n{committee.pk}", on=day(3))
    case = SeatCase.objects.get(pk=case.pk)
    if state == "appointed":
        if variant == "absent":
            away = {f"seat{case.seat.member.pk}": {"attended": False, "vote": ""}}
            rows = ballots(committee, day(1), **away)
            plan.do(committee, "hold_meeting", on=day(1), ballots=rows, decision="none", minutes="หารือ")
        return SeatCase.objects.get(pk=case.pk)
    committee = plan.meeting(committee, "other", on=day(1))
    case = SeatCase.objects.get(pk=case.pk)
    if variant in {"report", "promised"}:
        report = {"token": "t1", "observed_on": day(1), "seen": "เปิดซองครบ", "files": [paper()]}
        case = plan.do(case, "record_report", **report)
    if variant == "promised":
        promise = {"report": case.seat.observations.get(), "text": "จะแก้ไข", "outcome": "promised"}
        case = plan.do(case, "answer_report", **promise)
    if state == "suspended":
        found = hit(case)
        case = perform(case, "conflict_found", TIMER)  # type: ignore[assignment]
        if variant:
            case = plan.do(case, "decide_hit", hit=found, decision=variant, reasons="ตรวจสอบแล้ว")
        return case
    if state == "discharged":
        return plan.do(case, "resign", on=day(), reasons="ย้ายภูมิลำเนา")  # type: ignore[no-any-return]
    if state in {"concluding", "seat_completed"}:
        plan.do(plan.do(committee, "report", text="รายงานผล"), "dissolve", plan.approver)
        case = SeatCase.objects.get(pk=case.pk)
    return plan.do(case, "complete") if state == "seat_completed" else case


def some_ground() -> InterestGround:
    """An interest that somebody may have."""
    return InterestGround.objects.get(code="other")


def seat_facts(plan: Plan, edge: str, case: SeatCase) -> dict[str, Any]:
    """Complete facts for an edge of a seat."""
    seat, today, reasons = case.seat, timezone.localdate(), {"reasons": "เหตุผล"}
    answer = {"text": "ตอบแล้ว", "outcome": "explained"}
    report = {"token": "t9", "observed_on": day(1), "seen": "เห็นเอกสารครบ"}
    waiting, promised = seat.observations.filter(answered_at=None), seat.observations.filter(outcome="promised")
    return {
        "nominate": {"person": other_citizen(plan) if edge == "nominate" else None, "reason": "ชุมชนเสนอชื่อ"},
        "record_acceptance": {"text": "ตอบรับทางโทรศัพท์"},
        "record_refusal": {"text": "ปฏิเสธทางโทรศัพท์"},
        "declare": {"seen": seat.committee.purchase.bidders_version},
        "declare_again": {"seen": seat.committee.purchase.bidders_version},
        "declare_conflict": {"ground": some_ground()},
        "leave_for_interest": {"ground": some_ground()},
        "decide_hit": {"hit": seat.hits.first(), "decision": "unfounded", **reasons},
        "withdraw_acceptance": reasons,
        "set_aside": reasons,
        "close_vacancy": reasons,
        "discharge": {"on": today, **reasons},
        "no_show": reasons,
        "resign": {"on": today, **reasons},
        "die": {"on": today},
        "report": report,
        "record_report": {**report, "files": [paper()] if edge == "record_report" else []},
        "answer_report": {"report": waiting.first(), **answer},
        "record_fix": {"report": promised.first(), "on": today},
        "send_documents": {"files": [paper()] if edge == "send_documents" else []},
        "extend": {"clock": case.clocks.filter(stopped_on=None, duty=True).first(), "days": 5, **reasons},
        "note": {"text": "ข้อความ"},
        "attach": {"files": [paper()] if edge == "attach" else []},
    }.get(edge, {})


def served(case: CommitteeCase) -> list[str]:
    """Names of who serves on a committee today."""
    return sorted(row.person.name for row in serving_on(case.committee, day()))


# --- Draws ------------------------------------------------------------------------------------------------------------
def keeper(plan: Plan) -> User:
    """An approver of the district who is procurement staff too; he announces and holds every draw of `draw_in`."""
    return User.objects.filter(username="keeper").first() or make_person(
        "keeper", plan.unit, Role.APPROVER, Role.PROCUREMENT
    )


def draw_in(plan: Plan, place: str) -> DrawCase:
    """A draw in `place`; known: the moment of its value has come."""
    if not Citizen.objects.exists():
        pool(plan, 4)
    case = announce(replace(plan, staff=keeper(plan)))
    if place != "draw_announced":
        Draw.objects.filter(pk=case.pk).update(seed_known_at=timezone.now() - timedelta(days=1))
    if place in {"draw_done", "draw_annulled"}:
        case = plan.do(case, "hold_draw", keeper(plan), seed=LOTTERY)
    if place == "draw_annulled":
        case = plan.do(case, "annul", plan.approver, reasons="ค่าสุ่มผิดงวด")
    return DrawCase.objects.get(pk=case.pk)


def draw_facts(edge: str, case: Case) -> dict[str, Any]:
    """Complete facts for an edge of a draw."""
    reasons = {"reasons": "เหตุผล"}
    return {
        "hold_draw": {"seed": LOTTERY},
        "annul": reasons,
        "extend": {"clock": case.clocks.filter(stopped_on=None, duty=True).first(), "days": 5, **reasons},
        "note": {"text": "ข้อความ"},
        "attach": {"files": [paper()] if edge == "attach" else []},
    }.get(edge, {})
