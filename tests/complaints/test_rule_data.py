"""The rules an installation starts with: whole, sourced, and the administrator's from then on."""

import pytest

from complaints.models import ComplaintKind, DeclineGround
from complaints.rule_data import CLOCK_RULES, DECLINE_GROUNDS, KINDS
from complaints.rule_loading import load_rule_data
from complaints.states import EDGES
from workflows.models import ClockRule


def test_rule_data_names_a_source_for_every_rule() -> None:
    assert all(rule.source for rule in (*KINDS, *DECLINE_GROUNDS, *CLOCK_RULES))


def test_rule_data_has_a_clock_for_every_edge_that_starts_one() -> None:
    wanted = {code for edge in EDGES for code in (*edge.starts, *edge.stops, edge.ends_with) if code}
    assert wanted | {"measure"} <= {rule.code for rule in CLOCK_RULES}


def test_rule_data_puts_parents_before_their_kinds() -> None:
    seen: set[str] = set()
    for kind in KINDS:
        assert not kind.parent or kind.parent in seen
        seen.add(kind.code)


def test_rule_data_protects_all_of_corruption_and_of_section_122() -> None:
    for kind in KINDS:
        assert kind.protected == ((kind.parent or kind.code) in ("corruption", "internal"))
        assert not (kind.simple and kind.protected)


@pytest.mark.django_db
def test_load_rule_data_again_adds_nothing() -> None:
    load_rule_data()
    assert load_rule_data() == 0
    assert ComplaintKind.objects.count() == len(KINDS)


@pytest.mark.django_db
def test_load_rule_data_adds_what_is_missing_and_keeps_what_was_changed() -> None:
    load_rule_data()
    ComplaintKind.objects.filter(code="road").update(name_th="ทาง", simple=False)
    DeclineGround.objects.filter(code="sub_judice").delete()
    # An administrator dates the rule anew: the first one must not come back beside his.
    ClockRule.objects.filter(code="screen").update(length=3, valid_from="2026-01-01")

    assert load_rule_data() == 1

    assert ComplaintKind.objects.get(code="road").name_th == "ทาง"
    assert DeclineGround.objects.filter(code="sub_judice").exists()
    assert ClockRule.objects.get(code="screen").length == 3
