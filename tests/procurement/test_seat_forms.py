"""Forms of citizen seats, what of them waits on the desk, and where they show on the pages of committees and plans."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from organisations.models import User
from procurement.actions.proposing import Did, propose
from procurement.forms.citizen_seat import COMMITTEE_DRIVES, FORMS
from procurement.models import ConflictHit, Draw, Member, SeatCase
from procurement.planner.places import Effort, prospects_of
from procurement.rules import CITIZEN
from procurement.states.seat import GRAPH
from procurement.waiting import PILES, undeclared
from tests.procurement.test_seat_pages import english, fresh, into, page, report
from tests.support.purchases import Plan
from tests.support.seats import account_of, announce, drawn, join_pool, on_paper, open_seat, pool
from workflows.actors import CLOCK, IMPORTER
from workflows.casepages.panel import Panel

pytestmark = pytest.mark.django_db


def waiting(user: User, pile: str) -> list[str]:
    """The numbers of the cases that a pile holds for `user`."""
    return [case.number for case in PILES[pile].cases(user, timezone.localdate()).order_by("pk")]


# --- Every edge has its form ------------------------------------------------------------------------------------------
def test_every_edge_of_the_agency_has_a_form_or_follows_from_another() -> None:
    for edge in GRAPH.edges:
        people = {who.code for who in edge.by} - {CITIZEN.code, CLOCK.code, IMPORTER.code}
        # `check_again` and `conflict_found` are found by the check, never declared by hand.
        follows = edge.name in COMMITTEE_DRIVES | {"check_again", "conflict_found"}
        assert (edge.name in FORMS) == (bool(people) and not follows), edge.name
    from procurement.views.staff.seat_panel import PANEL

    assert isinstance(PANEL, Panel)
    assert set(PANEL.labels) | PANEL.grave | PANEL.last <= set(FORMS)


def test_every_edge_is_told_in_the_timeline() -> None:
    from procurement.views.staff.seat_timeline import TIMELINE

    assert {edge.name for edge in GRAPH.edges} == set(TIMELINE.told)
    assert {told.sort for told in TIMELINE.told.values()} - {""} <= set(TIMELINE.tabs)


def test_fixed_needs_its_day_and_nothing_else_has_one(plan: Plan) -> None:
    seat = into(plan, "serving")
    row = report(plan, seat, account_of(seat))
    form = FORMS["answer_report"]
    given = {"report": row.pk, "text": "ตอบ"}
    late = (timezone.localdate() + timedelta(days=2)).isoformat()
    for outcome, on, valid in (
        ("fixed", "", False),
        ("fixed", late, False),
        ("fixed", timezone.localdate().isoformat(), True),
        ("explained", timezone.localdate().isoformat(), True),
        ("nonsense", "", False),
    ):
        sent = form({**given, "outcome": outcome, "fixed_on": on}, case=fresh(seat), user=plan.staff)
        assert sent.is_valid() is valid, (outcome, on)
        if valid:
            assert (sent.facts()["fixed_on"] is not None) == (outcome == "fixed")


def test_invitation_says_how_he_hears_of_it(plan: Plan) -> None:
    seat = into(plan, "drawn")
    with translation.override("en"):
        assert "own pages" in str(FORMS["invite"](case=fresh(seat), user=plan.staff).question)
        citizen = seat.seat.person.citizen
        citizen.account = None
        citizen.save(update_fields=["account"])
        assert "has no account" in str(FORMS["invite"](case=fresh(seat), user=plan.staff).question)


# --- The desk ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "pile"),
    [
        ("vacant", "fill"),
        ("drawn", "invite"),
        ("nominated", "invite"),
        ("invited", "replies"),
        ("seat_accepted", "replies"),
        ("declared", "check"),
        ("concluding", "conclude"),
        ("cleared", ""),
        ("appointed", ""),
        ("serving", ""),
        ("seat_declined", ""),
        ("seat_completed", ""),
    ],
)
def test_seat_waits_in_one_pile_of_the_staff(plan: Plan, state: str, pile: str) -> None:
    seat = into(plan, state)
    mine = {code for code in PILES if seat.number in waiting(plan.staff, code)}
    assert mine == ({pile} if pile else set())
    assert not {code for code in PILES if seat.number in waiting(plan.world.stranger, code)}


def test_suspended_seat_waits_for_an_approver_who_does_not_sit_there(plan: Plan) -> None:
    seat = into(plan, "suspended")
    assert waiting(plan.approver, "suspended") == [seat.number]
    assert waiting(plan.staff, "suspended") == []
    someone = seat.seat.committee.members.filter(person__standing="official")[0].person
    someone.user = plan.approver
    someone.save(update_fields=["user"])
    assert waiting(plan.approver, "suspended") == []
    assert waiting(plan.world.upper_approver, "suspended") == [seat.number]


def test_report_waits_until_it_is_answered_and_only_then_the_seat_is_completed(plan: Plan) -> None:
    seat = into(plan, "concluding")
    row = report(plan, seat, account_of(seat))
    assert (waiting(plan.staff, "answer"), waiting(plan.staff, "conclude")) == ([seat.number], [])
    plan.do(seat, "answer_report", report=row, text="ขอบคุณ", outcome="explained")
    assert (waiting(plan.staff, "answer"), waiting(plan.staff, "conclude")) == ([], [seat.number])


def test_citizen_who_is_ready_while_an_order_is_in_force_asks_for_its_amendment(plan: Plan) -> None:
    seat = into(plan, "appointed")
    leaving = {"on": timezone.localdate(), "reasons": "ย้าย"}
    plan.do(seat, "resign", **leaving)
    follower = on_paper(plan, SeatCase.objects.get(seat__follows=seat.pk))
    assert waiting(plan.staff, "amend") == [follower.number]
    plan.do(seat.seat.committee.case, "amend", reasons="แทนผู้ลาออก")
    assert waiting(plan.staff, "amend") == []


def test_draw_waits_once_its_value_is_known(plan: Plan) -> None:
    pool(plan, 2)
    draw = announce(plan)
    assert waiting(plan.staff, "hold_draw") == []
    Draw.objects.filter(pk=draw.pk).update(seed_known_at=timezone.now() - timedelta(hours=1))
    assert waiting(plan.staff, "hold_draw") == [draw.number]
    assert waiting(plan.world.stranger, "hold_draw") == []


@pytest.mark.parametrize(("state", "asked"), [("invited", False), ("seat_accepted", True)])
def test_declaration_is_asked_of_a_citizen_once_he_has_accepted(plan: Plan, state: str, asked: bool) -> None:
    seat = into(plan, state)
    member = Member.objects.get(seat=seat.pk)
    assert undeclared().filter(pk=member.pk).exists() is asked


def test_desk_shows_seats_with_their_people_and_opens_a_pile(client: Client, plan: Plan) -> None:
    seat = into(plan, "declared")
    text = page(client, english(plan.staff), reverse("procurement_desk"))
    assert seat.seat.person.name in text
    assert reverse("seat", args=[seat.public_id]) in text
    one = page(client, plan.staff, reverse("procurement_desk"), list="check")
    assert seat.number in one
    client.force_login(plan.approver)
    assert client.get(reverse("procurement_desk"), {"list": "check"}).status_code == 404


def test_overview_of_the_executive_counts_what_should_not_wait(client: Client, plan: Plan) -> None:
    executive = english(plan.world.executive)
    address = reverse("coverage_overview")
    assert "should not wait" not in page(client, executive, address)
    seat = into(plan, "suspended")
    text = page(client, executive, address)
    assert "should not wait" in text
    link = f"{reverse('seats')}?list=suspended"
    assert link in text
    assert seat.number in page(client, executive, link)


# --- The committee ----------------------------------------------------------------------------------------------------
def committee_page(client: Client, plan: Plan, seat: SeatCase, user: User | None = None) -> str:
    """The page of the committee of a seat, in English."""
    address = reverse("committee", args=[seat.seat.committee.case.public_id])
    return page(client, english(user or plan.staff), address)


def test_committee_shows_the_seat_of_each_citizen_and_the_vacant_one(client: Client, plan: Plan) -> None:
    seat = into(plan, "invited")
    text = committee_page(client, plan, seat)
    assert "Seat, drawn as number 1" in text
    assert reverse("seat", args=[seat.public_id]) in text
    assert reverse("seat_open", args=[seat.seat.committee.case.public_id]) in text
    vacant = open_seat(plan, seat.seat.committee.case)
    again = committee_page(client, plan, seat)
    assert reverse("seat", args=[vacant.public_id]) in again
    assert "vacant seat" in again
    assert reverse("seat_open", args=[seat.seat.committee.case.public_id]) not in again
    assert "seats/new/" not in committee_page(client, plan, seat, plan.approver)


def test_committee_names_the_citizens_who_keep_it_from_being_sent(client: Client, plan: Plan) -> None:
    seat = into(plan, "invited")
    text = committee_page(client, plan, seat)
    assert f"Citizens who are not ready for the order: {seat.seat.person}" in text


def test_drawn_citizen_who_is_taken_out_waits_for_the_next_order_and_is_told_so(client: Client, plan: Plan) -> None:
    seat = into(plan, "drawn")
    committee, member = seat.seat.committee.case, seat.seat.member
    take = reverse("take_committee", args=[committee.public_id, "remove_member"])
    assert "waits for the next order" in page(client, english(plan.staff), take, member=str(member.pk))
    plan.do(committee, "remove_member", member=member)
    assert "comes into the next draft" in committee_page(client, plan, seat)
    # He is not offered a second time.
    adding = reverse("take_committee", args=[committee.public_id, "add_member"])
    text = page(client, plan.staff, adding)
    assert "Has a seat here that waits for the next draft" in text


def test_adding_members_names_the_drawn_order_first(client: Client, plan: Plan) -> None:
    pool(plan, 3)
    committee = plan.committee()
    address = reverse("take_committee", args=[committee.public_id, "add_member"])
    assert "There is no draw for this quarter" in page(client, english(plan.staff), address)
    drawn(plan)
    text = page(client, plan.staff, address)
    assert "3 citizens are left in the drawn order" in text
    assert reverse("seat_open", args=[committee.public_id]) in text


def test_declarations_are_not_asked_of_who_has_not_accepted(client: Client, plan: Plan) -> None:
    seat = into(plan, "invited")
    address = reverse("take_committee", args=[seat.seat.committee.case.public_id, "declare_interest"])
    assert f'name="interest-{seat.seat.member_id}"' not in page(client, plan.staff, address)


# --- The planner ------------------------------------------------------------------------------------------------------
def test_vacant_seat_is_the_easiest_place_and_a_proposal_fills_it(plan: Plan) -> None:
    activity = plan.activity()
    committee = plan.committee(plan.purchase(activity))
    seat = open_seat(plan, committee)
    (place,) = prospects_of([activity.pk])[activity.pk].places
    assert (place.effort, place.seat) == (Effort.VACANT, seat.pk)
    citizen = join_pool(plan.citizen(), plan.staff)
    (outcome,) = propose(plan.unit, plan.year, [(str(activity.pk), str(citizen.pk))], plan.staff, "ชุมชนเสนอ")
    assert outcome.did is Did.NOMINATED
    assert (fresh(seat).state, fresh(seat).seat.person) == ("nominated", citizen.person)
    assert SeatCase.objects.filter(kind="seat").count() == 1


def test_citizen_in_a_seat_that_waits_for_the_draft_is_under_way(plan: Plan) -> None:
    seat = into(plan, "drawn")
    plan.do(seat.seat.committee.case, "remove_member", member=seat.seat.member)
    activity = seat.seat.committee.purchase.activity_id
    prospect = prospects_of([activity])[activity]
    assert prospect.seated == [seat.seat.person_id]
    assert seat.seat.person_id in prospect.barred()


def test_who_declined_is_not_proposed_for_the_same_purchase(plan: Plan) -> None:
    seat = into(plan, "seat_declined")
    activity = seat.seat.committee.purchase.activity_id
    assert seat.seat.person_id in prospects_of([activity])[activity].barred()


# --- What nobody may see ----------------------------------------------------------------------------------------------
def test_pages_show_nothing_that_is_sealed(client: Client, plan: Plan) -> None:
    private = {"id_number": "1101700230708", "phone": "0812345678", "email": "a@example.org", "address": "99 หมู่ 9"}
    citizen = join_pool(plan.citizen("นาง ปิดผนึก ทดลอง"), plan.staff, private=private)
    seat = open_seat(plan, plan.committee())
    seat = plan.do(seat, "nominate", person=citizen.person, reason="ชุมชนเสนอ")
    for user in (plan.staff, plan.approver, plan.world.executive):
        text = page(client, user, reverse("seat", args=[seat.public_id]))
        assert citizen.person.name in text
        assert not [value for value in private.values() if value in text]


def test_hits_are_decided_by_nobody_about_himself(client: Client, plan: Plan) -> None:
    seat = into(plan, "declared")
    hit: dict[str, Any] = {"first_version": 0, "last_version": 0, "kind": "name", "evidence": {}, "digest": "x"}
    row = ConflictHit.objects.create(seat=seat.seat, found_at=timezone.now(), **hit)
    official = seat.seat.committee.members.filter(person__standing="official")[0].person
    official.user = plan.staff
    official.save(update_fields=["user"])
    text = page(client, english(plan.staff), reverse("seat", args=[seat.public_id]))
    assert "Somebody else has to decide" in text
    assert f"?hit={row.pk}" not in text
