"""Many actors at committees with citizen seats, draws and bidders that change, random edges: whatever happens, seats,
members, suspensions, coverage, tasks, clocks and ledger agree after every step."""

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organisations.models import User
from procurement.coverage.reading import facts_of, variant_of
from procurement.coverage.rule import compute
from procurement.models import (
    Activity,
    Citizen,
    CommitteeCase,
    DrawCase,
    Meeting,
    Member,
    Person,
    PurchaseCase,
    Seat,
    SeatCase,
    SupplierPerson,
)
from procurement.states import seat as law
from tests.support.procurement_ways import (
    approver_who_drafted,
    approver_who_sits,
    ballots,
    committee_facts,
    committee_in,
    day,
    purchase_facts,
)
from tests.support.purchases import Plan
from tests.support.seat_ways import draw_facts, seat_facts
from tests.support.seats import drawn, open_seat, pool
from workflows.actors import TIMER, Actor
from workflows.checks import problems
from workflows.models import Case, LedgerEntry
from workflows.refusals import Refused
from workflows.transitions import perform
from workflows.verification import Report, verify

STEPS = 70
# Edges by which much ends: taken seldom, or every walk would be short.
ENDS = {"cancel", "cancel_order", "discard", "dissolve", "die", "annul", "close_vacancy", "set_aside"}
# Acts that change nothing of what is looked at here.
ACTS = {"note", "attach", "take_over", "extend", "set_dates", "group", "revise", "change_duty", "send_documents"}
PROXIES: dict[str, Any] = {"purchase": PurchaseCase, "committee": CommitteeCase, "seat": SeatCase, "draw": DrawCase}


class Walk:
    """One walk: cases, people, and random facts."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan, self.choose = plan, random.Random(seed)  # noqa: S311 - a walk that can be repeated
        world = plan.world
        people = [plan.staff, plan.staff2, plan.upper_staff, world.head, world.approver, world.upper_approver]
        people += [world.officer, approver_who_drafted(plan), approver_who_sits(plan)]
        self.people: list[User] = people
        self.taken: Counter[str] = Counter()
        self.trail: list[str] = []

    def begin(self) -> None:
        """Two committees of one purchase and one of another, some with a seat; a draw, and people outside it."""
        plan, choose = self.plan, self.choose
        pool(plan, 5)
        drawn(plan)
        pool_more = plan.citizen("นาง นอกบัญชี ตัวอย่าง")
        assert pool_more.pk
        first = plan.do(plan.purchase(), "announce", on=day(5))
        second = plan.do(plan.purchase(), "announce", on=day(5))
        # One seat is in office from the beginning, so that short walks see the later states too.
        committee = plan.committee(second, citizen=True)
        committee = plan.ordered(committee, number="900", on=day(3))
        if choose.random() < 0.5:
            plan.meeting(committee, "other", on=day(1))
        for purchase, kind in ((first, "ebidding"), (first, "inspection")):
            open_seat(plan, committee_in(plan, "draft", kind=kind, purchase=purchase))

    def step(self) -> None:
        """One random act, by whoever may."""
        choose = self.choose
        for share, act in ((0.06, self._bidder), (0.06, self._open), (0.5, self._forward)):
            if choose.random() < share:
                act()
                return
        kind = choose.choice(["seat"] * 6 + ["committee"] * 3 + ["purchase", "draw"])
        case = self._any(PROXIES[kind].objects.filter(kind=kind))
        if case is not None:
            edges = [edge.name for edge in case.graph.edges_from(case.state)]
            rare = [name for name in edges if name not in ENDS | ACTS or choose.random() < 0.1]
            if rare:
                self._try(case, choose.choice(rare))

    def _try(self, case: Any, edge: str, **more: Any) -> None:
        choose, facts = self.choose, self._facts(edge, case)
        actors = [Actor.person(user) for user in self.people] + [TIMER, Actor.complainant(case)]
        actors += [Actor.person(row.account) for row in Citizen.objects.order_by("pk") if row.account]
        for actor in choose.sample(actors, len(actors)):
            before = LedgerEntry.objects.count()
            try:
                perform(case, edge, actor, **facts, **more)
            except Refused:
                assert LedgerEntry.objects.count() == before
                continue
            self.taken[edge] += 1
            self.trail.append(f"{case.kind}{case.pk}:{edge}")
            return

    def _forward(self) -> None:
        """The plain road, or walks would seldom come far: the next edge of a seat or a committee, by who may."""
        road = {
            "vacant": "draw_next", "drawn": "invite", "nominated": "invite", "invited": "record_acceptance",
            "seat_accepted": "declare", "declared": "declare_again decide_hit clear clear", "draft": "lint",
            "linted": "approve", "approved": "sign_order", "ordered": "hold_meeting amend", "working": "amend",
            "suspended": "declare_again decide_hit lift_suspension discharge", "serving": "record_report declare_again",
        }  # fmt: skip
        case: Any = self._any(Case.objects.filter(kind__in=["seat", "committee"], state__in=road))
        if case is not None:
            case = PROXIES[case.kind].objects.get(pk=case.pk)
            self._try(case, self.choose.choice(road[case.state].split()))

    def _open(self) -> None:
        committee = self._any(CommitteeCase.objects.filter(kind="committee", state="draft"))
        if committee is None:
            return
        try:
            open_seat(self.plan, committee)
        except Refused:
            return
        self.taken["open"] += 1

    def _bidder(self) -> None:
        """The list of bidders changes; sometimes with somebody of the pool behind one."""
        choose, plan = self.choose, self.plan
        purchase = self._any(PurchaseCase.objects.filter(kind="purchase", is_open=True))
        if purchase is None:
            return
        tin = f"01055{choose.randrange(10**8):08d}"
        supplier = plan.supplier(tin, f"บริษัท เลขที่{tin} จำกัด")
        person = self._any(Person.objects.filter(standing="citizen"))
        if choose.random() < 0.5:
            SupplierPerson.objects.create(supplier=supplier, name=person.name, part="director")
        try:
            plan.do(purchase, "record_bids", bids=[{"supplier": supplier, "amount": Decimal(1)}])
        except Refused:
            return
        self.taken["bidders"] += 1

    def _any(self, rows: QuerySet[Any]) -> Any:
        """One of them, the same one for the same seed; None when there is none."""
        found = list(rows.order_by("pk"))
        return self.choose.choice(found) if found else None

    def _facts(self, edge: str, case: Any) -> dict[str, Any]:
        plan = self.plan
        if isinstance(case, PurchaseCase):
            return purchase_facts(plan, edge, case)
        if isinstance(case, DrawCase):
            return draw_facts(edge, case)
        if isinstance(case, SeatCase):
            return {**seat_facts(plan, edge, case), **self._of_seat(edge, case)}
        return {**committee_facts(plan, edge, case), **self._of_committee(edge, case)}

    def _of_seat(self, edge: str, case: SeatCase) -> dict[str, Any]:
        choose, back = self.choose, day(self.choose.randrange(-1, 4))
        version = case.seat.committee.purchase.bidders_version
        decision = choose.choice(["unfounded", "unfounded", "founded"])
        return {
            "nominate": {"person": self._any(Person.objects.filter(standing="citizen")), "reason": "เสนอ"},
            "declare": {"seen": choose.choice([version, version, 0])},
            "declare_again": {"seen": choose.choice([version, version, 0])},
            "decide_hit": {"hit": self._any(case.seat.hits.all()), "decision": decision, "reasons": "ตรวจสอบแล้ว"},
            "resign": {"on": back, "reasons": "ย้าย"},
            "discharge": {"on": back, "reasons": "มีเหตุ", "because": choose.choice(["", "interest"])},
            "die": {"on": back},
            "report": {"token": str(choose.random()), "observed_on": day(), "seen": "เห็น"},
            "record_report": {"token": str(choose.random()), "observed_on": day(), "seen": "เห็น"},
        }.get(edge, {})

    def _of_committee(self, edge: str, case: CommitteeCase) -> dict[str, Any]:
        choose, back = self.choose, day(self.choose.randrange(-1, 3))
        somebody = self._any(case.committee.members.all())
        away = {f"seat{row.pk}": {"attended": False} for row in case.committee.members.filter(duty="member")}
        rows = ballots(case, back, **(away if choose.random() < 0.4 else {}))
        order = {"number": str(LedgerEntry.objects.count()), "on": day()}
        if edge == "add_member":
            standing = choose.choice(["citizen", "citizen", "official"])
            person = self._any(Person.objects.filter(standing=standing))
            return {"person": person, "duty": "member", "nomination": "เสนอ"}
        return {
            "remove_member": {"member": somebody},
            "sign_order": order,
            "cancel_order": {**order, "reasons": "ยกเลิก"},
            "hold_meeting": {"on": back, "decision": "none", "minutes": "หารือ", "ballots": rows},
            "record_meeting": {"on": back, "decision": "none", "minutes": "หารือ", "ballots": rows},
            "declare_interest": {"member": somebody, "ground": None},
            "member_leaves": {"member": somebody, "on": back, "because": "resigned", "reasons": "ย้าย"},
        }.get(edge, {})


# --- What must hold ---------------------------------------------------------------------------------------------------
def everything_agrees(plan: Plan) -> None:
    """What `check_cases` says, and what only the walk knows to ask."""
    assert list(problems()) == []
    one_place_a_person()
    chains()
    assert set(compute(facts_of(plan.unit, plan.year), variant_of()).covered) == covered_by_hand(plan)


def one_place_a_person() -> None:
    """Nobody has two places on a committee, and who is in office holds his seat."""
    for model, rows in (
        (Member, Member.objects.filter(left_on=None, leaving=False).values_list("committee", "person")),
        (Seat, Seat.objects.filter(case__is_open=True, person__isnull=False).values_list("committee", "person")),
    ):
        counted = Counter(rows)
        assert [pair for pair, count in counted.items() if count > 1] == [], model
    in_office = Member.objects.filter(person__standing="citizen", appointed_on__isnull=False, left_on=None)
    held = Seat.objects.filter(case__state__in=law.HELD)
    assert sorted(in_office.values_list("pk", flat=True)) == sorted(held.values_list("member", flat=True))
    drafted = Member.objects.filter(person__standing="citizen", appointed_on=None, left_on=None)
    waiting = Seat.objects.filter(case__state__in=law.BEFORE_ORDER, member__isnull=False)
    assert sorted(drafted.values_list("pk", flat=True)) == sorted(waiting.values_list("member", flat=True))


def chains() -> None:
    """A seat follows one that has ended, of the same committee; who fell out while it goes on is followed."""
    for row in Seat.objects.filter(follows__isnull=False).select_related("follows__case"):
        assert row.follows is not None
        assert row.follows.case.state in (*law.FALLEN, law.VOID)
        assert row.follows.committee_id == row.committee_id
        assert row.follows_id < row.pk
    for row in Seat.objects.filter(case__state__in=law.FALLEN, committee__case__is_open=True, followed_by=None):
        last = LedgerEntry.objects.filter(case=row.pk).exclude(verb__in=["note", "attach"])
        why = last.exclude(verb__in=["answer_report", "record_fix"]).order_by("seq").values_list("verb", flat=True)
        assert list(why)[-1] == "order_cancelled" or _reported(row), row


def _reported(row: Seat) -> bool:
    """Whether its committee has reported: nobody is sought for it then."""
    return LedgerEntry.objects.filter(case=row.committee_id, verb="report").exists()


def covered_by_hand(plan: Plan) -> set[str]:
    """The activities covered, by the words of domain.md: on the day of the committee's first decision (until there is
    one: today) a citizen was appointed in a qualifying committee and not suspended or discharged."""
    covered = set()
    for activity in Activity.objects.filter(unit=plan.unit, fiscal_year=plan.year, cancelled_on=None):
        seats = Seat.objects.filter(committee__purchase__activity=activity, committee__kind__qualifying=True)
        members = Member.objects.filter(
            committee__purchase__activity=activity, committee__kind__qualifying=True, person__standing="citizen",
            appointed_on__isnull=False,
        )  # fmt: skip
        assert set(members.values_list("pk", flat=True)) <= set(seats.values_list("member", flat=True))
        if any(_sat(row, _decided(row)) for row in members):
            covered.add(str(activity.pk))
    return covered


def _decided(member: Member) -> date:
    meetings = Meeting.objects.filter(committee=member.committee_id).exclude(decision="none")
    days = [*meetings.values_list("held_on", flat=True)]
    purchase = member.committee.purchase
    if not days and member.committee.kind.task == "purchase":
        days = [on for on in (purchase.awarded_on, *purchase.contracts.values_list("signed_on", flat=True)) if on]
    return min(days, default=timezone.localdate())


def _sat(member: Member, on: date) -> bool:
    assert member.appointed_on is not None
    if not (member.appointed_on <= on and (member.left_on is None or on < member.left_on)):
        return False
    return not any(row.since <= on and (row.until is None or on < row.until) for row in member.seat.suspensions.all())


@pytest.mark.django_db
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_random_walk_of_seats_keeps_everything_in_agreement(plan: Plan, seed: int) -> None:
    point = transaction.savepoint()
    walk = Walk(plan, seed)
    try:
        walk.begin()
        for _ in range(STEPS):
            walk.step()
            everything_agrees(plan)
        assert sum(walk.taken.values()) > STEPS / 5
        assert list(verify(Report())) == []
    except BaseException as error:
        error.add_note(" ".join(walk.trail[-12:]))
        raise
    finally:
        transaction.savepoint_rollback(point)


@pytest.mark.django_db
def test_night_takes_what_ran_out_and_everything_agrees(plan: Plan) -> None:
    """Nobody answers for months: each night the clocks take their edges, until the drawn order is empty."""
    from workflows.watch import take_timed_edges

    pool(plan, 3)
    drawn(plan)
    plan.do(plan.do(open_seat(plan, committee_in(plan, "draft")), "draw_next"), "invite")
    for number in range(1, 6):
        take_timed_edges(timezone.localdate() + timedelta(days=10 * number))
        one_place_a_person()
        chains()
    states = list(SeatCase.objects.filter(kind="seat").order_by("pk").values_list("state", flat=True))
    assert states == ["no_reply", "no_reply", "no_reply", "vacant"]
    assert len(set(Seat.objects.values_list("person", flat=True))) == 4  # three people, and nobody
