"""What must hold of every score, whatever the rubric and the facts are."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scores.exact import Figure, Share
from scores.facts import Attestation, Attested, Facts, facts_from, facts_to
from scores.results import NodeScore, Score
from scores.rubric import Rubric, families, rubric_for
from scores.rubric_parts import Criterion, Measured
from scores.scoring import needed, score, score_to
from tests.scores.scores_support import meeting

MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ALL = [rubric_for(family, 2567) for family in families()] + [rubric_for("ita", 2564)]
rubrics = pytest.mark.parametrize("rubric", ALL, ids=[rubric.code for rubric in ALL])
shares = st.integers(0, 12).flatmap(lambda whole: st.integers(0, whole).map(lambda part: Share(part, whole)))
statements = st.builds(Attestation, st.sampled_from(Attested), st.just("officer"), st.sampled_from(["", "evaluator"]))


def kinds(rubric: Rubric) -> dict[str, st.SearchStrategy[Figure]]:
    """For every metric of the rubric figures of its kind."""
    found: dict[str, st.SearchStrategy[Figure]] = {}
    for criterion in rubric.criteria:
        for ask in criterion.asks:
            found[ask.metric] = st.booleans() if ask.comparison == "flag" else st.integers(0, 40)
            if ask.of_share:
                found[ask.metric] = shares
        if criterion.founded:
            found[criterion.founded] = found[criterion.asks[0].metric]
    for node in rubric.nodes:
        if isinstance(node, Measured):
            found[node.metric] = st.decimals(0, 100, places=2)
    assert found.keys() == rubric.metrics
    return found


def facts_for(rubric: Rubric) -> st.SearchStrategy[Facts]:
    figures = st.fixed_dictionaries({}, optional=kinds(rubric))
    stated = [criterion.code for criterion in rubric.criteria if not criterion.derived]
    attested = st.fixed_dictionaries({}, optional=dict.fromkeys(stated, statements))
    words = st.sampled_from([{}, {"unit.placement": "regional"}, {"unit.placement": "central"}])
    return st.builds(Facts, figures, words, attested)


def met(found: Score) -> set[str]:
    return {one.code for node in found.root.walk() for one in node.criteria if one.state.met}


def in_bounds(node: NodeScore) -> bool:
    return 0 <= node.points <= node.full and all(in_bounds(child) for child in node.children)


@rubrics
@MANY
@given(data=st.data())
def test_points_lie_between_0_and_full(rubric: Rubric, data: st.DataObject) -> None:
    found = score(rubric, data.draw(facts_for(rubric)), confirmed_only=data.draw(st.booleans()))
    assert in_bounds(found.root)
    assert found.points == found.root.points


@rubrics
@MANY
@given(data=st.data())
def test_one_more_criterion_met_never_lowers_a_score(rubric: Rubric, data: st.DataObject) -> None:
    facts = data.draw(facts_for(rubric))
    before = score(rubric, facts)
    if rubric.criteria:
        criterion: Criterion = data.draw(st.sampled_from(rubric.criteria))
        after = score(rubric, meeting(rubric, [criterion.code], facts))
        # A better figure of one criterion is as good for every other that asks for it, as its whole may have changed.
        if met(before) <= met(after):
            assert after.points >= before.points
            for one, other in zip(before.root.walk(), after.root.walk(), strict=True):
                assert other.points >= one.points
            for lower, higher in zip(before.ladders, after.ladders, strict=True):
                assert higher.level >= lower.level


@rubrics
@MANY
@given(data=st.data())
def test_higher_measurement_never_lowers_a_score(rubric: Rubric, data: st.DataObject) -> None:
    facts = data.draw(facts_for(rubric))
    for metric in [node.metric for node in rubric.nodes if isinstance(node, Measured) and node.metric in facts.figures]:
        raised = Facts({**facts.figures, metric: 100}, facts.words, facts.attested)
        assert score(rubric, raised).points >= score(rubric, facts).points


@rubrics
@MANY
@given(data=st.data())
def test_confirmed_only_never_gives_more(rubric: Rubric, data: st.DataObject) -> None:
    facts = data.draw(facts_for(rubric))
    assert score(rubric, facts, confirmed_only=True).points <= score(rubric, facts).points


@rubrics
@MANY
@given(data=st.data())
def test_facts_through_json_give_the_same_score(rubric: Rubric, data: st.DataObject) -> None:
    facts = data.draw(facts_for(rubric))
    again = facts_from(json.dumps(facts_to(facts)))
    assert facts_to(again) == facts_to(facts)
    assert score_to(score(rubric, again)) == score_to(score(rubric, facts))


@rubrics
@MANY
@given(data=st.data())
def test_order_of_keys_does_not_matter(rubric: Rubric, data: st.DataObject) -> None:
    facts = data.draw(facts_for(rubric))

    def shuffled(mapping: Any) -> dict[str, Any]:
        return dict(data.draw(st.permutations(list(mapping.items()))))

    other = Facts(shuffled(facts.figures), shuffled(facts.words), shuffled(facts.attested))
    assert json.dumps(score_to(score(rubric, other))) == json.dumps(score_to(score(rubric, facts)))
    assert json.dumps(facts_to(other)) == json.dumps(facts_to(facts))


@rubrics
@MANY
@given(data=st.data())
def test_what_is_needed_is_what_it_takes(rubric: Rubric, data: st.DataObject) -> None:
    """Meeting all that a need names gives its level and its gain."""
    facts = data.draw(facts_for(rubric))
    found = score(rubric, facts)
    for need in needed(found):
        codes = {lack.criterion for lack in need.lacks}
        made_good = score(rubric, meeting(rubric, codes, facts))
        if met(found) | codes == met(made_good):
            node = made_good.node(need.node)
            assert node.points == found.node(need.node).points + need.gain
            assert node.level == need.reaches
