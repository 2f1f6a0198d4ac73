"""The five dimensions: the whole table of the main form (S4:303-374), and the checklist beside it."""

from fractions import Fraction

import pytest

from scores.exact import Share
from scores.facts import Attestation, Attested, Facts
from scores.results import State
from scores.rubric import Rubric
from scores.scoring import score
from tests.scores.cdd_support import CHECKLIST, MAIN, SAME, TABLE, codes
from tests.scores.scores_support import failing, meeting


def placement(dimension: str) -> str:
    return "central" if dimension == "d3c" else "regional"


def level_of(rubric: Rubric, facts: Facts, dimension: str) -> tuple[int | None, Fraction]:
    node = score(rubric, facts).node(dimension)
    return node.level, node.points


LEVELS = [(dimension, level) for dimension in TABLE for level in range(1, 6)]
SINGLE = [(dimension, code) for dimension in TABLE for code in codes(dimension, 5)]


# --- The table --------------------------------------------------------------------------------------------------------
def test_table_and_data_hold_the_same_criteria() -> None:
    expected = {code for _dimension, code in SINGLE} | {"extra.1"}
    expected |= {f"{ladder}.l{step}.1" for ladder in ("model", "challenge") for step in (2, 3, 4)}
    assert set(MAIN.criterion) == expected
    assert len(expected) == 76


@pytest.mark.parametrize("dimension", TABLE)
def test_nothing_known_is_level_0(dimension: str) -> None:
    assert level_of(MAIN, Facts(words={"unit.placement": placement(dimension)}), dimension) == (0, 0)


@pytest.mark.parametrize(("dimension", "level"), LEVELS)
def test_level_is_given_by_its_criteria_and_those_below(dimension: str, level: int) -> None:
    facts = meeting(MAIN, codes(dimension, level), unit__placement=placement(dimension))
    assert level_of(MAIN, facts, dimension) == (level, level * TABLE[dimension][0])


@pytest.mark.parametrize(("dimension", "level"), LEVELS)
def test_level_without_those_below_is_level_0(dimension: str, level: int) -> None:
    own = [code for code in codes(dimension, level) if code.startswith(f"{dimension}.l{level}.")]
    facts = meeting(MAIN, own, unit__placement=placement(dimension))
    # The first level has nothing below it.
    assert level_of(MAIN, facts, dimension)[0] == (1 if level == 1 else 0)


@pytest.mark.parametrize(("dimension", "code"), SINGLE)
def test_single_criterion_that_fails_drops_to_the_level_below(dimension: str, code: str) -> None:
    whole = meeting(MAIN, codes(dimension, 5), unit__placement=placement(dimension))
    below = int(SAME.get(code, code).split(".")[1][1:]) - 1
    facts = failing(MAIN, whole, MAIN.criterion[code])
    assert level_of(MAIN, facts, dimension) == (below, below * TABLE[dimension][0])
    assert score(MAIN, facts).criterion(code).state is State.NOT_MET


@pytest.mark.parametrize(("dimension", "code"), SINGLE)
def test_single_criterion_that_is_not_shown_drops_to_the_level_below(dimension: str, code: str) -> None:
    facts = meeting(MAIN, codes(dimension, 5), unit__placement=placement(dimension))
    metrics = {ask.metric for ask in MAIN.criterion[code].asks}
    figures = {metric: figure for metric, figure in facts.figures.items() if metric not in metrics}
    attested = {key: said for key, said in facts.attested.items() if key != code}
    found = score(MAIN, Facts(figures, facts.words, attested))
    sharing = [other for _, other in SINGLE if other.startswith(f"{dimension}.")]
    lowest = min(
        int(c.split(".")[1][1:]) for c in sharing if c == code or metrics & {a.metric for a in MAIN.criterion[c].asks}
    )
    assert found.node(dimension).level == lowest - 1
    assert found.criterion(code).state is State.NOT_SHOWN


@pytest.mark.parametrize("word", ["regional", "central"])
def test_everything_met_is_100_and_110_with_extra(word: str) -> None:
    third = "d3r" if word == "regional" else "d3c"
    all_of = [code for dimension in ("d1", "d2", third, "d4", "d5") for code in codes(dimension, 5)]
    found = score(MAIN, meeting(MAIN, all_of, unit__placement=word))
    assert (found.points, found.full, found.scale("letters").band) == (100, 110, "A")
    found = score(MAIN, meeting(MAIN, [*all_of, "extra.1"], unit__placement=word))
    assert (found.points, found.node("dimensions").points, found.scale("letters").band) == (110, 100, "A+")


@pytest.mark.parametrize(("state", "points"), [(Attested.MET, 10), (Attested.NOT_MET, 0), (Attested.UNKNOWN, 0)])
def test_extra_points_are_all_or_nothing(state: Attested, points: int) -> None:
    facts = Facts(attested={"extra.1": Attestation(state)})
    assert score(MAIN, facts).node("extra").points == points


# --- The third dimension: which variant, and its shares ---------------------------------------------------------------
def test_variant_is_chosen_by_the_placement_of_the_unit() -> None:
    both = meeting(MAIN, [*codes("d3r", 5), *codes("d3c", 3)])
    for word, chosen, points in (("regional", "d3r", 20), ("central", "d3c", 12)):
        found = score(MAIN, Facts(both.figures, {"unit.placement": word}))
        assert (found.node("d3").chosen, found.node("d3").points, found.node(chosen).points) == (word, points, points)
        with pytest.raises(KeyError):
            found.node("d3c" if chosen == "d3r" else "d3r")


@pytest.mark.parametrize(("words", "reason"), [({}, "no_word"), ({"unit.placement": "abroad"}, "no_variant")])
def test_without_a_known_placement_there_is_no_verdict(words: dict[str, str], reason: str) -> None:
    found = score(MAIN, Facts(words=words))
    assert [why.code for why in found.node("d3").reasons] == [reason]
    assert not found.computable
    assert found.scale("letters").band is None
    assert found.ladder("model").steps[0].reasons[0].code == "not_computable"


@pytest.mark.parametrize(
    ("covered", "whole", "education", "level"),
    [
        (5, 10, 1, 2), (6, 10, 1, 3), (7, 10, 1, 4), (8, 10, 1, 5), (6, 10, 0, 3), (7, 10, 0, 3), (8, 10, 0, 3),
        (4, 7, 1, 2), (5, 7, 1, 4), (6, 9, 1, 3), (2, 3, 1, 3), (599, 1000, 1, 2), (600, 1000, 1, 3),
        (699, 1000, 1, 3), (799, 1000, 1, 4), (800, 1000, 1, 5), (0, 0, 1, 5), (0, 0, 0, 3),
    ],
)  # fmt: skip
def test_regional_shares_are_compared_unrounded(covered: int, whole: int, education: int, level: int) -> None:
    figures = {
        "procurement.core_work_published": True,
        "procurement.top_covered": Share(3, 3),
        "procurement.rest_covered": Share(covered, whole),
        "procurement.education_activities": education,
    }
    assert level_of(MAIN, Facts(figures, {"unit.placement": "regional"}), "d3r") == (level, 4 * level)


def test_without_procuring_activities_level_1_is_the_highest() -> None:
    figures = {
        "procurement.core_work_published": True,
        "procurement.top_covered": Share(0, 0),
        "procurement.rest_covered": Share(0, 0),
        "procurement.education_activities": 3,
    }
    found = score(MAIN, Facts(figures, {"unit.placement": "regional"}))
    assert found.node("d3r").level == 1
    assert found.criterion("d3r.l2.2").reasons[0].code == "no_cases"
    assert found.criterion("d3r.l3.2").state is State.MET_NO_CASES


# --- The checklist ----------------------------------------------------------------------------------------------------
def test_checklist_is_the_main_form_without_what_it_does_not_print() -> None:
    gone = {code for code in MAIN.criterion if code not in CHECKLIST.criterion}
    ladders = {f"{ladder}.l{step}.1" for ladder in ("model", "challenge") for step in (2, 3, 4)}
    assert gone == {"d3r.l4.3", "d5.l4.1", *codes("d3c", 5), *ladders}
    assert not set(CHECKLIST.criterion) - set(MAIN.criterion)
    for code, criterion in CHECKLIST.criterion.items():
        assert criterion.asks == MAIN.criterion[code].asks
    assert [band.at_least for band in CHECKLIST.scales[0].bands] == [band.at_least for band in MAIN.scales[0].bands]


@pytest.mark.parametrize(("covered", "education", "level"), [(6, 0, 3), (7, 0, 4), (8, 0, 4), (7, 1, 4), (8, 1, 5)])
def test_checklist_asks_no_education_at_level_4(covered: int, education: int, level: int) -> None:
    figures = {
        "procurement.core_work_published": True,
        "procurement.top_covered": Share(3, 3),
        "procurement.rest_covered": Share(covered, 10),
        "procurement.education_activities": education,
    }
    assert level_of(CHECKLIST, Facts(figures, {"unit.placement": "regional"}), "d3r")[0] == level


def test_checklist_has_no_total_for_a_central_bureau() -> None:
    found = score(CHECKLIST, Facts(words={"unit.placement": "central"}))
    assert not found.computable
    assert found.node("d3").reasons[0].code == "no_variant"
