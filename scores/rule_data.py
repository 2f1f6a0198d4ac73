"""The rules an installation starts with: lengths of the clocks, settings of the rubrics. Once loaded they belong to the
administrator."""

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.apps import apps as current_apps

from scores.exact import shown
from scores.rubric import own_rubrics

if TYPE_CHECKING:
    from django.apps.registry import Apps

OWN_PRACTICE = "แนวปฏิบัติเริ่มต้นของระบบ ผู้ดูแลระบบแก้ไขได้"
OF_REVIEW = f"{OWN_PRACTICE} จำนวนวันคือระยะห่างอย่างน้อยจากวันยืนยันถึงวันครบกำหนด ซึ่งเป็นวันสิ้นปีงบประมาณเสมอ"
# Assessments of earlier years may be entered; a clock needs a rule on the day it starts.
IN_FORCE = date(2009, 10, 1)

# The sources name no lengths: they say what is done before the committee comes (S4:276), not by when.
CLOCKS: tuple[tuple[str, str, str, int, str], ...] = (
    ("self_assessment", "ประเมินตนเองให้ครบทุกเกณฑ์", "Assess itself by every criterion", 60, "duty"),
    ("committee_review", "คณะกรรมการตรวจและลงนาม", "The committee examines and signs", 45, "duty"),
    ("assessment_objection", "ระยะเวลาที่หน่วยงานโต้แย้งผลได้", "Time in which the agency may object", 15, "window"),
    ("score_publication", "เผยแพร่คะแนนที่เป็นที่สุด", "Publish the score that is final", 15, "duty"),
    # When reports are due the sources say (S4:194, 1684, 1784), and not how long one may take.
    ("report_draft", "จัดทำรายงานผลการดำเนินงาน", "Write the report", 30, "duty"),
    ("report_signature", "ลงนามรายงานผลการดำเนินงาน", "Sign the report", 15, "duty"),
    ("objection_answer", "วินิจฉัยข้อโต้แย้งผลการประเมิน", "Decide about an objection to a result", 30, "duty"),
    ("register_entry", "กรอกรายการทะเบียนให้ครบ", "Complete an entry of a register", 30, "duty"),
    ("register_confirmation", "ยืนยันรายการทะเบียน", "Confirm an entry of a register", 15, "duty"),
    # Due with the end of the first fiscal year that ends so many days after a confirmation or later: what is confirmed
    # from October to March is reviewed by that September, what is confirmed from April on by the one after.
    ("yearly_review", "ทบทวนประจำปีภายใน 30 กันยายน", "Review of the year, by 30 September", 183, "duty"),
    ("survey_stage", "ดำเนินการขั้นถัดไปของการสำรวจ", "The next stage of a survey campaign", 90, "duty"),
    # Runs until the day of the plan; this length only where a plan names none.
    ("risk_treatment", "จัดการความเสี่ยงตามแผน", "Treat the risk as planned", 90, "duty"),
)


def load_rule_data(apps: "Apps" = current_apps) -> int:
    """Add the rules that are missing, by their codes, and change none that exist. Out: how many were added."""
    model: Any = apps.get_model("workflows", "ClockRule")
    here = set(model.objects.filter(code__in=[row[0] for row in CLOCKS]).values_list("code", flat=True))
    missing = [
        model(
            code=code, name_th=name_th, name_en=name_en, length=length, meaning=meaning, unit="calendar", pauses=False,
            valid_from=IN_FORCE, source=OF_REVIEW if code == "yearly_review" else OWN_PRACTICE,
        )
        for code, name_th, name_en, length, meaning in CLOCKS
        if code not in here
    ]  # fmt: skip
    model.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing) + _load_settings(apps)


def _load_settings(apps: "Apps") -> int:
    """A row for every setting of a rubric that has none, with the value of its file."""
    try:
        model: Any = apps.get_model("scores", "ScoreSetting")
    except LookupError:  # a migration from before there were any
        return 0
    here = set(model.objects.values_list("code", flat=True))
    rows = [
        model(
            code=code, value=_plain(setting.value), name_th=setting.th, name_en=setting.en, valid_from=IN_FORCE,
            source=setting.source, verified="nverified" not in (setting.note or ""),
        )
        for rubric in own_rubrics()
        for name, setting in rubric.settings.items()
        if (code := f"{rubric.code}.{name}") not in here
    ]  # fmt: skip
    model.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _plain(value: Fraction | str) -> str:
    return value if isinstance(value, str) else format(shown(value, 6).normalize(), "f")
