"""The questions of the survey that an installation starts with; from then on they are the administrator's."""

from typing import TYPE_CHECKING, Any

from django.apps import apps as current_apps

if TYPE_CHECKING:
    from django.apps.registry import Apps

EIT = "แบบวัดการรับรู้ของผู้มีส่วนได้ส่วนเสียภายนอก (EIT) S4:755-770"

# Code, Thai, English, indicator, source. Which indicator a question feeds is ours: the source names the three only.
QUESTIONS = (
    ("quality", "ท่านพอใจต่อคุณภาพการดำเนินการของหน่วยงานในเรื่องนี้เพียงใด",
     "How satisfied are you with the way the office worked on the matter?", "operation", f"{EIT}; S4:620-621"),
    ("ease", "การแจ้งและติดตามเรื่องทำได้สะดวก ไม่ยุ่งยาก เพียงใด",
     "How easy was it to file the matter and to follow it?", "improvement", f"{EIT}; S4:609"),
    ("information", "หน่วยงานให้ข้อมูลชัดเจน ครบถ้วน และแจ้งความคืบหน้าเพียงใด",
     "How clear and complete was what the office told you, and did you hear how it went on?", "communication", EIT),
    ("honesty", "เจ้าหน้าที่ปฏิบัติหน้าที่ด้วยความซื่อสัตย์ เป็นธรรม ไม่เลือกปฏิบัติ เพียงใด",
     "How honest and fair was the office, without favour to anybody?", "operation", EIT),
    ("result", "ท่านเข้าใจผลการพิจารณาและเหตุผลที่หน่วยงานแจ้งเพียงใด",
     "How well do you understand the result and the reasons the office gave?", "communication", EIT),
)  # fmt: skip


def load_questions(apps: "Apps" = current_apps, schema_editor: Any = None) -> int:  # noqa: ARG001 - a migration calls it
    """Add the questions that are missing, and change none that exist. Out: how many were added."""
    model: Any = apps.get_model("complaints", "SurveyQuestion")
    there = set(model.objects.values_list("code", flat=True))
    rows = [
        model(code=code, text_th=thai, text_en=english, indicator=indicator, position=10 * place, source=source)
        for place, (code, thai, english, indicator, source) in enumerate(QUESTIONS, start=1)
        if code not in there
    ]
    model.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
