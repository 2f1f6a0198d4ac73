"""The rule data of complaints on its pages, and what a change of a kind says of open cases."""

from typing import Any

import pytest
from django.utils.translation import override

from complaints.models import ComplaintKind
from complaints.rule_tables import effect_of_kind
from tests.support.world import World
from workflows.rulebook.tables import table_of

pytestmark = pytest.mark.django_db


def said(code: str, **changes: Any) -> list[str]:
    """What the preview says of such a change."""
    before, after = ComplaintKind.objects.get(pk=code), ComplaintKind.objects.get(pk=code)
    for name, value in changes.items():
        setattr(after, name, value)
    with override("en"):
        return [str(one) for one in effect_of_kind(before, after).sentences]


def test_a_kind_counts_its_open_cases_and_says_that_none_moves(world: World) -> None:
    world.file(world.simple)
    world.file(world.simple)
    world.into("declined", world.simple)  # no longer open
    world.file(world.ordinary)
    found = said(world.simple.pk, name_en="Lamps")
    assert found == ["2 open cases have this kind.", "No case moves by itself."]


def test_a_protected_kind_counts_nothing(world: World) -> None:
    world.file(world.corruption)
    found = said(world.corruption.pk, name_en="x")
    assert found[:2] == ["0 open cases have this kind.", "Protected cases are not counted here."]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"protected": True, "simple": False}, "stay in the open register"),
        ({"active": False}, "Nobody can choose this kind any more"),
        ({"simple": False}, "one officer may settle"),
        ({"parent_id": "service"}, "follow the rules of what it is part of"),
        ({"owning_unit_id": 1}, "new owning unit"),
        ({"serious": True}, "an investigating committee is needed"),
        ({"committee_least": 5}, "How many people sit on a committee"),
    ],
)
def test_each_change_of_a_kind_says_what_follows(world: World, changes: dict[str, Any], words: str) -> None:
    assert any(words in one for one in said("road", **changes))
    assert not any(words in one for one in said("road"))


def test_a_kind_that_is_opened_or_offered_again_says_so(world: World) -> None:
    ComplaintKind.objects.filter(pk="corruption_bribery").update(active=False)
    found = said("corruption_bribery", protected=False, active=True)
    assert any("stay protected" in one for one in found)
    assert any("chosen again" in one for one in found)


def test_what_a_preview_says_of_a_kind_is_true(world: World) -> None:
    """Cases stay where they are: making their kind protected or giving it another owner moves none of them."""
    case = world.file(world.simple)
    kind = world.simple
    kind.protected, kind.simple, kind.owning_unit = True, False, world.other
    kind.save()
    case.refresh_from_db(fields=["protected", "unit"])
    assert (case.protected, case.unit) == (False, world.district)
    assert world.file(kind).protected


def test_every_table_of_complaints_is_kept_on_pages() -> None:
    for name in ("kinds", "decline-grounds", "referral-agencies", "standard-texts"):
        assert table_of(name).model._meta.app_label == "complaints"
