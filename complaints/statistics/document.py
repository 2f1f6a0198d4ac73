"""A report as PDF: the statistics in official form, to be signed and sent to the superior. Set by typst from
`document.typ`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from organisations import formats
from organisations.documents.setting import clean, plain, tied
from organisations.documents.typesetting import day_parts, in_runs, typeset

from .figures import LEAST, Figures
from .histories import TOLD
from .labels import FLOW_WORDS
from .periods import Period
from .report import Line, Report

TEMPLATE = Path(__file__).parent / "document.typ"
_DASH = "–"
_BLANK = "." * 46
_IN_DAYS = tied("(วัน)")
_REMARKS = (
    "ตัวเลขทั้งหมดนับจากบันทึกการดำเนินการตามที่เป็นอยู่เมื่อสิ้นงวด โดยนับตามหน่วยงานที่เรื่องอยู่ในวันที่เกิดรายการ",
    "คงค้างยกมา + รับใหม่ + แยกเรื่อง + เปิดใหม่ + รับโอน = ยุติ + รวมเรื่อง + โอนออก + คงค้างยกไป ทุกหน่วยงานและทุกงวด",
    "เรื่องที่ยุติแล้วเปิดใหม่และยุติอีกในงวดเดียวกัน นับเป็นยุติสองครั้งและเปิดใหม่หนึ่งครั้ง",
    "“ในกำหนด” คือทำแล้วเสร็จภายในวันครบกำหนด “เกินกำหนด” คือพ้นวันครบกำหนดในงวดนี้โดยยังไม่เสร็จ แต่ละกำหนดนับครั้งเดียว",
    "เรื่องคุ้มครอง (ทุจริตหรือประพฤติมิชอบ และร้องทุกข์ของข้าราชการ) นับแยกและไม่รวมในตารางอื่น",
    f"จำนวนเรื่องคุ้มครองแสดงเฉพาะตั้งแต่ {LEAST} เรื่องขึ้นไป และไม่แสดงเมื่ออาจคำนวณย้อนไปถึงจำนวนที่น้อยกว่านั้นได้",
    "เครื่องหมาย “–” ในเรื่องคุ้มครองไม่ได้หมายความว่ามีหรือไม่มีเรื่อง",
)
_OLDER = "งวดนี้รายงานไว้ก่อนมีวิธีนับปัจจุบัน จึงคงตัวเลขเดิมตามที่รายงาน และไม่มีบางรายการ"
_TWICE = "หน่วยงานที่อยู่ใต้บังคับบัญชามากกว่าหนึ่งสายนับในทุกแถวที่อยู่ใต้ แต่นับครั้งเดียวในยอดรวม"


@dataclass(frozen=True)
class Table:
    """A table: its heading, the heads of its columns, its rows and the row of sums, all as texts. first: the share of
    the width of its first column against each of the others."""

    heading: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    foot: tuple[str, ...] = ()
    first: float = 2.6


def report_pdf(report: Report, *, today: date, thai_numerals: bool = False) -> bytes:
    """The document in Thai, its plain text attached as ``statistics.txt``.

    today: the day on which it is made. thai_numerals: every digit in Thai.
    """
    with translation.override("th"), formats.thai_numerals(thai_numerals):
        return typeset(TEMPLATE, _values(report, today), day=today)[0]


def report_pictures(report: Report, *, today: date, thai_numerals: bool = False) -> list[bytes]:
    """The pages of the same document, each as PNG."""
    with translation.override("th"), formats.thai_numerals(thai_numerals):
        return typeset(TEMPLATE, _values(report, today), day=today, form="png")


def _values(report: Report, today: date) -> dict[str, Any]:
    titles = ["รายงานสถิติเรื่องร้องเรียนร้องทุกข์", clean(report.unit.name_th), name_of(report.period)]
    remarks = [formats.digits(remark) for remark in _remarks(report)]
    return paper(titles, report.period.last, list(_tables(report)), remarks, today=today)


def paper(
    titles: list[str], last: date, tables: list[Table], remarks: list[str], *, today: date, picture: str = ""
) -> dict[str, Any]:
    """A report of a period that ends on the day `last` as `TEMPLATE` takes it: numbered tables, remarks, a signature.

    today: the day on which it is made. picture: a drawing as SVG, which stands before the tables. In the language and
    the numerals that are active.
    """
    dated = f"ข้อมูล ณ วันที่ {formats.write_date(last, long=True)}"
    made = f"พิมพ์เมื่อวันที่ {formats.write_date(today, long=True)}"
    return {
        "plain": _plain(titles, dated, tables, remarks),
        "thai_numerals": formats.thai_numerals_active(),
        "day": day_parts(today),
        "heading": plain(" ".join(titles)),
        "titles": [in_runs(title) for title in titles],
        "dated": in_runs(dated),
        "made": in_runs(made),
        "picture": picture,
        "tables": [
            {
                "heading": in_runs(f"{formats.digits(number)}. {table.heading}"),
                "head": [in_runs(word) for word in table.head],
                "rows": [[in_runs(cell) for cell in row] for row in table.rows],
                "foot": [in_runs(cell) for cell in table.foot],
                "first": table.first,
            }
            for number, table in enumerate(tables, start=1)
        ],
        "remarks": [in_runs(remark) for remark in remarks],
        "signature": [in_runs(line) for line in (f"(ลงชื่อ) {_BLANK} ผู้รายงาน", f"( {_BLANK} )", f"ตำแหน่ง {_BLANK}")],
    }


def name_of(period: Period) -> str:
    """A period as the title of a report names it."""
    if period.is_month:
        return f"ประจำเดือน {period.name}"
    return f"ประจำ{clean(period.name)}" if period.name.startswith("ปี") else clean(period.name)


def _remarks(report: Report) -> list[str]:
    balance = _REMARKS if report.opens else (*_REMARKS[-3:], _OLDER)
    return [*balance, *([_TWICE] if report.counted_twice else [])]


def _tables(report: Report) -> Iterable[Table]:
    yield by_unit(report)
    for part, words, lines, total in report.parts():
        divided = tuple(row for line in lines for row in _rows(line, total))
        foot = ("รวม", formats.write_number(total), formats.write_share(1, 1) if total else _DASH)
        yield Table(
            words, ("ประเภท" if part == "kinds" else "รายการ", "จำนวน (เรื่อง)", "ร้อยละ"), divided, foot, first=4.4
        )
    if times := report.timeliness():
        head = (
            "กำหนดเวลา",
            "ในกำหนด",
            "เกินกำหนด",
            "ร้อยละในกำหนด",
            f"มัธยฐาน {_IN_DAYS}",
            f"ร้อยละ {formats.digits(90)} ไม่เกิน {_IN_DAYS}",
        )
        rows = tuple(
            (
                clean(time.label),
                formats.write_number(time.in_time),
                formats.write_number(time.late),
                _DASH if time.share is None else formats.write_share(time.share, 1),
                _days(time.median),
                _days(time.ninetieth),
            )
            for time in times
        )
        yield Table("การรักษากำหนดเวลา", head, rows)
    if report.tells_protected:
        yield _of_protected(report)


def by_unit(report: Report) -> Table:
    """What came in, went out and stayed, unit by unit."""

    def row(name: str, figures: Figures) -> tuple[str, ...]:
        counts = (formats.write_number(figures.flows[flow]) for flow in report.flows)
        return (clean(name), *counts, _days(figures.median_days))

    head = ("หน่วยงาน", *(str(FLOW_WORDS[flow]) for flow in report.flows), f"มัธยฐานถึงยุติ {_IN_DAYS}")
    rows = tuple(
        row(_("%(unit)s itself") % {"unit": each.unit.name} if each.itself else each.unit.name, figures)
        for each, figures in report.rows
    )
    return Table("จำนวนเรื่องจำแนกตามหน่วยงาน (เรื่อง)", head, rows, row("รวม", report.total))


def _of_protected(report: Report) -> Table:
    def row(name: str, figures: Figures) -> tuple[str, ...]:
        told = (figures.protected[flow] for flow in TOLD)
        return (clean(name), *(formats.write_number(count) if count else _DASH for count in told))

    rows = tuple(row(each.unit.name, figures) for each, figures in report.rows if any(figures.protected.values()))
    return Table("เรื่องคุ้มครอง (เรื่อง)", ("หน่วยงาน", *(str(FLOW_WORDS[flow]) for flow in TOLD)), rows)


def _rows(line: Line, total: int) -> Iterable[tuple[str, ...]]:
    yield clean(line.label), formats.write_number(line.count), formats.write_share(line.count / total, 1)
    for part in line.parts:
        share = formats.write_share(part.count / total, 1)
        yield f"– {clean(part.label)}", formats.write_number(part.count), share


def _days(days: int | None) -> str:
    return _DASH if days is None else formats.write_number(days)


def _plain(titles: list[str], dated: str, tables: list[Table], remarks: list[str]) -> str:
    """The whole as plain text: a line a row, its cells with tabs between them."""
    lines = [*titles, dated]
    for table in tables:
        lines += ["", table.heading]
        lines += ["\t".join(row) for row in (table.head, *table.rows, *([table.foot] if table.foot else []))]
    return plain("\n".join([*lines, "", "หมายเหตุ", *remarks, ""]))
