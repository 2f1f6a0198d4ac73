"""What a citizen answers, declares and leaves, through the one address for it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from procurement.models import Citizen, Contract, Declaration, Note, SeatCase
from procurement.pool.sealed import read_private
from tests.procurement.my_support import in_office, invited, read, rows, seen, suspended
from tests.support.purchases import Plan
from tests.support.seats import account_of

pytestmark = pytest.mark.django_db


def send(client: Client, seat: Any, edge: str, **data: Any) -> Any:
    """Send the form of an edge as the page of this moment gives it."""
    return client.post(reverse("my_take", args=[seat.public_id, edge]), {**seen(seat), **data})


def state_of(seat: Any) -> str:
    return SeatCase.objects.get(pk=seat.pk).state


def test_every_form_of_an_open_invitation_opens(plan: Plan, client: Client) -> None:
    seat = invited(plan)
    client.force_login(account_of(seat))
    for edge in ("accept", "decline"):
        assert "seen_version" in read(client, "my_take", seat.public_id, edge)


def test_accept_then_declare_without_an_interest(plan: Plan, client: Client) -> None:
    seat = invited(plan)
    client.force_login(account_of(seat))
    answer = send(client, seat, "accept")
    assert answer["Location"] == reverse("my_seat", args=[seat.public_id])
    page = read(client, "my_seat", seat.public_id)
    assert "Now declare whether you have an interest" in page
    assert "/do/declare_conflict/" not in page  # it is part of the declaration
    form = read(client, "my_take", seat.public_id, "declare")
    assert "None of these" in form
    assert "Spouse or fiancé" in form
    answer = send(client, seat, "declare", seen=0, ground="none", **rows())
    assert answer.status_code == 302
    assert state_of(seat) == "declared"


def test_who_declares_reads_of_a_contractor_whose_bid_was_never_recorded(plan: Plan, client: Client) -> None:
    seat, committee = in_office(plan)
    contractor = plan.supplier("0105500000002", "บริษัท มีแต่สัญญา จำกัด")
    Contract.objects.create(purchase=committee.committee.purchase, supplier=contractor, number="ส.1")
    client.force_login(account_of(seat))
    assert contractor.name in read(client, "my_take", seat.public_id, "declare_again")


def test_decline_needs_no_reason(plan: Plan, client: Client) -> None:
    seat = invited(plan)
    client.force_login(account_of(seat))
    assert send(client, seat, "decline").status_code == 302
    assert state_of(seat) == "seat_declined"
    assert SeatCase.objects.filter(seat__follows=seat.pk, state="invited").exists()


def test_form_sent_twice_says_who_did_what(plan: Plan, client: Client) -> None:
    seat = invited(plan)
    client.force_login(account_of(seat))
    before = seen(seat)
    address = reverse("my_take", args=[seat.public_id, "accept"])
    assert client.post(address, before).status_code == 302
    answer = client.post(address, before)
    assert answer.status_code == 409
    assert "You, just now: You accepted" in answer.content.decode()


def test_wrong_state_is_a_sentence(plan: Plan, client: Client) -> None:
    seat = invited(plan)
    client.force_login(account_of(seat))
    for edge in ("resign", "declare_again", "withdraw_acceptance", "leave_for_interest"):
        assert client.get(reverse("my_take", args=[seat.public_id, edge])).status_code == 409
        answer = send(client, seat, edge, reasons="เปลี่ยนใจ")
        assert answer.status_code == 409
        assert "can no longer be done" in answer.content.decode()
    assert state_of(seat) == "invited"


def test_edges_of_the_office_are_not_there(plan: Plan, client: Client) -> None:
    seat = invited(plan)
    client.force_login(account_of(seat))
    for edge in ("record_acceptance", "clear", "set_aside", "no_reply", "report", "nothing"):
        assert send(client, seat, edge).status_code == 404


def test_relatives_are_sealed_into_him_and_shown_to_him_again(plan: Plan, client: Client) -> None:
    seat = invited(plan, upto="seat_accepted")
    client.force_login(account_of(seat))
    two = rows(("นาง ลับ ที่สุด", "spouse", "", True), ("นาย ปิด ผนึก", "collateral", "2", False))
    assert send(client, seat, "declare", seen=0, ground="none", **two).status_code == 302
    citizen = Citizen.objects.get(account=account_of(seat))
    assert read_private(citizen)["relatives"] == [
        {"name": "นาง ลับ ที่สุด", "relation": "spouse", "degree": None, "shares_count": True},
        {"name": "นาย ปิด ผนึก", "relation": "collateral", "degree": 2, "shares_count": False},
    ]
    assert "ลับ".encode() not in bytes(citizen.sealed)
    assert not Note.objects.filter(text__contains="ลับ").exists()
    plan.do(seat, "clear")
    form = read(client, "my_take", seat.public_id, "declare_again")
    assert "นาง ลับ ที่สุด" in form
    one = rows(("", "", "", False), ("นาย ปิด ผนึก", "collateral", "2", False))
    assert send(client, seat, "declare_again", seen=0, ground="none", **one).status_code == 302
    citizen.refresh_from_db()
    assert [row["name"] for row in read_private(citizen)["relatives"]] == ["นาย ปิด ผนึก"]


def test_other_sealed_data_stays(plan: Plan, client: Client) -> None:
    seat = invited(plan, upto="seat_accepted", private={"address": "1 ม.2 ต.นา"})
    client.force_login(account_of(seat))
    send(client, seat, "declare", seen=0, ground="none", **rows(("นาง ก ข", "spouse", "", True)))
    assert read_private(Citizen.objects.get(account=account_of(seat)))["address"] == "1 ม.2 ต.นา"


def test_relative_without_relation_is_told_and_nothing_is_kept(plan: Plan, client: Client) -> None:
    seat = invited(plan, upto="seat_accepted")
    client.force_login(account_of(seat))
    answer = send(client, seat, "declare", seen=0, ground="none", **rows(("นาง ก ข", "", "", False)))
    assert answer.status_code == 422
    assert "Choose what he or she is to you" in answer.content.decode()
    assert "นาง ก ข" in answer.content.decode()
    assert read_private(Citizen.objects.get(account=account_of(seat))) == {}


def test_ground_leads_to_the_warning_first(plan: Plan, client: Client) -> None:
    seat = invited(plan, upto="seat_accepted")
    client.force_login(account_of(seat))
    answer = send(client, seat, "declare", seen=0, ground="spouse", text="ภรรยาถือหุ้น", **rows())
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "You will not sit on this committee" in page
    assert "ภรรยาถือหุ้น" in page
    assert 'value="spouse" checked' in page.replace("\n", "") or "checked" in page
    assert "/do/declare_conflict/" in page
    assert state_of(seat) == "seat_accepted"
    assert send(client, seat, "declare_conflict", ground="spouse", text="ภรรยาถือหุ้น").status_code == 302
    assert state_of(seat) == "conflicted"
    assert Declaration.objects.filter(seat=seat.pk, ground="spouse").exists()


def test_ground_in_office_leads_to_leaving(plan: Plan, client: Client) -> None:
    seat, _committee = in_office(plan)
    client.force_login(account_of(seat))
    answer = send(client, seat, "declare_again", seen=0, ground="creditor", **rows())
    assert "You leave the committee" in answer.content.decode()
    assert "/do/leave_for_interest/" in answer.content.decode()
    assert send(client, seat, "leave_for_interest", ground="creditor").status_code == 302
    assert state_of(seat) == "discharged"


def test_declaration_for_an_older_list_is_refused(plan: Plan, client: Client) -> None:
    seat, committee = in_office(plan)
    purchase = plan.do(committee.committee.purchase.case, "announce", on=timezone.localdate())
    plan.do(purchase, "record_bids", bids=[{"supplier": plan.supplier()}])
    client.force_login(account_of(seat))
    form = read(client, "my_take", seat.public_id, "declare_again")
    assert "บริษัท ตัวอย่าง จำกัด" in form
    answer = send(client, seat, "declare_again", seen=0, ground="none", **rows())
    assert answer.status_code == 422
    assert "has changed since it was shown" in answer.content.decode()
    assert 'name="seen" value="1"' in answer.content.decode()
    assert send(client, seat, "declare_again", seen=1, ground="none", **rows()).status_code == 302


def test_nothing_chosen_is_told(plan: Plan, client: Client) -> None:
    seat = invited(plan, upto="seat_accepted")
    client.force_login(account_of(seat))
    answer = send(client, seat, "declare", seen=0, **rows(("นาง ก ข", "spouse", "", True)))
    assert answer.status_code == 422
    assert "นาง ก ข" in answer.content.decode()


def test_more_rows_keep_what_was_typed(plan: Plan, client: Client) -> None:
    seat = invited(plan, upto="seat_accepted")
    client.force_login(account_of(seat))
    answer = send(client, seat, "declare", seen=0, ground="none", more=1, **rows(("นาง ก ข", "spouse", "", True)))
    assert answer.status_code == 200
    assert "นาง ก ข" in answer.content.decode()
    assert 'name="relatives-3-name"' in answer.content.decode()


def test_declared_seat_offers_an_interest_after_all(plan: Plan, client: Client) -> None:
    seat = invited(plan, upto="declared")
    client.force_login(account_of(seat))
    assert "/do/declare_conflict/" in read(client, "my_seat", seat.public_id)


def test_acceptance_is_taken_back_with_a_reason(plan: Plan, client: Client) -> None:
    seat = invited(plan, upto="cleared")
    client.force_login(account_of(seat))
    assert send(client, seat, "withdraw_acceptance", reasons="").status_code == 422
    assert send(client, seat, "withdraw_acceptance", reasons="ป่วย").status_code == 302
    assert state_of(seat) == "seat_withdrawn"


def test_resign_says_from_which_day(plan: Plan, client: Client) -> None:
    seat, committee = in_office(plan)
    plan.meeting(committee)
    client.force_login(account_of(seat))
    today = timezone.localdate()
    answer = send(client, seat, "resign", on=today.isoformat(), reasons="ย้ายที่อยู่")
    assert answer.status_code == 422  # he attended a meeting on that day
    assert "attended a meeting" in answer.content.decode()
    assert "ย้ายที่อยู่" in answer.content.decode()


def test_resign(plan: Plan, client: Client) -> None:
    seat, _committee = in_office(plan)
    client.force_login(account_of(seat))
    today = timezone.localdate()
    assert send(client, seat, "resign", on=today.isoformat(), reasons="ย้ายที่อยู่").status_code == 302
    assert state_of(seat) == "discharged"


def test_suspended_writes_his_side(plan: Plan, client: Client) -> None:
    seat = suspended(plan)
    client.force_login(account_of(seat))
    answer = send(client, seat, "declare_again", seen=1, ground="none", text="คนละคนกัน", **rows())
    assert answer.status_code == 302
    assert Note.objects.filter(case=seat.pk, text="คนละคนกัน").exists()
    assert state_of(seat) == "suspended"
