"""The words of an order in official form: from its content to headings, paragraphs and lists.

The form is that of a คำสั่ง (Regulation of the Prime Minister's Office on Official Documents B.E. 2526, form 4). The PDF
and the plain text that goes with it are both made from the `Paper` of this module, so they say the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from organisations import formats
from organisations.documents.setting import clean, cleaned, plain, tied, tied_name
from organisations.formats import BUDDHIST_ERA

from .words import baht_words, day_words

ACT = "พระราชบัญญัติการจัดซื้อจัดจ้างและการบริหารพัสดุภาครัฐ พ.ศ. 2560"
_DUTIES = {"chair": "ประธานกรรมการ", "member": "กรรมการ", "secretary": "กรรมการและเลขานุการ"}
_CITIZEN = "ผู้แทนภาคประชาชน"
_NUMBER_BLANK, _YEAR_BLANK, _DAY_BLANK = "............", "........", "...... เดือน .................... พ.ศ. ........"
_NAME_BLANK = "............................"


@dataclass(frozen=True)
class Line:
    """A line of a list of people."""

    number: str
    name: str
    position: str
    duty: str


@dataclass(frozen=True)
class Block:
    """A paragraph, and the list of people that may follow it."""

    text: str
    people: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Paper:
    """An order, ready to be set. agency, number and subject are its heading; draft: it is marked so."""

    agency: str
    number: str
    subject: str
    blocks: tuple[Block, ...]
    dated: str
    signatory: str
    title: tuple[str, ...] = ()
    draft: bool = False
    day: date | None = None

    @property
    def plain(self) -> str:
        """The whole as plain text, a paragraph a line."""
        lines = ["ร่าง"] if self.draft else []
        lines += [self.agency, self.number, self.subject, ""]
        for block in self.blocks:
            lines.append(block.text)
            lines += [" ".join(filter(None, (p.number, p.name, p.position, p.duty))) for p in block.people]
        return plain("\n".join([*lines, "", self.dated, "", f"({self.signatory})", *self.title, ""]))


@dataclass(frozen=True)
class _Words:
    """The content of an order with the turns of phrase that its parts share."""

    content: Mapping[str, Any]

    @property
    def agency(self) -> str:
        """Whose order it is."""
        return str(self.content["unit"])

    @property
    def committee(self) -> str:
        """The name of the kind of committee."""
        return str(self.content["committee"])

    @property
    def project(self) -> str:
        """The name of the purchase."""
        name = str(self.content["purchase"])
        return name if name.startswith("โครงการ") else f"โครงการ{name}"

    def authority(self) -> str:
        """By what the order is given: the clause of the kind of committee and the law it stands in."""
        source = str(self.content.get("source") or "").replace("พ.ร.บ. ", "พระราชบัญญัติ")
        clause = tied(str(self.content.get("clause") or ""))
        if clause and source:
            return f"อาศัยอำนาจตามความใน{clause} แห่ง{source}"
        return f"อาศัยอำนาจตามความใน{clause or source or ACT}"

    def purchase(self) -> str:
        """The purchase with its number, method and budget, as far as they are known."""
        content = self.content
        parts = [self.project]
        if content["project_number"]:
            parts.append(tied(f"เลขที่โครงการ {content['project_number']}"))
        if content["method"]:
            method = str(content["method"])
            parts.append(f"โดย{method}" if method.startswith("วิธี") else f"โดยวิธี{method}")
        if content["budget"] is not None:
            budget = Decimal(content["budget"])
            parts.append(f"วงเงินงบประมาณ {tied(f'{budget:,.2f} บาท')} ({baht_words(budget)})")
        return " ".join(parts)

    def earlier(self) -> list[str]:
        """The orders before this one, the appointment first."""
        return [self._order(row["number"], row["year"], row["dated_on"]) for row in self.content["replaces"]]

    def _order(self, number: str, year: int, dated_on: str) -> str:
        day = day_words(date.fromisoformat(dated_on))
        return f"คำสั่ง{self.agency} {tied(f'ที่ {_number(number, year)}')} {tied(f'ลงวันที่ {day}')}"

    def standing_order(self) -> str:
        """The appointment as it has been amended."""
        first, *rest = self.earlier() or [f"คำสั่ง{self.agency} ที่ {_number('', None)}"]
        amended = f" ซึ่งแก้ไขเพิ่มเติมโดย{' และ'.join(rest)}" if rest else ""
        return f"{first}{amended}"

    def people(self, rows: Iterable[Mapping[str, str]]) -> tuple[Line, ...]:
        """The people of a list, numbered."""
        return tuple(
            Line(f"{place}.", tied_name(row["name"]), _position(row), self._duty(row))
            for place, row in enumerate(rows, start=1)
        )

    @property
    def is_committee(self) -> bool:
        """Else a single inspector, or site supervisors: members of nothing."""
        return self.committee.startswith("คณะ")

    @property
    def consists(self) -> str:
        """What comes before the list of its people."""
        return "ประกอบด้วย" if self.is_committee else "ดังต่อไปนี้"

    def _duty(self, row: Mapping[str, str]) -> str:
        return _DUTIES[row["duty"]] if self.is_committee else self.committee


def paper_of(content: Mapping[str, Any], *, thai_numerals: bool = False, draft: bool = False) -> Paper:
    """The order that `content` describes (`procurement.documents.content`), in its official form.

    thai_numerals: every digit in Thai. draft: marked as one, with blanks for what is not decided yet.
    """
    title = tuple(filter(None, map(clean, content["signatory_title"].splitlines())))
    content = cleaned(content)
    words = _Words(content)
    subject, blocks = {"appointment": _appointment, "amendment": _amendment, "cancellation": _cancellation}[
        content["kind"]
    ](words)
    day = date.fromisoformat(content["dated_on"]) if content["dated_on"] else None
    paper = Paper(
        agency=f"คำสั่ง{words.agency}",
        number=f"ที่ {_number(content['number'], content['year'])}",
        subject=f"เรื่อง {subject}",
        blocks=blocks,
        dated=f"สั่ง ณ วันที่ {_dated(day)}",
        signatory=content["signatory"] or _NAME_BLANK,
        title=title,
        draft=draft,
        day=day,
    )
    with formats.thai_numerals(thai_numerals):
        return _in_numerals(paper)


def _appointment(words: _Words) -> tuple[str, tuple[Block, ...]]:
    content = words.content
    verb = f"แต่งตั้ง{words.committee}"
    return f"{verb} {words.project}", (
        Block(
            f"ด้วย {words.agency} จะดำเนินการจัดซื้อจัดจ้าง {words.purchase()}"
            f" เพื่อให้การดำเนินการเป็นไปตาม{ACT} {words.authority()} จึง{verb} {words.consists}",
            words.people(content["members"]),
        ),
        *_duties(words),
        Block("ทั้งนี้ ตั้งแต่บัดนี้เป็นต้นไป"),
    )


def _amendment(words: _Words) -> tuple[str, tuple[Block, ...]]:
    content = words.content
    changes: list[Block] = []
    if content["removed"]:
        changes.append(Block(f"ข้อ {len(changes) + 1} ให้ผู้มีรายนามต่อไปนี้พ้นจากหน้าที่", words.people(content["removed"])))
    if content["added"]:
        changes.append(Block(f"ข้อ {len(changes) + 1} แต่งตั้งผู้มีรายนามต่อไปนี้", words.people(content["added"])))
    return f"แก้ไขเพิ่มเติมคำสั่งแต่งตั้ง{words.committee} {words.project}", (
        Block(f"ตาม{words.standing_order()} แต่งตั้ง{words.committee} {words.purchase()} นั้น"),
        Block(
            f"เพื่อให้การดำเนินการเป็นไปด้วยความเรียบร้อย {words.authority()} จึงให้แก้ไขเพิ่มเติมคำสั่งดังกล่าว"
            + (" ดังต่อไปนี้" if changes else "")
        ),
        *changes,
        Block(f"{words.committee} ภายหลังการแก้ไขเพิ่มเติม {words.consists}", words.people(content["members"])),
        Block("นอกจากที่แก้ไขเพิ่มเติมนี้ ให้เป็นไปตามคำสั่งเดิม"),
        Block("ทั้งนี้ ตั้งแต่บัดนี้เป็นต้นไป"),
    )


def _cancellation(words: _Words) -> tuple[str, tuple[Block, ...]]:
    return f"ยกเลิกคำสั่งแต่งตั้ง{words.committee} {words.project}", (
        Block(f"ตาม{words.standing_order()} แต่งตั้ง{words.committee} {words.purchase()} นั้น"),
        Block(f"{words.authority()} จึงให้ยกเลิกคำสั่งดังกล่าว และให้ผู้ได้รับแต่งตั้งทุกรายพ้นจากหน้าที่"),
        Block("ทั้งนี้ ตั้งแต่บัดนี้เป็นต้นไป"),
    )


def _duties(words: _Words) -> Iterable[Block]:
    duties, within = str(words.content["duties"]).strip(), words.content.get("report_within")
    if duties:
        yield Block(f"ให้ผู้ได้รับแต่งตั้งมีหน้าที่{duties}")
    if within:
        days = tied(f"{within['days']} {'วันทำการ' if within['working'] else 'วัน'}")
        yield Block(f"ให้รายงานผลการพิจารณาต่อหัวหน้าหน่วยงานของรัฐภายใน {days} นับถัดจากวันที่ออกคำสั่งนี้")


def _position(row: Mapping[str, str]) -> str:
    if row["standing"] != "citizen":
        return row["position"]
    return f"{_CITIZEN} ({row['network']})" if row["network"] else _CITIZEN


def _number(number: str, year: int | None) -> str:
    if not number:
        return f"{_NUMBER_BLANK}/{_YEAR_BLANK}"
    # A register may hand out numbers with their year.
    return number if year is None or number.endswith(f"/{year}") else f"{number}/{year}"


def _dated(day: date | None) -> str:
    if day is None:
        return _DAY_BLANK
    words = day_words(day)
    year = str(day.year + BUDDHIST_ERA)
    return f"{words.removesuffix(year)}พ.ศ. {year}"


def _in_numerals(paper: Paper) -> Paper:
    """The paper in the numerals that are active."""

    def block(one: Block) -> Block:
        people = (map(formats.digits, (line.number, line.name, line.position, line.duty)) for line in one.people)
        return Block(formats.digits(one.text), tuple(Line(*words) for words in people))

    return replace(
        paper,
        agency=formats.digits(paper.agency),
        number=formats.digits(paper.number),
        subject=formats.digits(paper.subject),
        blocks=tuple(map(block, paper.blocks)),
        dated=formats.digits(paper.dated),
        signatory=formats.digits(paper.signatory),
        title=tuple(map(formats.digits, paper.title)),
    )
