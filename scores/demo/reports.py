"""The reports of the demo: that of a district for the last fiscal year, signed and published, and a draft of another
for the last six months. Played through the product's own actions."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from complaints.statistics.making import make
from complaints.statistics.periods import Period, half_of, year_of
from organisations.demo.clock import as_of
from organisations.models import Unit, User
from scores.models import Report, ReportCase
from workflows.actors import Actor
from workflows.transitions import open_case, perform

BANGKOK = timezone.get_default_timezone()

_ACTIVITIES = (
    "- โครงการขับเคลื่อนการประเมินคุณธรรมและความโปร่งใส (ITA) ของอำเภอ\n"
    "- โครงการอำเภอคุณธรรมต้นแบบ\n"
    "- การอบรมผู้แทนภาคประชาชนในคณะกรรมการจัดซื้อจัดจ้าง"
)
_RESULTS = (
    "ศูนย์ดำรงธรรมอำเภอรับเรื่องใหม่ [[complaints.received]] เรื่อง และยุติ [[complaints.closed]] เรื่อง "
    "เรื่องที่พ้นกำหนดได้เร่งรัดเป็นรายเรื่องในที่ประชุมหัวหน้าส่วนราชการประจำเดือน\n"
    "1) เป้าหมาย: ทุกเรื่องได้รับการตอบรับภายในกำหนด\n"
    "2) พื้นที่ดำเนินการ: ทุกตำบลในอำเภอ"
)
_PROBLEMS = (
    "การประสานงานกับหน่วยงานนอกสังกัดใช้เวลามาก ทำให้บางเรื่องพ้นกำหนด\n"
    "ข้อจำกัดด้านงบประมาณ ไม่มีงบประมาณเฉพาะสำหรับงานป้องกันการทุจริตในระดับอำเภอ"
)
_RECOMMENDATIONS = (
    "1) ให้ทุกหน่วยงานมอบหมายผู้ประสานงานเรื่องร้องเรียนเป็นลายลักษณ์อักษร\n2) ให้รายงานเรื่องที่ใกล้พ้นกำหนดต่อนายอำเภอทุกสัปดาห์"
)
_NEXT = "- ทบทวนคู่มือการรับเรื่องร้องเรียนของอำเภอ\n- เชิญผู้แทนภาคประชาชนเข้าร่วมคณะกรรมการในโครงการวงเงินสูงสุดทุกโครงการ"


@dataclass(frozen=True)
class DemoReport:
    """A report of a unit, by whom, and what was written. signer: nobody signs a draft."""

    unit: str
    period: Period
    writer: str
    signer: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)


def reports(today: date) -> tuple[DemoReport, ...]:
    """The reports of the demo on a day: of the last fiscal year and of the last six months that are over."""
    year = year_of(today).before()
    whole = {
        "activities": _ACTIVITIES, "results": _RESULTS, "problems": _PROBLEMS, "recommendations": _RECOMMENDATIONS,
        "next": _NEXT,
    }  # fmt: skip
    return (
        DemoReport("NAN-MU", year, "mu.integ", "mu.head", whole),
        DemoReport("NAN-PU", half_of(today).before(), "pu.integ", texts={"activities": _ACTIVITIES}),
    )


def load_reports(today: date) -> int:
    """Play those that are missing, in the last days before `today`. Out: how many the demo has."""
    rows = reports(today)
    for row in rows:
        _play(row, today)
    return len(rows)


def _play(row: DemoReport, today: date) -> None:
    unit = Unit.objects.get(code=row.unit)
    if Report.objects.filter(unit=unit, period=row.period.code).exists():
        return
    users = {user.username: user for user in User.objects.filter(username__in=[row.writer, row.signer])}
    # Nothing is reported before its period is over.
    begun = min(today - timedelta(days=1), max(row.period.last + timedelta(days=10), today - timedelta(days=12)))
    with _morning(begun):
        make(row.period)
        case = open_case("report", "begin", Actor.person(users[row.writer]), unit=unit, period=row.period.code)

    def do(day: int, edge: str, username: str, **facts: Any) -> None:
        with _morning(min(begun + timedelta(days=day), today - timedelta(days=1)), minute=day + 1):
            perform(case, edge, Actor.person(users[username]), **facts)

    report = ReportCase.objects.get(pk=case.pk).report
    for section, text in row.texts.items():
        do(2, "write", row.writer, section=section, text=text, base=report.newest_version(section))
    if row.signer:
        do(4, "send", row.writer)
        do(6, "sign", row.signer)
        do(7, "publish", row.signer)


def _morning(day: date, minute: int = 0) -> AbstractContextManager[None]:
    return as_of(datetime.combine(day, time(9, minute), BANGKOK))
