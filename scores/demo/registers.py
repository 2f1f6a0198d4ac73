"""Play the entries of registers of the demo through the product's own actions, each step at the moment it happened."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from organisations.calendar import fiscal_year, fiscal_year_bounds
from organisations.demo.clock import as_of
from organisations.models import Unit, User
from scores.models import RegisterCase, RegisterEntry
from workflows.actors import Actor
from workflows.transitions import open_case, perform

BANGKOK = timezone.get_default_timezone()
_EVIDENCE = "แฟ้มทะเบียนงานคุณธรรม"
_KEPT_BY = {
    "NAN-CD": ("integrity", "cd.appr"),
    "NAN-MU": ("mu.integ", "mu.head"),
    "NAN-PU": ("pu.integ", "pu.head"),
    "CDD": ("cdd.integ", "cdd.appr"),
}


@dataclass(frozen=True)
class DemoEntry:
    """An entry: of the fiscal year before (`last_year`, entered `day` days after its first) or of this one (entered
    `day` days ago). until: how far it has come; later: what another version says, days later."""

    unit: str
    register: str
    day: int
    values: dict[str, Any]
    last_year: bool = False
    until: str = "confirmed"
    later: dict[str, Any] = field(default_factory=dict)


_RULE = {"sort": "rule", "about": "complaints", "changed": "ลดขั้นตอนเหลือสามขั้น และกำหนดผู้รับผิดชอบชัดเจน"}
_RISK = {"cause": "ผู้มีอำนาจใช้ดุลพินิจคนเดียว", "plan": "", "treat_by": None}
ENTRIES = (
    DemoEntry("NAN-CD", "rule", 150, {
        **_RULE, "title": "แนวปฏิบัติการรับและจัดการเรื่องร้องเรียนของสำนักงาน",
    }, last_year=True),
    # Confirmed on the last day, so that a level is higher than it was the day before.
    DemoEntry("NAN-CD", "rule", 2, {
        **_RULE, "title": "หลักเกณฑ์การกลั่นกรองเรื่องร้องเรียน ฉบับปรับปรุงประจำปี",
    }),
    DemoEntry("NAN-CD", "rule", 160, {
        "title": "ประกาศนโยบายงดรับงดให้", "sort": "policy", "about": "transparency", "changed": "",
    }, last_year=True),
    DemoEntry("CDD", "no_gift", 90, {"signatory": "อธิบดี", "how": "หนังสือเวียนทุกหน่วยงานและเว็บไซต์กรม"}, last_year=True),
    DemoEntry("NAN-CD", "no_gift", 100, {"signatory": "พัฒนาการจังหวัด", "how": "ป้ายประชาสัมพันธ์หน้าสำนักงาน"},
              last_year=True),
    DemoEntry("NAN-MU", "no_gift", 6, {"signatory": "นายอำเภอ", "how": "ประชุมหัวหน้าส่วนราชการและปิดประกาศ"}),
    DemoEntry("CDD", "ita", 330, {"points": Decimal("92.40")}, last_year=True),
    DemoEntry("CDD", "training", 200, {
        "title": "หลักสูตรเสริมสร้างธรรมาภิบาลต่อต้านการทุจริต รุ่น 1", "course": "governance",
        "audience": "ข้าราชการส่วนกลางและส่วนภูมิภาค", "trained": 180, "passed": 157,
    }, last_year=True),
    DemoEntry("NAN-CD", "training", 10, {
        "title": "หลักสูตรบรรษัทภิบาลต่อต้านการทุจริต", "course": "corporate", "audience": "ผู้รับจ้างและเจ้าหน้าที่พัสดุ",
        "trained": 45, "passed": 38,
    }),
    DemoEntry("NAN-CD", "award", 250, {
        "title": "รางวัลสำนักงานโปร่งใสระดับจังหวัด", "giver": "คณะกรรมการธรรมาภิบาลจังหวัด", "about": "transparency",
    }, last_year=True),
    DemoEntry("NAN-MU", "award", 5, {
        "title": "รางวัลอำเภอเปิดเผยข้อมูล", "giver": "มูลนิธิเครือข่ายประชาชน", "about": "disclosure",
    }, until="submitted"),
    DemoEntry("NAN-MU", "moral", 300, {"indicators": list(range(1, 10))}, last_year=True),
    DemoEntry("NAN-PU", "moral", 305, {"indicators": [1, 2, 3, 4, 5, 6, 8]}, last_year=True),
    DemoEntry("NAN-CD", "survey", 14, {
        "title": "ความเห็นต่อบริการกองทุนหมู่บ้าน", "channel": "แบบสอบถามออนไลน์และจุดบริการ", "answers": 412,
    }, later={"analysis": "ผู้ตอบขอให้แจ้งผลเร็วขึ้นและเปิดเผยลำดับคิว"}),
    DemoEntry("NAN-CD", "risk", 12, {
        **_RISK, "title": "กำหนดคุณลักษณะพัสดุเอื้อผู้ขายรายเดียว", "process": "จัดซื้อจัดจ้าง ขั้นกำหนดขอบเขตงาน",
        "likelihood": 3, "impact": 3, "control": "ประกาศร่างขอบเขตงานรับฟังความเห็น", "treatment": "inadequate",
        "plan": "ให้ผู้แทนภาคประชาชนร่วมตรวจร่างทุกโครงการ",
    }),
    DemoEntry("NAN-CD", "risk", 12, {
        **_RISK, "title": "พิจารณาเงินกู้กองทุนล่าช้าเพื่อเรียกผลประโยชน์", "process": "กองทุนหมู่บ้าน ขั้นอนุมัติ",
        "likelihood": 2, "impact": 3, "control": "บัตรคิวและประกาศลำดับ", "treatment": "adequate",
    }),
    DemoEntry("NAN-CD", "risk", 11, {
        **_RISK, "title": "ใช้รถราชการส่วนตัว", "process": "งานยานพาหนะ", "likelihood": 1, "impact": 2,
        "control": "สมุดบันทึกการใช้รถและการสุ่มตรวจ", "treatment": "adequate",
    }),
    DemoEntry("CDD", "expansion", 220, {
        "title": "สำนักงานพัฒนาชุมชนจังหวัดน่าน", "what": "โครงการจัดซื้อครุภัณฑ์คอมพิวเตอร์",
    }, last_year=True),
)  # fmt: skip


def is_loaded() -> bool:
    """Whether the entries of the demo are there."""
    return RegisterEntry.objects.filter(unit__code__in=_KEPT_BY).count() >= len(ENTRIES)


def load_registers(today: date, say: Callable[[str], None]) -> int:
    """Play what is missing, up to `today`. say: hears how far it is. Out: the number of entries of the demo."""
    done: dict[tuple[str, str], int] = {}
    for row in ENTRIES:
        kind = (row.unit, row.register)
        done[kind] = done.get(kind, 0) + 1
        if RegisterEntry.objects.filter(unit__code=row.unit, register=row.register).count() >= done[kind]:
            continue
        with transaction.atomic():
            _play(row, today)
    say(f"{len(ENTRIES)} entries of registers")
    return len(ENTRIES)


def _play(row: DemoEntry, today: date) -> None:
    year = fiscal_year(today) - row.last_year
    first, after = fiscal_year_bounds(year)
    # Of this year, but never before it began: early in October everything happened on its first days.
    day = first + timedelta(days=row.day) if row.last_year else max(first, today - timedelta(days=row.day))
    last = after if row.last_year else today
    people = {user.username: user for user in User.objects.filter(username__in=_KEPT_BY[row.unit])}
    keeper, head = (Actor.person(people[name]) for name in _KEPT_BY[row.unit])
    unit = Unit.objects.get(code=row.unit)
    values = {**row.values, "happened_on": day}
    if values.get("treatment") == "inadequate":
        values["treat_by"] = today + timedelta(days=60)
    with _at(day, 9):
        facts: dict[str, Any] = {"register": row.register, "year": year, "values": values, "evidence": _EVIDENCE}
        case: Any = open_case("register", "enter", keeper, unit=unit, **facts)
        case = perform(_fresh(case), "submit_entry", keeper)
    if row.until == "submitted":
        return
    with _at(min(day + timedelta(days=2), last), 10):
        case = _confirm(case, head)
    if row.later:
        with _at(min(day + timedelta(days=5), last), 11):
            values |= {**row.later, "presented_on": timezone.localdate()}
            said: dict[str, Any] = {
                "values": values,
                "reviewed": "วิเคราะห์ผลและเสนอหัวหน้าหน่วยงาน",
                "evidence": "รายงานวิเคราะห์ผลสำรวจ",
            }
            case = perform(_fresh(case), "review_entry", keeper, **said)
            _confirm(case, head)


def _confirm(case: Any, head: Actor) -> Any:
    entry = _fresh(case)
    return perform(entry, "confirm_and_follow" if entry.entry.kind.follows else "confirm", head)


def _fresh(case: Any) -> RegisterCase:
    return RegisterCase.objects.select_related("entry").get(pk=case.pk)


def _at(day: date, hour: int) -> AbstractContextManager[None]:
    """That hour of a day, unless it is still to come."""
    moment = datetime.combine(day, time(hour), BANGKOK)
    return as_of(min(moment, timezone.now()) if day == timezone.localdate() else moment)
