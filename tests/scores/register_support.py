"""People who enter and confirm, values for an entry of each register, and ways to bring an entry into any state."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from organisations.calendar import fiscal_year, fiscal_year_bounds
from organisations.models import Role, Unit, User
from scores.models import RegisterCase
from tests.support.world import World, make_person
from workflows.actors import Actor
from workflows.transitions import open_case, perform

FOREVER, FOLLOWED = "training", "rule"
PLACES = (
    "entry_draft",
    "entry_draft/bare",
    "entry_draft/again",
    "entry_submitted",
    "entry_submitted/followed",
    "entry_submitted/again",
    "entry_confirmed",
    "entry_standing",
    "entry_ended",
    "entry_struck",
)


def values(register: str, **changes: Any) -> dict[str, Any]:
    """Something right for an entry of a register."""
    today = timezone.localdate()
    known: dict[str, dict[str, Any]] = {
        "no_gift": {"happened_on": today, "signatory": "นายอำเภอ", "how": "ปิดประกาศและแจ้งเวียน"},
        "training": {
            "title": "อบรมธรรมาภิบาล", "course": "governance", "happened_on": today, "audience": "ข้าราชการ",
            "trained": 40, "passed": 33,
        },
        "rule": {
            "title": "ระเบียบรับเรื่องร้องเรียน", "sort": "rule", "about": "complaints", "happened_on": today,
            "changed": "ลดขั้นตอน",
        },
        "award": {"title": "รางวัลความโปร่งใส", "giver": "สำนักงาน ป.ป.ช.", "about": "transparency", "happened_on": today},
        "moral": {"happened_on": today, "indicators": [1, 2, 3]},
        "survey": {"title": "บริการหน้าเคาน์เตอร์", "happened_on": today, "channel": "แบบสอบถาม", "answers": 210},
        "risk": {
            "title": "เรียกรับเงินพิเศษ", "process": "อนุญาต ขั้นตรวจ", "likelihood": 2, "impact": 3, "cause": "",
            "control": "บัตรคิว", "treatment": "adequate", "plan": "", "treat_by": None,
        },
        "expansion": {"title": "เทศบาลตำบล", "happened_on": today, "what": "จัดซื้อ"},
        "ita": {"happened_on": today, "points": Decimal("91.50")},
    }  # fmt: skip
    return {**known[register], **changes}


@dataclass
class Office:
    """The district keeps registers; its head and its approver confirm."""

    world: World
    integrity: User
    integrity2: User
    upper_integrity: User
    upper_head: User

    def enter(
        self, register: str = FOREVER, *, unit: Unit | None = None, year: int | None = None, by: User | None = None,
        evidence: str = "แฟ้มทะเบียน เล่ม 1", at: Any = None, files: Any = (), **changes: Any,
    ) -> RegisterCase:  # fmt: skip
        """An entry of the district, or of another unit; evidence: "" for none."""
        facts: dict[str, Any] = {"values": values(register, **changes), "evidence": evidence, "files": files}
        case = open_case(
            "register", "enter", Actor.person(by or self.integrity), unit=unit or self.world.district, at=at,
            register=register, year=year or fiscal_year(timezone.localdate()), **facts,
        )  # fmt: skip
        return fresh(case)

    def do(self, case: RegisterCase, edge: str, user: User, **facts: Any) -> RegisterCase:
        """Take an edge as a person."""
        return fresh(perform(case, edge, Actor.person(user), **facts))

    def confirmed(self, register: str = FOREVER, **changes: Any) -> RegisterCase:
        """An entry that counts from today on, or from `at` on."""
        by, at = changes.get("by") or self.integrity, changes.get("at")
        case = self.do(self.enter(register, **changes), "submit_entry", by, at=at)
        edge = "confirm_and_follow" if case.entry.kind.follows else "confirm"
        return self.do(case, edge, self.upper_head, at=at)

    def reviewed(self, case: RegisterCase, **changes: Any) -> RegisterCase:
        """A review or the next stage, not confirmed yet."""
        facts = {"values": values(case.entry.register, **changes), "reviewed": "ทบทวนแล้ว", "evidence": "รายงานทบทวน"}
        return self.do(case, "review_entry", self.integrity, **facts)

    def into(self, place: str) -> RegisterCase:
        """An entry in one of `PLACES`: of a register without reviews, or with them."""
        match place:
            case "entry_draft":
                return self.enter(FOREVER)
            case "entry_draft/bare":
                return self.enter(FOREVER, evidence="")
            case "entry_draft/again":
                submitted = self.reviewed(self.confirmed(FOLLOWED))
                return self.do(submitted, "return_entry", self.world.head, reasons="ไม่ครบ")
            case "entry_submitted":
                return self.do(self.enter(FOREVER), "submit_entry", self.integrity)
            case "entry_submitted/followed":
                return self.do(self.enter(FOLLOWED), "submit_entry", self.integrity)
            case "entry_submitted/again":
                return self.reviewed(self.confirmed(FOLLOWED))
            case "entry_confirmed":
                return self.confirmed(FOREVER)
            case "entry_standing":
                return self.confirmed(FOLLOWED)
            case "entry_ended":
                return self.do(self.confirmed(FOLLOWED), "end_entry", self.world.head, reasons="ยกเลิกแล้ว")
            case "entry_struck":
                return self.do(self.confirmed(FOREVER), "strike_entry", self.world.head, reasons="ลงซ้ำ")
        raise KeyError(place)


def fresh(case: Any) -> RegisterCase:
    """The case as it is in the database."""
    return RegisterCase.objects.select_related("entry__unit", "unit", "holder").get(pk=case.pk)


def build_office(world: World) -> Office:
    """The people beside those of the world."""
    return Office(
        world,
        integrity=make_person("integrity", world.district, Role.INTEGRITY),
        integrity2=make_person("integrity2", world.district, Role.INTEGRITY),
        upper_integrity=make_person("upper_integrity", world.department, Role.INTEGRITY),
        upper_head=make_person("upper_head", world.department, Role.HEAD),
    )


def day_of_year(year: int, after: int = 0) -> date:
    """A day of a fiscal year (B.E.): so many after its first."""
    return fiscal_year_bounds(year)[0] + timedelta(days=after)
