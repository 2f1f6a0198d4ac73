"""Orders in official form: their words, their numbers, and the PDF that carries both."""

import io
import re
import tempfile
import zlib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from organisations.documents.setting import clean, runs
from procurement.documents import order as setting_order
from procurement.documents.content import draft_content, order_content
from procurement.documents.order import order_pdf, order_pictures
from procurement.documents.wording import paper_of
from procurement.documents.words import baht_words, day_words, number_words
from procurement.models import CommitteeKind, InterestGround, Order
from procurement.rule_data import COMMITTEE_KINDS
from tests.support.purchases import Plan
from workflows.models import ClockRule


def person(name: str = "นาย ดี งาม", duty: str = "member", **facts: str) -> dict[str, str]:
    """Somebody in the content of an order."""
    return {"name": name, "position": "ปลัดอำเภอ", "network": "", "standing": "official", "duty": duty, **facts}


def content(**changes: Any) -> dict[str, Any]:
    """The content of an appointment, as it is frozen."""
    people = [
        person("นาย ประธาน ที่ปั๊มน้ำ", "chair"),
        person("นาง ประชา รักษ์ถิ่น", standing="citizen", network="เครือข่ายชุมชน"),
        person("นางสาว เลขา จดแม่น", "secretary"),
    ]
    return {
        "kind": "appointment", "unit": "ที่ทำการปกครองอำเภอตัวอย่าง", "number": "12", "year": 2569,
        "dated_on": "2026-01-05", "committee": "คณะกรรมการพิจารณาผลการประกวดราคาอิเล็กทรอนิกส์", "duties": "พิจารณาผล",
        "clause": "ข้อ 25 (1)", "source": "ระเบียบกระทรวงการคลัง พ.ศ. 2560", "purchase": "ปรับปรุงถนน",
        "project_number": "69019123456", "method": "ประกวดราคาอิเล็กทรอนิกส์ (e-bidding)", "budget": "1250021.50",
        "report_within": {"days": 30, "working": False}, "members": people, "added": people[1:], "removed": people[:1],
        "replaces": [], "signatory": "นาย ผู้ลงนาม สั่งการ", "signatory_title": "นายอำเภอตัวอย่าง", **changes,
    }  # fmt: skip


APPOINTED = {"kind": "appointment", "number": "3", "year": 2569, "dated_on": "2026-01-02"}
AMENDED = {"kind": "amendment", "number": "9", "year": 2569, "dated_on": "2026-02-01"}


def text(**changes: Any) -> str:
    """The order as plain text."""
    return paper_of(content(**changes)).plain


def streams(pdf: bytes) -> list[bytes]:
    """What is packed in a PDF, unpacked."""
    unpacked = []
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            unpacked.append(zlib.decompress(found.group(1)))
        except zlib.error:
            unpacked.append(found.group(1))
    return unpacked


def pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page[^s]", b"".join([pdf, *streams(pdf)])))


# --- Numbers and days in words ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "ศูนย์บาทถ้วน"),
        ("1", "หนึ่งบาทถ้วน"),
        ("10", "สิบบาทถ้วน"),
        ("11", "สิบเอ็ดบาทถ้วน"),
        ("20", "ยี่สิบบาทถ้วน"),
        ("21", "ยี่สิบเอ็ดบาทถ้วน"),
        ("100", "หนึ่งร้อยบาทถ้วน"),
        ("101", "หนึ่งร้อยเอ็ดบาทถ้วน"),
        ("111", "หนึ่งร้อยสิบเอ็ดบาทถ้วน"),
        ("500000", "ห้าแสนบาทถ้วน"),
        ("1000000", "หนึ่งล้านบาทถ้วน"),
        ("1000001", "หนึ่งล้านเอ็ดบาทถ้วน"),
        ("21000000", "ยี่สิบเอ็ดล้านบาทถ้วน"),
        ("1234567.89", "หนึ่งล้านสองแสนสามหมื่นสี่พันห้าร้อยหกสิบเจ็ดบาทแปดสิบเก้าสตางค์"),
        ("1000000000000", "หนึ่งล้านล้านบาทถ้วน"),
        ("0.25", "ยี่สิบห้าสตางค์"),
        ("10.01", "สิบบาทหนึ่งสตางค์"),
    ],
)
def test_baht_in_words(amount: str, words: str) -> None:
    assert baht_words(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["-1", "0.001"])
def test_baht_that_is_no_amount_has_no_words(amount: str) -> None:
    with pytest.raises(ValueError, match=amount.strip("-")):
        baht_words(Decimal(amount))


def number_of(words: str) -> int:
    """The number that words say: the other way round, by another rule."""
    if "ล้าน" in words:
        before, after = words.rsplit("ล้าน", 1)
        return number_of(before) * 1_000_000 + number_of(after)
    values = {
        "ศูนย์": 0,
        "หนึ่ง": 1,
        "เอ็ด": 1,
        "สอง": 2,
        "ยี่": 2,
        "สาม": 3,
        "สี่": 4,
        "ห้า": 5,
        "หก": 6,
        "เจ็ด": 7,
        "แปด": 8,
        "เก้า": 9,
    }
    places = {"สิบ": 10, "ร้อย": 100, "พัน": 1000, "หมื่น": 10_000, "แสน": 100_000}
    total, digit = 0, None
    for word in re.findall("|".join([*values, *places]), words):
        if word in values:
            digit = values[word]
        else:
            total, digit = total + (1 if digit is None else digit) * places[word], None
    return total + (digit or 0)


@given(st.integers(0, 10**13))
def test_words_of_a_number_say_that_number(number: int) -> None:
    assert number_of(number_words(number)) == number


def test_day_is_in_thai_whatever_the_language() -> None:
    assert day_words(date(2026, 1, 5)) == "5 มกราคม 2569"


# --- What an order says -----------------------------------------------------------------------------------------------
def test_appointment_says_everything_in_its_form() -> None:
    lines = text().splitlines()
    assert lines[:3] == [
        "คำสั่งที่ทำการปกครองอำเภอตัวอย่าง",
        "ที่ 12/2569",
        "เรื่อง แต่งตั้งคณะกรรมการพิจารณาผลการประกวดราคาอิเล็กทรอนิกส์ โครงการปรับปรุงถนน",
    ]
    body = "\n".join(lines[3:])
    for words in (
        "เลขที่โครงการ 69019123456 โดยวิธีประกวดราคาอิเล็กทรอนิกส์ (e-bidding)",
        "วงเงินงบประมาณ 1,250,021.50 บาท (หนึ่งล้านสองแสนห้าหมื่นยี่สิบเอ็ดบาทห้าสิบสตางค์)",
        "อาศัยอำนาจตามความในข้อ 25 (1) แห่งระเบียบกระทรวงการคลัง พ.ศ. 2560",
        "1. นาย ประธาน ที่ปั๊มน้ำ ปลัดอำเภอ ประธานกรรมการ",
        "2. นาง ประชา รักษ์ถิ่น ผู้แทนภาคประชาชน (เครือข่ายชุมชน) กรรมการ",
        "3. นางสาว เลขา จดแม่น ปลัดอำเภอ กรรมการและเลขานุการ",
        "ให้ผู้ได้รับแต่งตั้งมีหน้าที่พิจารณาผล",
        "ภายใน 30 วัน",
        "ทั้งนี้ ตั้งแต่บัดนี้เป็นต้นไป",
        "สั่ง ณ วันที่ 5 มกราคม พ.ศ. 2569",
        "(นาย ผู้ลงนาม สั่งการ)\nนายอำเภอตัวอย่าง",
    ):
        assert words in body, words


def test_order_without_what_is_not_known_leaves_it_out() -> None:
    said = text(budget=None, project_number="", method="", report_within=None, duties="", clause="", source="")
    for words in ("วงเงิน", "เลขที่โครงการ", "โดยวิธี", "ภายใน", "มีหน้าที่", "None"):
        assert words not in said
    assert "อาศัยอำนาจตามความในพระราชบัญญัติการจัดซื้อจัดจ้าง" in said


def test_single_inspector_is_appointed_as_what_he_is() -> None:
    row = next(row for row in COMMITTEE_KINDS if row["code"] == "inspector")
    said = text(committee=row["name_th"], clause=row["clause"], source=row["source"], members=[person()])
    assert "จึงแต่งตั้งผู้ตรวจรับพัสดุ ดังต่อไปนี้" in said
    assert "1. นาย ดี งาม ปลัดอำเภอ ผู้ตรวจรับพัสดุ" in said
    assert "มาตรา 100 วรรคสาม แห่งพระราชบัญญัติการจัดซื้อจัดจ้าง" in said


def test_amendment_says_who_leaves_who_comes_and_who_sits_then() -> None:
    said = text(kind="amendment", replaces=[APPOINTED])
    assert "เรื่อง แก้ไขเพิ่มเติมคำสั่งแต่งตั้งคณะกรรมการ" in said
    assert "ตามคำสั่งที่ทำการปกครองอำเภอตัวอย่าง ที่ 3/2569 ลงวันที่ 2 มกราคม 2569 แต่งตั้ง" in said
    leaves, comes = said.index("ข้อ 1 ให้ผู้มีรายนามต่อไปนี้พ้นจากหน้าที่"), said.index("ข้อ 2 แต่งตั้งผู้มีรายนามต่อไปนี้")
    then = said.index("ภายหลังการแก้ไขเพิ่มเติม ประกอบด้วย")
    assert leaves < said.index("นาย ประธาน ที่ปั๊มน้ำ") < comes < said.index("นาง ประชา รักษ์ถิ่น") < then
    assert said.count("นาย ประธาน ที่ปั๊มน้ำ") == 2
    assert "ข้อ 1 แต่งตั้งผู้มีรายนาม" in text(kind="amendment", replaces=[APPOINTED], removed=[])
    assert "ดังต่อไปนี้" not in text(kind="amendment", replaces=[APPOINTED], removed=[], added=[])


def test_cancellation_names_the_order_as_it_was_amended() -> None:
    said = text(kind="cancellation", replaces=[APPOINTED, AMENDED])
    assert "เรื่อง ยกเลิกคำสั่งแต่งตั้งคณะกรรมการ" in said
    assert "ที่ 3/2569 ลงวันที่ 2 มกราคม 2569 ซึ่งแก้ไขเพิ่มเติมโดยคำสั่ง" in said
    assert "ที่ 9/2569 ลงวันที่ 1 กุมภาพันธ์ 2569" in said
    assert "จึงให้ยกเลิกคำสั่งดังกล่าว" in said


def test_number_that_brings_its_year_gets_no_second_one() -> None:
    assert "ที่ 12/2569\n" in text(number="12/2569")


def test_thai_numerals_leave_no_other_digit() -> None:
    paper = paper_of(content(number="7", clause="ข้อ 25 (1)"), thai_numerals=True)
    assert not re.search("[0-9]", paper.plain)
    assert "ที่ ๗/๒๕๖๙" in paper.plain
    assert "๑,๒๕๐,๐๒๑.๕๐ บาท" in paper.plain


def test_draft_has_blanks_and_says_what_it_is() -> None:
    empty = content(number="", year=None, dated_on=None, signatory="", signatory_title="")
    paper = paper_of(empty, draft=True)
    assert paper.plain.startswith("ร่าง\n")
    assert "ที่ ............/........" in paper.plain
    assert "สั่ง ณ วันที่ ...... เดือน" in paper.plain
    assert "(...." in paper.plain
    assert not text().startswith("ร่าง")


# --- How it is set ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("  นาย\tดี\n งาม ", "นาย ดี งาม"),
        ("ดี\u202eงาม\x00\u2060", "ดี งาม"),
        ("น\u0e49\u0e33", "น\u0e49\u0e33"),
        ("คน\u200bดี", "คน\u200bดี"),
    ],
)
def test_clean_text_is_one_line_without_what_hides(given_text: str, shown: str) -> None:
    assert clean(given_text) == shown


@given(st.text())
def test_clean_text_loses_no_letter_and_its_parts_are_the_whole(words: str) -> None:
    shown = clean(words)
    assert "\n" not in shown
    assert clean(shown) == shown
    assert "".join(run.text for run in runs(shown)) == shown


@pytest.mark.parametrize(
    ("words", "tied"),
    [
        ("บ้านดอน ตำบลดอนขุนห้วย อำเภอชะอำ", ["ตำบลดอนขุนห้วย", "อำเภอชะอำ"]),
        ("องค์การบริหารส่วนตำบล", ["ตำบล"]),
        ("ตามพระราชบัญญัติ พ.ศ. 2560 และ พ.ศ. ๒๕๖๐", ["พ.ศ. 2560", "พ.ศ. ๒๕๖๐"]),
        ("กระทรวงการคลังว่าด้วยการจัดซื้อจัดจ้างและการบริหารพัสดุภาครัฐ", ["กระทรวง"]),
    ],
)
def test_words_that_would_break_in_the_middle_are_tied(words: str, tied: list[str]) -> None:
    assert [run.text for run in runs(words) if run.tied] == tied
    assert "".join(run.text for run in runs(words)) == words


@pytest.mark.parametrize("kind", ["appointment", "amendment", "cancellation"])
def test_pdf_carries_its_plain_text(kind: str) -> None:
    order = content(kind=kind, replaces=[APPOINTED])
    pdf = order_pdf(order, thai_numerals=True)
    assert pdf.startswith(b"%PDF-1.7")
    assert paper_of(order, thai_numerals=True).plain.encode() in streams(pdf)
    assert b"order.txt" in b"".join([pdf, *streams(pdf)])


def test_pdf_is_set_in_sarabun_alone() -> None:
    pdf = order_pdf(content(), draft=True)
    fonts = set(re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([A-Za-z-]+)", b"".join([pdf, *streams(pdf)])))
    assert {font.removesuffix(b"-Identity-H") for font in fonts} == {b"Sarabun-Regular", b"Sarabun-Bold"}


def test_pdf_of_the_same_content_is_the_same_to_the_byte() -> None:
    assert order_pdf(content()) == order_pdf(content())
    assert order_pdf(content()) != order_pdf(content(number="13"))
    draft = content(number="", year=None, dated_on=None)
    assert order_pdf(draft, draft=True) == order_pdf(draft, draft=True)


def test_fifteen_members_go_to_a_second_page() -> None:
    people = [person(f"นาย กรรมการ ลำดับที่{place}", position="นักวิชาการพัสดุชำนาญการพิเศษ") for place in range(15)]
    assert pages(order_pdf(content())) == 1
    assert pages(order_pdf(content(members=people))) == 2


HOSTILE = (
    '#panic("x")', "[a] *b* _c_ `d` $e$", "\\u{41}\\", "<label> @ref // /* */", '"', "= ก", '#include "/etc/passwd"',
    "#import sys: inputs", "ก" * 300, "W" * 300, "😀 王 ﷽", "",
)  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_printed_as_text(words: str) -> None:
    order = content(
        unit=words, purchase=words, committee=words, duties=words, method=words, project_number=words, clause=words,
        source=words, number=words, signatory=words, signatory_title=f"{words}\n{words}",
        members=[person(words, position=words), person(words, standing="citizen", network=words)],
    )  # fmt: skip
    pdf = order_pdf(order)
    said = paper_of(order).plain
    assert said.encode() in streams(pdf)
    assert " ".join(words.split()) in said


def inked(picture: bytes) -> tuple[float, float, float, float]:
    """How far the ink is from the left, upper, right and lower edge of a page of 21 x 29.7 cm, in cm."""
    page = Image.open(io.BytesIO(picture)).convert("L").point(lambda light: 255 * (light < 200))
    box = page.getbbox()
    assert box is not None
    left, upper, right, lower = box
    cm = page.width / 21
    return left / cm, upper / cm, (page.width - right) / cm, (page.height - lower) / cm


@pytest.mark.parametrize("words", ["", "ก" * 300, "W" * 300, "ที่ปั๊มน้ำมัน" * 30, "ตำบลดอนขุนห้วย อำเภอชะอำ " * 12])
def test_ink_stays_within_the_margins(words: str) -> None:
    order = content(purchase=f"ปรับปรุงถนน{words}", members=[person(f"นาย ดี{words}", position=f"ปลัด{words}")] * 3)
    for left, upper, right, lower in map(inked, order_pictures(order)):
        assert left >= 2.95
        assert right >= 1.9
        assert upper >= 1.0
        assert lower >= 1.9


def test_draft_is_marked_on_every_page() -> None:
    people = [person(f"นาย กรรมการ ลำดับที่{place}", position="นักวิชาการพัสดุชำนาญการพิเศษ") for place in range(15)]
    order, draft = order_pictures(content(members=people)), order_pictures(content(members=people), draft=True)
    assert len(order) == len(draft) == 2
    for without, marked in zip(order, draft, strict=True):
        first, second = (Image.open(io.BytesIO(page)).convert("L") for page in (without, marked))
        corner = (int(first.width * 0.8), 0, first.width, int(first.height * 0.05))
        assert first.crop(corner).getextrema() == (255, 255)
        assert second.crop(corner).getextrema()[0] < 100


def test_nothing_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    here = Path(setting_order.__file__).parent
    before = sorted(here.rglob("*"))
    order_pdf(content())
    assert list(tmp_path.iterdir()) == []
    assert [path for path in sorted(here.rglob("*")) if "__pycache__" not in path.parts] == [
        path for path in before if "__pycache__" not in path.parts
    ]


# --- Where its content comes from -------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_content_of_an_order_is_frozen_with_it(plan: Plan) -> None:
    case = plan.committee(citizen=True)
    draft = draft_content(case.committee)
    case = plan.ordered(case, "5")
    order = case.committee.orders.get()
    assert order.content["number"] == "5"
    same = {"committee", "duties", "clause", "source", "purchase", "budget", "members", "added", "removed", "unit"}
    assert {name: order.content[name] for name in same} == {name: draft[name] for name in same}
    assert (draft["number"], draft["year"], draft["dated_on"], draft["signatory"]) == ("", None, None, "")
    assert len(order.content["members"]) == 4
    assert order.content["report_within"] == {"days": 30, "working": False}
    before = order_pdf(order.content)
    case.committee.purchase.name = "ชื่อใหม่"
    case.committee.purchase.save()
    assert order_pdf(Order.objects.get(pk=order.pk).content) == before


@pytest.mark.django_db
def test_content_of_an_amendment_tells_who_comes_and_goes(plan: Plan) -> None:
    case = plan.do(plan.ordered(plan.committee(citizen=True), "5"), "amend", reasons="ย้าย")
    leaving, resigned = case.committee.members.filter(person__standing="official").order_by("-position")[:2]
    case = plan.do(case, "remove_member", member=leaving)
    case = plan.do(case, "member_leaves", member=resigned, on=timezone.localdate(), because="resigned", reasons="ลาออก")
    fresh = [plan.official("นาย มาใหม่ หนึ่ง"), plan.official("นาย มาใหม่ สอง")]
    for one in fresh:
        case = plan.do(case, "add_member", person=one, duty="member")
        case = plan.do(case, "declare_interest", member=case.committee.members.get(person=one), ground=None)
    draft = draft_content(case.committee)
    assert draft["kind"] == "amendment"
    assert [row["number"] for row in draft["replaces"]] == ["5"]
    case = plan.ordered(case, "6")
    kept = case.committee.orders.last().content
    assert [row["name"] for row in kept["removed"]] == [leaving.person.name]
    assert [row["name"] for row in kept["added"]] == [one.name for one in fresh]
    assert len(kept["members"]) == 4
    assert resigned.person.name not in str(kept)
    case = plan.do(case, "cancel_order", plan.approver, number="8", on=timezone.localdate(), reasons="ยกเลิก")
    last = case.committee.orders.last().content
    assert (last["kind"], [row["number"] for row in last["replaces"]]) == ("cancellation", ["5", "6"])
    for order in case.committee.orders.all():
        assert order_pdf(order.content).startswith(b"%PDF")


@pytest.mark.django_db
def test_who_declared_an_interest_is_not_in_the_order(plan: Plan) -> None:
    case = plan.committee(citizen=True)
    gone = case.committee.members.get(person__standing="citizen")
    case = plan.do(case, "declare_interest", member=gone, ground=InterestGround.objects.get(code="spouse"))
    assert gone.person.name not in str(draft_content(case.committee))


@pytest.mark.django_db
def test_time_to_report_is_that_of_the_clock_and_of_purchase_committees_only(plan: Plan) -> None:
    purchase = plan.purchase()
    tender, inspection = plan.committee(purchase, citizen=True), plan.committee(purchase, "inspection")
    assert draft_content(inspection.committee)["report_within"] is None
    general = ClockRule.objects.get(code="committee_work", category="")
    ClockRule.objects.create(
        code="committee_work", category="ebidding", name_th="n", name_en="n", length=10, unit="working", source="s",
        meaning=general.meaning, pauses=False, valid_from=general.valid_from,
    )  # fmt: skip
    assert draft_content(tender.committee)["report_within"] == {"days": 10, "working": True}
    assert "ภายใน 10 วันทำการ" in paper_of(draft_content(tender.committee)).plain
    ClockRule.objects.filter(code="committee_work").delete()
    assert draft_content(tender.committee)["report_within"] is None


@pytest.mark.django_db
def test_every_kind_of_committee_has_words_for_its_order(plan: Plan) -> None:
    purchase = plan.purchase()
    for kind in CommitteeKind.objects.all():
        case = plan.committee(purchase, kind.code)
        draft = draft_content(case.committee)
        said = paper_of(draft, draft=True).plain
        assert f"แต่งตั้ง{kind.name_th}" in said
        assert kind.clause in said
        assert order_pdf(draft, draft=True)


@pytest.mark.django_db
def test_order_content_takes_its_heading_from_the_order(plan: Plan) -> None:
    case = plan.committee(citizen=True)
    order = Order(
        committee=case.committee, unit=plan.unit, kind="appointment", number="4", year=2569,
        dated_on=date(2026, 3, 1), signatory="ก", signatory_title="ข",
    )  # fmt: skip
    made = order_content(case.committee, order)
    heading = ("number", "year", "dated_on", "signatory", "signatory_title", "unit")
    assert [made[name] for name in heading] == ["4", 2569, "2026-03-01", "ก", "ข", plan.unit.name_th]
