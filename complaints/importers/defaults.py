"""The mappings an installation starts with. Loading again adds what is missing and changes no row that exists."""

from typing import TYPE_CHECKING, Any

from django.apps import apps as current_apps

from complaints.importers import traffy

if TYPE_CHECKING:
    from django.apps.registry import Apps

TRAFFY_STATES = {
    "รอรับเรื่อง": "received",
    "กำลังดำเนินการ": "investigating",
    "เสร็จสิ้น": "closed",
}
# The types of the Traffy Fondue open data. "ร้องเรียน" (complaint) says nothing about the matter: the next type decides,
# and where it stands alone the meaning of "" applies.
TRAFFY_TYPES = {
    "": "other",
    "ร้องเรียน": "",
    "PM2.5": "air",
    "กีดขวาง": "obstruction",
    "การเดินทาง": "traffic",
    "คนจรจัด": "people_in_need",
    "คลอง": "canal",
    "ความปลอดภัย": "safety",
    "ความสะอาด": "waste",
    "จราจร": "traffic",
    "ต้นไม้": "trees",
    "ถนน": "road",
    "ทางเท้า": "footpath",
    "ท่อระบายน้ำ": "drainage",
    "น้ำท่วม": "flood",
    "ป้าย": "signs",
    "สอบถาม": "enquiry",
    "สะพาน": "bridge",
    "สัตว์จรจัด": "stray_animals",
    "สายไฟ": "electric_wires",
    "ห้องน้ำ": "other",
    "เสนอแนะ": "enquiry",
    "เสียงรบกวน": "noise",
    "แสงสว่าง": "street_light",
}


def load_mappings(apps: "Apps" = current_apps) -> int:
    """Add the mappings that are missing. Out: how many were added.

    apps: the registry, so that a migration can pass its own historical one.
    """
    model: Any = apps.get_model("complaints", "ImportMapping")
    there = set(model.objects.filter(format=traffy.NAME).values_list("field", "source_value"))
    missing = [
        model(format=traffy.NAME, field=field, source_value=source_value, target=target)
        for field, words in (("state", TRAFFY_STATES), ("type", TRAFFY_TYPES))
        for source_value, target in words.items()
        if (field, source_value) not in there
    ]
    model.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)
