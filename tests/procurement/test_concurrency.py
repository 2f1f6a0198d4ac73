"""Several people at one purchase, committee or plan, on real connections: one wins, the others are told by a sentence,
and nothing is half written. No database error reaches anybody."""

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from organisations.models import User
from procurement.actions.plan import ActivityOvertaken, add_activity, cancel_activity, change_activity
from procurement.models import (
    Activity,
    CommitteeCase,
    InterestGround,
    Member,
    Order,
    Payment,
    Person,
    Purchase,
    PurchaseCase,
    Revision,
)
from tests.support.procurement_ways import ballots, day, draft_facts, group_target, paper
from tests.support.purchases import Plan, build_plan
from tests.support.threads import together
from tests.support.world import build_world
from tests.workflows.test_concurrency import all_is_well
from workflows.actors import IMPORT, Actor
from workflows.models import Case, LedgerEntry
from workflows.refusals import Missing, Overtaken, Refused
from workflows.transitions import open_case, perform

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 30


@pytest.fixture
def plan(transactional_db: None) -> Plan:
    """The small world, committed, so that other connections see it."""
    return build_plan(build_world())


def take(case: Case, edge: str, user: User, **facts: Any) -> Callable[[], Any]:
    """An edge, with the version the person has before him."""
    return lambda: perform(case, edge, Actor.person(user), seen_version=case.state_version, **facts)


def race(acts: list[Callable[[], Any]], turn: int) -> list[Any]:
    """Two acts at the same moment, or one of them a little later: so that in many rounds each comes first sometimes."""

    def late(act: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            time.sleep(0.03)
            return act()

        return run

    first, second = acts
    return together(*{0: (first, second), 1: (late(first), second), 2: (first, late(second))}[turn % 3])


def one_wins(results: list[Any]) -> tuple[int, Refused]:
    """Which of two has won; the other one was refused with a sentence."""
    won = [place for place, result in enumerate(results) if not isinstance(result, Exception)]
    lost = [result for result in results if isinstance(result, Exception)]
    assert len(won) == 1, results
    assert len(lost) == 1
    assert isinstance(lost[0], Refused), repr(lost[0])
    assert str(lost[0].sentence).strip()
    return won[0], lost[0]


# --- The draft --------------------------------------------------------------------------------------------------------
def test_two_staff_add_a_chair(plan: Plan) -> None:
    case = plan.committee()
    people = [plan.official("นาย หนึ่ง ตัวอย่าง"), plan.official("นาย สอง ตัวอย่าง")]
    for _ in range(ROUNDS):
        plan.do(case, "remove_member", member=case.committee.members.get(duty="chair"))
        acts = zip((plan.staff, plan.staff2), people, strict=True)
        _won, lost = one_wins(
            together(*[take(case, "add_member", user, person=row, duty="chair") for user, row in acts])
        )
        assert lost.field == "one_chair"
        assert case.committee.members.filter(duty="chair").count() == 1
    all_is_well()


def test_two_staff_add_the_same_person(plan: Plan) -> None:
    case, person = plan.committee(), plan.official("นาย คนเดียว ตัวอย่าง")
    for _ in range(ROUNDS):
        acts = [take(case, "add_member", user, person=person, duty="member") for user in (plan.staff, plan.staff2)]
        _won, lost = one_wins(together(*acts))
        assert lost.field == "not_a_member_yet"
        plan.do(case, "remove_member", member=case.committee.members.get(person=person))
    all_is_well()


def test_one_takes_a_member_out_while_the_other_sends_the_draft_on(plan: Plan) -> None:
    winners = set()
    case = plan.committee()
    for turn in range(ROUNDS):
        row = case.committee.members.filter(duty="secretary").get()
        acts = [take(case, "remove_member", plan.staff, member=row), take(case, "lint", plan.staff2)]
        won, lost = one_wins(race(acts, turn))
        winners.add(won)
        if isinstance(lost, Overtaken):
            case = plan.do(case, "take_back")
        else:
            assert lost.field == "order_is_in_order"
            case = plan.do(case, "add_member", person=row.person, duty="secretary")
    assert winners == {0, 1}  # both orders were met
    all_is_well()


def test_two_committees_of_one_kind_are_begun(plan: Plan) -> None:
    purchase = plan.purchase()
    for _ in range(ROUNDS):
        acts = [
            lambda user=user: open_case(
                "committee", "draft", Actor.person(user), unit=plan.unit, **draft_facts(purchase, "terms")
            )
            for user in (plan.staff, plan.staff2)
        ]
        results = together(*acts)
        won, lost = one_wins(results)
        assert lost.field == "only_one_of_a_kind"
        plan.do(results[won], "discard", reasons="ไม่ใช้")
    assert CommitteeCase.objects.filter(kind="committee").count() == ROUNDS
    all_is_well()


# --- The order --------------------------------------------------------------------------------------------------------
def drafted(plan: Plan, kind: str = "ebidding", purchase: PurchaseCase | None = None, seats: int = 4) -> CommitteeCase:
    """A draft of a chair and members, in as few steps as there can be: there are many rounds."""
    purchase = purchase or plan.purchase()
    case: Any = open_case("committee", "draft", Actor.person(plan.staff), unit=plan.unit, **draft_facts(purchase, kind))
    for place, duty in enumerate(("chair", "secretary", "member", "member")[:seats]):
        case = plan.do(case, "add_member", person=plan.official(f"นาย {kind}{place} ตัวอย่าง{case.pk}"), duty=duty)
    assert isinstance(case, CommitteeCase)
    return case


def approved(plan: Plan, kind: str = "ebidding", purchase: PurchaseCase | None = None, seats: int = 4) -> CommitteeCase:
    """Its draft is approved. Of four seats one may be lost: with three it would still keep the rules."""
    case: CommitteeCase = plan.do(plan.do(drafted(plan, kind, purchase, seats), "lint"), "approve", plan.approver)
    return case


def ordered(plan: Plan, number: str, back: int = 0) -> CommitteeCase:
    """A committee of three, ordered so many days ago."""
    signed: CommitteeCase = plan.do(approved(plan, seats=3), "sign_order", plan.approver, number=number, on=day(back))
    return signed


def amending(plan: Plan, turn: int) -> CommitteeCase:
    """An order in force whose amendment, one member more, is approved."""
    case: Any = plan.do(approved(plan), "sign_order", plan.approver, number=f"f{turn}", on=day(3))
    case = plan.do(case, "amend", reasons="เพิ่มกรรมการ")
    case = plan.do(case, "add_member", person=plan.official("นาง ห้า ตัวอย่าง"), duty="member")
    assert isinstance(case, CommitteeCase)
    return plan.do(plan.do(case, "lint"), "approve", plan.approver)  # type: ignore[no-any-return]


def test_two_approvers_sign(plan: Plan) -> None:
    for turn in range(ROUNDS):
        case = approved(plan)
        signing = [(plan.approver, f"a{turn}"), (plan.world.upper_approver, f"b{turn}")]
        acts = [take(case, "sign_order", user, number=number, on=day()) for user, number in signing]
        _won, lost = one_wins(together(*acts))
        assert isinstance(lost, Overtaken)
        assert case.committee.orders.count() == 1
    all_is_well()


def test_order_is_signed_and_recorded_from_paper(plan: Plan) -> None:
    scan = paper()
    for turn in range(ROUNDS):
        case = approved(plan)
        recorded = {"number": f"p{turn}", "on": day(), "signatory": "นาย ก", "files": [scan]}
        acts = [
            take(case, "sign_order", plan.approver, number=f"s{turn}", on=day()),
            take(case, "record_signed_order", plan.staff, **recorded),
        ]
        one_wins(together(*acts))
        assert case.committee.orders.count() == 1
    all_is_well()


def test_two_orders_take_the_same_number(plan: Plan) -> None:
    """Of two committees: no case is locked by both, so only the register itself decides."""
    for turn in range(ROUNDS):
        cases = [approved(plan), approved(plan)]
        acts = [take(case, "sign_order", plan.approver, number=f"{turn}", on=day()) for case in cases]
        _won, lost = one_wins(together(*acts))
        assert lost.field == "order_day"
        assert Order.objects.count() == turn + 1
        assert sorted(Case.objects.get(pk=case.pk).state for case in cases) == ["approved", "ordered"]
    assert Member.objects.filter(appointed_on__isnull=False).count() == 4 * ROUNDS
    all_is_well()


@pytest.mark.parametrize("meanwhile", ["declare_interest", "return_draft", "member_leaves"])
def test_order_is_signed_while_its_members_change(plan: Plan, meanwhile: str) -> None:
    winners = set()
    ground = InterestGround.objects.get(code="other")
    for turn in range(ROUNDS):
        case = amending(plan, turn) if meanwhile == "member_leaves" else approved(plan)
        row = case.committee.members.filter(duty="member").first()
        assert row is not None
        act = {
            "declare_interest": take(case, "declare_interest", plan.staff, member=row, ground=ground),
            "return_draft": take(case, "return_draft", plan.world.upper_approver, reasons="เปลี่ยนกรรมการ"),
            "member_leaves": take(
                case, "member_leaves", plan.staff, member=row, on=day(), because="died", reasons="เสียชีวิต"
            ),
        }[meanwhile]
        acts = [take(case, "sign_order", plan.approver, number=f"s{turn}", on=day()), act]
        won, lost = one_wins(race(acts, turn))
        winners.add(won)
        assert isinstance(lost, Overtaken) or lost.field == "as_it_was_sent"
        row.refresh_from_db()
        # Either he was appointed and nobody has heard of anything, or he is out of a draft that was not signed.
        signed = Case.objects.get(pk=case.pk).state == "ordered"
        assert signed == (won == 0)
        if meanwhile != "return_draft":
            assert (row.left_on is None) == signed
    assert winners == {0, 1}
    all_is_well()


def test_purchase_is_cancelled_while_an_order_is_signed(plan: Plan) -> None:
    winners = set()
    for turn in range(ROUNDS):
        purchase = plan.purchase()
        case = approved(plan, purchase=purchase)
        acts = [
            take(case, "sign_order", plan.approver, number=f"s{turn}", on=day()),
            take(purchase, "cancel", plan.world.head, reasons="งบถูกตัด"),
        ]
        won, lost = one_wins(race(acts, turn))
        winners.add(won)
        assert lost.field in {"purchase_not_over", "no_order_in_force"}
        assert Case.objects.get(pk=purchase.pk).is_open == case.committee.orders.exists()
    assert winners == {0, 1}
    all_is_well()


def test_bidders_become_known_while_an_order_is_signed(plan: Plan) -> None:
    """Whoever signs after the bidders are known has declarations about them, or is refused."""
    for turn in range(ROUNDS):
        purchase = plan.do(plan.purchase(), "announce", on=day())
        case = approved(plan, purchase=purchase)
        acts = [
            take(case, "sign_order", plan.approver, number=f"s{turn}", on=day()),
            take(purchase, "record_bids", plan.staff, bids=[{"supplier": plan.supplier()}]),
        ]
        signed, recorded = together(*acts)
        assert isinstance(recorded, PurchaseCase), repr(recorded)
        if isinstance(signed, Exception):
            assert isinstance(signed, Missing), repr(signed)
            assert signed.field == "order_is_in_order"
        else:
            # It was signed before: its linter knew of no bidder.
            check = case.committee.checks.get(edge="sign_order")
            assert not [row for row in check.findings if row["level"] == "error"]
    all_is_well()


# --- One person on both sides -----------------------------------------------------------------------------------------
def both_sides(plan: Plan, person: Person) -> tuple[CommitteeCase, CommitteeCase]:
    """The committee that considers the offers and the one that inspects, of one purchase, in draft, with `person`."""
    purchase = plan.purchase()
    cases = drafted(plan, "ebidding", purchase, 3), drafted(plan, "inspection", purchase, 3)
    for case in cases:
        plan.do(case, "add_member", person=person, duty="member")
    return cases


def test_person_in_both_drafts_is_sent_on_by_neither_until_one_lets_him_go(plan: Plan) -> None:
    person = plan.official("นาย สองฝ่าย ตัวอย่าง")
    for turn in range(ROUNDS):
        tender, inspection = both_sides(plan, person)
        acts = [take(tender, "lint", plan.staff), take(inspection, "lint", plan.staff2)]
        for result in together(*acts):
            assert isinstance(result, Missing), repr(result)
            assert result.field == "order_is_in_order"
        plan.do(inspection, "remove_member", member=inspection.committee.members.get(person=person))
        for number, case in enumerate((tender, inspection)):
            plan.ordered(case, f"{turn}/{number}")
    all_is_well()


def test_two_committees_with_one_person_on_both_sides_are_never_both_signed(plan: Plan) -> None:
    """One is approved with him; while it is signed he is drafted for the other one, which is sent on."""
    person = plan.official("นาย สองฝ่าย ตัวอย่าง")
    appointed = []
    for turn in range(ROUNDS):
        tender, inspection = both_sides(plan, person)
        plan.do(inspection, "remove_member", member=inspection.committee.members.get(person=person))
        tender = plan.do(plan.do(tender, "lint"), "approve", plan.approver)

        def to_the_other_side(case: CommitteeCase = inspection, number: str = f"i{turn}") -> Any:
            plan.do(case, "add_member", plan.staff2, person=person, duty="member")
            plan.do(case, "lint", plan.staff2)
            plan.do(case, "approve", plan.world.upper_approver)
            return plan.do(case, "sign_order", plan.world.upper_approver, number=number, on=day())

        signing = take(tender, "sign_order", plan.approver, number=f"t{turn}", on=day())
        for result in race([signing, to_the_other_side], turn):
            assert not isinstance(result, Exception) or isinstance(result, Missing), repr(result)
        seats = Member.objects.filter(person=person, committee__purchase=tender.committee.purchase_id)
        appointed.append(seats.filter(appointed_on__isnull=False).count())
    assert set(appointed) == {0, 1}  # 0: both drafts named him when either was looked at
    all_is_well()


def test_approved_committees_that_share_a_person_are_never_both_signed(plan: Plan) -> None:
    """Written past the edges, which never let it come so far: still the last check holds."""
    person = plan.official("นาย สองฝ่าย ตัวอย่าง")
    for turn in range(ROUNDS):
        purchase = plan.purchase()
        cases = [approved(plan, kind, purchase, 3) for kind in ("ebidding", "inspection")]
        Member.objects.bulk_create(
            Member(
                committee=case.committee, person=person, duty="member", added_by=plan.staff, added_at=case.changed_at
            )
            for case in cases
        )
        users = (plan.approver, plan.world.upper_approver)
        acts = [
            take(case, "sign_order", user, number=f"{turn}{user.username}", on=day())
            for case, user in zip(cases, users, strict=True)
        ]
        results = together(*acts)
        assert sum(not isinstance(result, Exception) for result in results) <= 1, results
        assert all(isinstance(result, Missing) for result in results if isinstance(result, Exception)), results
    assert not Member.objects.filter(person=person, appointed_on__isnull=False).exists()


# --- Meetings ---------------------------------------------------------------------------------------------------------
def test_two_staff_record_the_first_meeting(plan: Plan) -> None:
    for turn in range(ROUNDS):
        case = ordered(plan, f"{turn}")
        meeting = {"on": day(), "ballots": ballots(case, day()), "decision": "none", "minutes": "หารือ"}
        acts = [take(case, "hold_meeting", user, **meeting) for user in (plan.staff, plan.staff2)]
        _won, lost = one_wins(together(*acts))
        assert isinstance(lost, Overtaken)
        assert case.committee.meetings.count() == 1
    all_is_well()


def test_meetings_and_departures_at_once_leave_no_meeting_of_others_than_the_members(plan: Plan) -> None:
    for turn in range(ROUNDS):
        case = plan.meeting(ordered(plan, f"{turn}", 3), on=day(2))
        row = case.committee.members.get(duty="secretary")
        meeting = {"on": day(), "ballots": ballots(case, day()), "decision": "none", "minutes": "หารือ"}
        leaving = {"member": row, "on": day(), "because": "moved", "reasons": "ย้าย"}
        acts = [
            take(case, "record_meeting", plan.staff, **meeting),
            take(case, "member_leaves", plan.staff2, **leaving),
        ]
        _won, lost = one_wins(together(*acts))
        assert lost.field in {"members_of_the_day", "day_of_leaving"}
    all_is_well()


# --- Money ------------------------------------------------------------------------------------------------------------
def contracted(plan: Plan, value: int) -> PurchaseCase:
    """A purchase under a contract of `value` baht."""
    case = plan.do(plan.purchase(), "announce", on=day())
    contract = {"number": "1", "supplier": plan.supplier(), "value": Decimal(value), "on": day()}
    signed: PurchaseCase = plan.do(case, "sign_contract", **contract)
    return signed


def test_payments_at_once_never_exceed_the_contracts(plan: Plan) -> None:
    case = contracted(plan, 100)
    for _ in range(ROUNDS):
        paying = [plan.staff, plan.staff2, plan.upper_staff, plan.staff, plan.staff2]
        results = together(*[take(case, "pay", user, amount=Decimal(30), on=day()) for user in paying])
        lost = [result for result in results if isinstance(result, Exception)]
        assert len(lost) == 2, results
        assert {getattr(refusal, "field", repr(refusal)) for refusal in lost} == {"not_more_than_the_contracts"}
        assert sum(Payment.objects.values_list("amount", flat=True)) == 90
        plan.do(case, "pay", amount=Decimal(-90), on=day(), note="เริ่มใหม่")
    all_is_well()


def test_payment_while_its_contract_is_corrected(plan: Plan) -> None:
    case = contracted(plan, 100)
    contract = case.purchase.contracts.get()
    winners = set()
    for turn in range(ROUNDS):
        acts = [
            take(case, "pay", plan.staff, amount=Decimal(80), on=day()),
            take(case, "revise", plan.staff2, figures={}, contracts={contract.pk: {"value": Decimal(50)}}),
        ]
        won, lost = one_wins(race(acts, turn))
        winners.add(won)
        assert lost.field in {"not_more_than_the_contracts", "contracts_cover_payments"}
        if lost.field == "contracts_cover_payments":
            plan.do(case, "pay", amount=Decimal(-80), on=day(), note="เริ่มใหม่")
        else:
            plan.do(case, "revise", figures={}, contracts={contract.pk: {"value": Decimal(100)}})
    assert winners == {0, 1}
    all_is_well()


def test_two_staff_correct_the_figures_they_saw(plan: Plan) -> None:
    from procurement.rules import newest_version

    case = plan.purchase()
    for turn in range(ROUNDS):
        seen = newest_version(case.purchase)
        acts = [
            take(case, "revise", plan.staff, figures={"budget": Decimal(turn + 1)}, seen=seen),
            take(case, "revise", plan.staff2, figures={"name": f"ชื่อ {turn}"}, seen=seen),
        ]
        _won, lost = one_wins(together(*acts))
        assert lost.field == "figures_as_seen"
    assert list(case.purchase.revisions.values_list("number", flat=True)) == list(range(1, ROUNDS + 2))
    all_is_well()


def test_two_purchases_take_the_same_project_number(plan: Plan) -> None:
    activity = plan.activity()
    for turn in range(ROUNDS):
        facts = {"activity": activity, "name": "จัดซื้อ", "project_number": f"6701{turn:07d}"}
        acts = [
            lambda user=user, facts=facts: open_case("purchase", "plan", Actor.person(user), unit=plan.unit, **facts)
            for user in (plan.staff, plan.staff2)
        ]
        _won, lost = one_wins(together(*acts))
        assert lost.field == "project_number"
    assert Purchase.objects.count() == ROUNDS
    all_is_well()


# --- The plan ---------------------------------------------------------------------------------------------------------
def test_two_staff_change_one_activity(plan: Plan) -> None:
    activity = plan.activity()
    for turn in range(ROUNDS):
        acts = [
            lambda user=user, name=name, seen=turn + 1: change_activity(activity, by=user, seen_version=seen, name=name)
            for user, name in ((plan.staff, f"หนึ่ง {turn}"), (plan.staff2, f"สอง {turn}"))
        ]
        results = together(*acts)
        lost = [result for result in results if isinstance(result, Exception)]
        assert [type(refusal) for refusal in lost] == [ActivityOvertaken], results
        won = next(result for result in results if isinstance(result, Activity))
        # Who is overtaken is given the activity as it stands, to look at.
        assert lost[0].activity.name == won.name
    assert list(activity.revisions.values_list("number", flat=True)) == list(range(1, ROUNDS + 2))


def test_two_imports_change_one_activity_and_both_are_kept(plan: Plan) -> None:
    activity = plan.activity()
    for turn in range(ROUNDS):
        acts = [
            lambda figures=figures: change_activity(activity, by=None, source="import", **figures)
            for figures in ({"budget": Decimal(turn + 1)}, {"name": f"ชื่อ {turn}"})
        ]
        assert all(isinstance(result, Activity) for result in together(*acts))
    assert activity.revisions.count() == 2 * ROUNDS + 1
    last = activity.revisions.last()
    assert last is not None
    assert (last.figures["budget"], last.figures["name"]) == (f"{ROUNDS}.00", f"ชื่อ {ROUNDS - 1}")


def test_two_activities_take_the_same_number(plan: Plan) -> None:
    facts = {"unit": plan.unit, "fiscal_year": plan.year, "name": "กิจกรรม"}
    for turn in range(ROUNDS):
        acts = [
            lambda user=user, code=f"{turn}": add_activity(code=code, by=user, **facts)
            for user in (plan.staff, plan.staff2)
        ]
        _won, lost = one_wins(together(*acts))
        assert lost.field == "code"
    assert Activity.objects.count() == Revision.objects.count() == ROUNDS


@pytest.mark.parametrize("what", ["group", "plan"])
def test_activity_is_cancelled_while_a_purchase_comes_into_it(plan: Plan, what: str) -> None:
    case = plan.purchase()
    winners = set()
    for turn in range(ROUNDS):
        target = group_target(plan, case)
        coming = {
            "group": take(case, "group", plan.staff, activity=target),
            "plan": lambda target=target: open_case(
                "purchase", "plan", Actor.person(plan.staff), unit=plan.unit, activity=target, name="จัดซื้อ"
            ),
        }[what]
        acts = [coming, lambda target=target: cancel_activity(target, by=plan.staff2, reason="งบถูกตัด")]
        won, lost = one_wins(race(acts, turn))
        winners.add(won)
        assert lost.field in {"same_plan", "activity", "reason"}
        target.refresh_from_db()
        assert (target.cancelled_on is None) == target.purchases.exists()
    assert winners == {0, 1}
    all_is_well()


def test_purchases_leave_an_imported_activity_at_once_and_it_goes_once(plan: Plan) -> None:
    for _ in range(ROUNDS):
        activity = plan.activity(source="import")
        cases = [plan.purchase(activity), plan.purchase(activity)]
        target = group_target(plan, cases[0])
        acts = [
            take(case, "group", user, activity=target)
            for case, user in zip(cases, (plan.staff, plan.staff2), strict=True)
        ]
        assert all(isinstance(result, PurchaseCase) for result in together(*acts))
        activity.refresh_from_db()
        assert (activity.cancelled_on, activity.version, activity.revisions.count()) == (day(), 2, 2)
    all_is_well()


def test_purchases_change_places_at_once(plan: Plan) -> None:
    """Each into the activity of the other one: nobody waits for ever, and nobody is shown a dead-lock."""
    first, second = plan.purchase(), plan.purchase()
    for _ in range(ROUNDS):
        places = [Purchase.objects.get(pk=case.pk).activity for case in (second, first)]
        acts = [
            take(case, "group", user, activity=place)
            for case, user, place in zip((first, second), (plan.staff, plan.staff2), places, strict=True)
        ]
        results = together(*acts)
        assert all(isinstance(result, PurchaseCase) for result in results), results
    all_is_well()


# --- Everything at once -----------------------------------------------------------------------------------------------
def test_import_and_staff_at_one_purchase(plan: Plan) -> None:
    for _ in range(ROUNDS):
        case = plan.do(plan.purchase(), "announce", on=day())
        contract = {"number": "1", "supplier": plan.supplier(), "value": Decimal(5), "on": day()}
        acts = [
            take(case, "sign_contract", plan.staff, **contract),
            lambda case=case, contract=contract: perform(case, "sign_contract", IMPORT, **contract),
            take(case, "award", plan.staff2, on=day(), winner=plan.supplier()),
        ]
        results = together(*acts)
        assert all(isinstance(result, PurchaseCase | Refused) for result in results), results
        assert case.purchase.contracts.count() == 1
        entries = LedgerEntry.objects.filter(case=case.pk, verb__in=("sign_contract", "award"))
        assert entries.count() == sum(isinstance(result, PurchaseCase) for result in results)
    all_is_well()
