"""A report as DOCX that can be worked on in Word: true headings, lists and tables, everything marked as Thai.

Word sets Thai as complex script: the font and the size that count are `w:cs` and `w:szCs`, and both are written beside
those for Latin letters in every style, so that no run needs a format of its own.
"""

import io
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from organisations.documents.setting import plain

from .content import Block, Document, Part, Table

FONT = "Sarabun"
_LANGUAGE = {"w:val": "th-TH", "w:eastAsia": "en-US", "w:bidi": "th-TH"}
_SIZES = {
    "Normal": 12,
    "Title": 14,
    "Heading 1": 13,
    "Heading 2": 12,
    "List Paragraph": 12,
    "Caption": 10,
    "Header": 12,
}
_HEAD = ("รายการ", "จำนวน", "หน่วยนับ")
_WIDTHS = (9.6, 4.0, 2.4)  # cm; together the 16 cm between the margins


def report_docx(document: Document) -> bytes:
    """The document as a file of Word."""
    paper: Any = docx.Document()
    _set_up(paper, document)
    for place, title in enumerate(document.titles):
        paragraph = paper.add_paragraph(_line(title), style="Title" if place == 0 else "Normal")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if place:
            paragraph.runs[0].bold = paragraph.runs[0].font.cs_bold = True
    paper.add_paragraph(_line(document.dated))
    for part in document.parts:
        _add_part(paper, part)
    _add_signature(paper, document)
    if document.definitions:
        paper.add_heading("นิยามของตัวเลข", level=2)
        for name, words in document.definitions:
            paper.add_paragraph(f"{_line(name)}: {_line(words)}")
    for remark in document.remarks:
        paper.add_paragraph(_line(remark))
    kept = io.BytesIO()
    paper.save(kept)
    return kept.getvalue()


def _line(text: str) -> str:
    # Word breaks Thai itself: what typst is told about breaks is not for it.
    return plain(text)


# --- The whole --------------------------------------------------------------------------------------------------------
def _set_up(paper: Any, document: Document) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    # Margins of official documents: left 3 cm, right 2 cm.
    section.left_margin, section.right_margin = Cm(3), Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2)
    core = paper.core_properties
    # A property of a document has room for 255 characters.
    core.title, core.language = _line(" ".join(document.titles))[:255], "th-TH"
    core.author, core.comments = "", ""
    defaults = paper.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    _speak_thai(defaults, 12)
    language = defaults.find(qn("w:lang"))
    for name, value in _LANGUAGE.items():
        language.set(qn(name), value)
    for name, size in _SIZES.items():
        _style(paper.styles[name], size)
    _number_pages(section, document)


def _style(style: Any, size: int) -> None:
    properties = style.element.get_or_add_rPr()
    _speak_thai(properties, size)
    for name in ("w:color", "w:spacing", "w:kern", "w:i", "w:iCs"):
        for found in properties.findall(qn(name)):
            properties.remove(found)
    if style.name.startswith("Heading") or style.name == "Title":
        style.font.bold = style.font.cs_bold = True
    if style.name == "Title":
        border = style.element.pPr.find(qn("w:pBdr"))
        if border is not None:
            style.element.pPr.remove(border)
    style.paragraph_format.space_after = Pt(6)


def _speak_thai(properties: Any, size: int) -> None:
    """The font and the size for all scripts; a theme's fonts would win over them."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), FONT)
    for name in ("w:sz", "w:szCs"):
        found = properties.find(qn(name))
        if found is None:
            found = OxmlElement(name)
            # The order of the schema: sizes stand before the language.
            after = properties.find(qn("w:lang"))
            properties.append(found) if after is None else after.addprevious(found)
        found.set(qn("w:val"), str(size * 2))


def _number_pages(section: Any, document: Document) -> None:
    header = section.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if document.draft:
        header.add_run("ร่าง – ")
    run = header.add_run()
    how = "ThaiArabic" if document.thai_numerals else "Arabic"
    for kind, text in (("begin", ""), ("", f"PAGE \\* {how}"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.set(qn("xml:space"), "preserve")
            element.text = text
        run._r.append(element)  # noqa: SLF001 - python-docx has no fields; this is its documented way down


# --- What it says -----------------------------------------------------------------------------------------------------
def _add_part(paper: Any, part: Part) -> None:
    paper.add_heading(_line(part.heading), level=part.level)
    for block in part.blocks:
        _add_block(paper, block)
    for table in part.tables:
        _add_table(paper, table)


def _add_block(paper: Any, block: Block) -> None:
    if not block.label:
        paragraph = paper.add_paragraph(_line(block.text))
        paragraph.paragraph_format.first_line_indent = Cm(2.5)
        return
    # The number of an item is the writer's: Word would count anew.
    paragraph = paper.add_paragraph(f"{_line(block.label)}\t{_line(block.text)}", style="List Paragraph")
    form = paragraph.paragraph_format
    form.left_indent, form.first_line_indent = Cm(2), Cm(-0.8)
    form.tab_stops.add_tab_stop(Cm(2))


def _add_table(paper: Any, table: Table) -> None:
    title = paper.add_paragraph()
    run = title.add_run(_line(table.title))
    run.bold = run.font.cs_bold = True
    title.paragraph_format.keep_with_next = True
    grid = paper.add_table(rows=1, cols=len(_HEAD))
    grid.style, grid.alignment, grid.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    head = grid.rows[0]
    repeat = OxmlElement("w:tblHeader")
    head._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001 - see above
    for cell, words in zip(head.cells, _HEAD, strict=True):
        _fill(cell, words, bold=True, alignment=WD_ALIGN_PARAGRAPH.CENTER)
    for row in table.rows:
        cells = grid.add_row().cells
        for place, (cell, words) in enumerate(zip(cells, row, strict=True)):
            _fill(cell, words, alignment=WD_ALIGN_PARAGRAPH.RIGHT if place == 1 else None)
    for column, width in zip(grid.columns, _WIDTHS, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
    paper.add_paragraph(f"ที่มา: {_line(table.source)}", style="Caption")


def _fill(cell: Any, words: str, *, bold: bool = False, alignment: Any = None) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.alignment = alignment
    run = paragraph.add_run(_line(words))
    if bold:
        run.bold = run.font.cs_bold = True


def _add_signature(paper: Any, document: Document) -> None:
    last = len(document.signature) - 1
    for place, line in enumerate(document.signature):
        paragraph = paper.add_paragraph(_line(line))
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        form = paragraph.paragraph_format
        form.left_indent, form.keep_with_next, form.keep_together = Cm(6), place < last, True
        if place == 0:
            form.space_before = Pt(36)
