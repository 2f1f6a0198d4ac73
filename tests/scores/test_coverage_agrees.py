"""The regional third dimension gives the level that the rule of coverage gives (S4:341-349)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.coverage.rule import LevelRule, Totals, Variant, reached, steps_of
from procurement.rule_data import LEVELS
from scores.exact import Share
from scores.facts import Facts
from scores.rubric import rubric_for
from scores.scoring import score

FORMS = {"cdd-clean": "regional", "cdd-clean-checklist": "checklist"}


@pytest.mark.parametrize("family", FORMS)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_level_is_that_of_the_rule_of_coverage(family: str, data: st.DataObject) -> None:
    top, rest = data.draw(st.integers(0, 5)), data.draw(st.integers(0, 40))
    totals = Totals(
        top=top,
        top_covered=data.draw(st.integers(0, top)),
        # Without a top there is no rest: the top is made of the largest.
        rest=rest if top else 0,
        rest_covered=data.draw(st.integers(0, rest)) if top else 0,
        published=data.draw(st.booleans()),
        education=data.draw(st.integers(0, 3)),
    )
    form = FORMS[family]
    variant = Variant(form, tuple(LevelRule(*row[1:]) for row in LEVELS if row[0] == form))
    figures = {
        "procurement.core_work_published": totals.published,
        "procurement.top_covered": Share(totals.top_covered, totals.top),
        "procurement.rest_covered": Share(totals.rest_covered, totals.rest),
        "procurement.education_activities": totals.education,
    }
    node = score(rubric_for(family, 2566), Facts(figures, {"unit.placement": "regional"})).node("d3r")
    assert (node.level, node.points) == reached(steps_of(totals, variant))
