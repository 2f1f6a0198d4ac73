"""What would raise a score: never promised without being tried."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from scores.exact import Share
from scores.facts import Attestation, Attested, Facts
from scores.rubric import rubric_for
from scores.scoring import score
from scores.simulating import Wish, cheapest, simulate, wish_of

CDD = rubric_for("cdd-clean", 2564)
ATTESTED = [row.code for row in CDD.criteria if not row.derived]


def district(**figures: object) -> Facts:
    """A district in which everything is stated as met that can be stated."""
    known = {
        "scores.rules_updated": True,
        "complaints.overdue_share": Share(0, 10),
        "complaints.officer_assigned": True,
        "procurement.core_work_published": True,
        "procurement.top_covered": Share(3, 3),
        "procurement.rest_covered": Share(8, 10),
        "procurement.education_activities": 1,
    }
    met = Attestation(Attested.MET, by="agency", confirmed_by="committee")
    return Facts(
        {**known, **{code.replace("__", "."): value for code, value in figures.items()}},  # type: ignore[dict-item]
        {"unit.placement": "regional"},
        dict.fromkeys(ATTESTED, met),
    )


def test_three_appointments_and_two_late_cases_answered_raise_the_level() -> None:
    facts = district(procurement__rest_covered=Share(4, 10), complaints__overdue_share=Share(2, 40))
    wish = Wish({"procurement.rest_covered": 3, "complaints.overdue_share": -2})
    outcome = simulate(CDD, facts, wish)
    assert (outcome.now.node("d3r").level, outcome.then.node("d3r").level) == (2, 4)
    assert (outcome.now.node("d1").level, outcome.then.node("d1").level >= 1) == (0, True)  # type: ignore[operator]
    assert outcome.gain >= 8


def test_cheapest_road_names_what_is_missing_and_what_it_brings() -> None:
    roads = cheapest(CDD, district(procurement__rest_covered=Share(6, 10)))
    found = {need.node: (need, outcome) for need, outcome in roads}
    need, outcome = found["d3r"]
    assert [(lack.reason.metric, lack.reason.more) for lack in need.lacks] == [("procurement.rest_covered", 1)]
    assert outcome.gain == 4


def test_more_never_leaves_the_whole_and_a_count_never_falls_below_nothing() -> None:
    facts = district(procurement__rest_covered=Share(9, 10))
    outcome = simulate(CDD, facts, Wish({"procurement.rest_covered": 50, "procurement.education_activities": -9}))
    assert outcome.then.node("d3r").level == 3


def test_nothing_wished_changes_nothing() -> None:
    facts = district()
    assert not Wish({})
    assert simulate(CDD, facts, Wish({})).gain == 0


@given(
    rest=st.integers(0, 12),
    whole=st.integers(0, 12),
    top=st.integers(0, 3),
    overdue=st.integers(0, 5),
    taught=st.integers(0, 2),
    missing=st.sets(st.sampled_from(ATTESTED), max_size=6),
)
def test_what_a_road_promises_is_what_the_engine_gives(
    rest: int, whole: int, top: int, overdue: int, taught: int, missing: set[str]
) -> None:
    facts = district(
        procurement__rest_covered=Share(min(rest, whole), whole),
        procurement__top_covered=Share(top, 3),
        complaints__overdue_share=Share(overdue, 40),
        procurement__education_activities=taught,
    )
    facts = Facts(
        facts.figures, facts.words, {code: row for code, row in facts.attested.items() if code not in missing}
    )
    now = score(CDD, facts).points
    roads = cheapest(CDD, facts)
    for need, outcome in roads:
        again = simulate(CDD, facts, wish_of(need))
        assert again.gain == outcome.gain > 0
        assert outcome.now.points == now
        # All that the part lacked is there, so its level is the one that was promised.
        if need.reaches:
            # Or a higher one: what mends this level may be what the next one lacks, too.
            assert outcome.then.node(need.node).level >= need.reaches  # type: ignore[operator]
            assert outcome.gain >= need.gain or isinstance(need.gain, Fraction)
