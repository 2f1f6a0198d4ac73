"""What the ledger tells of a complaint, and that what is counted adds up for every history, unit and period."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.models.handling import Outcome
from complaints.states import ALL, CLOSED, OPEN
from complaints.statistics.histories import (
    ANSWERED,
    BALANCE_IN,
    BALANCE_OUT,
    DISCONTINUED,
    MOVED,
    Entry,
    History,
    history_of,
)
from complaints.statistics.periods import half_of, month_of, to_date, year_of

KINDS = frozenset({"road", "noise", "bribery"})
GUARDED = frozenset({"bribery"})
FIRST = date(2026, 8, 1)
UNITS = (1, 2, 3)


def day(number: int) -> date:
    """A day of October 2026; 32 is 1 November."""
    return date(2026, 9, 30) + timedelta(days=number)


def told(*entries: tuple[int, str, str, dict[str, Any]], protected: bool = False) -> History:
    """The history of entries: day of October, verb, state after it, facts."""
    rows = [Entry(day(number), verb, state, facts) for number, verb, state, facts in entries]
    return history_of(7, day(1), 1, rows, protected=protected, guarded=GUARDED, kinds=KINDS)


def moves(history: History) -> list[tuple[int, str, int, str]]:
    """The movements of the ordinary register."""
    return [
        ((move.day - day(0)).days, move.what, move.unit, move.ending)
        for move in history.movements()
        if not move.protected
    ]


REGISTER = (1, "register", "received", {"unit": 1, "kind": "road", "channel": "box"})


# --- What entries tell ------------------------------------------------------------------------------------------------
def test_history_follows_unit_kind_channel_and_state() -> None:
    history = told(
        REGISTER, (3, "accept", "accepted", {"kind": "noise", "unit": 2}), (5, "transfer", "screening", {"unit": 3})
    )
    assert moves(history) == [
        (1, "received", 1, ""),
        (3, "moved_out", 1, ""),
        (3, "moved_in", 2, ""),
        (5, "moved_out", 2, ""),
        (5, "moved_in", 3, ""),
    ]
    assert history.on(day(0)) is None
    standing = history.on(day(4))
    assert standing
    assert (standing.kind, standing.channel, standing.state) == ("noise", "box", "accepted")


def test_units_and_outcomes_of_other_things_are_not_those_of_the_complaint() -> None:
    history = told(
        REGISTER,
        (2, "ask_agencies", "awaiting_agency", {"units": [2, 3]}),
        (3, "agency_answered", "awaiting_agency", {"request": 4, "outcome": "answered"}),
        (4, "assign", "investigating", {"to": 2}),
        (5, "submit_finding", "review", {"finding": 1, "outcome": "founded"}),
        (6, "decide_unfounded", "replied", {"decision": 1, "outcome": "unfounded"}),
        (7, "close", CLOSED, {"files": 1}),
    )
    assert moves(history) == [(1, "received", 1, ""), (7, "closed", 1, "unfounded")]


def test_what_was_only_proposed_or_came_of_a_request_is_no_outcome() -> None:
    history = told(
        REGISTER,
        (3, "agency_answered", "awaiting_agency", {"request": 4, "outcome": "timed_out"}),
        (4, "submit_finding", "review", {"finding": 1, "outcome": "founded"}),
        (5, "return_finding", "investigating", {"decision": 1}),
        (6, "close", CLOSED, {}),
    )
    assert moves(history)[-1] == (6, "closed", 1, ANSWERED)


@pytest.mark.parametrize(
    ("verb", "state", "what", "ending"),
    [
        ("close", CLOSED, "closed", ANSWERED),
        ("discontinue", CLOSED, "closed", DISCONTINUED),
        ("decline", "declined", "closed", "declined"),
        ("withdraw", "withdrawn", "closed", "withdrawn"),
        ("merge", "merged", "merged", ""),
    ],
)
def test_each_way_to_end_is_told(verb: str, state: str, what: str, ending: str) -> None:
    assert moves(told(REGISTER, (2, verb, state, {})))[1] == (2, what, 1, ending)


def test_part_of_another_is_not_received() -> None:
    assert moves(told((2, "register_part", "screening", {"unit": 2, "kind": ""}))) == [(2, "parts", 2, "")]


def test_ended_and_reopened_is_each_time_counted() -> None:
    history = told(
        REGISTER,
        (3, "close", CLOSED, {}),
        (5, "request_review", "review_requested", {}),
        (9, "refuse_review", CLOSED, {}),
        (11, "unmerge", "screening", {}),
    )
    assert [what for _day, what, _unit, _ending in moves(history)] == [
        "received", "closed", "reopened", "closed", "reopened",
    ]  # fmt: skip


def test_day_is_the_smallest_step() -> None:
    slip = told(REGISTER, (4, "close", CLOSED, {}), (4, "correct", "replied", {"undoes": 2}))
    assert moves(slip) == [(1, "received", 1, "")]
    to_and_fro = told(REGISTER, (4, "transfer", "screening", {"unit": 2}), (4, "transfer", "screening", {"unit": 1}))
    assert moves(to_and_fro) == [(1, "received", 1, "")]
    in_one_day = told(REGISTER, (1, "withdraw", "withdrawn", {}))
    assert moves(in_one_day) == [(1, "received", 1, ""), (1, "closed", 1, "withdrawn")]


def test_slip_takes_what_was_decided_with_it() -> None:
    history = told(
        REGISTER,
        (4, "discontinue", CLOSED, {}),
        (4, "correct", "investigating", {"undoes": 2}),
        (5, "answer_directly", "replied", {}),
        (6, "close", CLOSED, {}),
    )
    assert moves(history)[-1] == (6, "closed", 1, ANSWERED)


def test_moved_and_ended_on_one_day_ends_where_it_went() -> None:
    history = told(REGISTER, (4, "transfer", "screening", {"unit": 2}), (4, "decline", "declined", {}))
    assert moves(history)[1:] == [(4, "moved_out", 1, ""), (4, "moved_in", 2, ""), (4, "closed", 2, "declined")]


def test_one_that_becomes_protected_in_a_later_month_leaves_as_closed() -> None:
    history = told(
        REGISTER, (33, "change_kind", "received", {"from": "road", "to": "bribery", "unit": 9}), protected=True
    )
    assert moves(history) == [(1, "received", 1, ""), (33, "closed", 1, MOVED)]
    hidden = [(move.what, move.unit) for move in history.movements() if move.protected]
    assert hidden == [("received", 9)]
    assert history.kind_on(day(40)) == "road"


def test_one_that_becomes_protected_in_its_month_was_never_among_the_others() -> None:
    history = told(REGISTER, (31, "change_kind", "received", {"to": "bribery", "unit": 9}), protected=True)
    assert moves(history) == []
    assert history.kind_on(day(40)) == ""


def test_protected_of_which_no_entry_says_so_counts_as_protected_from_the_beginning() -> None:
    assert moves(told(REGISTER, (33, "withdraw", "withdrawn", {}), protected=True)) == []
    # A kind that rule data made a protected one later leaves the cases as they are.
    assert moves(told((1, "register", "received", {"unit": 1, "kind": "bribery"}))) == [(1, "received", 1, "")]


patient = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


# --- Everything adds up -----------------------------------------------------------------------------------------------
ENTRIES = st.lists(
    st.tuples(
        st.integers(0, 25),  # days since the entry before
        st.sampled_from(
            ["note", "transfer", "close", "discontinue", "change_kind", "submit_finding", "decide_x", "correct"]
        ),
        st.sampled_from(ALL),
        st.fixed_dictionaries(
            {},
            optional={
                "unit": st.sampled_from(UNITS),
                "kind": st.sampled_from([*sorted(KINDS), "", "letter"]),
                "outcome": st.sampled_from([*Outcome.values, "timed_out"]),
                "finding": st.just(1),
            },
        ),
    ),
    min_size=1,
    max_size=8,
)


@st.composite
def a_history(draw: st.DrawFn) -> History:
    """Any entries at all, in the order of their days."""
    at, rows = FIRST + timedelta(days=draw(st.integers(0, 200))), []
    for after, verb, state, facts in draw(ENTRIES):
        at += timedelta(days=after)
        rows.append(Entry(at, verb, state, facts))
    rows[0] = rows[0]._replace(verb=draw(st.sampled_from(["register", "register_part", "import_closed"])))
    protected = draw(st.booleans())
    return history_of(1, rows[0].day, 1, rows, protected=protected, guarded=GUARDED, kinds=KINDS)


PERIODS = st.dates(FIRST - timedelta(days=100), FIRST + timedelta(days=600)).flatmap(
    lambda at: st.sampled_from([month_of(at), half_of(at), year_of(at), to_date(at)])
)


def _stock(histories: list[History], unit: int, at: date, *, protected: bool) -> int:
    standings = (history.on(at) for history in histories)
    return sum(
        standing is not None and standing.is_open and standing.unit == unit and standing.protected == protected
        for standing in standings
    )


def _flows(histories: list[History], unit: int, first: date, last: date, *, protected: bool) -> Counter[str]:
    return Counter(
        move.what
        for history in histories
        for move in history.movements()
        if first <= move.day <= last and move.unit == unit and move.protected == protected
    )


@patient
@given(st.lists(a_history(), max_size=4), PERIODS, st.sampled_from(UNITS), st.booleans())
def test_what_comes_in_and_goes_out_is_what_stays(
    histories: list[History], period: Any, unit: int, protected: bool
) -> None:
    flows = _flows(histories, unit, period.first, period.last, protected=protected)
    flows["opening"] = _stock(histories, unit, period.first - timedelta(days=1), protected=protected)
    flows["open"] = _stock(histories, unit, period.last, protected=protected)
    assert sum(flows[what] for what in BALANCE_IN) == sum(flows[what] for what in BALANCE_OUT)
    assert set(flows) <= {*BALANCE_IN, *BALANCE_OUT}


@patient
@given(st.lists(a_history(), max_size=4), PERIODS, st.sampled_from(UNITS))
def test_flows_of_a_period_are_the_sum_of_its_months(histories: list[History], period: Any, unit: int) -> None:
    whole = _flows(histories, unit, period.first, period.last, protected=False)
    months = (_flows(histories, unit, month.first, month.last, protected=False) for month in period.months())
    assert whole == sum(months, Counter())


@patient
@given(a_history())
def test_every_history_comes_in_once_and_leaves_a_unit_as_often_as_it_enters_another(history: History) -> None:
    whats = Counter(move.what for move in history.movements())
    ordinary = Counter(move.what for move in history.movements() if not move.protected)
    assert ordinary["received"] + ordinary["parts"] <= 1
    assert whats["moved_in"] == whats["moved_out"]
    endings = [move.ending for move in history.movements() if move.what == "closed"]
    assert all(ending and ending not in OPEN for ending in endings)


@patient
@given(a_history())
def test_once_protected_it_stays_so(history: History) -> None:
    flags = [standing.protected for _day, standing in history.days]
    assert flags == sorted(flags)
