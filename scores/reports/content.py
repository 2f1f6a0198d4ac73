"""The content of a report, and what is set of it: the same words for the page, the PDF, the DOCX and the plain text.

A content is plain data and says everything: whoever has it can make the documents again.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import translation

from organisations import formats
from organisations.documents.setting import clean, plain

from .figures import HIDDEN, Figures, Group, for_public
from .outline import RESULTS_HEADING, TITLE, form

_NAMED = re.compile(r"\[\[([A-Za-z0-9_.\-]{1,80})\]\]")
# A dash, a bullet or a number in front makes a line an item; the number is the writer's own.
_ITEM = re.compile(r"(?:[-–—•*]|(\(?[0-9๐-๙]{1,3}(?:\.[0-9๐-๙]{1,3}){0,3}[.)]))\s+(.+)")
_BLANK = "." * 46
_REMARK = "ฉบับเผยแพร่ไม่แสดงจำนวนเรื่องร้องเรียน (“ไม่แสดง”) ซึ่งดูได้จากสถิติเรื่องร้องเรียนในหน้าข้อมูลเปิดเผย"


@dataclass(frozen=True)
class Block:
    """A paragraph, or an item of a list. label: of an item, its number or a dash; "" for a paragraph."""

    text: str
    label: str = ""

    @property
    def shown(self) -> str:
        """The text for a page, without the marks by which documents are set."""
        return plain(self.text)


@dataclass(frozen=True)
class Table:
    """A table of figures: rows of name, value and unit."""

    title: str
    source: str
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Part:
    """A heading with what stands below it. level: 1 or 2. code: of its section, "" for a heading alone."""

    code: str
    level: int
    heading: str
    blocks: tuple[Block, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Document:
    """Everything that is set, as texts. signature: a line each. day: of the signature; None for a draft."""

    titles: tuple[str, ...]
    dated: str
    parts: tuple[Part, ...]
    definitions: tuple[tuple[str, str], ...]
    remarks: tuple[str, ...]
    signature: tuple[str, ...]
    draft: bool
    day: date | None
    thai_numerals: bool

    @property
    def plain(self) -> str:
        """The whole as plain text."""
        lines = [*self.titles, self.dated]
        for part in self.parts:
            lines += ["", part.heading, *(f"{block.label} {block.text}".strip() for block in part.blocks)]
            for table in part.tables:
                lines += ["", table.title, *("\t".join(row) for row in table.rows), table.source]
        lines += ["", *(f"{name}: {words}" for name, words in self.definitions), *self.remarks, "", *self.signature, ""]
        return plain("\n".join(lines))


def tidy(text: str) -> str:
    """A text as it is kept: NFC, one writing of a new line, nothing that controls or turns the direction of a line."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (letter for letter in normal if letter == "\n" or letter in _KEPT or unicodedata.category(letter)[0] != "C")
    return "".join(kept).strip()


# Joiners and breaks of words, as in `organisations.documents.setting`; a tab is a space.
_KEPT = {"\u200b", "\u200c", "\u200d"}


def named_in(text: str) -> list[str]:
    """The codes of the figures that a text names, in order."""
    return _NAMED.findall(text)


def content_of(
    *,
    form_code: str,
    unit: str,
    period: str,
    texts: Mapping[str, str],
    figures: Figures,
    thai_numerals: bool,
    version: int = 0,
    reason: str = "",
    signatory: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The content, as plain data. unit, period: their Thai names. version: 0 for a draft. reason: of a correction.

    signatory: `name`, `title`, `acting_for` and `on` (an ISO day); None for a draft.
    """
    return {
        "form": form_code,
        "unit": unit,
        "period": period,
        "texts": dict(texts),
        "figures": figures.to_json(),
        "thai_numerals": thai_numerals,
        "version": version,
        "reason": reason,
        "signatory": dict(signatory) if signatory else None,
    }


def for_everybody(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same without what is for staff only: its tables, its figures wherever a text names them, and the reason of a
    correction."""
    shown = for_public(Figures.from_json(content["figures"]))
    known = shown.by_code

    def left(found: re.Match[str]) -> str:
        return found[0] if found[1] in known else HIDDEN

    texts = {section: _NAMED.sub(left, text) for section, text in content["texts"].items()}
    return {**content, "texts": texts, "figures": shown.to_json(), "reason": "", "public": True}


def document_of(content: Mapping[str, Any]) -> Document:
    """What is set of a content, in Thai and in its numerals."""
    with translation.override("th"), formats.thai_numerals(content["thai_numerals"]):
        return _document(content)


def _document(content: Mapping[str, Any]) -> Document:
    figures = Figures.from_json(content["figures"])
    signatory = content["signatory"]
    day = date.fromisoformat(signatory["on"]) if signatory else None
    titles = [TITLE, clean(content["unit"]), clean(content["period"])]
    if content["version"] > 1:
        titles.append(formats.digits(f"ฉบับแก้ไข ครั้งที่ {content['version'] - 1}"))
    dated = f"ข้อมูล ณ วันที่ {_day(figures.as_of)} กรอกข้อมูลเมื่อวันที่ {_day(figures.filled_on)}"
    return Document(
        titles=tuple(formats.digits(title) for title in titles),
        dated=dated,
        parts=tuple(_parts(content, figures)),
        definitions=tuple(
            (clean(figure.name), clean(formats.digits(figure.definition)))
            for group in figures.groups
            for figure in _once(group)
        ),
        remarks=tuple(_remarks(content)),
        signature=tuple(_signature(signatory)),
        draft=signatory is None,
        day=day,
        thai_numerals=content["thai_numerals"],
    )


def _parts(content: Mapping[str, Any], figures: Figures) -> Iterator[Part]:
    headed = False
    values = {code: figure.written for code, figure in figures.by_code.items()}
    for section in form(content["form"]).sections:
        if section.level > 1 and not headed:
            headed = True
            yield Part("", 1, formats.digits(f"2. {RESULTS_HEADING}"))
        text = content["texts"].get(section.code, "")
        number = section.number if section.level > 1 else f"{section.number}."
        yield Part(
            section.code,
            section.level,
            f"{formats.digits(number)} {section.heading}",
            tuple(blocks_of(text, values)),
            tuple(_tables(figures)) if section.tables else (),
        )


def blocks_of(text: str, values: Mapping[str, str]) -> Iterator[Block]:
    """A text, line by line. values: what stands in the place of the code of a figure; an unknown one stays as it is."""
    for line in text.split("\n"):
        shown = clean(_NAMED.sub(lambda found: values.get(found[1], found[0]), line))
        if not shown:
            continue
        item = _ITEM.fullmatch(shown)
        yield Block(formats.digits(item[2]), formats.digits(item[1] or "–")) if item else Block(formats.digits(shown))


def _tables(figures: Figures) -> Iterator[Table]:
    shown = [group for group in figures.groups if group.figures]
    for number, group in enumerate(shown, start=1):
        rows = tuple((clean(row.name), row.written, clean(row.unit)) for row in group.figures)
        yield Table(formats.digits(f"ตารางที่ {number} ") + clean(group.title), clean(formats.digits(group.source)), rows)


def _once(group: Group) -> Iterator[Any]:
    """The figures of a group, those with one definition told by its first, under the name of the group."""
    seen = {figure.definition for figure in group.figures}
    if len(seen) == 1 and len(group.figures) > 1:
        yield replace(group.figures[0], name=group.title)
        return
    yield from group.figures


def _remarks(content: Mapping[str, Any]) -> Iterator[str]:
    if content["reason"] and content["version"] > 1:
        yield f"เหตุที่แก้ไข: {clean(content['reason'])}"
    if content.get("public"):
        yield _REMARK


def _signature(signatory: Mapping[str, str] | None) -> Iterator[str]:
    if signatory is None:
        yield from (f"ลงชื่อ {_BLANK} ผู้รายงาน", f"( {_BLANK} )", f"ตำแหน่ง {_BLANK}")
        return
    yield f"ลงชื่อ {clean(signatory['name'])} ผู้รายงาน"
    yield f"({clean(signatory['name'])})"
    for line in (signatory["title"], signatory["acting_for"]):
        if line:
            yield formats.digits(clean(line))
    yield f"ลงนามในระบบเมื่อวันที่ {_day(signatory['on'])}"


def _day(iso: str) -> str:
    return formats.write_date(date.fromisoformat(iso), long=True)
