"""Where a report goes: the editable table, the names of the units, and what has no meaning here."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from complaints.importers.defaults import load_mappings
from complaints.importers.mapping import Mapping, MappingError, Placing
from complaints.importers.traffy import TraffyReport
from complaints.models import ComplaintKind, ImportMapping
from organisations.models import Unit
from tests.support.world import World, make_unit
from workflows.importing.reading import BadRowError
from workflows.models import ClockRule


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def report(**changes: Any) -> TraffyReport:
    moment = datetime(2025, 5, 11, 4, tzinfo=UTC)
    facts: dict[str, Any] = {
        "number": "TEST-0001",
        "types": ("ถนน",),
        "organisations": (),
        "comment": "ถนนทรุด",
        "longitude": None,
        "latitude": None,
        "photo": "",
        "photo_after": "",
        "address": "",
        "subdistrict": "",
        "district": "",
        "province": "",
        "reported_at": moment,
        "state": "รอรับเรื่อง",
        "star": None,
        "reopened": 0,
        "last_activity": moment,
    }
    return TraffyReport(**(facts | changes))


def place(*, unmapped_type: str = "", **changes: Any) -> Placing:
    return Mapping.load("traffy", unit="DST", unmapped_type=unmapped_type).place(report(**changes))


def reasons(**changes: Any) -> list[str]:
    with pytest.raises(BadRowError) as caught:
        place(**changes)
    return caught.value.reasons


@pytest.mark.parametrize(
    ("word", "state"), [("รอรับเรื่อง", "received"), ("กำลังดำเนินการ", "investigating"), ("เสร็จสิ้น", "closed")]
)
def test_state_by_the_table(world: World, word: str, state: str) -> None:
    assert place(state=word).edge.target == state


def test_unknown_state_is_named(world: World) -> None:
    assert reasons(state="ส่งต่อ") == ["no mapping for the state ส่งต่อ"]


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        (("ถนน", "ทางเท้า"), "road"),
        (("ทางเท้า", "ถนน"), "footpath"),
        (("ร้องเรียน", "น้ำท่วม"), "flood"),
        (("ร้องเรียน",), "other"),
        ((), "other"),
        (("ยังไม่มีในตาราง", "ถนน"), "road"),
    ],
    ids=["first decides", "order matters", "a word that does not decide", "alone", "none", "unknown beside known"],
)
def test_kind_by_the_first_type_that_decides(world: World, types: tuple[str, ...], kind: str) -> None:
    assert place(types=types).kind.code == kind


@pytest.mark.parametrize("types", [("เรื่องใหม่",), ("ร้องเรียน", "เรื่องใหม่")])
def test_unknown_type_is_named(world: World, types: tuple[str, ...]) -> None:
    assert reasons(types=types) == ["no mapping for the type เรื่องใหม่"]


def test_no_type_without_a_mapping_for_it_is_named(world: World) -> None:
    ImportMapping.objects.filter(field="type", source_value="").delete()
    assert reasons(types=()) == ["no mapping for the type {}"]


def test_unmapped_type_takes_what_the_table_does_not_know(world: World) -> None:
    assert place(types=("เรื่องใหม่",), unmapped_type="general").kind.code == "general"
    assert place(types=("ถนน",), unmapped_type="general").kind.code == "road"


def test_edited_table_decides(world: World) -> None:
    ImportMapping.objects.filter(field="type", source_value="ถนน").update(target="safety")
    assert load_mappings() == 0
    assert place().kind.code == "safety"


def test_loading_adds_what_is_missing(world: World) -> None:
    ImportMapping.objects.filter(source_value="ถนน").delete()
    assert load_mappings() == 1
    assert load_mappings() == 0


def test_default_targets_exist(world: World) -> None:
    for mapping in ImportMapping.objects.all():
        mapping.full_clean()


def test_unit_by_its_own_name_in_the_order_of_the_report(world: World) -> None:
    assert place(organisations=("หน่วยที่ไม่มี", "หน่วย  OTH", "หน่วย PRV")).unit == world.other
    assert place(organisations=("unit oth (ชื่ออื่น)",)).unit == world.other


def test_unit_by_the_table(world: World) -> None:
    ImportMapping.objects.create(format="traffy", field="unit", source_value="เทศบาลสมมุติ", target="OTH")
    assert place(organisations=("เทศบาลสมมุติ",)).unit == world.other


def test_organisation_that_is_no_unit_here_goes_to_the_receiving_unit(world: World) -> None:
    assert place(organisations=("หน่วยที่ไม่มี",)).unit == world.district
    assert place().unit == world.district


def test_name_of_two_units_finds_neither(world: World) -> None:
    for code in ("ENG1", "ENG2"):
        Unit.objects.filter(pk=make_unit(code).pk).update(name_th="ฝ่ายโยธา")
    assert place(organisations=("ฝ่ายโยธา",)).unit == world.district


def test_closed_unit_is_not_found(world: World) -> None:
    Unit.objects.filter(pk=world.other.pk).update(closed_on=date(2020, 1, 1))
    assert place(organisations=("หน่วย OTH",)).unit == world.district
    with pytest.raises(MappingError, match="no open unit with the code OTH"):
        Mapping.load("traffy", unit="OTH")


def test_receiving_unit_of_the_table_and_of_the_command_line(world: World) -> None:
    with pytest.raises(MappingError, match="Say which unit receives"):
        Mapping.load("traffy")
    ImportMapping.objects.create(format="traffy", field="unit", source_value="", target="OTH")
    assert Mapping.load("traffy").receiving == world.other
    assert Mapping.load("traffy", unit="DST").receiving == world.district


def test_day_without_a_clock_rule_is_named(world: World) -> None:
    ClockRule.objects.filter(code="screen").update(valid_from=date(2025, 5, 12))
    assert reasons() == ["the clock screen has no rule in force on 2025-05-11"]
    assert place(state="เสร็จสิ้น").edge.target == "closed"


def test_codes_that_do_not_exist_are_named(world: World) -> None:
    with pytest.raises(MappingError, match="no open unit with the code NOWHERE"):
        Mapping.load("traffy", unit="NOWHERE")
    with pytest.raises(MappingError, match="no kind of complaint with the code nothing"):
        Mapping.load("traffy", unit="DST", unmapped_type="nothing")
    ImportMapping.objects.filter(source_value="ถนน").update(target="nothing")
    with pytest.raises(MappingError, match="ถนน → nothing"):
        Mapping.load("traffy", unit="DST")


def test_empty_table_is_named(world: World) -> None:
    ImportMapping.objects.all().delete()
    with pytest.raises(MappingError, match="what the states of traffy mean"):
        Mapping.load("traffy", unit="DST")


@pytest.mark.parametrize(
    ("field", "target", "problem"),
    [
        ("state", "review", "cannot begin in the state review"),
        ("type", "nothing", "no kind of complaint"),
        ("unit", "NOWHERE", "no open unit"),
    ],
)
def test_table_refuses_a_target_without_meaning(world: World, field: str, target: str, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        ImportMapping(format="traffy", field=field, source_value="x", target=target).full_clean()


def test_kinds_of_the_defaults_are_active(world: World) -> None:
    used = set(ImportMapping.objects.filter(field="type").exclude(target="").values_list("target", flat=True))
    assert used <= set(ComplaintKind.objects.filter(active=True).values_list("code", flat=True))
