"""Many actors, many purchases and committees, random edges and acts beside them: whatever happens, state, tasks,
clocks, numbers, figures and ledger agree."""

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organisations.models import User
from procurement.actions.plan import ActivityOvertaken, cancel_activity, change_activity
from procurement.models import (
    Activity,
    Committee,
    CommitteeCase,
    InterestGround,
    Member,
    Milestone,
    Payment,
    Purchase,
    PurchaseCase,
    Revision,
)
from tests.support.procurement_ways import (
    approver_who_drafted,
    approver_who_sits,
    ballots,
    committee_facts,
    committee_in,
    day,
    purchase_facts,
    purchase_in,
)
from tests.support.purchases import Plan
from workflows.actors import IMPORT, TIMER, Actor
from workflows.checks import problems
from workflows.models import Case, Clock, LedgerEntry
from workflows.refusals import Refused
from workflows.transitions import open_case, perform
from workflows.verification import Report, verify
from workflows.watch import give_warnings

# Edges by which a case ends: taken seldom, or every walk would be short.
ENDS = {"cancel", "import_cancellation", "import_completion", "cancel_order", "discard", "complete", "dissolve"}
STEPS = 100


class Walk:
    """One walk: cases, people, and random facts."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan, self.choose = plan, random.Random(seed)  # noqa: S311 - a walk that can be repeated
        world = plan.world
        people = [plan.staff, plan.staff2, plan.upper_staff, world.head, world.approver, world.upper_approver]
        people += [world.executive, world.officer, approver_who_drafted(plan), approver_who_sits(plan)]
        self.people: list[User] = people
        self.taken: Counter[str] = Counter()

    def begin(self) -> None:
        """Purchases and committees in different places."""
        plan, choose = self.plan, self.choose
        imported = plan.activity(source="import")
        open_case("purchase", "import_announced", IMPORT, unit=plan.unit, activity=imported, name="นำเข้า", silent=True)
        first = purchase_in(plan, choose.choice(["planned", "announced", "contracted"]))
        places = ["draft", "approved", "ordered", "working/against", "draft/amending"]
        committee_in(plan, choose.choice(places), purchase=first)
        committee_in(plan, choose.choice(places), kind="terms", purchase=purchase_in(plan, "announced"))
        plan.committee(first, "inspection", citizen=True)

    def step(self, number: int) -> None:
        """One random act, by whoever may."""
        choose = self.choose
        if choose.random() < 0.15:
            self._beside()
        # Citizen seats have a walk of their own (test_seat_walk).
        case: Any = self._any(Case.objects.filter(kind__in=["purchase", "committee"]))
        pk = case.pk
        case = (PurchaseCase if case.kind == "purchase" else CommitteeCase).objects.get(pk=pk)
        edges = [edge.name for edge in case.graph.edges_from(case.state)]
        edge = choose.choice([name for name in edges if name not in ENDS or choose.random() < 0.1] or edges)
        facts = self._facts(edge, case, number)
        actors = [Actor.person(user) for user in self.people] + [TIMER, Actor.complainant(case)]
        # An import may say that a contract is worth less than has been paid; then there is nothing to compare.
        actors += [IMPORT] if edge != "revise" else []
        for actor in choose.sample(actors, len(actors)):
            before = LedgerEntry.objects.filter(case=pk).count()
            try:
                perform(case, edge, actor, **facts)
            except Refused:
                assert LedgerEntry.objects.filter(case=pk).count() == before
                continue
            self.taken[edge] += 1
            return

    def _any(self, rows: QuerySet[Any]) -> Any:
        """One of them, the same one for the same seed; None when there is none."""
        found = list(rows.order_by("pk"))
        return self.choose.choice(found) if found else None

    def _facts(self, edge: str, case: Any, number: int) -> dict[str, Any]:
        if isinstance(case, PurchaseCase):
            return {**purchase_facts(self.plan, edge, case), **self._of_purchase(edge, case, number)}
        return {**committee_facts(self.plan, edge, case), **self._of_committee(edge, case, number)}

    def _of_purchase(self, edge: str, case: PurchaseCase, number: int) -> dict[str, Any]:
        choose, back = self.choose, day(self.choose.randrange(-1, 4))
        dates = {code: choose.choice([None, day(-choose.randrange(90))]) for code in Milestone.Code.values}
        contract = self._any(case.purchase.contracts.all())
        corrected = {contract.pk: {"value": Decimal(choose.randrange(1, 9) * 100_000)}} if contract else {}
        return {
            "announce": {"on": back},
            "record_bids": {"bids": [{"supplier": self.plan.supplier(f"010550000{number:04d}", f"ผู้ขาย {number}")}]},
            "sign_contract": {"number": f"ส.{number % 7}", "on": back, "finish_on": day(-30)},
            "add_contract": {"number": f"ส.{number % 7}", "on": back, "finish_on": None},
            "deliver": {"on": back},
            "pay": {"amount": Decimal(choose.choice([-5, 5, 400_000])), "note": "ปรับ", "on": back},
            "set_dates": {"dates": dates},
            "revise": {"figures": {"budget": Decimal(number)}, "contracts": corrected},
            "group": {"activity": self._any(Activity.objects.all())},
        }.get(edge, {})  # fmt: skip

    def _of_committee(self, edge: str, case: CommitteeCase, number: int) -> dict[str, Any]:
        choose, back = self.choose, day(self.choose.randrange(-1, 5))
        somebody = self._any(case.committee.members.all())
        duty = choose.choice(Member.Duty.values)
        decision = choose.choice(["none", "propose", "accept", "reject", "other"])
        rows = [
            {**row, "vote": choose.choice(["for", "for", "for", "against", "abstain"]) if decision != "none" else ""}
            for row in ballots(case, back)
        ]
        meeting = {"on": back, "decision": decision, "minutes": "หารือ", "ballots": rows}
        order = {"number": str(number % 40), "on": back}
        grounds = [None, None, InterestGround.objects.first()]
        person = self.plan.citizen if choose.random() < 0.3 else self.plan.official
        return {
            "add_member": {"person": person(f"นาย เดิน {number}"), "duty": duty, "nomination": "เสนอ"}
            if edge == "add_member"
            else {},
            "change_duty": {"member": somebody, "duty": duty},
            "remove_member": {"member": somebody},
            "sign_order": order,
            "record_signed_order": order,
            "cancel_order": order,
            "hold_meeting": meeting,
            "record_meeting": meeting,
            "declare_interest": {
                "member": somebody,
                "ground": choose.choice(grounds),
                "on": choose.choice([None, back]),
            },
            "member_leaves": {"member": somebody, "on": back, "because": choose.choice(["died", "moved", "resigned"])},
        }.get(edge, {})

    def _beside(self) -> None:
        """What the staff does to the plan itself, and what the night does."""
        plan, choose = self.plan, self.choose
        activity = self._any(Activity.objects.all())
        try:
            match choose.randrange(5):
                case 0:
                    cancel_activity(activity, by=plan.staff, reason="งบถูกตัด", seen_version=choose.choice([None, 1]))
                case 1:
                    change_activity(activity, by=plan.staff2, budget=Decimal(choose.randrange(9)))
                case 2:
                    give_warnings(timezone.localdate() + timedelta(days=choose.randrange(60)))
                case 3:
                    plan.seats_ready(self._any(CommitteeCase.objects.filter(kind="committee")))
                case 4:
                    plan.committee(
                        self._any(Purchase.objects.all()).case,
                        choose.choice(["ebidding", "inspection", "terms", "supervision"]),
                    )
        except (Refused, ActivityOvertaken):
            pass


def everything_agrees() -> None:
    """What `check_cases` and `verify_ledger` say, and what only the walk knows to ask."""
    assert list(problems()) == []
    assert list(verify(Report())) == []
    for case in Case.objects.filter(kind="purchase"):
        row = Purchase.objects.get(pk=case.pk)
        values = list(row.contracts.values_list("value", flat=True))
        known = [value for value in values if value is not None]
        paid = sum(Payment.objects.filter(purchase=row).values_list("amount", flat=True))
        assert paid >= 0
        if known and len(known) == len(values):
            assert paid <= sum(known)
        running = set(Clock.objects.filter(case=case.pk, stopped_on=None).values_list("code", flat=True))
        waiting = set(row.milestones.filter(done_on=None, planned_on__isnull=False).values_list("code", flat=True))
        assert running == ((waiting or {"plan_dates"}) if case.is_open else set())
        assert row.activity.unit_id == case.unit_id
    for thing in ("activity", "purchase", "contract"):
        numbers: dict[int, list[int]] = {}
        for key, number in Revision.objects.exclude(**{thing: None}).order_by("id").values_list(thing, "number"):
            numbers.setdefault(key, []).append(number)
        assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    for row in Activity.objects.all():
        assert row.version == row.revisions.count()
        assert not (row.cancelled_on and row.purchases.filter(case__is_open=True).exists())
    for found in Committee.objects.select_related("case"):
        sent = LedgerEntry.objects.filter(case=found.pk, verb__in=("sign_order", "record_signed_order"))
        assert found.orders.exclude(kind="cancellation").count() == sent.count()
        for meeting in found.meetings.all():
            # Whoever is on record as present was a member on that day (an interest that came to light ends it earlier).
            for there in meeting.attendances.filter(attended=True).exclude(member__left_because="interest"):
                assert there.member.appointed_on <= meeting.held_on
                assert there.member.left_on is None or there.member.left_on >= meeting.held_on


@pytest.mark.django_db
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_random_walk_keeps_everything_in_agreement(plan: Plan, seed: int) -> None:
    point = transaction.savepoint()
    walk = Walk(plan, seed)
    walk.begin()
    for number in range(STEPS):
        walk.step(number)
    assert sum(walk.taken.values()) > STEPS / 4
    everything_agrees()
    transaction.savepoint_rollback(point)
