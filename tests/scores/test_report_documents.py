"""PDF and DOCX of a report: they say what the content says, whatever somebody wrote into it."""

import io
import re
import zipfile
from dataclasses import asdict
from typing import Any

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from scores.reports.content import blocks_of, content_of, document_of, for_everybody, tidy
from scores.reports.figures import Figure, Figures, Group
from scores.reports.outline import FORMS
from scores.reports.pdf import report_pdf
from scores.reports.word import FONT, report_docx

FIGURES = Figures(
    "2026-09-30",
    "2026-11-09",
    (
        Group(
            "complaints",
            "เรื่องร้องเรียน",
            "สถิติ",
            (
                Figure("complaints.received", "รับใหม่", "เรื่องที่ยื่นเข้ามา", "count", 1234, "เรื่อง"),
                Figure("procurement.budget", "วงเงินตามแผน", "วงเงินรวม", "money", "900000.50", "บาท"),
            ),
        ),
    ),
)
HOSTILE = (
    '"; #import "x.typ": * ; #panic("x")',
    '#eval("1") $x^2$ @label <label> *bold* _it_ `raw` = heading // comment /* */ \\u{0e01} \\',
    "</w:t></w:r><w:p/> &amp; & < > ]]> <!-- --> {{ x }} {% x %}",
    "ก\x00\x01\x08\x1bข\u202eกลับทิศ\u2066\ufeff\u200fค",
    "ก" * 400,
    "x" * 5000,
    "שלום عربي",
    "ผู้ร้องเรียนทุกข์ ปิ๊ก ฎีกา ญาติ น้ำ ป่า ฝ้าย",
    "=1+1",
    "-\n- \n1) \n\t\n",
)


def content(thai_numerals: bool = True, signed: bool = True, **texts: str) -> dict[str, Any]:
    form = FORMS[-1]
    every = {section.code: texts.get(section.code, f"ข้อความของ {section.heading}") for section in form.sections}
    return content_of(
        form_code=form.code,
        unit=texts.get("unit", "ที่ทำการปกครองอำเภอทดสอบ"),
        period="ปีงบประมาณ พ.ศ. 2569",
        texts={code: tidy(text) for code, text in every.items()},
        figures=FIGURES,
        thai_numerals=thai_numerals,
        version=1,
        signatory={"name": "นาย ก", "title": "นายอำเภอ", "acting_for": "", "on": "2026-11-15"} if signed else None,
    )


def words_of_docx(made: bytes) -> str:
    paper = docx.Document(io.BytesIO(made))
    tables = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *tables])


def attached(pdf: bytes) -> str:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return opened.attachments["report.txt"].get_file().read_bytes().decode()


# --- What they say ----------------------------------------------------------------------------------------------------
def test_both_documents_say_the_whole_in_the_order_of_the_form() -> None:
    document = document_of(content())
    headings = [part.heading for part in document.parts]
    assert [heading.split(" ")[0] for heading in headings] == ["๑.", "๒.", "๒.๑", "๒.๒", "๒.๓", "๒.๔", "๒.๕"]
    for text in (attached(report_pdf(document)), words_of_docx(report_docx(document))):
        places = [text.index(heading) for heading in headings]
        assert places == sorted(places)
        for words in ("๑,๒๓๔", "๙๐๐,๐๐๐.๕๐", "ข้อมูล ณ วันที่ ๓๐ กันยายน ๒๕๖๙", "(นาย ก)", "เรื่องที่ยื่นเข้ามา"):
            assert words in text, words


def test_arabic_numerals_where_the_agency_sets_them() -> None:
    document = document_of(content(thai_numerals=False))
    assert "1,234" in document.plain
    assert not re.search("[๐-๙]", document.plain)


def test_draft_is_marked_and_has_no_signature() -> None:
    document = document_of(content(signed=False))
    assert document.draft
    assert "ลงชื่อ ......" in document.plain
    with zipfile.ZipFile(io.BytesIO(report_docx(document))) as files:
        assert any("ร่าง" in files.read(name).decode() for name in files.namelist() if "header" in name)


def test_pdf_carries_its_font_and_its_text() -> None:
    pdf = report_pdf(document_of(content()))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fonts = [font for page in opened.pages for font in page.Resources.Font.values()]
        assert fonts
        assert all("Sarabun" in str(font.BaseFont) and "/ToUnicode" in font for font in fonts)
        text = opened.attachments["report.txt"].get_file().read_bytes().decode()
    assert "แบบรายงานผลการดำเนินงาน" in text
    assert "บทสรุปผู้บริหาร" in text


def test_same_content_gives_the_same_pdf() -> None:
    assert report_pdf(document_of(content())) == report_pdf(document_of(content()))


# --- What somebody wrote ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_breaks_and_injects_nothing(text: str) -> None:
    document = document_of(content(problems=text, unit=text[:60]))
    pdf, made = report_pdf(document), report_docx(document)
    expected = [block.text for part in document.parts if part.code == "problems" for block in part.blocks]
    for found in (attached(pdf), words_of_docx(made)):
        for words in expected:
            assert words.replace("\u200b", "") in found
        assert "\u202e" not in found
    with zipfile.ZipFile(io.BytesIO(made)) as files:
        for name in files.namelist():
            if name.endswith(".xml"):
                etree.fromstring(files.read(name))


def test_control_and_direction_characters_are_not_kept() -> None:
    assert tidy("ก\u202eข\x00\r\nค\x07 ") == "กข\nค"


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_becomes_blocks_of_one_line_without_control_characters(text: str) -> None:
    for block in blocks_of(tidy(text), {}):
        assert block.text.strip()
        assert not re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", block.text + block.label)


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_set(text: str) -> None:
    document = document_of(content(results=text))
    assert report_pdf(document).startswith(b"%PDF")
    assert report_docx(document).startswith(b"PK")


def test_lines_become_paragraphs_and_items_and_codes_become_figures() -> None:
    text = "รับ [[complaints.received]] เรื่อง [[ไม่มี]] [[x.y]]\n- ข้อหนึ่ง\n2) ข้อสอง\n(๓) ข้อสาม\n2.5 ล้าน"
    found = [(block.label, block.text) for block in blocks_of(text, {"complaints.received": "5"})]
    assert found == [
        ("", "รับ 5 เรื่อง [[ไม่มี]] [[x.y]]"),
        ("–", "ข้อหนึ่ง"),
        ("2)", "ข้อสอง"),
        ("(๓)", "ข้อสาม"),
        ("", "2.5 ล้าน"),
    ]


def test_a_text_for_everybody_names_no_figure_for_staff_only() -> None:
    row = Figure("complaints.protected.received", "รับใหม่", "นิยาม", "count", 40, "เรื่อง")
    made = content(summary="คุ้มครอง [[complaints.protected.received]] เรื่อง รวม [[complaints.received]]")
    made["figures"]["groups"].append(asdict(Group("complaints.protected", "เรื่องคุ้มครอง", "สถิติ", (row,), True)))
    assert "คุ้มครอง ๔๐ เรื่อง" in document_of(made).plain
    shown = document_of(for_everybody(made)).plain
    assert "คุ้มครอง ไม่แสดง เรื่อง" in shown
    assert "๔๐" not in shown
    assert "เรื่องคุ้มครอง" not in shown


def test_reason_of_a_correction_is_not_for_everybody() -> None:
    made = content() | {"reason": "ตัวเลขของนายจันทร์ผิด", "version": 2}
    assert "นายจันทร์" in document_of(made).plain
    assert "นายจันทร์" not in document_of(for_everybody(made)).plain


# --- Word -------------------------------------------------------------------------------------------------------------
def test_docx_speaks_thai_in_every_style_and_is_a4_with_official_margins() -> None:
    paper: Any = docx.Document(io.BytesIO(report_docx(document_of(content()))))
    language = paper.styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:lang')}")
    assert (language.get(qn("w:val")), language.get(qn("w:bidi"))) == ("th-TH", "th-TH")
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "List Paragraph", "Caption"):
        properties = paper.styles[name].element.rPr
        fonts = properties.find(qn("w:rFonts"))
        assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "cs")} == {FONT}
        # The font of a theme would win.
        assert not [key for key in fonts.attrib if "heme" in key]
        assert properties.find(qn("w:sz")).get(qn("w:val")) == properties.find(qn("w:szCs")).get(qn("w:val"))
    section = paper.sections[0]
    assert [round(length.cm, 1) for length in (section.page_width, section.left_margin, section.right_margin)] == [
        21.0, 3.0, 2.0,
    ]  # fmt: skip
    assert paper.core_properties.language == "th-TH"
    assert not paper.core_properties.author


def test_docx_has_true_headings_lists_and_tables_with_repeated_heads() -> None:
    paper: Any = docx.Document(io.BytesIO(report_docx(document_of(content(activities="- หนึ่ง\n- สอง")))))
    styles = [paragraph.style.name for paragraph in paper.paragraphs]
    assert styles.count("Heading 1") == 2
    assert styles.count("Heading 2") == 6
    assert styles.count("List Paragraph") == 2
    table = paper.tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["รายการ", "จำนวน", "หน่วยนับ"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert table.style.name == "Table Grid"
