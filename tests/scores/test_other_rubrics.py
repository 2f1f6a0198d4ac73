"""ITA, OIT, OCSC, PACC, moral districts and No Gift, with the worked examples of the sources."""

from decimal import Decimal
from fractions import Fraction

import pytest

from scores.exact import Share, least_part, shown
from scores.facts import Attestation, Attested, Facts
from scores.results import NodeScore, State
from scores.rubric import Rubric, rubric_for
from scores.scoring import ScoringError, needed, score
from scores.verdicts import judge_scale
from tests.scores.scores_support import meeting

ITA_2564, ITA_2566 = rubric_for("ita", 2564), rubric_for("ita", 2566)
INDICATORS = [f"ita.i{number}" for number in range(1, 11)]


# --- Worked examples --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (755, 878, "85.99"),  # S0:15, S0:57: districts that passed ITA in 2566
        (705, 878, "80.30"),  # S0:15: those of 2565
        (812, 878, "92.48"),  # S0:120
        (48, 878, "5.47"),  # S0:118
        (5, 878, "0.57"),  # S0:119
        (13, 878, "1.48"),  # what the three levels leave
        (1, 8, "12.50"),
        (1, 800, "0.13"),  # 0.125: half goes up
        (2, 3, "66.67"),
        (0, 7, "0.00"),
        (7, 7, "100.00"),
    ],
)
def test_share_as_it_is_shown(part: int, whole: int, text: str) -> None:
    assert str(shown(Share(part, whole))) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(5, 1000), "0.01"),
        (Fraction(-5, 1000), "-0.01"),
        (Fraction(4999, 10**6), "0.00"),
        (Decimal("2.675"), "2.68"),
        (18, "18.00"),
    ],
)
def test_number_is_shown_rounded_half_up(number: Fraction | Decimal | int, text: str) -> None:
    assert str(shown(number)) == text


def test_share_without_cases_has_no_percent() -> None:
    assert Share(0, 0).percent is None
    with pytest.raises(ValueError, match="no percent"):
        shown(Share(0, 0))


@pytest.mark.parametrize(
    ("percent", "whole", "above", "least"),
    [(60, 36, False, 22), (60, 35, False, 21), (60, 10, False, 6), (80, 155, False, 124), (80, 159, False, 128),
     (100, 3, False, 3), (50, 10, True, 6), (50, 11, True, 6), (0, 5, False, 0), (60, 0, False, 0)],
)  # fmt: skip
def test_least_part_of_a_whole(percent: int, whole: int, above: bool, least: int) -> None:
    assert least_part(percent, whole, above=above) == least


# --- ITA --------------------------------------------------------------------------------------------------------------
def ita(rubric: Rubric, iit: str, eit: str, oit: str, **single: str) -> Facts:
    """Facts in which every indicator of an instrument has the same score, but for single ones (i5="90")."""
    values = dict(zip(INDICATORS, [iit] * 5 + [eit] * 3 + [oit] * 2, strict=True))
    values |= {f"ita.{name}": text for name, text in single.items()}
    return Facts({metric: Decimal(text) for metric, text in values.items()})


@pytest.mark.parametrize("rubric", [ITA_2564, ITA_2566], ids=["2564", "2566"])
@pytest.mark.parametrize(
    ("iit", "eit", "oit", "total"),
    [("100", "0", "0", 30), ("0", "100", "0", 30), ("0", "0", "100", 40), ("100", "100", "100", 100),
     ("90", "80", "70", 79), ("84.99", "85.01", "85", 85)],
)  # fmt: skip
def test_ita_weights(rubric: Rubric, iit: str, eit: str, oit: str, total: int) -> None:
    assert score(rubric, ita(rubric, iit, eit, oit)).points == total


@pytest.mark.parametrize("rubric", [ITA_2564, ITA_2566], ids=["2564", "2566"])
@pytest.mark.parametrize(("number", "points"), list(enumerate([6] * 5 + [10] * 3 + [20] * 2, 1)))
def test_ita_indicator_brings_its_part_of_its_instrument(rubric: Rubric, number: int, points: int) -> None:
    assert score(rubric, ita(rubric, "0", "0", "0", **{f"i{number}": "100"})).points == points


BANDS_2564 = [("AA", 95), ("A", 85), ("B", 75), ("C", 65), ("D", 55), ("E", 40), ("F", 0)]


@pytest.mark.parametrize("number", range(6))
def test_bands_until_2565_at_every_bound_and_just_under(number: int) -> None:
    band, bound = BANDS_2564[number]
    below = BANDS_2564[number + 1][0]
    for text, expected in ((f"{bound}", band), (f"{bound - 1}.99", below), (f"{bound - 1}.999999", below)):
        assert score(ITA_2564, ita(ITA_2564, text, text, text)).scale("band").band == expected


@pytest.mark.parametrize(("text", "band"), [("85", "passed"), ("84.995", "not_passed"), ("0", "not_passed")])
@pytest.mark.parametrize("rubric", [ITA_2564, ITA_2566], ids=["2564", "2566"])
def test_ita_passes_from_85_unrounded(rubric: Rubric, text: str, band: str) -> None:
    found = score(rubric, ita(rubric, text, text, text)).scale("pass")
    assert (found.band, found.unverified) == (band, False)


@pytest.mark.parametrize(
    ("text", "band"),
    [("100", "excellent"), ("95", "excellent"), ("94.99", "passed"), ("85", "passed"), ("84.99", "improve"),
     ("70", "improve"), ("69.99", "improve_at_once"), ("0", "improve_at_once")],
)  # fmt: skip
def test_bands_from_2566_at_every_bound(text: str, band: str) -> None:
    assert score(ITA_2566, ita(ITA_2566, text, text, text)).scale("band").band == band


def test_99_03_was_the_second_band() -> None:
    """S0:13. One indicator under 95 keeps the first band away; i5 is chosen here, the source names none."""
    facts = ita(ITA_2566, "100", "100", "100", i5="83.8333333333")
    found = score(ITA_2566, facts)
    assert shown(found.points) == Decimal("99.03")
    verdict = found.scale("band")
    assert (verdict.band, verdict.withheld, verdict.unverified) == ("good", ("excellent",), True)


@pytest.mark.parametrize(
    ("scope", "band"), [("indicators", "good"), ("instruments", "excellent"), ("none", "excellent")]
)
def test_scope_of_the_extra_condition_is_a_setting(scope: str, band: str) -> None:
    rubric = ITA_2566.with_settings({"condition_scope": scope})
    facts = ita(rubric, "100", "100", "100", i5="83.8333333333")
    assert score(rubric, facts).scale("band").band == band


@pytest.mark.parametrize(("weight", "lowest"), [(30, "96.76"), (40, "97.57")])
def test_no_instrument_is_below_95_at_99_03(weight: int, lowest: str) -> None:
    """Why a condition on instruments cannot be what kept the second band (S0:13): the others are at most 100."""
    least = (Fraction("99.03") - (100 - weight)) * 100 / weight
    assert least > Fraction(lowest) > 95


def test_floor_of_the_extra_condition_is_a_setting() -> None:
    rubric = ITA_2566.with_settings({"condition_floor": 80})
    assert score(rubric, ita(rubric, "100", "100", "100", i5="83")).scale("band").band == "excellent"


@pytest.mark.parametrize("missing", INDICATORS)
def test_ita_without_one_indicator_has_no_verdict(missing: str) -> None:
    whole = ita(ITA_2566, "96", "96", "96")
    facts = Facts({metric: figure for metric, figure in whole.figures.items() if metric != missing})
    found = score(ITA_2566, facts)
    assert not found.computable
    assert [verdict.band for verdict in found.scales] == [None, None]
    assert found.node(missing.split(".")[1]).reasons[0].code == "no_figure"


@pytest.mark.parametrize("figure", [Decimal("100.01"), -1, True, Share(1, 2)])
def test_ita_score_off_its_scale_is_refused(figure: Decimal | int | Share) -> None:
    with pytest.raises(ScoringError, match=r"ita\.i1 "):
        score(ITA_2566, Facts({"ita.i1": figure}))


def test_unverified_bounds_are_marked() -> None:
    (band, passing) = ITA_2566.scales
    assert {one.code for one in band.bands if not one.unverified} == {"passed"}
    assert not any(one.unverified for one in passing.bands)
    assert not any(one.unverified for scale in ITA_2564.scales for one in scale.bands)


# --- OCSC -------------------------------------------------------------------------------------------------------------
OCSC = rubric_for("ocsc-transparency", 2564)


def test_ocsc_has_4_dimensions_with_3_5_3_2_indicators() -> None:
    assert [len(OCSC.criteria_of(f"o{dimension}")) for dimension in (1, 2, 3, 4)] == [3, 5, 3, 2]
    found = score(OCSC, meeting(OCSC, OCSC.criterion))
    assert (found.points, [child.points for child in found.root.children]) == (13, [3, 5, 3, 2])


def test_ocsc_contradiction_of_the_third_dimension_is_told() -> None:
    (note,) = OCSC.notes_of("o3")
    assert "S4:695-702" in note.sources
    assert [criterion.code for criterion in OCSC.criteria if criterion.unverified] == ["o3.3"]


# --- PACC and No Gift -------------------------------------------------------------------------------------------------
PACC, NO_GIFT = rubric_for("pacc", 2567), rubric_for("no-gift", 2567)


def test_36_matters_need_22_improved() -> None:
    for improved, state in ((21, State.NOT_MET), (22, State.MET)):
        found = score(PACC, Facts({"procurement.watch_improved": Share(improved, 36)})).criterion("quality.2")
        assert found.state is state
    (lack,) = [
        lack
        for need in needed(score(PACC, Facts({"procurement.watch_improved": Share(15, 36)})))
        for lack in need.lacks
        if lack.criterion == "quality.2"
    ]
    assert (lack.reason.more, 15 + (lack.reason.more or 0)) == (7, 22)


@pytest.mark.parametrize(
    ("metric", "enough"),
    [("scores.expansion_sites", 9), ("procurement.watch_matters", 36), ("scores.trained", 300)],
)
def test_pacc_counts(metric: str, enough: int) -> None:
    (code,) = [criterion.code for criterion in PACC.criteria for ask in criterion.asks if ask.metric == metric]
    assert score(PACC, Facts({metric: enough})).criterion(code).state is State.MET
    assert score(PACC, Facts({metric: enough - 1})).criterion(code).state is State.NOT_MET


def test_pacc_counts_what_is_met() -> None:
    found = score(PACC, meeting(PACC, PACC.criterion))
    assert (found.points, [child.points for child in found.root.children]) == (10, [5, 5])
    assert found.scales == ()


@pytest.mark.parametrize(
    ("declared", "agencies", "points"), [(124, 155, 1), (123, 155, 0), (128, 159, 1), (127, 159, 0), (0, 0, 0)]
)
def test_no_gift_takes_80_percent(declared: int, agencies: int, points: int) -> None:
    assert score(NO_GIFT, Facts({"scores.no_gift_declared": Share(declared, agencies)})).points == points


# --- Moral districts --------------------------------------------------------------------------------------------------
MORAL = rubric_for("moral-district", 2566)
ITEMS = sorted(MORAL.criterion, key=lambda code: int(code.rsplit(".", 1)[1]))


@pytest.mark.parametrize(
    ("passed", "level"),
    [
        ([], "none"), ([1, 2], "none"), ([1, 2, 3], "promoting"), ([1, 2, 3, 4, 5], "promoting"),
        ([1, 2, 3, 4, 5, 6], "developing"), ([1, 2, 3, 4, 5, 6, 7, 8], "developing"), (list(range(1, 10)), "model"),
        ([4, 5, 6, 7, 8, 9], "none"), ([1, 2, 3, 7, 8, 9], "promoting"), ([1, 2, 4, 5, 6, 7, 8, 9], "none"),
    ],
)  # fmt: skip
def test_moral_district_levels(passed: list[int], level: str) -> None:
    facts = Facts(attested={ITEMS[number - 1]: Attestation(Attested.MET) for number in passed})
    assert score(MORAL, facts).scale("level").band == level


def test_levels_of_all_districts_leave_13() -> None:
    assert 878 - 48 - 5 - 812 == 13
    assert any(note.code == "thirteen_left" for note in MORAL.contradictions)


# --- OIT --------------------------------------------------------------------------------------------------------------
OIT = rubric_for("oit", 2566)


def test_oit_item_is_met_by_its_public_page() -> None:
    assert all(criterion.page and criterion.asks[0].metric == criterion.page for criterion in OIT.criteria)
    pages = {criterion.page for criterion in OIT.criteria}
    wanted = "manual channels statistics plan notices summary annual committees draws scores no_gift participation"
    assert {f"disclosure.{page}" for page in wanted.split()} <= pages
    half = sorted(OIT.criterion)[: len(OIT.criteria) // 2]
    assert score(OIT, meeting(OIT, half)).points == Fraction(100 * len(half), len(OIT.criteria))


# --- Which file holds -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("source", "year", "code"),
    [("ita", 2564, "ita-2564"), ("ita", 2565, "ita-2564"), ("ita", 2566, "ita-2566"), ("ita", 2570, "ita-2566"),
     ("cdd-clean", 2569, "cdd-clean-2564"), ("ocsc-transparency", 2570, "ocsc-transparency-2559")],
)  # fmt: skip
def test_newest_file_that_holds_is_taken(source: str, year: int, code: str) -> None:
    assert rubric_for(source, year).code == code


@pytest.mark.parametrize(("source", "year"), [("ita", 2563), ("pacc", 2566), ("unknown", 2566)])
def test_no_file_holds(source: str, year: int) -> None:
    with pytest.raises(LookupError, match=source):
        rubric_for(source, year)


def test_band_just_under_its_bound_says_how_much_it_lacks() -> None:
    (band, _passing) = ITA_2564.scales
    node = NodeScore("ita", "weighted", Fraction("94.99"), Fraction(100))
    found = judge_scale(ITA_2564, band, {"ita": node})
    assert (found.band, found.next_band, found.short) == ("A", "AA", Fraction(1, 100))
