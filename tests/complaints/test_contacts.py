"""A complainant who left an address is told that there is news, and nothing else."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from complaints import contacts
from complaints.models import ComplaintCase, Contact
from complaints.states import GRAPH
from notifications import linking
from notifications.letters import NotToSend, compose
from notifications.models import Delivery, DeliveryLine, LineCode, Notice, Road
from notifications.relay import relay
from tests.support.filing import file_complaint, follow, post
from tests.support.world import World
from workflows.actors import COMPLAINANT
from workflows.models import CaseKey, LedgerEntry, OutboxRow
from workflows.sealing import SealBroken

pytestmark = pytest.mark.django_db

EMAIL = "somying.secret@example.org"
NAMED = {"who": "named", "name": "สมหญิง", "email": EMAIL}


def leave(world: World, case: ComplaintCase, address: str = EMAIL, road: str = Road.EMAIL) -> ComplaintCase:
    return world.do(case, "set_contact", road=road, address=address)


def told(case: ComplaintCase) -> list[tuple[str, str]]:
    """(road, event) of everything that leaves for the complainant."""
    relay()
    lines = DeliveryLine.objects.filter(delivery__case=case.pk).order_by("pk")
    return list(lines.values_list("road", "outbox__event"))


def page(client: Client, case: ComplaintCase, world: World, **data: Any) -> HttpResponse:
    """The page of the choice; with data, what it answers to them."""
    follow(client, world.receipts[case.pk])
    address = reverse("follow_contact")
    return client.post(address, data) if data else client.get(address)


# --- The filing wizard ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "kept"),
    [
        ({**NAMED, "tell": "on"}, EMAIL),
        (NAMED, ""),
        ({"who": "named", "phone": "0812345678", "tell": "on"}, ""),
        ({"who": "anonymous", "email": EMAIL, "tell": "on"}, ""),
    ],
)
def test_address_given_at_filing_is_written_to_where_the_box_is_ticked(client, world, who, kept):
    file_complaint(client, who=who)
    case = ComplaintCase.objects.get()
    assert contacts.address_of(case, Road.EMAIL) == kept
    assert contacts.roads_of(case) == (["email"] if kept else [])


def test_box_is_ticked_at_first_and_stays_as_it_was_left(client, world):
    file_to_who = {"kind": {"kind": "unsure"}, "what": {"statement": "x"}, "where": {"place": "x"}}
    for step, answer in {**file_to_who, "unit": {"unit": "DST"}, "files": {}}.items():
        post(client, step, **answer)

    def ticked() -> bool:
        (box,) = re.findall(r'<input[^>]*name="tell"[^>]*>', client.get("/file/who/").content.decode())
        return "checked" in box

    assert ticked()
    post(client, "who", **NAMED)
    assert not ticked()
    assert EMAIL in client.get("/file/check/").content.decode()
    assert 'class="help"' not in client.get("/file/check/").content.decode().split(EMAIL)[1].split("</dd>")[0]
    post(client, "who", **NAMED, tell="on")
    assert ticked()
    assert 'class="help"' in client.get("/file/check/").content.decode().split(EMAIL)[1].split("</dd>")[0]


def test_without_a_mail_server_no_letter_is_promised(client, world, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    file_complaint(client, who={**NAMED, "tell": "on"})
    case = ComplaintCase.objects.get()
    assert not case.complaint.contacts.exists()
    case = world.file(world.simple)
    page(client, case, world, do="email", email=EMAIL)
    assert 'name="email"' not in page(client, case, world).content.decode()
    assert contacts.roads_of(case) == []


# --- The page of who holds the receipt --------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["simple", "corruption"])
def test_anonymous_holder_of_the_receipt_leaves_changes_and_takes_back_an_address(client, world, kind):
    case = world.file(getattr(world, kind))
    response = page(client, case, world, do="email", email=EMAIL)
    assert response.status_code == 302
    shown = client.get(response.headers["Location"]).content.decode()
    assert "s…@example.org" in shown
    assert EMAIL not in shown
    assert contacts.address_of(case, Road.EMAIL) == EMAIL
    page(client, case, world, do="email", email="other@example.org")
    assert contacts.address_of(case, Road.EMAIL) == "other@example.org"
    page(client, case, world, do="no-email")
    assert contacts.address_of(case, Road.EMAIL) == ""
    entries = LedgerEntry.objects.filter(case=case.pk, verb="set_contact").order_by("seq")
    assert [entry.data for entry in entries] == [
        {"road": "email", "on": True}, {"road": "email", "on": True}, {"road": "email", "on": False},
    ]  # fmt: skip


def test_second_click_records_nothing(client, world):
    case = world.file(world.simple)
    for _click in range(2):
        assert page(client, case, world, do="email", email=EMAIL).status_code == 302
    for _click in range(2):
        assert page(client, case, world, do="no-email").status_code == 302
    assert LedgerEntry.objects.filter(case=case.pk, verb="set_contact").count() == 2


@pytest.mark.parametrize("typed", ["", "nobody", "a@b", "a b@example.org", "x" * 200 + "@example.org", "a@b.c\0"])
def test_what_is_no_address_is_refused_and_shown_again(client, world, typed):
    case = world.file(world.simple)
    response = page(client, case, world, do="email", email=typed)
    assert response.status_code == 422
    assert contacts.roads_of(case) == []


@pytest.mark.parametrize("wish", ["line", "webhook", "no-webhook", "nonsense"])
def test_what_is_not_offered_changes_nothing(client, world, wish):
    case = world.file(world.simple)
    assert page(client, case, world, do=wish, email=EMAIL).status_code == 200
    assert contacts.roads_of(case) == []
    assert not LineCode.objects.exists()


def test_page_without_an_opened_case_asks_for_the_code(client, world):
    world.file(world.simple)
    assert "receipt" in client.get(reverse("follow_contact")).content.decode()
    assert client.post(reverse("follow_contact"), {"do": "email", "email": EMAIL}).status_code == 401
    assert not Contact.objects.exists()


def test_erased_case_keeps_no_address_and_gives_none(client, world):
    case = leave(world, world.file(world.simple))
    CaseKey.objects.filter(case=case.pk).update(wrapped="")
    case = ComplaintCase.objects.get(pk=case.pk)
    assert contacts.address_of(case, Road.EMAIL) == ""
    assert page(client, case, world).status_code == 409
    assert page(client, case, world, do="email", email="new@example.org").status_code == 409


def test_address_moved_to_another_case_does_not_open(world):
    mine, other = leave(world, world.file(world.simple)), leave(world, world.file(world.simple), "b@example.org")
    CaseKey.objects.filter(case=other.pk).update(wrapped=CaseKey.objects.get(case=mine.pk).wrapped)
    Contact.objects.filter(complaint=other.pk).update(sealed=Contact.objects.get(complaint=mine.pk).sealed)
    with pytest.raises(SealBroken):
        contacts.address_of(ComplaintCase.objects.get(pk=other.pk), Road.EMAIL)


def test_database_keeps_one_address_a_road_and_no_webhook(world):
    case = leave(world, world.file(world.simple))
    for road in (Road.EMAIL, Road.WEBHOOK):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contact.objects.create(complaint_id=case.pk, road=road, sealed=b"x")


def test_officer_reads_that_he_chose_and_never_the_address(client, world):
    case = leave(world, world.into("investigating"))
    client.force_login(world.officer)
    shown = client.get(reverse("case", args=[case.public_id]) + "?contact").content.decode()
    assert "example.org" not in shown
    assert "mail" in shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [(EMAIL, "s…@example.org"), ("a@b.th", "a…@b.th"), ("ก@ข.ไทย", "ก…@ข.ไทย"), ("", ""), ("U12", "")],
)
def test_address_is_shown_so_that_only_its_owner_knows_it(address, shown):
    assert contacts.shortened(address) == shown


# --- Who is told of what ----------------------------------------------------------------------------------------------
def test_no_edge_that_tells_the_complainant_is_his_own() -> None:
    assert not [edge.name for edge in GRAPH.edges if "complainant" in edge.tells and COMPLAINANT in edge.by]


@pytest.mark.parametrize("kind", ["ordinary", "corruption"])
def test_complainant_is_told_of_what_is_for_him_and_of_nothing_else(world, kind):
    kind = getattr(world, kind)
    case = leave(world, world.file(kind))
    assert told(case) == []
    screener, centre = (world.screener, False) if not case.protected else (world.centre_screener, True)
    case = world.do(case, "start_screening", screener)
    case = world.do(case, "accept", screener, kind=kind, unit=case.unit)
    assert told(case) == [("email", "accept")]
    case = world.do(
        case,
        "assign",
        world.centre_approver if centre else world.head,
        to=world.centre_officer if centre else world.officer,
    )
    case = world.do(case, "complainant_message", text="ยังรออยู่")
    case = world.do(case, "message", case.holder, text="กำลังตรวจสอบ")
    assert told(case) == [("email", "accept"), ("email", "message")]
    (delivery,) = Delivery.objects.filter(case=case.pk)  # a burst is one letter
    assert (delivery.target, delivery.recipient) == (f"case:{case.pk}", None)


def test_who_left_no_address_or_took_it_back_is_told_nothing(world):
    never = world.into("declined")
    back = leave(world, leave(world, world.file(world.ordinary)), "")
    back = world.do(back, "start_screening", world.screener)
    back = world.do(back, "decline", world.screener, **world.refusal())
    assert told(never) == told(back) == []


def test_both_roads_are_told_once_each(world):
    case = leave(world, leave(world, world.file(world.ordinary)), "U123", Road.LINE)
    case = world.do(case, "start_screening", world.screener)
    case = world.do(case, "decline", world.screener, **world.refusal())
    assert sorted(told(case)) == [("email", "decline"), ("line", "decline")]
    OutboxRow.objects.filter(case=case.pk).update(relayed_at=None)
    assert len(told(case)) == 2


def test_warnings_and_silent_cases_tell_no_complainant(world):
    case = leave(world, world.into("declined"))
    told(case)
    DeliveryLine.objects.all().delete()
    OutboxRow.objects.create(
        case=case, event="clock_warning", at=case.changed_at, facts={"code": "screen", "percent": 100}
    )
    assert told(case) == []
    ComplaintCase.objects.filter(pk=case.pk).update(silent=True)
    OutboxRow.objects.create(case=case, event="decline", at=case.changed_at)
    assert told(case) == []
    assert not OutboxRow.objects.filter(relayed_at=None).exists()


@pytest.mark.parametrize("language", ["th", "en"])
def test_letter_says_that_there_is_news_of_a_number_and_where_to_read_it(world, language):
    case = leave(world, world.file(world.corruption, language=language))
    case = world.do(case, "start_screening", world.centre_screener)
    case = world.do(case, "message", world.centre_screener, text="เรารับเรื่องสินบนไว้แล้ว")
    told(case)
    delivery = Delivery.objects.get(case=case.pk)
    address, letter = compose(delivery)
    assert address == EMAIL
    assert case.number in letter.text
    assert reverse("follow") in letter.text
    for secret in (world.corruption.name, "สินบน", case.unit.name_th, case.public_id, EMAIL):
        assert secret not in letter.subject + letter.text
    leave(world, case, "")
    with pytest.raises(NotToSend):
        compose(Delivery.objects.get(pk=delivery.pk))


def test_nothing_of_the_address_stands_in_what_leads_to_a_letter(world):
    case = leave(world, world.file(world.corruption))
    case = world.do(case, "start_screening", world.centre_screener)
    case = world.do(case, "accept", world.centre_screener, kind=world.corruption, unit=case.unit)
    assert told(case)
    for model in (Delivery, DeliveryLine, Notice, OutboxRow, LedgerEntry):
        assert "example.org" not in str(list(model.objects.values()))


def test_language_of_the_letter_is_that_of_the_filing(client, world):
    assert contacts.letter_language(world.file(world.simple)) == "th"
    assert contacts.letter_language(world.file(world.simple, language="en")) == "en"


# --- LINE -------------------------------------------------------------------------------------------------------------
@pytest.fixture
def line(settings):
    settings.LINE_TOKEN, settings.LINE_SECRET, settings.LINE_ADDRESS = "token", "secret", "@agency"


def test_line_is_linked_by_a_code_and_taken_back(client, world, line):
    case = world.file(world.simple)
    assert "@agency" not in page(client, case, world).content.decode()
    shown = page(client, case, world, do="line").content.decode()
    assert "@agency" in shown
    (code,) = re.findall(r">([0-9A-Z]{4}-[0-9A-Z]{4})<", shown)
    found = linking.take_text("U4af4980629", code)
    assert found is not None
    assert found[0] == linking.Answer.LINKED
    assert contacts.address_of(case, Road.LINE) == "U4af4980629"
    assert 'value="no-line"' in page(client, case, world).content.decode()
    case = world.do(case, "start_screening", world.screener)
    case = world.do(case, "decline", world.screener, **world.refusal())
    assert told(case) == [("line", "decline")]
    page(client, case, world, do="no-line")
    assert contacts.address_of(case, Road.LINE) == ""
    entries = LedgerEntry.objects.filter(case=case.pk, verb="set_contact").order_by("seq")
    assert [entry.data for entry in entries] == [{"road": "line", "on": True}, {"road": "line", "on": False}]
