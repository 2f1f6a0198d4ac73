"""From the ledger and the clocks to the figures of a period, and the cases behind each."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from complaints.models import ComplaintKind
from organisations.calendar import WorkingCalendar, current_calendar
from workflows.models import Clock, ClockExtension, LedgerEntry
from workflows.timekeeping import as_pauses, due_day

from .figures import UNDECIDED, Tally
from .histories import TOLD, Entry, History, history_of
from .periods import Period, month_of

KIND = "complaint"
_CHUNK = 5000
_ONE_DAY = timedelta(days=1)
# Most entries say nothing that counts beside their state; reading their facts would take the longest.
_TELLING = ('"unit":', '"kind":', '"to":', '"outcome":', '"channel":')


class Duty(NamedTuple):
    """A duty that was done or became late. late: on the day after its due day; else the day it was done or ended."""

    clock: str
    day: date
    late: bool


class Took(NamedTuple):
    """A duty that was done: the day, and the calendar days since it began."""

    clock: str
    day: date
    days: int


def tallies_of(period: Period, cases: Collection[int] | None = None) -> dict[int, Tally]:
    """What happened in the period and stood at its end, by the id of the unit. One pass over the complaints that were
    open in it, or of them over `cases`."""
    found: dict[int, Tally] = defaultdict(Tally)
    late = _overdue(period, cases)
    duties = _Alongside(_duties(period, cases))
    for history in histories(period, cases):
        _count_flows(history, period, found, late=history.case in late)
        _count_duties(history, duties.of(history.case), found)
    return dict(found)


def histories(period: Period, cases: Collection[int] | None = None) -> Iterator[History]:
    """Every complaint (of `cases`) that was open in the period or ended in it, by id. `closed_at` is its last end: what
    ended before the period and was not opened again since was closed all through it."""
    alive = Q(case__closed_at=None) | Q(case__closed_at__gte=period.begins)
    # Of a protected one all of them: when it became protected may be told later.
    before = Q(at__lt=period.ends) | Q(case__protected=True)
    entries = LedgerEntry.objects.filter(alive, before, _among(cases), case__kind=KIND).order_by("case_id", "seq")
    # Days of Bangkok, found by the database: half of the time would go into them here.
    opened_on, day = TruncDate("case__opened_at"), TruncDate("at")
    rows = entries.values_list(
        "case_id", opened_on, "case__unit_id", "case__protected", day, "verb", "to_state", "facts"
    )
    protected = dict(ComplaintKind.objects.values_list("code", "protected"))
    kinds, guarded = frozenset(protected), frozenset(code for code, is_protected in protected.items() if is_protected)
    for case, steps in groupby(rows.iterator(chunk_size=_CHUNK), key=itemgetter(0)):
        told = list(steps)
        _case, opened, unit, hidden, *_rest = told[0]
        yield history_of(
            case,
            opened,
            # Entries of before the register recorded the unit: the one the case is in.
            unit,
            (Entry(day, verb, state, _read(facts)) for *_case, day, verb, state, facts in told),
            protected=hidden,
            guarded=guarded,
            kinds=kinds,
        )


def _among(cases: Collection[int] | None) -> Q:
    return Q() if cases is None else Q(case__in=cases)


def _read(facts: str) -> dict[str, Any]:
    if not any(word in facts for word in _TELLING):
        return {}
    read: dict[str, Any] = json.loads(facts)
    return read


def _count_flows(history: History, period: Period, found: dict[int, Tally], *, late: bool) -> None:
    case = history.case
    for movement in history.movements():
        if not period.first <= movement.day <= period.last:
            continue
        tally = found[movement.unit]
        if movement.protected:
            if movement.what in TOLD:
                tally.hidden[movement.what, month_of(movement.day)] += 1
            continue
        tally.add("flows", movement.what, case)
        if movement.what == "received":
            standing = history.on(movement.day)
            tally.add("kinds", history.kind_on(period.last) or UNDECIDED, case)
            tally.add("channels", standing.channel if standing else "", case)
        elif movement.what == "closed":
            tally.add("outcomes", movement.ending, case)
            tally.days[str((movement.day - history.opened).days)] += 1
    start, end = history.on(period.first - _ONE_DAY), history.on(period.last)
    if start and start.is_open and not start.protected:
        found[start.unit].add("flows", "opening", case)
    if end is None or not end.is_open:
        return
    tally = found[end.unit]
    if end.protected:
        tally.hidden["open", month_of(period.last)] += 1
        tally.hidden["overdue", month_of(period.last)] += late
        return
    tally.add("flows", "open", case)
    tally.add("states", end.state, case)
    if late:
        tally.add("flows", "overdue", case)


def _count_duties(history: History, duties: Iterable[Duty | Took], found: dict[int, Tally]) -> None:
    for duty in duties:
        standing = history.on(duty.day)
        if standing is None or standing.protected:
            continue
        tally = found[standing.unit]
        if isinstance(duty, Took):
            tally.took[f"{duty.clock}/{duty.days}"] += 1
        else:
            tally.add("late" if duty.late else "in_time", duty.clock, history.case)


class _Alongside:
    """Rows of cases in the order of their ids, for who asks for one case after the other in the same order."""

    def __init__(self, rows: Iterable[tuple[int, Duty | Took]]) -> None:
        self._groups = groupby(rows, key=itemgetter(0))
        self._next = next(self._groups, None)

    def of(self, case: int) -> list[Duty | Took]:
        """The rows of this case."""
        while self._next is not None and self._next[0] < case:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != case:
            return []
        rows = [row for _case, row in self._next[1]]
        self._next = next(self._groups, None)
        return rows


def _duties(period: Period, cases: Collection[int] | None) -> Iterator[tuple[int, Duty | Took]]:
    """The duties that were done or became late in the period, by the id of their case."""
    in_period = Q(stopped_on__range=(period.first, period.last))
    passed = Q(due_on__range=(period.first - _ONE_DAY, period.last - _ONE_DAY))
    granted = _due_days_with_extensions(period, cases)
    wanted = (in_period | passed | Q(pk__in=granted)) & _among(cases)
    clocks = Clock.objects.filter(wanted, duty=True, case__kind=KIND).order_by("case_id", "pk")
    rows = clocks.values_list("case_id", "pk", "code", "started_on", "stopped_on", "due_on")
    for case, pk, code, started, stopped, due_stored in rows.iterator(chunk_size=_CHUNK):
        due = granted.get(pk, due_stored)
        in_time = stopped is not None and (due is None or stopped <= due)
        day = stopped if in_time else due + _ONE_DAY if due else None
        if day is not None and period.first <= day <= period.last:
            yield case, Duty(code, day, not in_time)
        if stopped is not None and period.first <= stopped <= period.last:
            yield case, Took(code, stopped, (stopped - started).days)


def _due_days_with_extensions(period: Period, cases: Collection[int] | None) -> dict[int, date | None]:
    """The due days of the clocks that were extended, by their ids, without what was granted after the due day."""
    wanted = Q(clock__stopped_on=None) | Q(clock__stopped_on__gte=period.first)
    if cases is not None:
        wanted &= Q(clock__case__in=cases)
    rows = ClockExtension.objects.filter(wanted, clock__duty=True, clock__case__kind=KIND).order_by("clock", "at")
    found: dict[int, date | None] = {}
    calendar = current_calendar()
    extended = rows.select_related("clock__case").prefetch_related("clock__case__pauses")
    for _clock, granted in groupby(extended, key=lambda row: row.clock_id):
        extensions = list(granted)
        clock = extensions[0].clock
        clock.extension = 0
        due = _due(clock, calendar)
        for extension in extensions:
            if due is not None and timezone.localdate(extension.at) > due:
                break
            clock.extension += extension.days
            due = _due(clock, calendar)
        found[clock.pk] = due
    return found


def _due(clock: Clock, calendar: WorkingCalendar) -> date | None:
    return due_day(clock, as_pauses(clock.case.pauses.all()), calendar)


def _overdue(period: Period, cases: Collection[int] | None) -> set[int]:
    """Cases of which a duty was due in the period or before, and not done when it was over."""
    ran = Clock.objects.filter(
        Q(stopped_on=None) | Q(stopped_on__gt=period.last),
        _among(cases),
        duty=True,
        case__kind=KIND,
        started_on__lte=period.last,
    )
    late = set(ran.filter(due_on__lte=period.last).values_list("case_id", flat=True))
    # What was granted since did not count then.
    since: Counter[int] = Counter()
    later = ClockExtension.objects.filter(at__gte=period.ends, clock__in=ran)
    for pk, days in later.values_list("clock_id", "days"):
        since[pk] += days
    calendar = current_calendar()
    for clock in ran.filter(pk__in=since).select_related("case").prefetch_related("case__pauses"):
        clock.extension -= since[clock.pk]
        due = _due(clock, calendar)
        if due is not None and due <= period.last:
            late.add(clock.case_id)
    return late
