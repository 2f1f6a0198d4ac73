"""The meanings an installation starts with. Loading again adds what is missing and changes no row that exists."""

from typing import TYPE_CHECKING, Any

from django.apps import apps as current_apps

if TYPE_CHECKING:
    from django.apps.registry import Apps

# How the statuses of the Comptroller General's open data begin (govspending.data.go.th and data.go.th, 2565 to 2568).
# A cancelled invitation may be repeated under the same number; until the source says so it counts as cancelled.
STATUSES = {
    "แผนการจัดซื้อจัดจ้าง": "planned",
    "ประกาศเชิญชวน": "announced",
    "ระหว่างดำเนินการ": "ongoing",
    "อยู่ระหว่างดำเนินการ": "ongoing",
    "จัดทำสัญญา": "contracted",
    "ส่งงานตามกำหนด": "completed",
    "ส่งงานครบถ้วน": "completed",
    "ส่งงานล่าช้ากว่ากำหนด": "completed",
    "แล้วเสร็จตามสัญญา": "completed",
    "สิ้นสุดสัญญา": "completed",
    "ยกเลิก": "cancelled",
}


def load_statuses(apps: "Apps" = current_apps) -> int:
    """Add the words that are missing. Out: how many were added.

    apps: the registry, so that a migration can pass its own historical one.
    """
    model: Any = apps.get_model("procurement", "SourceStatus")
    here = set(model.objects.values_list("word", flat=True))
    missing = [model(word=word, meaning=meaning) for word, meaning in STATUSES.items() if word not in here]
    model.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)
