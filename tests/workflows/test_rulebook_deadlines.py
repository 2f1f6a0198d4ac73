"""What a change does to deadlines: what the preview says is what saving then does."""

from collections import Counter
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from organisations.calendar import current_calendar
from organisations.models import Holiday, User
from tests.support.world import World
from workflows.clocks import is_overdue
from workflows.models import Case, CasePause, Clock, ClockRule, LedgerEntry
from workflows.rulebook.deadlines import effect_of_days, effect_of_rule, shift
from workflows.rulebook.rows import Alteration, alter_year, rows_of_year, stamp
from workflows.rulebook.tables import table_of
from workflows.rulebook.years import YearDay, alterations
from workflows.timekeeping import as_pauses, due_day, next_due, refresh
from workflows.watch import recompute_deadlines

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
Filed = tuple[Case, Case]
DAYS = st.integers(-40, 40).map(lambda days: TODAY + timedelta(days=days))


@st.composite
def paused(draw: Any) -> tuple[date, date | None]:
    """A pause, open or ended."""
    start = draw(DAYS)
    return start, draw(st.none() | st.integers(0, 20).map(lambda days: start + timedelta(days=days)))


@st.composite
def clocks(draw: Any) -> dict[str, Any]:
    """A running clock of any shape."""
    return {
        "started_on": draw(DAYS), "length": draw(st.integers(0, 30)),
        "unit": draw(st.sampled_from(["calendar", "working"])),
        "duty": draw(st.booleans()), "pauses": draw(st.booleans()), "extension": draw(st.sampled_from([0, 0, 7])),
    }  # fmt: skip


@pytest.fixture
def filed(world: World) -> Filed:
    """A case that anybody may count, and a protected one: every example begins with them."""
    return world.file(world.ordinary), world.file(world.corruption)


class _Undone(Exception):
    """Ends an example without leaving its rows."""


def _set_up(case: Case, of: list[dict[str, Any]], pauses: list[tuple[date, date | None]]) -> None:
    """Give `case` these clocks and pauses, as the timekeeper would have left them."""
    Clock.objects.filter(case=case.pk).update(stopped_on=TODAY)
    CasePause.objects.filter(case=case.pk).delete()
    for start, end in pauses[:1] + [one for one in pauses[1:] if one[1] is not None]:
        CasePause.objects.create(case=case, started_on=start, ended_on=end)
    rule, calendar, kept = ClockRule.objects.get(code="screen"), current_calendar(), as_pauses(case.pauses.all())
    rows = []
    for number, one in enumerate(of):
        clock = Clock(case=case, rule=rule, code="screen", about=str(number), **one)
        refresh(clock, kept, calendar)
        clock.save()
        rows.append(clock)
    Case.objects.filter(pk=case.pk).update(next_due=next_due(rows))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(clocks(), min_size=1, max_size=6),
    st.lists(paused(), max_size=2),
    st.sets(DAYS, max_size=6),
    st.sets(DAYS, max_size=6),
)
def test_preview_of_holidays_is_what_saving_then_does(
    world: World, filed: Filed, of: list[dict[str, Any]], pauses: list[Any], there: set[date], wanted: set[date]
) -> None:
    year = TODAY.year
    there, wanted = ({day for day in days if day.year == year} for days in (there, wanted))
    with suppress(_Undone), transaction.atomic():
        _check(world.administrator, filed, of, pauses, there, wanted, year)
        raise _Undone


def _check(by: User, filed: Filed, of: Any, pauses: Any, there: set[date], wanted: set[date], year: int) -> None:
    table = table_of("holidays")
    for day in there:
        Holiday.objects.create(day=day, name_th="ก", source="x")
    _open, hidden = filed
    for case in filed:
        _set_up(case, of, pauses)
    running = Clock.objects.filter(stopped_on=None, case__protected=False)
    before = dict(running.values_list("pk", "due_on"))
    held = rows_of_year(table, year)
    changes = alterations(held, [YearDay(day, "ก", "") for day in sorted(wanted)], "x")
    entries = LedgerEntry.objects.count()

    found = shift(_calendar(there, wanted), TODAY)
    with override("en"):
        effect = effect_of_days(added=wanted - there, removed=there - wanted)

    # The preview has written nothing.
    assert dict(running.values_list("pk", "due_on")) == before
    assert set(Holiday.objects.values_list("day", flat=True)) == there
    alter_year(table, year, changes, by=by, reason="x", seen=stamp(table, held))
    recompute_deadlines()
    rows = list(running)
    moved = Counter((row.code, before[row.pk], row.due_on) for row in rows if row.due_on != before[row.pk])
    assert found.moved == moved
    late = {row.pk for row in rows if row.duty and is_overdue(row.due_on, TODAY)}
    was_late = {row.pk for row in rows if row.duty and is_overdue(before[row.pk], TODAY)}
    assert (found.late, found.no_longer_late) == (len(late - was_late), len(was_late - late))
    assert Counter({(one.old, one.new): one.many for one in effect.moved}) == Counter(
        {(old, new): count for (_code, old, new), count in moved.items()}
    )
    assert LedgerEntry.objects.count() == entries  # a calendar is no step of a case
    # Protected cases follow too, though nobody counts them.
    for row in Clock.objects.filter(case=hidden.pk, stopped_on=None):
        assert row.due_on == due_day(row, as_pauses(hidden.pauses.all()), current_calendar())


def _calendar(there: set[date], wanted: set[date]) -> Any:
    from organisations.calendar import WorkingCalendar

    assert current_calendar().holidays == there
    return WorkingCalendar(frozenset(wanted))


def test_protected_cases_move_no_figure_of_a_preview(world: World) -> None:
    case = world.file(world.corruption)
    due = case.clocks.get(code="screen").due_on
    with override("en"):
        effect = effect_of_days(added=[due], removed=[])
    assert effect.moved == ()
    assert effect.sentences[0] == "No running deadline gets another day."
    world.file(world.ordinary)
    assert sum(one.many for one in effect_of_days(added=[due], removed=[]).moved) > 0


def test_days_on_which_nothing_is_due_move_nothing(world: World) -> None:
    world.file(world.ordinary)
    assert effect_of_days(added=[date(2099, 5, 5)], removed=[]).moved == ()


def test_preview_says_how_many_become_overdue_and_how_many_no_longer(world: World) -> None:
    # What was due on the last working day is overdue now, and due today or later had offices been closed then.
    last = next(day for ago in (1, 2, 3) if (day := TODAY - timedelta(days=ago)).weekday() < 5)
    clock = {"started_on": last - timedelta(days=1), "length": 1, "unit": "calendar", "duty": True, "pauses": False}
    case = world.file(world.ordinary)
    with override("en"):
        _set_up(case, [clock], [])
        assert "1 is overdue now and no longer then." in effect_of_days(added=[last], removed=[]).sentences
        Holiday.objects.create(day=last, name_th="ก", source="x")
        _set_up(case, [clock], [])
        assert "1 of them is overdue then." in effect_of_days(added=[], removed=[last]).sentences


# --- Rules of clocks --------------------------------------------------------------------------------------------------
def later(code: str = "screen", **values: Any) -> ClockRule:
    """A rule that begins in ten days, not saved."""
    rule = ClockRule.objects.get(code=code, category="")
    rule.pk, rule._state.adding, rule.valid_from = None, True, TODAY + timedelta(days=10)
    for name, value in values.items():
        setattr(rule, name, value)
    return rule


def sentences(rule: ClockRule | None, before: ClockRule | None = None) -> list[str]:
    with override("en"):
        return [str(one) for one in effect_of_rule(before, rule).sentences]


def test_clocks_that_run_go_on_under_the_rule_of_before(world: World) -> None:
    for kind in (world.ordinary, world.simple, world.corruption):
        world.file(kind)
    first, day, past, _note = sentences(later(length=2))
    assert first == "2 deadlines run under the rule of before and go on so."
    assert "begins on" in day
    assert "nothing to compare" in past


def test_a_rule_for_one_kind_counts_the_clocks_of_that_kind_and_below(world: World) -> None:
    world.file(world.simple)
    world.file(world.ordinary)
    assert sentences(later(category=world.simple.pk))[0].startswith("1 deadline ")
    assert sentences(later(category="general"))[0].startswith("1 deadline ")
    assert sentences(later(category="corruption"))[0].startswith("Every deadline that begins ")
    # A rule of a nearer kind stands before that of the whole.
    near = later(category=world.simple.pk, valid_from=TODAY)
    near.save()
    assert sentences(later(category="general"))[0].startswith("Every deadline that begins ")
    assert sentences(later())[0].startswith("1 deadline ")


def test_the_last_90_days_are_counted_again_under_the_new_length(world: World) -> None:
    calendar = current_calendar()
    for days, ago in ((3, 5), (9, 5), (3, 95)):
        case = world.file(world.ordinary)
        clock = case.clocks.get(code="screen")
        clock.stopped_on = TODAY - timedelta(days=ago)
        clock.started_on = clock.stopped_on - timedelta(days=days)
        refresh(clock, [], calendar)
        clock.save()
    # Of the two that ended within 90 days one took three days, one nine; the rule allows five working days.
    assert "Of 2 that ended in the last 90 days 1 were late; with the new length 2 would have been." in sentences(
        later(length=0)
    )
    assert "Of 2 that ended in the last 90 days 1 were late; with the new length 0 would have been." in sentences(
        later(length=30)
    )
    # What was given a length of its own does not follow the rule, nor do imported cases.
    Clock.objects.filter(code="screen").update(length=4)
    assert "nothing to compare" in sentences(later(length=0))[1]
    Clock.objects.filter(code="screen").update(length=5, silent=True)
    assert "nothing to compare" in sentences(later(length=0))[1]


def test_looking_back_takes_the_pauses_of_the_new_rule(world: World) -> None:
    case = world.file(world.ordinary)
    clock = case.clocks.get(code="screen")
    clock.started_on, clock.stopped_on = TODAY - timedelta(days=30), TODAY - timedelta(days=2)
    CasePause.objects.create(case=case, started_on=TODAY - timedelta(days=29), ended_on=TODAY - timedelta(days=3))
    refresh(clock, as_pauses(case.pauses.all()), current_calendar())
    clock.save()
    assert "1 were late" not in sentences(later())[1]
    assert "0 would have been" in sentences(later(pauses=True))[1]
    assert "1 would have been" in sentences(later(pauses=False))[1]


def test_a_window_is_never_late_so_nothing_is_looked_back_at(world: World) -> None:
    world.file(world.ordinary)
    assert len(sentences(later("objection"))) == 2


def test_taking_out_a_rule_that_has_not_begun_says_that_nothing_began(world: World) -> None:
    assert sentences(None, later()) == ["No deadline has begun under this rule. The one before it goes on."]


# --- As many as there are ---------------------------------------------------------------------------------------------
def test_previews_ask_the_same_however_many_clocks_run(world: World) -> None:
    def asked() -> list[int]:
        found = []
        for effect in (
            lambda: effect_of_days(added=[TODAY + timedelta(days=2)], removed=[]),
            lambda: effect_of_rule(None, later()),
        ):
            with CaptureQueriesContext(connection) as made:
                effect()
            found.append(len(made))
        return found

    world.file(world.ordinary)
    few = asked()
    for number in range(12):
        case = world.file(world.ordinary)
        CasePause.objects.create(case=case, started_on=TODAY, ended_on=TODAY + timedelta(days=number))
    assert asked() == few


def test_alterations_name_only_what_differs() -> None:
    held = [Holiday(day=date(2027, 1, day), name_th="ก", name_en="", source="เดิม") for day in (1, 2)]
    found = alterations(held, [YearDay(date(2027, 1, 2), "ก", ""), YearDay(date(2027, 1, 3), "ข", "")], "ใหม่")
    assert found[0] == Alteration(held[0], None)
    assert (found[1].before, found[1].after.day, found[1].after.source) == (None, date(2027, 1, 3), "ใหม่")
    assert len(found) == 2
