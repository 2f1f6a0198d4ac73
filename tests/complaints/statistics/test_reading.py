"""The figures of a period as the ledger and the clocks tell them."""

from datetime import date

import pytest

from complaints.models import ComplaintKind
from complaints.statistics.figures import Figures
from complaints.statistics.histories import BALANCE_IN, BALANCE_OUT
from complaints.statistics.periods import year_of
from complaints.statistics.reading import histories, tallies_of
from tests.complaints.statistics.filing import (
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    closed,
    do,
    figures_of,
    filed,
    investigated,
    moment,
    protected,
)
from tests.support.world import World
from workflows.actors import Actor
from workflows.models import Case, Clock
from workflows.transitions import open_case, perform

pytestmark = pytest.mark.django_db
SHOWN = ("opening", "received", "reopened", "closed", "open", "overdue")


def flows(figures: Figures) -> tuple[int, ...]:
    """Opening, received, reopened, closed, open, overdue."""
    return tuple(figures.flows[name] for name in SHOWN)


def test_figures_count_what_came_ended_and_stayed(world: World) -> None:
    closed(world, moment(1, 9), moment(5))  # before the month, closed in it: 34 days
    closed(world, moment(1), moment(4), "decide_inconclusive", channel="box")
    closed(world, moment(1, 8), moment(2, 9))  # over before
    filed(world, moment(31, hour=23), channel="letter")  # acknowledgement is due in November
    filed(world, moment(1, 11, hour=0))  # not yet
    late = investigated(world, moment(1, 7))
    assert late.is_open
    found = figures_of(OCTOBER)
    assert list(found) == [world.district.pk]
    figures = found[world.district.pk]
    assert flows(figures) == (2, 2, 0, 2, 2, 1)
    assert figures.outcomes == {"unfounded": 1, "inconclusive": 1}
    assert figures.states == {"received": 1, "investigating": 1}
    assert figures.days == {"34": 1, "3": 1}
    assert figures.median_days == 34
    assert figures.channels == {"box": 1, "letter": 1}
    assert figures.kinds == {world.ordinary.pk: 2}
    assert not figures.protected


def test_figures_tell_how_each_ended(world: World) -> None:
    case = do(filed(world, moment(1)), "start_screening", world.screener, moment(1))
    do(case, "decline", world.screener, moment(2), **world.refusal())
    withdrawn = filed(world, moment(1))
    perform(withdrawn, "withdraw", Actor.complainant(withdrawn), at=moment(3))
    simple = do(filed(world, moment(1), kind=world.simple), "start_screening", world.screener, moment(1))
    simple = do(simple, "accept", world.screener, moment(1), kind=world.simple, unit=world.district)
    simple = do(simple, "answer_directly", world.screener, moment(2), reply="ซ่อมแล้ว")
    do(simple, "close", world.screener, moment(3), evidence="ภาพถ่าย")
    figures = figures_of(OCTOBER)[world.district.pk]
    assert figures.outcomes == {"declined": 1, "withdrawn": 1, "answered": 1}
    assert figures.flows["closed"] == 3
    assert figures.median_days == 2


def test_figures_of_a_month_stay_whatever_happens_afterwards(world: World) -> None:
    again = closed(world, moment(1), moment(9))
    running = investigated(world, moment(20))
    moving = do(filed(world, moment(25)), "start_screening", world.screener, moment(26))
    late = investigated(world, moment(1, 8))
    before = figures_of(OCTOBER)
    # The one in screening is late: its receipt was not confirmed.
    assert flows(before[world.district.pk]) == (1, 3, 0, 1, 3, 2)

    after = moment(3, 11)
    again = perform(again, "request_review", Actor.complainant(again), at=after, reasons="ไม่ตรง")
    do(again, "reopen", world.upper_approver, after, to=world.officer2, reasons="มีข้อเท็จจริงใหม่")
    for clock in Clock.objects.filter(case=late, duty=True, stopped_on=None):
        do(late, "extend", world.approver, after, clock=clock, days=90, reasons="รอผลตรวจ")
    do(late, "submit_finding", world.officer, after, outcome="founded", reasons="พบจริง", evidence="ภาพถ่าย")
    do(moving, "accept", world.screener, after, kind=world.simple, unit=world.other)
    do(running, "change_kind", world.officer, after, kind=world.corruption)
    filed(world, after)
    assert Case.objects.get(pk=running.pk).protected
    assert figures_of(OCTOBER) == before


def test_one_that_becomes_protected_later_leaves_the_figures_as_if_it_had_ended(world: World) -> None:
    """What is open adds up from month to month, so that nobody computes that there is one."""
    investigated(world, moment(1))
    moved = investigated(world, moment(2))
    do(moved, "change_kind", world.officer, moment(3, 11), kind=world.corruption)
    october, november = (figures_of(period)[world.district.pk] for period in (OCTOBER, NOVEMBER))
    assert (october.flows["open"], november.flows["open"]) == (2, 1)
    assert november.outcomes == {"moved": 1}
    assert sum(november.days.values()) == november.flows["closed"] == 1
    year = tallies_of(year_of(OCTOBER.first))[world.district.pk]
    # Its kind of then, never that by which it is protected.
    assert set(year.figures(OCTOBER).kinds) == {world.ordinary.pk}


def test_one_that_becomes_protected_in_its_month_is_in_no_figure_of_it(world: World) -> None:
    case = investigated(world, moment(2))
    do(case, "change_kind", world.officer, moment(29), kind=world.corruption)
    assert figures_of(OCTOBER) == {}


def test_overdue_is_what_was_due_by_the_last_day(world: World) -> None:
    case = investigated(world, moment(1))
    clocks = Clock.objects.filter(case=case.pk, duty=True)

    def overdue(due: date, stopped: date | None = None) -> int:
        clocks.update(due_on=due, stopped_on=stopped)
        return figures_of(OCTOBER)[world.district.pk].flows["overdue"]

    assert overdue(date(2026, 10, 30)) == overdue(date(2026, 10, 31)) == 1
    assert overdue(date(2026, 11, 1)) == 0
    assert overdue(date(2026, 10, 30), date(2026, 10, 31)) == 0
    assert overdue(date(2026, 10, 30), date(2026, 11, 1)) == 1


def test_reopened_and_closed_again_counts_each_time(world: World) -> None:
    case = closed(world, moment(1, 9), moment(5))
    case = perform(case, "request_review", Actor.complainant(case), at=moment(6), reasons="ไม่ตรง")
    do(case, "refuse_review", world.upper_approver, moment(2, 11), reasons="ครบถ้วนแล้ว")
    september, october, november = (figures_of(period)[world.district.pk] for period in (SEPTEMBER, OCTOBER, NOVEMBER))
    assert flows(september)[:5] == (0, 1, 0, 0, 1)
    assert flows(october)[:5] == (1, 0, 1, 1, 1)  # at its end the review was open
    assert flows(november)[:5] == (1, 0, 0, 1, 0)
    assert october.outcomes == november.outcomes == {"unfounded": 1}
    year = tallies_of(year_of(OCTOBER.first))[world.district.pk]
    assert year.cells["flows", "closed"].tolist() == [case.pk, case.pk]


def test_move_to_another_unit_stands_in_both(world: World) -> None:
    case = do(filed(world, moment(1)), "start_screening", world.screener, moment(1))
    do(case, "accept", world.screener, moment(6), kind=world.simple, unit=world.other)
    found = figures_of(OCTOBER)
    assert found[world.district.pk].flows == {"received": 1, "moved_out": 1}
    assert found[world.other.pk].flows == {"moved_in": 1, "open": 1, "overdue": 1}


def test_kind_is_that_at_the_end_of_the_period(world: World) -> None:
    case = do(filed(world, moment(30), kind=None), "start_screening", world.screener, moment(30))
    assert figures_of(OCTOBER)[world.district.pk].kinds == {"-": 1}
    do(case, "accept", world.screener, moment(3, 11), kind=world.ordinary, unit=world.district)
    assert figures_of(OCTOBER)[world.district.pk].kinds == {"-": 1}
    assert figures_of(year_of(OCTOBER.first))[world.district.pk].kinds == {world.ordinary.pk: 1}


def test_protected_are_counted_apart_and_only_from_five_on(world: World) -> None:
    filed(world, moment(3), unit=world.centre)
    before = figures_of(OCTOBER)
    for day in range(1, 5):
        protected(world, moment(day))
    assert figures_of(OCTOBER) == before
    protected(world, moment(5))
    five = figures_of(OCTOBER)[world.centre.pk]
    assert five.protected == {"received": 5, "open": 5, "overdue": 5}
    assert Figures(**{**vars(five), "protected": before[world.centre.pk].protected}) == before[world.centre.pk]


def test_no_cell_holds_a_protected_case(world: World) -> None:
    hidden = {protected(world, moment(day)).pk for day in range(1, 9)}
    filed(world, moment(3))
    for tally in tallies_of(OCTOBER).values():
        assert not any(hidden & set(cases) for cases in tally.cells.values())


def test_only_complaints_are_counted(world: World) -> None:
    filed(world, moment(3))
    Case.objects.update(kind="request")
    assert list(histories(OCTOBER)) == []
    assert figures_of(OCTOBER) == {}


# --- Deadlines --------------------------------------------------------------------------------------------------------
def _set(case: Case, code: str, started: date, stopped: date | None, due: date | None) -> None:
    Clock.objects.filter(case=case.pk).exclude(code=code).delete()
    Clock.objects.filter(case=case.pk, code=code).update(started_on=started, stopped_on=stopped, due_on=due)


@pytest.mark.parametrize(
    ("stopped", "due", "in_time", "late", "took"),
    [
        ((10, 5), (10, 5), 1, 0, "4"),
        ((10, 6), (10, 5), 0, 1, "5"),  # late on the 6th, done on the 6th
        (None, (10, 30), 0, 1, None),  # late on the 31st
        (None, (10, 31), 0, 0, None),  # late in November
        ((11, 3), (10, 31), 0, 0, None),
        ((10, 20), (11, 9), 1, 0, "19"),
        ((11, 3), (10, 20), 0, 1, None),  # late in October, done in November
        ((10, 20), None, 1, 0, "19"),  # paused when it ended
        (None, None, 0, 0, None),
        ((10, 3), (9, 29), 0, 0, "2"),  # late in September
    ],
)
def test_duty_counts_once_on_the_day_it_was_kept_or_passed(
    world: World,
    stopped: tuple[int, int] | None,
    due: tuple[int, int] | None,
    in_time: int,
    late: int,
    took: str | None,
) -> None:
    case = filed(world, moment(1, 9))
    _set(case, "screen", date(2026, 10, 1), stopped and date(2026, *stopped), due and date(2026, *due))
    figures = figures_of(OCTOBER)[world.district.pk]
    assert (figures.in_time["screen"], figures.late["screen"]) == (in_time, late)
    assert figures.took_days("screen") == ({took: 1} if took else {})


@pytest.mark.parametrize(("granted_on", "late", "in_time"), [(10, 0, 1), (26, 1, 0)])
def test_what_is_granted_after_the_due_day_does_not_undo_that_it_was_late(
    world: World, granted_on: int, late: int, in_time: int
) -> None:
    case = investigated(world, moment(1))
    clock = Clock.objects.get(case=case.pk, code="first_report", stopped_on=None)  # due on the 16th
    Clock.objects.filter(case=case.pk).exclude(pk=clock.pk).delete()
    do(case, "extend", world.approver, moment(granted_on), clock=clock, days=30, reasons="รอผลตรวจ")
    Clock.objects.filter(pk=clock.pk).update(stopped_on=date(2026, 10, 28))
    figures = figures_of(OCTOBER)[world.district.pk]
    assert (figures.late["first_report"], figures.in_time["first_report"]) == (late, in_time)


def test_duty_counts_in_the_unit_of_its_day(world: World) -> None:
    case = do(filed(world, moment(1)), "start_screening", world.screener, moment(1))
    do(case, "accept", world.screener, moment(6), kind=world.ordinary, unit=world.other)
    _set(case, "screen", date(2026, 10, 1), date(2026, 10, 6), date(2026, 10, 8))
    assert figures_of(OCTOBER)[world.other.pk].in_time == {"screen": 1}
    _set(case, "screen", date(2026, 10, 1), date(2026, 10, 6), date(2026, 10, 2))
    found = figures_of(OCTOBER)
    assert found[world.district.pk].late == {"screen": 1}
    assert found[world.other.pk].took_days("screen") == {"5": 1}


# --- Over everything at once ------------------------------------------------------------------------------------------
@pytest.fixture
def many(world: World) -> World:
    """Complaints that came, moved, ended, were reopened, became protected, from August to November."""
    for month in (8, 9, 10, 11):
        closed(world, moment(2, month), moment(4, month), channel="box")
        closed(world, moment(3, month), moment(25, month), "decide_inconclusive", kind=world.simple)
        investigated(world, moment(4, month))
        protected(world, moment(5, month))
        filed(world, moment(6, month), kind=None, unit=world.other)
    moved = do(filed(world, moment(1)), "start_screening", world.screener, moment(1))
    do(moved, "accept", world.screener, moment(6), kind=world.simple, unit=world.other)
    again = closed(world, moment(1, 9), moment(5))
    again = perform(again, "request_review", Actor.complainant(again), at=moment(6), reasons="ไม่ตรง")
    do(again, "refuse_review", world.upper_approver, moment(20), reasons="ครบถ้วนแล้ว")
    turned = investigated(world, moment(2, 9))
    do(turned, "change_kind", world.officer, moment(12), kind=world.corruption)
    whole = investigated(world, moment(7))
    open_case(
        "complaint", "register_part", Actor.person(world.officer), unit=world.district, at=moment(9), whole=whole,
        text="อีกเรื่องหนึ่ง",
    )  # fmt: skip
    other = do(filed(world, moment(8)), "start_screening", world.screener, moment(8))
    do(other, "merge", world.screener, moment(9), into=whole)
    return world


def test_every_breakdown_adds_up_and_every_unit_balances(many: World) -> None:
    periods = [SEPTEMBER, OCTOBER, NOVEMBER, year_of(SEPTEMBER.first), year_of(OCTOBER.first)]
    seen: set[str] = set()
    for period in periods:
        found = figures_of(period)
        assert {many.district.pk, many.other.pk} <= set(found)
        for figures in found.values():
            seen |= set(figures.flows)
            assert sum(figures.flows[what] for what in BALANCE_IN) == sum(figures.flows[what] for what in BALANCE_OUT)
            assert figures.kinds.total() == figures.channels.total() == figures.flows["received"]
            assert figures.outcomes.total() == figures.days.total() == figures.flows["closed"]
            assert figures.states.total() == figures.flows["open"]
    assert seen >= {*BALANCE_IN, *BALANCE_OUT}


def test_year_is_the_sum_of_its_months_but_for_what_stands(many: World) -> None:
    year = year_of(OCTOBER.first)
    whole = figures_of(year)
    months = [figures_of(month) for month in year.months()]
    for unit, figures in whole.items():
        parts = [found.get(unit, Figures()) for found in months]
        added = sum(parts, Figures())
        for what in {*figures.flows} - {"opening", "open", "overdue"}:
            assert figures.flows[what] == added.flows[what], what
        assert figures.flows["opening"] == parts[0].flows["opening"]
        assert figures.flows["open"] == parts[-1].flows["open"]
        for part in ("outcomes", "channels", "days", "in_time", "late", "took"):
            assert getattr(figures, part) == getattr(added, part), part


def test_cells_hold_as_many_cases_as_the_figures_count(many: World) -> None:
    for tally in tallies_of(OCTOBER).values():
        figures = tally.figures(OCTOBER)
        for (part, key), cases in tally.cells.items():
            assert len(cases) == getattr(figures, part)[key] > 0


def test_kind_of_a_main_kind_is_its_own(world: World) -> None:
    main = ComplaintKind.objects.filter(parent=None, protected=False)[0]
    filed(world, moment(3), kind=main)
    assert figures_of(OCTOBER)[world.district.pk].kinds == {main.pk: 1}
