"""The forms of reports: which sections a report of a month, of six months and of a fiscal year has, after S0.

S0 numbers two parts: the summary (1), and the results (2) with what was done, how it went, problems, recommendations
and the next phase below it; that is kept. The Thai words are those of the document; labels are for the pages.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from complaints.statistics.periods import Period
from workflows.graph import Text

TITLE = "แบบรายงานผลการดำเนินงาน"
RESULTS_HEADING = "ผลการดำเนินงาน"
"""The heading over all sections but the summary."""


@dataclass(frozen=True)
class Section:
    """A section that somebody writes. number: as the form prints it. heading: in the document. asks: what belongs here.
    tables: whether the figures stand under its text. lead: what it begins with, figures by their codes."""

    code: str
    number: str
    heading: str
    label: Text
    asks: Text
    tables: bool = False
    lead: str = ""

    @property
    def level(self) -> int:
        """1 for a part, 2 below it."""
        return self.number.count(".") + 1


@dataclass(frozen=True)
class Form:
    """A form: its code and the sections in order. label: for the pages."""

    code: str
    label: Text
    sections: tuple[Section, ...]

    def section(self, code: str) -> Section:
        """Raises StopIteration for a code that the form does not have."""
        return next(section for section in self.sections if section.code == code)


_LEAD = (
    "ในงวดนี้มีเรื่องร้องเรียนคงค้างยกมา [[complaints.opening]] เรื่อง รับใหม่ [[complaints.received]] เรื่อง "
    "ยุติ [[complaints.closed]] เรื่อง คงค้างเมื่อสิ้นงวด [[complaints.open]] เรื่อง "
    "ในจำนวนนี้เกินกำหนด [[complaints.overdue]] เรื่อง\n"
    "ด้านการจัดซื้อจัดจ้าง มีโครงการตามแผน [[procurement.activities]] โครงการ "
    "มีผู้แทนภาคประชาชนในคณะกรรมการ [[procurement.covered]] โครงการ "
    "ระดับการมีส่วนร่วม [[procurement.level]]"
)


def _summary() -> Section:
    return Section(
        "summary", "1", "บทสรุปผู้บริหาร", _("Summary for executives"),
        _("What was done in the period and what came of it, in a page."), lead=_LEAD,
    )  # fmt: skip


def _activities(number: str) -> Section:
    asks = _("The activities and projects of the plan, one a line with a dash in front.")
    return Section("activities", number, "ชื่อกิจกรรม/โครงการ", _("Activities and projects"), asks)


def _results(number: str) -> Section:
    asks = _("How each went: target, indicator, place and result. The figures stand below it by themselves.")
    heading = "รายละเอียดกิจกรรม/โครงการและผลการดำเนินงาน"
    return Section("results", number, heading, _("Results"), asks, tables=True)


def _problems(number: str) -> Section:
    asks = _("What stood in the way, and what was done about it.")
    return Section("problems", number, "ปัญหาและอุปสรรคการดำเนินงาน", _("Problems"), asks)


def _recommendations(number: str) -> Section:
    asks = _("What should be changed, by whom.")
    return Section("recommendations", number, "ข้อเสนอแนะ", _("Recommendations"), asks)


def _next(number: str) -> Section:
    asks = _("What will be done in the next period.")
    return Section("next", number, "แผนการดำเนินงานในระยะต่อไป", _("Next phase"), asks)


_WHOLE = (
    _summary(),
    _activities("2.1"),
    _results("2.2"),
    _problems("2.3"),
    _recommendations("2.4"),
    _next("2.5"),
)
FORMS = (
    Form("month", _("Monthly report"), (_summary(), _results("2.1"), _problems("2.2"), _next("2.3"))),
    Form("half", _("Six-month report"), _WHOLE),
    Form("year", _("Report of a fiscal year"), _WHOLE),
)
_BY_CODE = {form.code: form for form in FORMS}


def form(code: str) -> Form:
    """The form of that code. Raises KeyError."""
    return _BY_CODE[code]


def form_of(period: Period) -> Form | None:
    """The form for a period; None for a part of a year that has no name of its own."""
    if period.is_to_date:
        return None
    if period.is_month:
        return form("month")
    return form("half" if period.code.endswith(("-1", "-2")) else "year")
