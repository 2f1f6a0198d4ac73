"""The figures of a report, read from complaints, procurement and scores as they stand. The only read of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone, translation

from complaints.statistics.barred import barred_cases
from complaints.statistics.histories import TOLD
from complaints.statistics.labels import FLOW_WORDS, PART_WORDS
from complaints.statistics.periods import Period
from complaints.statistics.report import Report as Statistics
from complaints.statistics.report import report_of
from organisations import formats
from organisations.models import Unit, User
from organisations.queries import reach_of
from procurement.coverage.reading import read, variant_of
from procurement.coverage.rule import Result, compute
from procurement.coverage.scope import Scope, scope_of
from procurement.models import Activity, Member, Person
from scores.exact import shown
from scores.models import Snapshot
from scores.reports.figures import Figure, Figures, Group
from scores.showing import say
from scores.snapshots import parsed

_FLOWS = {
    "opening": "เรื่องที่ยังไม่ยุติเมื่อเริ่มงวด",
    "received": "เรื่องที่มีผู้ยื่นเข้ามาในงวด ไม่รวมเรื่องที่แยกออกจากเรื่องอื่น",
    "parts": "เรื่องที่แยกออกจากเรื่องอื่นในงวด",
    "reopened": "เรื่องที่ยุติแล้วเปิดใหม่ในงวด",
    "moved_in": "เรื่องที่หน่วยงานอื่นส่งมาในงวด",
    "closed": "เรื่องที่สิ้นสุดในงวด ไม่ว่าด้วยผลใด เรื่องที่เปิดใหม่แล้วยุติอีกนับสองครั้ง",
    "merged": "เรื่องที่รวมเข้ากับเรื่องอื่นในงวด",
    "moved_out": "เรื่องที่ส่งให้หน่วยงานอื่นในงวด",
    "open": "เรื่องที่ยังไม่ยุติเมื่อสิ้นงวด",
    "overdue": "เรื่องที่ยังไม่ยุติเมื่อสิ้นงวดและมีกำหนดเวลาที่พ้นแล้วโดยยังไม่ได้ทำ",
}
_PARTS = {
    "kinds": "เรื่องที่รับใหม่ในงวด ตามประเภทที่เป็นอยู่เมื่อสิ้นงวด",
    "channels": "เรื่องที่รับใหม่ในงวด ตามช่องทางที่ยื่น",
    "outcomes": "เรื่องที่ยุติในงวด ตามผล",
    "states": "เรื่องที่คงค้างเมื่อสิ้นงวด ตามสถานะ",
}
_MEDIAN = "จำนวนวันตามปฏิทินตั้งแต่รับเรื่องถึงยุติ ที่เรื่องครึ่งหนึ่งซึ่งยุติในงวดใช้ไม่เกินนี้"
_IN_TIME = "กำหนดเวลาที่ทำเสร็จภายในวันครบกำหนด จากกำหนดเวลาทั้งหมดที่ทำเสร็จหรือพ้นกำหนดในงวด แต่ละกำหนดนับครั้งเดียว"
_PROTECTED = "เรื่องทุจริตหรือประพฤติมิชอบและเรื่องร้องทุกข์ของข้าราชการ นับแยกจากตารางอื่น แสดงเฉพาะจำนวนที่ไม่ชี้ถึงตัวบุคคล"
_STATISTICS = "สถิติเรื่องร้องเรียนของงวด นับจากบันทึกการดำเนินการ รวมหน่วยงานใต้บังคับบัญชา"
_PLAN = "แผนปฏิบัติราชการของปีงบประมาณและคำสั่งแต่งตั้งคณะกรรมการ รวมหน่วยงานใต้บังคับบัญชา"
_SCORES = "คะแนนที่เก็บไว้ในระบบพร้อมข้อเท็จจริงที่ใช้คำนวณ"
_CASES, _ACTIVITIES = "เรื่อง", "โครงการ"


def figures_of(unit: Unit, period: Period) -> Figures:
    """The figures of a unit with all below it for a period that is over, as they stand now.

    The statistics of the period have to be there. Complaints are those of the period; the plan that of its fiscal year
    as it stood on its last day; scores those of the year that are published today.
    """
    with translation.override("th"):
        groups = (*_complaints(unit, period, None), _procurement(unit, period), _scores(unit, period))
        filled_on = timezone.localdate().isoformat()
        return Figures(period.last.isoformat(), filled_on, tuple(group for group in groups if group.figures))


def as_read_by(user: User, unit: Unit, period: Period, figures: Figures) -> Figures:
    """The figures of a report as `user` is told them: those of complaints without what he has a conflict with, as in
    the statistics of the period (domain: Conflict rule: no count). What is kept and signed stays as it is."""
    if not barred_cases(user, period):
        return figures
    with translation.override("th"):
        told = {group.code: group for group in _complaints(unit, period, user)}
    groups = (told.get(group.code) if group.staff_only else group for group in figures.groups)
    return replace(figures, groups=tuple(group for group in groups if group and group.figures))


# --- Complaints -------------------------------------------------------------------------------------------------------
def _complaints(unit: Unit, period: Period, reader: User | None) -> Iterator[Group]:
    report = report_of(unit, period, reader)
    if report is None:
        return
    yield Group("complaints", "เรื่องร้องเรียน", _STATISTICS, tuple(_flows(report)), staff_only=True)
    for part, _words, lines, _total in report.parts():
        rows = tuple(
            Figure(f"complaints.{part}.{line.key}", str(line.label), _PARTS[part], "count", line.count, _CASES)
            for line in lines
        )
        yield Group(f"complaints.{part}", str(PART_WORDS[part]), _STATISTICS, rows, staff_only=True)
    rows = tuple(
        Figure(
            f"complaints.in_time.{time.clock}", time.label, _IN_TIME, "share",
            [time.in_time, time.in_time + time.late], "กำหนดเวลา",
        )
        for time in report.timeliness()
        if time.in_time + time.late
    )  # fmt: skip
    yield Group("complaints.in_time", "การรักษากำหนดเวลา", _STATISTICS, rows, staff_only=True)
    told = tuple(
        Figure(f"complaints.protected.{flow}", str(FLOW_WORDS[flow]), _PROTECTED, "count", count, _CASES)
        for flow in TOLD
        if (count := report.total.protected[flow])
    )
    yield Group("complaints.protected", "เรื่องคุ้มครอง", _STATISTICS, told, staff_only=True)


def _flows(report: Statistics) -> Iterator[Figure]:
    for flow in report.flows:
        definition, count = _FLOWS[flow], report.total.flows[flow]
        yield Figure(f"complaints.{flow}", str(FLOW_WORDS[flow]), definition, "count", count, _CASES)
    days = report.total.median_days
    yield Figure("complaints.median_days", "มัธยฐานจำนวนวันถึงยุติ", _MEDIAN, "days", days, "วัน")


# --- Procurement ------------------------------------------------------------------------------------------------------
def _procurement(unit: Unit, period: Period) -> Group:
    year, on = period.fiscal_year, period.last
    below = reach_of([unit.pk])[unit.pk]
    result = compute(read({unit.pk: below}, year, since=on).facts_on(on)[unit.pk], variant_of())
    rows = [*_plan(below, year), *_committees(below, year, on), *_coverage(result, scope_of(unit))]
    return Group("procurement", "การจัดซื้อจัดจ้างและผู้แทนภาคประชาชน", _PLAN, tuple(rows))


def _plan(below: list[int], year: int) -> Iterator[Figure]:
    plan = Activity.objects.filter(unit__in=below, fiscal_year=year, cancelled_on=None)
    told = "ตามแผนของปีงบประมาณ ไม่รวมที่ยกเลิก ณ วันที่กรอกข้อมูล"
    yield _count("procurement.activities", "โครงการ/กิจกรรมตามแผน", f"โครงการหรือกิจกรรม{told}", plan.count())
    budget = plan.aggregate(sum=Sum("budget"))["sum"] or Decimal(0)
    definition = f"วงเงินงบประมาณรวมของโครงการ{told} ไม่รวมโครงการที่ยังไม่ทราบวงเงิน"
    yield Figure("procurement.budget", "วงเงินตามแผน", definition, "money", f"{budget:.2f}", "บาท")


def _committees(below: list[int], year: int, on: date) -> Iterator[Figure]:
    appointed = Member.objects.filter(
        committee__purchase__activity__unit__in=below,
        committee__purchase__activity__fiscal_year=year,
        appointed_on__lte=on,
    ).order_by()
    every = appointed.values("committee").distinct().count()
    with_citizen = appointed.filter(person__standing=Person.Standing.CITIZEN).values("committee").distinct().count()
    definition = (
        "คณะกรรมการของโครงการในปีงบประมาณซึ่งมีผู้แทนภาคประชาชนได้รับแต่งตั้งตามคำสั่งไม่เกินวันสิ้นงวด ไม่ว่าพ้นหน้าที่แล้วหรือไม่ "
        "จากคณะกรรมการที่แต่งตั้งแล้วทั้งหมด"
    )
    share = [with_citizen, every]
    yield Figure("procurement.committees", "คณะกรรมการที่มีผู้แทนภาคประชาชน", definition, "share", share, "คณะ")


def _coverage(result: Result, scope: Scope) -> Iterator[Figure]:
    counted = len(result.top) + len(result.rest)
    yield _count(
        "procurement.covered", "โครงการที่มีผู้แทนภาคประชาชน",
        "โครงการที่นับตามเกณฑ์และมีประชาชนร่วมในคณะกรรมการที่นับ ในวันที่คณะกรรมการวินิจฉัยครั้งแรก", len(result.covered),
    )  # fmt: skip
    top = "โครงการที่มีวงเงินตั้งแต่ลำดับที่สามขึ้นไป และโครงการที่ไม่ทราบวงเงิน"
    share = [result.top_covered, len(result.top)]
    yield Figure("procurement.top", "โครงการวงเงินสูงสุดที่มีผู้แทน", top, "share", share, _ACTIVITIES)
    share = [result.rest_covered, len(result.rest)]
    rest = "โครงการอื่นที่มีการจัดซื้อจัดจ้าง"
    yield Figure("procurement.rest", "โครงการอื่นที่มีผู้แทน", rest, "share", share, _ACTIVITIES)
    education = "กิจกรรมให้ความรู้ด้านการป้องกันการทุจริตแก่ผู้นำ กลุ่ม เครือข่าย หรือประชาชน ในปีงบประมาณจนถึงสิ้นงวด"
    yield _count("procurement.education", "กิจกรรมให้ความรู้", education, result.education, "กิจกรรม")
    level = "ระดับการมีส่วนร่วมในการจัดซื้อจัดจ้าง 0 ถึง 5 ตามเกณฑ์ของปีงบประมาณ ณ วันสิ้นงวด"
    if not counted:
        level += " ไม่มีโครงการที่นับ จึงได้ไม่เกินระดับ 1"
    if scope != Scope.ASSESSED:
        level += " หน่วยงานนี้ไม่ได้รับการประเมินด้วยเกณฑ์นี้โดยตรง ระดับใช้ประกอบการพิจารณาเท่านั้น"
    yield _count("procurement.level", "ระดับการมีส่วนร่วม", level, result.level, "ระดับ")
    yield _count("procurement.points", "คะแนนการมีส่วนร่วม", "คะแนนของระดับนั้น จาก 20", result.points, "คะแนน")


def _count(code: str, name: str, definition: str, value: int, unit: str = _ACTIVITIES) -> Figure:
    return Figure(code, name, definition, "count", value, unit)


# --- Scores -----------------------------------------------------------------------------------------------------------
def _scores(unit: Unit, period: Period) -> Group:
    """Published scores only: who reads a report need not be among who reads a score before that
    (`scores.rules.READERS`), and what is signed is kept byte for byte."""
    published = Snapshot.objects.filter(
        unit=unit, fiscal_year=period.fiscal_year, cause=Snapshot.Cause.PUBLISHED
    ).select_related("rubric").defer("facts").order_by("family", "-version").distinct("family")  # fmt: skip
    return Group("scores", "ผลการประเมินที่เผยแพร่แล้ว", _SCORES, tuple(_published(row) for row in published))


def _published(row: Snapshot) -> Figure:
    on, as_of = _day(timezone.localdate(row.taken_at)), _day(row.as_of)
    definition = f"คะแนนที่คณะกรรมการประเมิน เผยแพร่เมื่อ {on} ฉบับที่ {row.version} ข้อมูล ณ {as_of}"
    points = [str(shown(row.points)), str(shown(row.full))]
    return Figure(f"scores.{row.family}", say(parsed(row.rubric)), definition, "points", points, "คะแนน")


def _day(day: date) -> str:
    return formats.write_date(day, long=True)
