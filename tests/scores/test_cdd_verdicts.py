"""The five dimensions: derived criteria, statements, letters, ladders, and what the next level lacks."""

from fractions import Fraction

import pytest

from scores.exact import Share
from scores.facts import Attestation, Attested, Facts
from scores.results import NodeScore, State
from scores.scoring import needed, score
from scores.verdicts import judge_scale
from tests.scores.cdd_support import MAIN, codes, facts_of
from tests.scores.scores_support import meeting


# --- Derived criteria -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("assigned", "overdue", "state", "reasons"),
    [
        (None, None, State.NOT_SHOWN, ["no_figure", "no_figure"]),
        (True, None, State.NOT_SHOWN, ["reached", "no_figure"]),
        (False, None, State.NOT_MET, ["flag", "no_figure"]),
        (True, Share(0, 40), State.MET, ["reached", "reached"]),
        (True, Share(1, 40), State.NOT_MET, ["reached", "over"]),
        (True, Share(0, 0), State.MET_NO_CASES, ["reached", "no_cases_met"]),
        (False, Share(0, 0), State.NOT_MET, ["flag", "no_cases_met"]),
    ],
)
def test_officer_assigned_and_nothing_overdue(
    assigned: bool | None, overdue: Share | None, state: State, reasons: list[str]
) -> None:
    known = {"complaints.officer_assigned": assigned, "complaints.overdue_share": overdue}
    figures = {metric: figure for metric, figure in known.items() if figure is not None}
    found = score(MAIN, Facts(figures)).criterion("d1.l1.2.5.2")
    assert (found.state, [reason.code for reason in found.reasons]) == (state, reasons)


@pytest.mark.parametrize(("overdue", "state"), [(2, State.MET), (3, State.NOT_MET)])
def test_overdue_limit_is_rule_data(overdue: int, state: State) -> None:
    figures = {"complaints.officer_assigned": True, "complaints.overdue_share": Share(overdue, 40)}
    changed = MAIN.with_settings({"overdue_percent": 5})
    found = score(changed, Facts(figures))
    assert found.criterion("d1.l1.2.5.2").state is state
    assert dict(found.settings) == {"overdue_percent": 5}
    assert MAIN.settings["overdue_percent"].value == 0


def test_grievance_counts_as_printed_and_founded_stands_beside_it() -> None:
    figures = {"complaints.section_122_grievances": 2, "complaints.section_122_founded": 0}
    found = score(MAIN, Facts(figures)).criterion("d1.l3.3")
    assert found.state is State.NOT_MET
    assert found.founded
    assert (found.founded.have, found.founded.state) == (0, State.MET)
    assert (
        score(MAIN, Facts({"complaints.section_122_grievances": 0})).criterion("d1.l3.3").founded.state
        is State.NOT_SHOWN
    )


def test_founded_pothole_fails_nothing() -> None:
    every = [code for dimension in ("d1", "d2", "d3r", "d4", "d5") for code in codes(dimension, 5)]
    facts = meeting(MAIN, every, unit__placement="regional")
    # A founded complaint without a founded respondent: no metric of the rubric counts it.
    more = Facts({**facts.figures, "complaints.founded": 12}, facts.words, facts.attested)
    assert score(MAIN, more).points == score(MAIN, facts).points == 100
    asked = {ask.metric for criterion in MAIN.criteria for ask in criterion.asks}
    assert {metric for metric in asked if metric.endswith("_founded")} == {
        "complaints.executive_founded",
        "complaints.staff_founded",
    }


@pytest.mark.parametrize(
    ("pursued", "accused", "state"),
    [(0, 0, State.MET_NO_CASES), (3, 3, State.MET), (2, 3, State.NOT_MET)],
)
def test_discipline_is_pursued_with_everyone_accused(pursued: int, accused: int, state: State) -> None:
    found = score(MAIN, Facts({"complaints.discipline_pursued": Share(pursued, accused)}))
    assert found.criterion("d1.l4.3").state is state


# --- Statements -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "confirmed_only", "state", "reason"),
    [
        (None, False, State.NOT_SHOWN, "not_stated"),
        (Attestation(Attested.UNKNOWN, "a"), False, State.NOT_SHOWN, "not_stated"),
        (Attestation(Attested.NOT_MET, "a"), False, State.NOT_MET, "stated_not_met"),
        (Attestation(Attested.MET, "a"), False, State.MET, "stated"),
        (Attestation(Attested.MET, "a"), True, State.NOT_SHOWN, "not_confirmed"),
        (Attestation(Attested.MET, "a", "b"), True, State.MET, "confirmed"),
        (Attestation(Attested.MET, "a", "b"), False, State.MET, "confirmed"),
    ],
)
def test_statement_counts_for_the_committee_once_confirmed(
    said: Attestation | None, confirmed_only: bool, state: State, reason: str
) -> None:
    facts = Facts(attested={"d4.l1.1": said} if said else {})
    found = score(MAIN, facts, confirmed_only=confirmed_only).criterion("d4.l1.1")
    assert (found.state, found.reasons[0].code) == (state, reason)


def test_statement_about_what_figures_decide_is_stray_and_counts_nothing() -> None:
    facts = Facts(attested={"d1.l3.3": Attestation(Attested.MET), "d9.l1.1": Attestation(Attested.MET)})
    found = score(MAIN, facts)
    assert found.stray == ("d1.l3.3", "d9.l1.1")
    assert found.criterion("d1.l3.3").state is State.NOT_SHOWN


# --- Letters ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("levels", "extra", "points", "letter"),
    [
        ((5, 5, 5, 5, 5), True, 110, "A+"), ((5, 5, 4, 5, 5), True, 106, "A+"), ((5, 4, 4, 5, 5), True, 104, "A"),
        ((5, 5, 4, 5, 5), False, 96, "A"), ((5, 4, 4, 5, 5), False, 94, "B+"), ((4, 5, 5, 5, 4), False, 92, "B+"),
        ((4, 5, 4, 5, 5), False, 90, "B"), ((5, 4, 2, 5, 5), False, 86, "B"), ((5, 5, 1, 5, 5), False, 84, "C+"),
        ((5, 4, 1, 5, 5), False, 82, "C+"), ((5, 3, 1, 5, 5), False, 80, "C"), ((4, 4, 1, 5, 5), False, 76, "C"),
        ((4, 3, 1, 5, 5), False, 74, None), ((0, 0, 0, 0, 0), True, 10, None),
    ],
)  # fmt: skip
def test_letters_of_totals(levels: tuple[int, ...], extra: bool, points: int, letter: str | None) -> None:
    found = score(MAIN, facts_of(*levels, extra=extra))
    assert (found.points, found.scale("letters").band) == (points, letter)


BOUNDS = [("A+", 105), ("A", 96), ("B+", 91), ("B", 86), ("C+", 81), ("C", 76), (None, 0)]


@pytest.mark.parametrize("number", range(6))
def test_letters_at_every_bound_and_just_under(number: int) -> None:
    letter, bound = BOUNDS[number]
    below = BOUNDS[number + 1][0]
    assert letter_of(Fraction(bound)) == letter
    assert letter_of(bound + Fraction(1, 1000)) == letter
    # Shown, it is the bound itself: 104.999999999 reads 105.00.
    assert letter_of(bound - Fraction(1, 10**9)) == below


def letter_of(points: Fraction) -> str | None:
    """Totals of whole levels are even; the bounds are not, so they are tried on the scale alone."""
    (letters,) = MAIN.scales
    return judge_scale(MAIN, letters, {"total": NodeScore("total", "sum", points, Fraction(110))}).band


# --- Ladders ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("ladder", ["model", "challenge"])
@pytest.mark.parametrize(
    ("levels", "extra", "holds"),
    [((5, 4, 2, 5, 5), False, True), ((5, 3, 2, 5, 5), True, False), ((5, 5, 1, 5, 5), True, False)],
)
def test_status_takes_86_points_without_extra(ladder: str, levels: tuple[int, ...], extra: bool, holds: bool) -> None:
    found = score(MAIN, facts_of(*levels, extra=extra)).ladder(ladder)
    assert (found.holds, found.level) == (holds, 1 if holds else 0)


@pytest.mark.parametrize("ladder", ["model", "challenge"])
@pytest.mark.parametrize(
    ("steps", "level"), [((), 1), ((2,), 2), ((2, 3), 3), ((2, 3, 4), 4), ((3, 4), 1), ((2, 4), 2)]
)
def test_steps_of_a_ladder_are_cumulative(ladder: str, steps: tuple[int, ...], level: int) -> None:
    facts = meeting(MAIN, [f"{ladder}.l{step}.1" for step in steps], facts_of(5, 5, 5, 5, 5))
    assert score(MAIN, facts).ladder(ladder).level == level
    # Without the points no step is reached, whatever else is done.
    poor = meeting(MAIN, [f"{ladder}.l{step}.1" for step in (2, 3, 4)], facts_of(5, 5, 1, 5, 5))
    assert score(MAIN, poor).ladder(ladder).level == 0


def test_outstanding_agencies_are_19_and_the_contradiction_is_told() -> None:
    (outstanding,) = MAIN.selections
    assert outstanding.number == 19
    (note,) = MAIN.notes_of("outstanding")
    assert note.sources == ("S4:99", "S4:269")


# --- What the next level lacks ----------------------------------------------------------------------------------------
def test_need_names_how_many_more_of_the_rest() -> None:
    figures = {
        "procurement.core_work_published": True,
        "procurement.top_covered": Share(3, 3),
        "procurement.rest_covered": Share(4, 10),
        "procurement.education_activities": 1,
    }
    found = score(MAIN, Facts(figures, {"unit.placement": "regional"}))
    (need,) = [need for need in needed(found) if need.node == "d3r"]
    (lack,) = need.lacks
    assert (need.level, need.reaches, need.gain) == (3, 3, 4)
    assert (lack.criterion, lack.reason.code, lack.reason.more) == ("d3r.l3.2", "short", 2)


def test_need_counts_levels_above_that_are_met_already() -> None:
    facts = facts_of(5, 5, 5, 5, 5)
    without = Facts(facts.figures, facts.words, {k: v for k, v in facts.attested.items() if k != "d4.l2.2"})
    (need,) = [need for need in needed(score(MAIN, without)) if need.node == "d4"]
    assert (need.level, need.reaches, need.gain) == (2, 5, 24)
    assert [(lack.criterion, lack.reason.code) for lack in need.lacks] == [("d4.l2.2", "not_stated")]


def test_lacks_run_from_the_cheapest_to_what_cannot_be_undone() -> None:
    facts = facts_of(3, 5, 5, 5, 5)
    figures = {**facts.figures, "complaints.executive_founded": 1, "complaints.discipline_pursued": Share(1, 3)}
    (need,) = [need for need in needed(score(MAIN, Facts(figures, facts.words, facts.attested))) if need.node == "d1"]
    assert [(lack.criterion, lack.reason.code) for lack in need.lacks] == [
        ("d1.l4.3", "short"),
        ("d1.l4.2", "not_stated"),
        ("d1.l4.4", "over"),
    ]
    assert not need.in_reach


def test_everything_met_lacks_nothing() -> None:
    assert needed(score(MAIN, facts_of(5, 5, 5, 5, 5, extra=True))) == ()
