"""The statistics of a month that are reported to the superior and to the province (S4:194, S4:1784).

Everything is read off the ledger as it stood when the month ended: computed again years later the figures are the
same, but for what was changed in the holidays and the rule data since. A complaint counts in the unit in which it
stood then. Protected complaints are counted apart and appear in nothing else; of them a figure below `LEAST` is never
stored nor shown, and none is shown in the same way, so that nobody learns from a dash that there is one.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple, Self

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from complaints.models import ComplaintKind, MonthlyReport
from complaints.monthly_readers import EVENT, readers_of
from complaints.states import CLOSED, OPEN
from notifications.events import announce
from organisations.calendar import current_calendar
from workflows.models import Clock, ClockExtension, LedgerEntry
from workflows.timekeeping import as_pauses, due_day

LEAST = 5
"""The smallest figure of protected complaints that is told (design: Privacy)."""
UNDECIDED = "-"
"""In place of a main kind: it is not decided yet."""
ANSWERED = "answered"
"""How a complaint ended that was answered and closed without a finding."""
MOVED = "moved"
"""How a complaint ended that went to another register: it became protected (design: Privacy, the stub it leaves)."""
FLOWS = ("received", "closed", "open", "overdue")

_ALONE = 0x50D51  # the key of the advisory lock
# Verbs whose facts say where a complaint stands, what it is about, or what was decided.
_BEGINNINGS = frozenset({"register", "import_received", "import_investigating", "import_closed"})
_DECIDING = frozenset({"decide_founded", "decide_partly", "decide_unfounded", "decide_inconclusive"})


@dataclass(frozen=True)
class Figures:
    """The figures of a unit for a month.

    flows: complaints that were `received` in the month, `closed` in it and still closed at its end, and that were
    `open` and `overdue` at its end. outcomes: how those closed ended; it adds up to `closed`, and so does `days`, from
    receipt to end, in calendar days (keys are texts). kinds (main kinds) and channels add up to `received`.
    protected: flows of protected complaints, those that reach `LEAST`.
    """

    flows: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    protected: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(Figures)))

    def __bool__(self) -> bool:
        return any(getattr(self, part.name) for part in fields(Figures))

    @property
    def median_days(self) -> int | None:
        """The days that half of the closed complaints did not exceed (of two middle ones the longer); None for none."""
        left = self.days.total() // 2
        for days in sorted(self.days, key=int):
            left -= self.days[days]
            if left < 0:
                return int(days)
        return None

    def to_json(self) -> dict[str, dict[str, int]]:
        """As it is stored."""
        return {part.name: dict(sorted(getattr(self, part.name).items())) for part in fields(Figures)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Mapping[str, int]]) -> Self:
        """As it was stored."""
        return cls(**{part.name: Counter(stored.get(part.name, {})) for part in fields(Figures)})


class Span(NamedTuple):
    """A month: its first and last day, and the moments (Bangkok) at which it begins and at which it is over."""

    first: date
    last: date
    begins: datetime
    ends: datetime


def month_of(day: date) -> Span:
    """The month in which `day` lies."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    begins, ends = (timezone.make_aware(datetime.combine(each, time())) for each in (first, following))
    return Span(first, following - timedelta(days=1), begins, ends)


def month_before(day: date) -> date:
    """The first day of the month before that of `day`."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def make_reports(today: date) -> int:
    """From the first working day of a month on: write the reports of the month before, once. Out: how many.

    Whoever has to read them is told in the same transaction, once for each unit he answers for.
    """
    month = month_before(today)
    if today < current_calendar().roll_forward(today.replace(day=1)) or _is_made(month):
        return 0
    found = figures_of(month)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ALONE])
        if _is_made(month):
            return 0
        now = timezone.now()
        MonthlyReport.objects.bulk_create(
            MonthlyReport(unit_id=unit, month=month, figures=figures.to_json(), made_at=now)
            for unit, figures in found.items()
        )
        for unit in readers_of(found, month_of(month).last):
            announce(EVENT, {"unit": unit, "month": f"{month:%Y-%m}"})
    return len(found)


def figures_of(month: date) -> dict[int, Figures]:
    """The figures of every unit that had complaints in the month of `month`, by the id of the unit."""
    span = month_of(month)
    late, main = _late(span), _main_kinds()
    found: dict[int, Figures] = {}
    hidden: dict[int, Counter[str]] = {}
    for past in _pasts(span):
        flows = Counter(past.flows(span, late=past.case in late))
        if past.protected:
            hidden.setdefault(past.unit, Counter()).update(flows)
            if past.left and past.came < span.first <= past.left.day:
                # An earlier report counted it among the others: left out, what is open would not add up any more.
                figures = found.setdefault(past.left.unit, Figures())
                figures.flows["closed"] += 1
                figures.outcomes[MOVED] += 1
                figures.days[str((past.left.day - past.opened).days)] += 1
            continue
        figures = found.setdefault(past.unit, Figures())
        figures.flows.update(flows)
        if flows["received"]:
            figures.kinds[main.get(past.kind, UNDECIDED)] += 1
            figures.channels[past.channel] += 1
        if flows["closed"]:
            figures.outcomes[past.ending] += 1
            figures.days[str(past.days)] += 1
    for unit, counts in hidden.items():
        told = {name: count for name, count in counts.items() if count >= LEAST}
        if told:
            found.setdefault(unit, Figures()).protected.update(told)
    return {unit: figures for unit, figures in sorted(found.items()) if figures}


# --- A complaint as it stood ------------------------------------------------------------------------------------------
class _Left(NamedTuple):
    """The day on which a complaint became protected that was open, and the unit in which it had been counted."""

    day: date
    unit: int


@dataclass
class _Past:
    """A complaint as it stood at the end of a month."""

    case: int
    opened: date
    unit: int
    came: date
    kind: str = ""
    channel: str = ""
    protected: bool = False
    is_open: bool = True
    ended: date | None = None
    ended_in: str = ""
    outcome: str = ""
    left: _Left | None = None

    def flows(self, span: Span, *, late: bool) -> Iterator[str]:
        """In which figures it counts."""
        if self.came >= span.first:
            yield "received"
        if self.is_open:
            yield "open"
            if late:
                yield "overdue"
        elif self.ended and self.ended >= span.first:
            yield "closed"

    @property
    def ending(self) -> str:
        """How it ended: what was decided, else without a finding; or the state it ended in."""
        return (self.outcome or ANSWERED) if self.ended_in == CLOSED else self.ended_in

    @property
    def days(self) -> int:
        """Calendar days from its receipt to its end."""
        assert self.ended is not None
        return (self.ended - self.opened).days


def _pasts(span: Span) -> Iterator[_Past]:
    """Every complaint that was open in the month or ended in it. `closed_at` is its last end: what ended before the
    month and was not opened again since was closed all through it."""
    alive = Q(case__closed_at=None) | Q(case__closed_at__gte=span.begins)
    entries = LedgerEntry.objects.filter(alive, case__kind="complaint", at__lt=span.ends).order_by("case_id", "seq")
    rows = entries.values_list(
        "case_id", "case__opened_at", "case__unit_id", "at", "verb", "from_state", "to_state", "facts"
    )
    guarded = set(ComplaintKind.objects.filter(protected=True).values_list("code", flat=True))
    for case, steps in groupby(rows.iterator(chunk_size=5000), key=lambda row: row[0]):
        past: _Past | None = None
        for _case, opened, unit, at, *step in steps:
            day = timezone.localdate(at)
            # Entries of before the register recorded the unit: the one the case is in.
            past = past or _Past(case, timezone.localdate(opened), unit, day)
            _follow(past, day, *step, guarded=guarded)
        if past is not None:
            yield past


def _follow(past: _Past, day: date, verb: str, before: str, after: str, text: str, *, guarded: set[str]) -> None:
    if verb in _BEGINNINGS or verb in _DECIDING or verb in {"accept", "change_kind"}:
        facts: dict[str, Any] = json.loads(text)
        was_in, past.unit = past.unit, facts.get("unit") or past.unit
        past.channel = facts.get("channel") or past.channel
        past.kind = facts.get("to") or facts.get("kind") or past.kind
        past.outcome = facts.get("outcome") or past.outcome
        if past.kind in guarded and not past.protected:
            past.protected = True
            past.left = _Left(day, was_in) if before in OPEN else None
    past.is_open = after in OPEN
    if not past.is_open and before != after:
        past.ended, past.ended_in = day, after


def _late(span: Span) -> set[int]:
    """Cases of which a duty was due in the month or before, and not done when it was over."""
    ran = Clock.objects.filter(
        Q(stopped_on=None) | Q(stopped_on__gt=span.last), duty=True, case__kind="complaint", started_on__lte=span.last
    )
    late = set(ran.filter(due_on__lte=span.last).values_list("case_id", flat=True))
    # What was granted since did not count then.
    since: Counter[int] = Counter()
    for clock, days in ClockExtension.objects.filter(at__gte=span.ends, clock__in=ran).values_list("clock_id", "days"):
        since[clock] += days
    calendar = current_calendar()
    for clock in ran.filter(pk__in=since).select_related("case"):
        clock.extension -= since[clock.pk]
        due = due_day(clock, as_pauses(clock.case.pauses.all()), calendar)
        if due is not None and due <= span.last:
            late.add(clock.case_id)
    return late


def _main_kinds() -> dict[str, str]:
    """Each kind with the main kind it is part of."""
    parents = dict(ComplaintKind.objects.values_list("code", "parent"))

    def main(code: str) -> str:
        seen = {code}
        while (above := parents.get(code)) and above not in seen:
            code = above
            seen.add(code)
        return code

    return {code: main(code) for code in parents}


def _is_made(month: date) -> bool:
    return MonthlyReport.objects.filter(month=month).exists()
