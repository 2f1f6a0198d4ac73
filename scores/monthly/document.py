"""An executive's month as PDF, in the form of the statistics: the same template, with the radar before the tables."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from django.template.loader import render_to_string
from django.utils import translation

from complaints.statistics.document import TEMPLATE, Table, by_unit, name_of, paper
from organisations import formats
from organisations.documents.setting import clean
from organisations.documents.typesetting import typeset
from scores.exact import shown
from scores.executive import DIMENSIONS, Headline, shares_of
from scores.radar import radar_of
from scores.results import NodeScore
from scores.showing import say, say_about, say_reason_without_counts

from .report import KeptScore, MonthlyReport

_DASH = "–"
_REMARKS = (
    "คะแนนแต่ละมิติอยู่ในมาตรของเกณฑ์ที่ประกาศ ไม่ถ่วงน้ำหนักและไม่รวมข้ามมิติ",
    "คะแนนเป็นของวันสุดท้ายในเดือนที่ระบบเก็บคะแนนไว้ และคำนวณซ้ำได้จากข้อเท็จจริงที่เก็บไว้วันนั้น",
    "เรื่องคุ้มครองไม่รวมในตารางจำนวนเรื่อง",
)
_NOT_KEPT = "เดือนนี้ไม่มีวันใดที่เก็บคะแนนของหน่วยงานนี้ เพราะเก็บเฉพาะหน่วยงานที่รับการประเมิน"
_NO_STATISTICS = "ยังไม่มีสถิติเรื่องร้องเรียนของเดือนนี้"


def month_pdf(month: MonthlyReport, *, today: date, thai_numerals: bool = False) -> bytes:
    """The document in Thai. today: the day on which it is made; thai_numerals: every digit in Thai."""
    with translation.override("th"), formats.thai_numerals(thai_numerals):
        titles = [
            "รายงานผู้บริหาร: เรื่องร้องเรียน การมีส่วนร่วม และการต่อต้านการทุจริต",
            clean(month.unit.name_th),
            name_of(month.period),
        ]
        remarks = [*_REMARKS]
        if month.kept is None:
            remarks.append(_NOT_KEPT)
        if month.statistics is None:
            remarks.append(_NO_STATISTICS)
        values = paper(
            titles,
            month.period.last,
            list(_tables(month)),
            [formats.digits(remark) for remark in remarks],
            today=today,
            picture=_picture(month.kept) if month.kept else "",
        )
        return typeset(TEMPLATE, values, day=today)[0]


def _picture(kept: KeptScore) -> str:
    """The radar as a drawing of its own: what the style sheet says of it on a page stands in it here."""
    return render_to_string("scores/radar.svg", {"radar": radar_of(shares_of(kept.score))})


def _tables(month: MonthlyReport) -> Iterator[Table]:
    if month.statistics:
        yield by_unit(month.statistics)
    if month.kept:
        yield _of_headlines(month.kept)
        yield _of_dimensions(month.kept)
        if steps := tuple(_steps(month.kept)):
            yield Table("สิ่งที่ยกระดับได้ด้วยการทำน้อยที่สุด", ("เรื่องที่ต้องทำ", "มิติ", "ที่เป็นอยู่"), steps, first=2.2)
    if month.agencies:
        rows = tuple((clean(unit.name_th), *(_level(part) for part in parts)) for unit, parts in month.agencies)
        yield Table("หน่วยงานในสังกัดเมื่อสิ้นเดือน", ("หน่วยงาน", "การมีส่วนร่วม", "การต่อต้านการทุจริต"), rows)


def _of_headlines(kept: KeptScore) -> Table:
    def row(headline: Headline) -> tuple[str, ...]:
        before = headline.before
        return (
            clean(say(kept.rubric.node[headline.code])),
            _level(headline.part),
            _points(headline.next_points),
            _level(before) if before else _DASH,
            _signed(Fraction(headline.part.points) - Fraction(before.points)) if before else _DASH,
        )

    head = ("คะแนน", "เมื่อสิ้นเดือน", "ระดับถัดไปที่คะแนน", "ก่อนเดือนนี้", "เปลี่ยนแปลง")
    return Table("การมีส่วนร่วมและการต่อต้านการทุจริต", head, tuple(row(each) for each in kept.headlines))


def _of_dimensions(kept: KeptScore) -> Table:
    nodes = [kept.score.node(code) for code in DIMENSIONS]
    shares = shares_of(kept.score)
    rows = tuple(
        (
            clean(say(kept.rubric.node[node.code])),
            _points(Fraction(node.points)),
            _points(Fraction(node.full)),
            formats.write_share(float(share), 0),
        )
        for node, share in zip(nodes, shares, strict=True)
    )
    return Table("คะแนนห้ามิติ", ("มิติ", "ได้", "เต็ม", "ร้อยละ"), rows, first=4.4)


def _steps(kept: KeptScore) -> Iterator[tuple[str, ...]]:
    for headline in kept.headlines:
        if headline.road:
            number = DIMENSIONS.index(headline.code) + 1
            for lack in headline.road[0].lacks:
                text = say_about(kept.rubric, lack.criterion)
                yield clean(text), formats.digits(number), clean(formats.digits(say_reason_without_counts(lack.reason)))


def _level(part: NodeScore) -> str:
    points = f"{_points(Fraction(part.points))}/{_points(Fraction(part.full))}"
    return points if part.level is None else f"ระดับ {formats.digits(part.level)} ({points})"


def _points(value: Fraction | None) -> str:
    if value is None:
        return _DASH
    return formats.digits(value.numerator if value.denominator == 1 else shown(value))


def _signed(value: Fraction) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else '±'}{_points(abs(value))}"
