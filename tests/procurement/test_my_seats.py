"""The lists and the page of a citizen's own seats."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from procurement.models import Citizen, SeatCase, SupplierPerson
from tests.procurement.my_support import checked_photo, in_office, invited, read, suspended
from tests.support.purchases import Plan
from tests.support.seats import account_of, by_clock, on_paper, seats_of

pytestmark = pytest.mark.django_db


def test_anonymous_is_sent_to_sign_in(plan: Plan, client: Client) -> None:
    seat = invited(plan)
    for name, args in addresses_of(seat):
        answer = client.get(reverse(name, args=args))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("my_sign_in")), name


def addresses_of(seat: Any) -> list[tuple[str, list[Any]]]:
    return [
        ("my_seats", []),
        ("my_seat", [seat.public_id]),
        ("my_take", [seat.public_id, "accept"]),
        ("my_report", [seat.public_id]),
        ("my_complaint", [seat.public_id, 1]),
        ("my_file", [seat.public_id, "x"]),
    ]


def test_staff_and_another_citizen_get_404(plan: Plan, client: Client) -> None:
    seat = invited(plan)
    other = Citizen.objects.exclude(account=account_of(seat)).exclude(account=None)[0].account
    for user in (plan.staff, plan.approver, plan.world.administrator, other):
        client.force_login(user)
        for name, args in addresses_of(seat):
            if name == "my_seats" and user == other:
                continue
            assert client.get(reverse(name, args=args)).status_code == 404, (user, name)
            assert client.post(reverse(name, args=args)).status_code in (404, 405), (user, name)


def test_seat_that_was_only_drawn_does_not_exist_for_him(plan: Plan, client: Client) -> None:
    seat = invited(plan, upto="drawn")
    client.force_login(account_of(seat))
    assert client.get(reverse("my_seat", args=[seat.public_id])).status_code == 404
    assert "No seat was offered" in read(client, "my_seats")


def test_what_waits_stands_first_and_what_is_over_last(plan: Plan, client: Client) -> None:
    seat = invited(plan)
    client.force_login(account_of(seat))
    page = read(client, "my_seats")
    assert "Waiting for you" in page
    assert "Answer the invitation" in page
    plan.do(seat, "decline", account_of(seat))
    page = read(client, "my_seats")
    assert "Waiting for you" not in page
    assert "Over" in page


def test_list_takes_the_same_queries_for_many(plan: Plan, client: Client) -> None:
    seat = invited(plan)
    me = account_of(seat)
    client.force_login(me)
    read(client, "my_seats")
    with CaptureQueriesContext(connection) as one:
        read(client, "my_seats")
    person = seat.seat.person
    person.most_seats = 20
    person.save()
    for _more in range(6):
        committee = plan.committee()
        plan.do(committee, "add_member", person=person, duty="member", nomination="เครือข่ายเสนอชื่อ")
        plan.do(seats_of(committee)[0], "invite")
    with CaptureQueriesContext(connection) as many:
        page = read(client, "my_seats")
    assert page.count('class="seat ') == 7
    assert len(many) == len(one)


def test_page_says_what_it_is_about_and_by_when(plan: Plan, client: Client) -> None:
    seat = invited(plan)
    client.force_login(account_of(seat))
    page = read(client, "my_seat", seat.public_id)
    assert seat.seat.committee.purchase.name in page
    assert "1,000,000" in page
    assert "Answer the invitation" in page
    assert "/do/accept/" in page
    assert "/do/decline/" in page
    assert "/do/resign/" not in page
    assert "ตัวอย่าง" in page  # the officials of the draft


def test_another_citizen_of_a_draft_is_not_named(plan: Plan, client: Client) -> None:
    seat = invited(plan)
    committee = seat.seat.committee.case
    plan.do(committee, "add_member", person=plan.citizen("นาย ปิดชื่อ ก่อนคำสั่ง"), duty="member", nomination="เสนอ")
    client.force_login(account_of(seat))
    page = read(client, "my_seat", seat.public_id)
    assert "ปิดชื่อ" not in page
    assert "another citizen representative" in page


def test_meetings_say_whether_he_was_invited(plan: Plan, client: Client) -> None:
    seat, committee = in_office(plan)
    day = timezone.localdate()
    ballots = []
    for row in committee.committee.members.all():
        there = row.person_id != seat.seat.person_id
        ballots.append({"member": row, "invited": there, "attended": there, "documents": there, "vote": ""})
    plan.do(committee, "hold_meeting", on=day, decision="none", ballots=ballots, minutes="เปิดซอง")
    client.force_login(account_of(seat))
    page = read(client, "my_seat", seat.public_id)
    assert "Not invited" in page
    assert "No documents" in page
    assert f"?meeting={committee.committee.meetings.get().pk}" in page


def test_documents_are_given_to_him_alone(plan: Plan, client: Client) -> None:
    seat, _committee = in_office(plan)
    seat = plan.do(seat, "send_documents", files=[checked_photo()])
    shown = seat.attachments.get()
    plan.do(seat, "attach", files=[checked_photo("ภายใน.jpg")])
    hidden = seat.attachments.exclude(pk=shown.pk).get()
    client.force_login(account_of(seat))
    page = read(client, "my_seat", seat.public_id)
    assert shown.label in page
    assert hidden.label not in page
    assert client.get(reverse("my_file", args=[seat.public_id, shown.public_id])).status_code == 200
    assert client.get(reverse("my_file", args=[seat.public_id, hidden.public_id])).status_code == 404


def test_suspended_is_told_why_and_how_to_be_heard(plan: Plan, client: Client) -> None:
    seat = suspended(plan)
    other = SupplierPerson.objects.get()
    client.force_login(account_of(seat))
    page = read(client, "my_seat", seat.public_id)
    assert "You need not come meanwhile" in page
    assert "Your name is like that of a bidder" in page
    assert "Write my side" in page
    assert "/do/declare_again/" in page
    assert other.supplier.name in page
    with translation.override("en"):
        assert str(seat.holder) in page


def test_list_of_bidders_that_changed_asks_again(plan: Plan, client: Client) -> None:
    seat, committee = in_office(plan)
    purchase = committee.committee.purchase.case
    purchase = plan.do(purchase, "announce", on=timezone.localdate())
    plan.do(purchase, "record_bids", bids=[{"supplier": plan.supplier()}])
    client.force_login(account_of(seat))
    assert "The list of bidders has changed. Declare again." in read(client, "my_seats")


def test_seat_that_ended_says_so_and_offers_nothing(plan: Plan, client: Client) -> None:
    seat = invited(plan)
    me = account_of(seat)
    seat = by_clock(seat, "no_reply")
    client.force_login(me)
    page = read(client, "my_seat", seat.public_id)
    assert "The time to answer was over" in page
    assert "/do/" not in page


def test_thai_is_spoken(plan: Plan, client: Client) -> None:
    seat = invited(plan)
    me = account_of(seat)
    me.language = "th"
    me.save()
    client.force_login(me)
    assert '<html lang="th"' in read(client, "my_seat", seat.public_id)


def test_report_is_asked_for_after_a_meeting(plan: Plan, client: Client) -> None:
    seat, committee = in_office(plan)
    plan.meeting(committee)
    client.force_login(account_of(seat))
    assert "Report what you saw at the last meeting" in read(client, "my_seats")
    seat = SeatCase.objects.get(pk=seat.pk)
    meeting = committee.committee.meetings.get()
    plan.do(seat, "report", account_of(seat), token="t" * 20, observed_on=meeting.held_on, meeting=meeting, seen="ครบ")
    assert "Report what you saw at the last meeting" not in read(client, "my_seats")


def test_paper_road_shows_the_same_seat(plan: Plan, client: Client) -> None:
    seat = on_paper(plan, invited(plan))
    client.force_login(account_of(seat))
    page = read(client, "my_seat", seat.public_id)
    assert "The office prepares the order" in page
    assert "Take my acceptance back" in page
