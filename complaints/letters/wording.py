"""The words of a letter in official form: from its content to head, paragraphs and signature.

The form is that of a หนังสือภายนอก (Regulation of the Prime Minister's Office on Official Documents B.E. 2526, form 1).
The PDF and the plain text that goes with it are both made from the `Paper` of this module, so they say the same. Always
Thai, whatever the language of who draws it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from django.utils import translation

from organisations import formats
from organisations.documents.setting import clean, plain, tied, tied_name

_BLANK = "." * 34
_SHORT_BLANK = "." * 12
_CLOSING = "ขอแสดงความนับถือ"
_SUBJECTS = {
    "reply": "แจ้งผลการพิจารณาเรื่องร้องเรียน",
    "question": "ขอข้อมูลเพิ่มเติมประกอบการพิจารณาเรื่องร้องเรียน",
    "progress": "แจ้งความคืบหน้าการดำเนินการเรื่องร้องเรียน",
    "to_complainant": "แจ้งข้อมูลเกี่ยวกับเรื่องร้องเรียน",
    "referral": "ส่งเรื่องร้องเรียนเพื่อพิจารณาดำเนินการ",
    "request": "ขอให้ชี้แจงข้อเท็จจริงประกอบการพิจารณาเรื่องร้องเรียน",
}
_LEADS = {
    "reply": "ขอแจ้งผลการพิจารณา ดังนี้",
    "question": "ขอข้อมูลเพิ่มเติมประกอบการพิจารณา ดังนี้",
    "progress": "ขอแจ้งความคืบหน้าการดำเนินการ ดังนี้",
    "to_complainant": "ขอแจ้งให้ทราบ ดังนี้",
}
# What has Latin letters in it is an address, a number of a case or a code: its digits are no words of the letter.
_WORD = re.compile(r"\S+")
_LATIN = re.compile("[A-Za-z@]")


def usual_subject(sort: str) -> str:
    """The subject of a letter that carries a text of that sort, unless another one is typed."""
    return _SUBJECTS[sort]


@dataclass(frozen=True)
class Paper:
    """A letter, ready to be set. blocks: its paragraphs; label: name and address for the envelope."""

    number: str
    agency: tuple[str, ...]
    dated: str
    subject: str
    to: str
    references: tuple[str, ...]
    enclosures: tuple[str, ...]
    blocks: tuple[str, ...]
    closing: str
    signatory: str
    title: tuple[str, ...]
    contact: tuple[str, ...]
    copies: tuple[str, ...]
    label: tuple[str, ...]
    cancelled: bool = False
    day: date | None = None

    @property
    def plain(self) -> str:
        """The whole as plain text, a paragraph a line."""
        lines = ["ยกเลิก"] if self.cancelled else []
        lines += [f"ที่ {self.number}", *self.agency, self.dated, f"เรื่อง {self.subject}", f"เรียน {self.to}"]
        lines += [f"อ้างถึง {line}" for line in self.references]
        lines += [f"สิ่งที่ส่งมาด้วย {line}" for line in self.enclosures]
        lines += ["", *self.blocks, "", self.closing, "", f"({self.signatory})", *self.title, "", *self.contact]
        lines += [f"สำเนาส่ง {line}" for line in self.copies]
        return plain("\n".join([*lines, ""]))


def paper_of(content: Mapping[str, Any]) -> Paper:
    """The letter that `content` describes (`complaints.letters.content`), in its official form."""
    with formats.thai_numerals(False), translation.override("th"):
        day: date | None = content["dated_on"]
        addressee = _lines(content["addressee"])
        paper = Paper(
            number=clean(content["number"]) or "/".join(filter(None, (clean(content["prefix"]), _SHORT_BLANK))),
            agency=(clean(content["agency"]), *_lines(content["address"])),
            dated=formats.write_date(day, long=True) if day else _BLANK,
            subject=clean(content["subject"]),
            to=tied_name(addressee[0]) if addressee else _BLANK * 2,
            references=_lines(content["references"]),
            enclosures=_lines(content["enclosures"]),
            blocks=tuple(_blocks(content)),
            closing=_CLOSING,
            signatory=tied_name(clean(content["signatory"])) or _BLANK,
            title=tuple(filter(None, (clean(content["title"]), clean(content["acting_for"])))),
            contact=_contact(content),
            copies=_lines(content["copies"]),
            label=addressee if len(addressee) > 1 else (),
            cancelled=content["cancelled"],
            day=day,
        )
    return _in_thai_numerals(paper) if content["thai_numerals"] else paper


def _blocks(content: Mapping[str, Any]) -> Iterable[str]:
    yield _opening(content)
    if content["ground"]:
        yield clean(f"เหตุที่ไม่รับไว้พิจารณา: {content['ground']}")
    yield from _lines(content["text"])
    yield _ending(content)


def _opening(content: Mapping[str, Any]) -> str:
    sort, office, number = content["sort"], clean(content["office"]), tied(f"เลขที่ {content['case']}")
    if sort == "request":
        return f"ด้วย {office} อยู่ระหว่างการตรวจสอบข้อเท็จจริงเรื่องร้องเรียน และมีประเด็นที่ขอให้ท่านชี้แจง ตามคำขอ{number} ดังนี้"
    filed = f"เมื่อวันที่ {tied(formats.write_date(content['filed_on'], long=True))}"
    if sort == "referral":
        return (
            f"ด้วย {office} ได้รับเรื่องร้องเรียน{number} {filed} พิจารณาแล้วเห็นว่าเรื่องดังกล่าว"
            "อยู่ในหน้าที่และอำนาจของท่าน จึงขอส่งเรื่องมาเพื่อพิจารณาดำเนินการ ดังนี้"
        )
    return f"ตามที่ท่านได้ยื่นเรื่องร้องเรียน {number} {filed} นั้น {office} {_LEADS[sort]}"


def _ending(content: Mapping[str, Any]) -> str:
    sort, due = content["sort"], content["answer_by"]
    until = f" ภายในวันที่ {tied(formats.write_date(due, long=True))}" if due else ""
    if sort == "request":
        return f"จึงเรียนมาเพื่อโปรดพิจารณาชี้แจงข้อเท็จจริง{until} จะขอบคุณยิ่ง"
    if sort == "question":
        return f"จึงเรียนมาเพื่อโปรดแจ้งข้อมูลดังกล่าว{until} จะขอบคุณยิ่ง"
    if sort == "referral":
        return f"จึงเรียนมาเพื่อโปรดพิจารณาดำเนินการ ผลเป็นประการใดขอได้โปรดแจ้งให้ {clean(content['office'])} ทราบด้วย จะขอบคุณยิ่ง"
    return "จึงเรียนมาเพื่อโปรดทราบ"


def _contact(content: Mapping[str, Any]) -> tuple[str, ...]:
    lines = [clean(content["office"])]
    if content["phone"]:
        lines.append(clean(f"โทร. {content['phone']}"))
    if content["email"]:
        lines.append(clean(f"ไปรษณีย์อิเล็กทรอนิกส์ {content['email']}"))
    return tuple(lines)


def _lines(text: str) -> tuple[str, ...]:
    """The lines of a text that have something in them, fit to be set."""
    return tuple(filter(None, map(clean, text.splitlines())))


def _in_thai_numerals(paper: Paper) -> Paper:
    def each(value: Any) -> Any:
        if isinstance(value, str):
            return _numerals(value)
        return tuple(map(_numerals, value)) if isinstance(value, tuple) else value

    with formats.thai_numerals(True):
        return replace(paper, **{one.name: each(getattr(paper, one.name)) for one in fields(paper)})


def _numerals(text: str) -> str:
    return _WORD.sub(lambda word: word[0] if _LATIN.search(word[0]) else formats.digits(word[0]), text)
