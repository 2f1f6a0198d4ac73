"""The document of a letter: its words in official form, its numerals, and what of it nobody may read."""

import io
from datetime import date
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from complaints.letters.content import letter_content
from complaints.letters.document import letter_pdf, letter_pictures
from complaints.letters.wording import paper_of
from complaints.models import AgencyRequest, ComplaintCase, Letter, Referral, ReferralAgency
from organisations.formats import write_date
from tests.support.letters import IDENTITY, draft, letterhead, register, replied
from tests.support.world import World
from workflows.models import Clock


def content(**changes: Any) -> dict[str, Any]:
    """What a reply to a complainant says."""
    return {
        "sort": "reply", "prefix": "นน 0017.1", "number": "นน 0017.1/245", "agency": "ศาลากลางจังหวัดน่าน",
        "address": "ถนนสุริยพงษ์\nอำเภอเมืองน่าน 55000", "dated_on": date(2026, 11, 21), "subject": "แจ้งผลการพิจารณา",
        "addressee": "นายสมปอง น้ำเพ็ชร์\n99/1 หมู่ที่ 4", "references": "", "enclosures": "", "copies": "",
        "case": "NAN-2570-00012", "filed_on": date(2026, 11, 3), "ground": "", "text": "เปลี่ยนหลอดไฟแล้ว 3 ดวง\n\nขอบคุณ",
        "answer_by": None, "signatory": "นายวิรัตน์ บุญเรือง", "title": "ปลัดจังหวัดน่าน",
        "acting_for": "ปฏิบัติราชการแทน ผู้ว่าราชการจังหวัดน่าน", "office": "ศูนย์ดำรงธรรมจังหวัดน่าน", "phone": "0 5471 0341",
        "email": "nan2@example.go.th", "thai_numerals": False, "cancelled": False,
        **changes,
    }  # fmt: skip


def attached(pdf: bytes) -> str:
    """The plain text that a PDF carries."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert list(opened.attachments) == ["letter.txt"]
        return opened.attachments["letter.txt"].get_file().read_bytes().decode()


def test_letter_says_everything_in_the_order_of_the_form() -> None:
    plain = paper_of(content(references="หนังสือร้องเรียน ลงวันที่ 3", enclosures="ภาพถ่าย 2 ภาพ", copies="นายอำเภอ")).plain
    wanted = [
        "ที่ นน 0017.1/245", "ศาลากลางจังหวัดน่าน", "ถนนสุริยพงษ์", "21 พฤศจิกายน 2569", "เรื่อง แจ้งผลการพิจารณา",
        "เรียน นายสมปอง น้ำเพ็ชร์", "อ้างถึง หนังสือร้องเรียน", "สิ่งที่ส่งมาด้วย ภาพถ่าย", "ตามที่ท่านได้ยื่นเรื่องร้องเรียน เลขที่ NAN-2570-00012",
        "เมื่อวันที่ 3 พฤศจิกายน 2569", "เปลี่ยนหลอดไฟแล้ว 3 ดวง", "จึงเรียนมาเพื่อโปรดทราบ", "ขอแสดงความนับถือ", "(นายวิรัตน์ บุญเรือง)",
        "ปลัดจังหวัดน่าน", "ปฏิบัติราชการแทน ผู้ว่าราชการจังหวัดน่าน", "ศูนย์ดำรงธรรมจังหวัดน่าน", "โทร. 0 5471 0341", "สำเนาส่ง นายอำเภอ",
    ]  # fmt: skip
    place = 0
    for words in wanted:
        place = plain.index(words, place)
    assert "99/1" not in plain  # the address stands on the envelope


@pytest.mark.parametrize("language", ["th", "en"])
def test_letter_is_thai_whatever_the_language_of_the_page(language: str) -> None:
    from django.utils import translation

    with translation.override(language):
        assert "21 พฤศจิกายน 2569" in paper_of(content()).plain


def test_letter_in_thai_numerals_leaves_codes_and_addresses_as_they_are() -> None:
    paper = paper_of(content(thai_numerals=True, text="ดู https://a.go.th/12 หรือโทร. 1567"))
    assert paper.number == "นน ๐๐๑๗.๑/๒๔๕"
    assert "๒๑ พฤศจิกายน ๒๕๖๙" in paper.plain
    for kept in ("NAN-2570-00012", "https://a.go.th/12", "nan2@example.go.th"):
        assert kept in paper.plain
    assert "โทร. ๑๕๖๗" in paper.plain
    assert paper.label[1] == "๙๙/๑ หมู่ที่ ๔"


def test_letter_in_arabic_numerals_whatever_the_reader_chose() -> None:
    from organisations.formats import thai_numerals

    with thai_numerals(True):
        assert "21 พฤศจิกายน 2569" in paper_of(content()).plain


def test_letter_without_number_date_addressee_and_signatory_leaves_blanks() -> None:
    blank = content(number="", dated_on=None, addressee="", signatory="", title="", acting_for="")
    paper = paper_of(blank)
    assert paper.number == "นน 0017.1/............"
    assert set(paper.to) == set(paper.dated) == set(paper.signatory) == {"."}
    assert paper.label == ()
    assert set(paper_of({**blank, "prefix": ""}).number) == {"."}


@pytest.mark.parametrize(
    ("sort", "due", "opening", "ending"),
    [
        ("question", date(2026, 12, 1), "ขอข้อมูลเพิ่มเติม", "ภายในวันที่ 1 ธันวาคม 2569 จะขอบคุณยิ่ง"),
        ("question", None, "ขอข้อมูลเพิ่มเติม", "แจ้งข้อมูลดังกล่าว จะขอบคุณยิ่ง"),
        ("progress", None, "ขอแจ้งความคืบหน้า", "จึงเรียนมาเพื่อโปรดทราบ"),
        ("to_complainant", None, "ขอแจ้งให้ทราบ", "จึงเรียนมาเพื่อโปรดทราบ"),
        ("referral", None, "อยู่ในหน้าที่และอำนาจของท่าน", "ทราบด้วย จะขอบคุณยิ่ง"),
        ("request", date(2026, 12, 1), "มีประเด็นที่ขอให้ท่านชี้แจง", "ชี้แจงข้อเท็จจริง ภายในวันที่ 1 ธันวาคม 2569"),
    ],
)
def test_each_sort_of_letter_opens_and_ends_in_its_way(sort: str, due: date | None, opening: str, ending: str) -> None:
    from organisations.documents.setting import plain

    blocks = paper_of(content(sort=sort, answer_by=due)).blocks
    assert opening in plain(blocks[0])
    assert ending in plain(blocks[-1])
    assert len(blocks) == 4


def test_ground_of_a_refusal_stands_before_its_text() -> None:
    blocks = paper_of(content(ground="ไม่อยู่ในอำนาจ")).blocks
    assert blocks[1:3] == ("เหตุที่ไม่รับไว้พิจารณา: ไม่อยู่ในอำนาจ", "เปลี่ยนหลอดไฟแล้ว 3 ดวง")


def test_pdf_carries_its_plain_text_and_names_nobody_in_its_properties() -> None:
    pdf = letter_pdf(content())
    assert attached(pdf) == paper_of(content()).plain
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert "หนังสือราชการ" in str(opened.docinfo.get("/Title"))
        assert "สมปอง" not in " ".join(map(str, opened.docinfo.values()))
    assert letter_pdf(content()) == pdf


def test_envelope_is_a_sheet_of_its_own_where_the_address_is_known() -> None:
    assert len(letter_pictures(content())) == 2
    assert len(letter_pictures(content(addressee="นายสมปอง"))) == 1


def test_cancelled_letter_is_marked_on_every_page() -> None:
    long = content(text="ข้อความยาวมาก " * 600, addressee="")
    for plain, marked in zip(letter_pictures(long), letter_pictures({**long, "cancelled": True}), strict=True):
        one, two = (Image.open(io.BytesIO(page)).convert("L") for page in (plain, marked))
        corner = (int(one.width * 0.8), 0, one.width, int(one.height * 0.05))
        assert one.crop(corner).getextrema() == (255, 255)
        assert two.crop(corner).getextrema()[0] < 100


@given(st.text(max_size=200))
def test_no_text_breaks_the_document_or_becomes_markup(text: str) -> None:
    pdf = letter_pdf(content(text=text, subject=text, addressee=text, references=text))
    assert attached(pdf) == paper_of(content(text=text, subject=text, addressee=text, references=text)).plain


# --- Where its content comes from -------------------------------------------------------------------------------------
def said(letter: Letter, case: ComplaintCase, addressee: str = "") -> str:
    """The plain text of the document of a letter."""
    return paper_of(letter_content(letter, case, addressee=addressee)).plain


@pytest.mark.django_db
def test_content_comes_from_case_letterhead_and_letter(world: World) -> None:
    letterhead(world.district, agency="ที่ว่าการอำเภอ", address="ถนนใหญ่", phone="02")
    case = replied(world)
    letter = register(world, case, draft(world, case, references="หนังสือ ก"), "นน 0017.1/8")
    plain = said(letter, case)
    for words in ("ที่ว่าการอำเภอ", "ถนนใหญ่", "โทร. 02", "ที่ นน 0017.1/8", "อ้างถึง หนังสือ ก", case.number, "ตรวจสอบแล้วไม่พบ"):
        assert words in plain
    assert IDENTITY["name"] not in plain


@pytest.mark.django_db
def test_letter_of_a_question_says_until_when(world: World) -> None:
    letterhead(world.district)
    case = world.into("awaiting_complainant")
    letter = draft(world, case, carries=f"message-{case.messages.get().pk}")
    due = Clock.objects.get(case=case.pk, code="complainant_answer").due_on
    assert due is not None
    assert f"ภายในวันที่ {write_date(due, long=True)}" in said(letter, case)


@pytest.mark.django_db
def test_letter_of_a_refusal_names_its_ground(world: World) -> None:
    case = world.into("declined")
    letter = draft(world, case, world.screener)
    assert case.replies.get().ground.name_th in said(letter, case)


@pytest.mark.django_db
def test_letter_of_a_protected_case_is_read_from_what_is_sealed(world: World) -> None:
    case = world.into("replied", world.corruption)
    letter = draft(world, case, world.centre_officer, subject="ผลการพิจารณา")
    assert "ตรวจสอบแล้วไม่พบ" in said(letter, case)
    assert "เรื่อง ผลการพิจารณา" in said(letter, case)


@pytest.mark.django_db
def test_letter_of_a_referral_goes_to_the_agency(world: World) -> None:
    case = world.into("investigating")
    agency = ReferralAgency.objects.order_by("position")[0]
    ReferralAgency.objects.filter(pk=agency.pk).update(address="ถนนนนทบุรี 1")
    referral = Referral(case=case, agency=agency, by=world.approver, at=case.opened_at)
    referral.write(case, "อยู่ในอำนาจขององค์กรนี้")
    referral.save()
    letter = draft(world, case, carries=f"referral-{referral.pk}")
    assert letter.read_addressee(case) == f"{agency.name_th}\nถนนนนทบุรี 1"
    assert "อยู่ในอำนาจขององค์กรนี้" in said(letter, case)


@pytest.mark.django_db
def test_letter_of_a_request_tells_the_unit_nothing_of_the_complaint(world: World) -> None:
    from workflows.actors import Actor
    from workflows.transitions import perform

    case = world.into("investigating")
    perform(
        case, "ask_agencies", Actor.person(world.officer), units=[world.other], text="แผนซ่อมบำรุงเป็นอย่างไร", files=[]
    )
    request = AgencyRequest.objects.get(complaint=case)
    letter = draft(world, case, carries=f"request-{request.pk}")
    plain = said(letter, case, letter.read_addressee(case))
    assert "แผนซ่อมบำรุงเป็นอย่างไร" in plain
    assert request.case.number in plain
    assert case.number not in plain
    assert "เรียน ตำแหน่ง" in plain
