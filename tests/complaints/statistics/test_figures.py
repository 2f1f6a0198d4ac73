"""Figures add up, come back as they were stored, and tell nothing small of protected complaints."""

from collections import Counter
from datetime import date
from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.statistics.figures import LEAST, Figures, Tally, quantile, telling
from complaints.statistics.periods import Period, month_of, to_date, year_of

YEAR = year_of(date(2026, 10, 1))
MONTHS = list(YEAR.months())
patient = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
COUNTS = st.lists(st.integers(0, 12), min_size=12, max_size=12)


def test_figures_add_up_and_come_back_as_they_were_stored() -> None:
    one = Figures.from_json({"flows": {"closed": 3}, "days": {"2": 1, "10": 2}, "protected": {}})
    two = Figures.from_json({"flows": {"closed": 1, "open": 2}, "days": {"1": 1}})
    both = one + two
    assert (both.flows, both.days.total(), both.median_days) == ({"closed": 4, "open": 2}, 4, 10)
    assert Figures.from_json(both.to_json()) == both
    assert Figures().median_days is None
    assert not Figures()


@patient
@given(st.lists(st.integers(0, 400), min_size=1), st.sampled_from([0.5, 0.9]))
def test_quantile_is_a_day_that_so_many_did_not_exceed(days: list[int], share: float) -> None:
    found = quantile(Counter(map(str, days)), share)
    assert found in days
    assert sum(each <= found for each in days) >= share * len(days)
    assert sum(each < found for each in days) <= share * len(days)


def test_quantile_of_nothing_is_none_and_of_two_the_longer() -> None:
    assert quantile({}, 0.5) is None
    assert quantile({"3": 1, "34": 1}, 0.5) == 34
    assert quantile({"9": 5, "10": 5}, 0.9) == 10


def test_took_is_read_clock_by_clock() -> None:
    figures = Figures(took=Counter({"screen/3": 2, "screen/12": 1, "review/1": 4}))
    assert figures.took_days("screen") == {"3": 2, "12": 1}


def test_tally_counts_its_cells() -> None:
    tally = Tally()
    for case in (3, 4, 4):
        tally.add("flows", "closed", case)
    tally.hidden["received", MONTHS[0]] = LEAST
    tally.hidden["closed", MONTHS[0]] = LEAST - 1
    figures = tally.figures(MONTHS[0])
    assert figures.flows == {"closed": 3}
    assert tally.cells["flows", "closed"].tolist() == [3, 4, 4]
    assert figures.protected == {"received": LEAST}


def test_what_stands_open_at_the_end_of_a_year_is_told_as_in_its_last_month() -> None:
    tally = Tally()
    tally.hidden["open", MONTHS[-1]] = LEAST
    assert tally.figures(YEAR).protected == {"open": LEAST}
    assert tally.figures(MONTHS[-1]).protected == {"open": LEAST}


# --- Nothing smaller can be computed ----------------------------------------------------------------------------------
def _told(counts: list[int]) -> dict[frozenset[str], int]:
    """Every figure of the year that is told, by the months it is about."""
    by_month = dict(zip(MONTHS, counts, strict=True))
    periods: list[Period] = [YEAR, *YEAR.parts(), *MONTHS, *(to_date(month.first) for month in MONTHS)]
    found = {period: telling(period, by_month) for period in periods}
    return {
        frozenset(month.code for month in period.months()): each.number for period, each in found.items() if each.told
    }


@patient
@given(COUNTS)
def test_no_small_figure_of_months_follows_from_those_that_are_told(counts: list[int]) -> None:
    """An attacker subtracts from one figure any others about parts of it."""
    told = _told(counts)
    hidden = {month.code for month in MONTHS if frozenset({month.code}) not in told}
    for whole, count in told.items():
        assert count >= LEAST
        parts = [months for months in told if months < whole]
        for number in range(1, 3):
            for chosen in combinations(parts, number):
                if sum(map(len, chosen)) != len(frozenset().union(*chosen)):
                    continue
                rest = whole.difference(*chosen)
                assert not rest or count - sum(told[part] for part in chosen) >= LEAST
        # And all of its months that are told at once.
        single = [months for months in parts if len(months) == 1]
        if len(whole) > 1 and (rest := whole.difference(*single)):
            assert rest <= hidden
            assert count - sum(told[part] for part in single) >= LEAST


@patient
@given(COUNTS)
def test_flows_of_a_year_to_date_are_not_told(counts: list[int]) -> None:
    by_month = dict(zip(MONTHS, counts, strict=True))
    assert not any(telling(to_date(month.first), by_month).told for month in MONTHS if to_date(month.first).is_to_date)


def test_year_of_which_every_month_is_told_is_told() -> None:
    assert telling(YEAR, dict.fromkeys(MONTHS, LEAST)).told
    assert not telling(YEAR, dict.fromkeys(MONTHS[:-1], LEAST) | {MONTHS[-1]: 1}).told
    assert telling(YEAR, dict.fromkeys(MONTHS, 1)).told
    assert telling(month_of(date(2026, 10, 1)), {}).number == 0
