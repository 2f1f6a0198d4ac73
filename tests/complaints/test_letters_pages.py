"""The pages of letters: block on the case page, forms, document, signed sheet, register of a unit."""

import io
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django import Settings

from complaints.forms.letters import LETTER_FORMS
from complaints.models import ComplaintCase, Letter
from complaints.views.officer import letters as pages
from organisations.models import User
from tests.support.letters import IDENTITY, despatch, draft, holding_of, letterhead, register, replied, scan
from tests.support.world import World
from workflows.keys import destroy_key
from workflows.models import Case, Conflict

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
YEAR = TODAY.year + 543


@pytest.fixture(autouse=True)
def _evidence(settings: Settings, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


def page(client: Client, user: User, address: str, language: str = "en") -> Any:
    """A page as `user` sees it."""
    User.objects.filter(pk=user.pk).update(language=language)
    client.force_login(User.objects.get(pk=user.pk))
    return client.get(address)


def case_url(case: ComplaintCase) -> str:
    """The address of a case."""
    return reverse("case", args=[case.public_id])


def take_url(case: ComplaintCase, edge: str, query: str = "") -> str:
    """The address of the form of an edge."""
    return reverse("take", args=[case.public_id, edge]) + query


def document_url(case: ComplaintCase, letter: Letter) -> str:
    """The address of the document of a letter."""
    return reverse("letter_document", args=[case.public_id, letter.pk])


def scan_url(case: ComplaintCase, letter: Letter) -> str:
    """The address of its signed sheet."""
    return reverse("letter_scan", args=[case.public_id, letter.pk])


def register_url(world: World, year: int = YEAR) -> str:
    """The address of the register of the district."""
    return reverse("letters_register", args=[world.district.code, year])


def text_of(response: Any) -> str:
    """The plain text that a PDF carries."""
    with pikepdf.open(io.BytesIO(response.content)) as opened:
        return opened.attachments["letter.txt"].get_file().read_bytes().decode()


def send(client: Client, case: ComplaintCase, edge: str, user: User, **typed: Any) -> Any:
    """Send the form of an edge as the page had it."""
    User.objects.filter(pk=user.pk).update(language="en")
    client.force_login(User.objects.get(pk=user.pk))
    now = ComplaintCase.objects.get(pk=case.pk)
    seen = {"seen_version": now.state_version, "seen_seq": now.ledger_seq}
    return client.post(take_url(case, edge), {**seen, **typed})


# --- The case page ----------------------------------------------------------------------------------------------------
def test_case_page_offers_a_letter_of_what_went_out(client: Client, world: World) -> None:
    case = replied(world)
    body = page(client, world.officer, case_url(case)).content.decode()
    wanted = f"{take_url(case, 'draft_letter')}?carries=reply-{case.replies.get().pk}"
    assert body.count(wanted) == 1
    assert "Make a letter of this" in body
    assert wanted not in page(client, world.executive, case_url(case)).content.decode()


def test_case_page_offers_no_letter_of_notes_and_drafted_replies(client: Client, world: World) -> None:
    case = world.into("acting")
    world.do(case, "note", world.officer, text="ภายใน")
    world.do(case, "draft_reply", world.officer, reply="ร่าง")
    assert "carries=" not in page(client, world.officer, case_url(case)).content.decode()
    world.do(case, "approve_reply", world.approver, reply_seen=case.replies.get().pk)
    assert "carries=reply-" in page(client, world.officer, case_url(case)).content.decode()


def test_case_page_shows_letters_with_their_next_steps(client: Client, world: World) -> None:
    case = replied(world)
    letter = draft(world, case, subject="แจ้งผล")
    body = page(client, world.officer, case_url(case)).content.decode()
    assert "แจ้งผล" in body
    assert f"to {IDENTITY['name']}" in body
    assert document_url(case, letter) in body
    assert f"{take_url(case, 'register_letter')}?letter={letter.pk}" in body
    assert f"{take_url(case, 'despatch_letter')}?letter={letter.pk}" not in body
    letter = despatch(world, case, register(world, case, letter, "นน 1/9"))
    body = page(client, world.officer, case_url(case)).content.decode()
    assert "นน 1/9" in body
    assert f"{take_url(case, 'attach_signed')}?letter={letter.pk}" in body
    assert f"{take_url(case, 'cancel_letter')}?letter={letter.pk}" not in body


def test_case_page_names_the_complainant_to_who_may_see_him_only(client: Client, world: World) -> None:
    case = replied(world)
    draft(world, case)
    for user, sees in ((world.officer, True), (world.head, True), (world.officer2, False), (world.executive, False)):
        body = page(client, user, case_url(case)).content.decode()
        assert (IDENTITY["name"] in body) == sees, user
        assert ('"help">to the complainant' in body) != sees, user


def test_case_page_of_a_case_not_screened_shows_no_letters_to_others(client: Client, world: World) -> None:
    case = world.into("screening")
    world.do(case, "message", world.screener, text="ได้รับแล้ว")
    letter = draft(world, case, world.screener, carries=f"message-{case.messages.get().pk}")
    assert document_url(case, letter) in page(client, world.screener, case_url(case)).content.decode()
    assert document_url(case, letter) not in page(client, world.officer2, case_url(case)).content.decode()
    assert page(client, world.officer2, document_url(case, letter)).status_code == 404


def test_case_page_costs_the_same_with_one_and_with_many_letters(client: Client, world: World) -> None:
    case = replied(world)
    register(world, case, draft(world, case), "n 1", files=[scan()])

    def queries() -> int:
        client.force_login(world.officer)
        with CaptureQueriesContext(
            connection,
        ) as made:
            assert client.get(case_url(case)).status_code == 200
        return len(made)

    queries()
    before = queries()
    for place in range(2, 14):
        register(world, case, draft(world, case), f"n {place}", files=[scan()])
    assert queries() == before


# --- The forms --------------------------------------------------------------------------------------------------------
def test_draft_form_begins_with_what_the_case_knows(client: Client, world: World) -> None:
    case = replied(world)
    query = f"?carries=reply-{case.replies.get().pk}"
    body = page(client, world.officer, take_url(case, "draft_letter", query)).content.decode()
    for words in ("แจ้งผลการพิจารณาเรื่องร้องเรียน", IDENTITY["name"], IDENTITY["address"], "ตรวจสอบแล้วไม่พบ"):
        assert words in body
    holding = holding_of(world.head)
    assert f'value="{holding.pk}" selected' in body


def test_draft_form_of_who_may_not_see_the_complainant_has_no_addressee(client: Client, world: World) -> None:
    case = replied(world)
    draft(world, case)
    query = f"?carries=reply-{case.replies.get().pk}"
    body = page(client, world.officer2, take_url(case, "draft_letter", query)).content.decode()
    assert IDENTITY["name"] not in body
    assert 'name="addressee"' not in body


def test_draft_form_of_a_protected_case_has_no_addressee(client: Client, world: World) -> None:
    case = world.into("replied", world.corruption, identity=IDENTITY)
    body = page(client, world.centre_officer, take_url(case, "draft_letter")).content.decode()
    assert 'name="carries"' in body
    assert IDENTITY["name"] not in body
    assert 'name="addressee"' not in body


def test_draft_form_goes_on_from_the_draft_before(client: Client, world: World) -> None:
    case = replied(world)
    draft(world, case, subject="หัวเรื่องเดิม", copies="สำเนาเดิม", other_signatory="นายพล\nรองผู้ว่า", addressee="คุณสมใจ")
    query = f"?carries=reply-{case.replies.get().pk}"
    body = page(client, world.officer, take_url(case, "draft_letter", query)).content.decode()
    for words in ("หัวเรื่องเดิม", "สำเนาเดิม", "นายพล\nรองผู้ว่า", "คุณสมใจ"):
        assert words in body


def test_two_forms_take_a_letter_out_of_the_house(client: Client, world: World) -> None:
    letterhead(world.district)
    case = replied(world)
    reply = case.replies.get()
    first = send(client, case, "draft_letter", world.officer, carries=f"reply-{reply.pk}", addressee="คุณสมใจ")
    assert first.status_code == 302
    letter = case.letters.get()
    form = page(client, world.officer, take_url(case, "register_letter", f"?letter={letter.pk}")).content.decode()
    assert 'value="นน 0017.1/"' in form
    second = send(
        client, case, "register_letter", world.officer, letter=letter.pk, number="นน 0017.1/77",
        registered_on=TODAY.isoformat(), signatory=holding_of(world.head).pk, despatched_on=TODAY.isoformat(),
        way="registered", tracking="EM1", files=SimpleUploadedFile("s.txt", b"signed"),
    )  # fmt: skip
    assert second.status_code == 302
    letter.refresh_from_db()
    assert letter.status == Letter.Status.DESPATCHED
    assert (letter.number, letter.signatory, letter.tracking) == ("นน 0017.1/77", world.head, "EM1")
    assert letter.signed_id


def test_register_form_has_no_number_where_the_register_gives_it(client: Client, world: World) -> None:
    letterhead(world.district, gives_numbers=True)
    case = replied(world)
    letter = draft(world, case)
    form = page(client, world.officer, take_url(case, "register_letter")).content.decode()
    assert 'name="number"' not in form
    assert send(
        client, case, "register_letter", world.officer, letter=letter.pk, registered_on=TODAY.isoformat()
    ).status_code == 302  # fmt: skip
    letter.refresh_from_db()
    assert letter.number == "นน 0017.1/1"


def test_refused_form_says_so_beside_its_field_and_keeps_what_was_typed(client: Client, world: World) -> None:
    case, other = replied(world), replied(world)
    register(world, other, draft(world, other), "5")
    letter = draft(world, case)
    response = send(
        client, case, "register_letter", world.officer, letter=letter.pk, number="5", registered_on=TODAY.isoformat(),
        tracking="ABC",
    )  # fmt: skip
    assert response.status_code == 422
    assert "number" in response.context["form"].errors
    assert 'value="ABC"' in response.content.decode()


def test_form_of_a_letter_of_another_case_is_refused(client: Client, world: World) -> None:
    case, other = replied(world), replied(world)
    draft(world, case)
    foreign = draft(world, other)
    typed = {"letter": foreign.pk, "number": "5", "registered_on": TODAY.isoformat()}
    assert send(client, case, "register_letter", world.officer, **typed).status_code == 422
    foreign.refresh_from_db()
    assert foreign.number == ""


def test_remaining_forms_attach_despatch_and_cancel(client: Client, world: World) -> None:
    case = replied(world)
    letter = register(world, case, draft(world, case))
    sheet = SimpleUploadedFile("s.txt", b"signed")
    assert send(client, case, "attach_signed", world.officer, letter=letter.pk, files=sheet).status_code == 302
    typed = {"letter": letter.pk, "despatched_on": TODAY.isoformat(), "way": "hand"}
    assert send(client, case, "despatch_letter", world.officer, **typed).status_code == 302
    second = draft(world, case)
    assert send(client, case, "cancel_letter", world.officer, letter=second.pk, reasons="ผิด").status_code == 302
    stages = [letter.status for letter in case.letters.order_by("pk")]
    assert stages == [Letter.Status.DESPATCHED, Letter.Status.CANCELLED]


@pytest.mark.parametrize("edge", sorted(LETTER_FORMS))
def test_forms_are_not_for(client: Client, world: World, edge: str) -> None:
    case = replied(world)
    register(world, case, draft(world, case), "1")
    draft(world, case)
    assert page(client, world.officer, take_url(case, edge)).status_code == 200
    assert page(client, world.head, take_url(case, edge)).status_code == 403
    assert page(client, world.stranger, take_url(case, edge)).status_code == 404
    client.logout()
    assert client.get(take_url(case, edge)).status_code == 302


# --- The document and the signed sheet --------------------------------------------------------------------------------
def test_document_is_drawn_with_the_name_for_who_may_see_it(client: Client, world: World) -> None:
    case = replied(world)
    letter = draft(world, case)
    response = page(client, world.officer, document_url(case, letter))
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "no-store"
    assert IDENTITY["name"] in text_of(response)
    for user in (world.officer2, world.executive):
        assert IDENTITY["name"] not in text_of(page(client, user, document_url(case, letter)))


def test_document_of_a_protected_case_names_nobody_to_anybody(client: Client, world: World) -> None:
    case = world.into("replied", world.corruption, identity=IDENTITY)
    letter = draft(world, case, world.centre_officer)
    for user in (world.centre_officer, world.centre_screener, world.centre_approver):
        assert IDENTITY["name"] not in text_of(page(client, user, document_url(case, letter)))


def test_document_of_a_case_that_became_protected_loses_its_name(client: Client, world: World) -> None:
    case = replied(world)
    letter = draft(world, case)
    case = world.do(case, "change_kind", world.officer, kind=world.corruption)
    response = page(client, world.centre_screener, document_url(case, letter))
    assert response.status_code == 200
    assert IDENTITY["name"] not in text_of(response)


@pytest.mark.parametrize("address", [document_url, scan_url])
def test_document_and_sheet_are_the_same_404_for_all_who_may_not(client: Client, world: World, address: Any) -> None:
    case, other = replied(world), replied(world)
    letter = register(world, case, draft(world, case), files=[scan()])
    Conflict.objects.create(case_id=case.pk, user=world.officer2, at=timezone.now())
    for user in (world.stranger, world.administrator, world.officer2):
        assert page(client, user, address(case, letter)).status_code == 404
    assert page(client, world.officer, address(other, letter)).status_code == 404
    assert client.post(address(case, letter)).status_code == 405
    client.logout()
    assert reverse("account_login") in client.get(address(case, letter))["Location"]


def test_signed_sheet_is_for_who_may_see_the_name_and_who_put_it_in(client: Client, world: World) -> None:
    case = replied(world)
    letter = register(world, case, draft(world, case), files=[scan()], user=world.screener)
    third = world.officer2
    assert b"".join(page(client, world.officer, scan_url(case, letter)).streaming_content) == "ลงนามแล้ว".encode()
    assert page(client, world.screener, scan_url(case, letter)).status_code == 200
    for user in (third, world.executive):
        assert page(client, user, scan_url(case, letter)).status_code == 404
        body = page(client, user, case_url(case)).content.decode()
        assert scan_url(case, letter) not in body
        assert "the name of the complainant stands on it" in body


def test_signed_sheet_of_a_protected_case_is_for_who_put_it_in(client: Client, world: World) -> None:
    case = world.into("replied", world.corruption)
    letter = draft(world, case, world.centre_officer)
    letter = register(world, case, letter, "1", files=[scan()], user=world.centre_officer)
    assert page(client, world.centre_officer, scan_url(case, letter)).status_code == 200
    for user in (world.centre_approver, world.centre_screener):
        assert page(client, user, scan_url(case, letter)).status_code == 404


def test_signed_sheet_is_no_file_of_the_case(client: Client, world: World) -> None:
    case = replied(world)
    letter = register(world, case, draft(world, case), files=[scan()])
    assert letter.signed is not None
    address = reverse("attachment", args=[case.public_id, letter.signed.public_id])
    assert page(client, world.officer, address).status_code == 404
    assert address not in page(client, world.officer, case_url(case)).content.decode()


def test_erased_letter_is_a_404_and_its_case_page_stands(client: Client, world: World) -> None:
    case = world.into("replied", world.corruption)
    letter = draft(world, case, world.centre_officer, subject="หัวเรื่อง")
    destroy_key(case)
    assert page(client, world.centre_officer, document_url(case, letter)).status_code == 404
    body = page(client, world.centre_officer, case_url(case)).content.decode()
    assert "หัวเรื่อง" not in body
    assert "This text was deleted for good." in body


# --- The register -----------------------------------------------------------------------------------------------------
def test_register_lists_letters_with_a_number_newest_first(client: Client, world: World) -> None:
    first, second, third = replied(world), replied(world), replied(world)
    register(world, first, draft(world, first, subject="เรื่องแรก"), "1", registered_on=TODAY - timedelta(days=1))
    despatch(world, second, register(world, second, draft(world, second, subject="เรื่องสอง"), "2"), tracking="TH9")
    draft(world, third, subject="ยังไม่ออกเลข")
    body = page(client, world.officer, register_url(world)).content.decode()
    assert body.index("เรื่องสอง") < body.index("เรื่องแรก")
    assert "ยังไม่ออกเลข" not in body
    assert "TH9" in body
    days = re.findall(r'data-label="(?:Despatched on|วันที่ส่งออก)">([^<]*)<', body)
    assert [day == "–" for day in days] == [False, True]
    assert case_url(first) in body
    assert IDENTITY["name"] not in body


def test_register_hides_what_a_protected_letter_is_about(client: Client, world: World) -> None:
    case = world.into("replied", world.corruption)
    register(world, case, draft(world, case, world.centre_officer, subject="ลับมาก"), "7", user=world.centre_officer)
    address = reverse("letters_register", args=[world.centre.code, YEAR])
    body = page(client, world.centre_officer, address).content.decode()
    assert case_url(case) in body
    assert "ลับมาก" not in body
    assert "the complainant" not in body


def test_register_does_not_know_letters_of_a_case_that_is_not_there_for_the_reader(
    client: Client, world: World
) -> None:
    conflicted, protected, moved = replied(world), replied(world), replied(world)
    for place, case in enumerate((conflicted, protected, moved), start=1):
        register(world, case, draft(world, case, subject=f"เรื่องที่ {place}"), f"zz/{place}")
    Conflict.objects.create(case_id=conflicted.pk, user=world.officer2, at=timezone.now())
    world.do(protected, "change_kind", world.officer, kind=world.corruption)
    Case.objects.filter(pk=moved.pk).update(unit=world.other, holder=None)
    body = page(client, world.officer2, register_url(world)).content.decode()
    assert "zz/1" not in body
    assert "zz/2" not in body
    assert "zz/3" in body  # the letter of a case that has gone elsewhere stays in the register, without its subject
    for case in (conflicted, protected, moved):
        assert case_url(case) not in body
    assert "เรื่องที่" not in body
    sheet = page(client, world.officer2, reverse("letters_sheet", args=[world.district.code, YEAR]))
    cells = [cell.value for row in load_workbook(io.BytesIO(sheet.content)).worksheets[0] for cell in row]
    assert "zz/3" in cells
    assert not {"zz/1", "zz/2"} & set(cells)


def test_register_of_who_may_not_read_yet_hides_the_subject(client: Client, world: World) -> None:
    case = world.into("screening")
    world.do(case, "message", world.screener, text="ได้รับแล้ว")
    letter = draft(world, case, world.screener, carries=f"message-{case.messages.get().pk}", subject="หัวเรื่อง")
    register(world, case, letter, "1", user=world.screener)
    assert "หัวเรื่อง" in page(client, world.screener, register_url(world)).content.decode()
    assert "หัวเรื่อง" not in page(client, world.officer2, register_url(world)).content.decode()


def test_register_is_of_one_year(client: Client, world: World) -> None:
    case = replied(world)
    register(world, case, draft(world, case), "old 1", registered_on=date(TODAY.year - 1, 3, 1))
    assert "old 1" not in page(client, world.officer, register_url(world)).content.decode()
    assert "old 1" in page(client, world.officer, register_url(world, YEAR - 1)).content.decode()


def test_register_for_whom(client: Client, world: World) -> None:
    for name in ("screener", "officer", "head", "approver", "upper_approver"):
        assert page(client, getattr(world, name), register_url(world)).status_code == 200, name
    for name in ("administrator", "custodian", "executive"):
        assert page(client, getattr(world, name), register_url(world)).status_code == 403, name
    for name in ("stranger", "centre_officer"):
        assert page(client, getattr(world, name), register_url(world)).status_code == 404, name
    assert page(client, world.officer, reverse("letters_register", args=["NONE", YEAR])).status_code == 404
    for address in (
        register_url(world),
        reverse("letters"),
        reverse("letters_sheet", args=[world.district.code, YEAR]),
    ):
        client.logout()
        assert reverse("account_login") in client.get(address)["Location"]
        assert page(client, world.administrator, address).status_code == 403


def test_register_begins_with_the_readers_own_unit_and_goes_where_it_is_sent(client: Client, world: World) -> None:
    assert page(client, world.officer, reverse("letters"))["Location"] == register_url(world)
    wanted = reverse("letters") + f"?unit={world.other.code}&year=2560"
    assert page(client, world.upper_approver, wanted)["Location"].endswith(f"/{world.other.code}/2560/")
    assert page(client, world.officer, wanted)["Location"] == register_url(world, 2560)
    assert page(client, world.officer, reverse("letters") + "?year=x")["Location"] == register_url(world)


def test_register_goes_on_page_by_page(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "SIZE", 2)
    case = replied(world)
    for place in range(5):
        register(world, case, draft(world, case), f"k {place}", registered_on=TODAY - timedelta(days=place // 2))
    seen, address = [], register_url(world)
    while address:
        response = page(client, world.officer, address)
        seen += [row.letter.number for row in response.context["rows"]]
        older = response.context["older"]
        address = register_url(world) + older if older else ""
    assert seen == ["k 1", "k 0", "k 3", "k 2", "k 4"]
    for odd in ("?after=x", "?after=2026-13-99~1", "?after=2026-01-01~9999999999999999999"):
        assert page(client, world.officer, register_url(world) + odd).status_code == 200


def test_register_costs_the_same_with_one_and_with_fifty_rows(client: Client, world: World) -> None:
    case = replied(world)
    letter = register(world, case, draft(world, case), "m 0")

    def queries() -> int:
        client.force_login(world.officer)
        with CaptureQueriesContext(connection) as made:
            assert client.get(register_url(world)).status_code == 200
        return len(made)

    queries()
    before = queries()
    for place in range(1, 50):
        Letter.objects.create(
            case=case, unit=world.district, reply=letter.reply, text=letter.text, by=world.officer, at=letter.at,
            number=f"m {place}", year=YEAR, registered_on=TODAY,
        )  # fmt: skip
    assert queries() == before


def test_sheet_has_every_letter_in_the_order_of_the_register(client: Client, world: World) -> None:
    case = replied(world)
    register(world, case, draft(world, case, subject="=SUM(1)"), "1", registered_on=TODAY - timedelta(days=1))
    register(world, case, draft(world, case, subject="สอง"), "2")
    response = page(client, world.officer, reverse("letters_sheet", args=[world.district.code, YEAR]))
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(response.content)).worksheets[0]]
    assert [row[0] for row in rows[4:]] == ["1", "2"]
    assert rows[4][3] == "'=SUM(1)"
    assert rows[4][4] == case.number


@pytest.mark.parametrize("language", ["th", "en"])
def test_register_stands_in_both_languages_and_when_empty(client: Client, world: World, language: str) -> None:
    assert page(client, world.officer, register_url(world), language).status_code == 200
