"""The clocks of a case in the database: start, stop, pause, extend, and what follows from them.

The rules are pure functions in `workflows.clocks`; this module only keeps their results beside the history they are
computed from. `refresh()` may be called at any time and changes nothing that is right.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db import connection

from organisations.calendar import WorkingCalendar, current_calendar
from workflows import clocks
from workflows.clocks import DayUnit, Pause
from workflows.models import Case, CasePause, Clock, ClockRule

WARNING_SHARES = (50, 80, 100, 150)

# What a step may change of a running clock. `bulk_update` builds a CASE for each column and row, which costs more than
# all other queries of an edge together.
_KEPT = ("stopped_on", "extension", "due_on", "warned", "next_warning_on")
_UPDATE = f"""
UPDATE workflows_clock SET {", ".join(f"{name} = kept.{name}" for name in _KEPT)}
FROM unnest(%s::bigint[], %s::date[], %s::int[], %s::date[], %s::smallint[], %s::date[])
    AS kept (id, {", ".join(_KEPT)})
WHERE workflows_clock.id = kept.id
"""  # noqa: S608 - the columns are the constants above


class NoClockRule(LookupError):
    """No rule for a clock is in force on the day it starts; an administrator has to enter one."""


def rules_in_force(codes: Iterable[str], lineage: Sequence[str], day: date) -> dict[str, ClockRule]:
    """The rules of `codes` on `day` for a kind of matter.

    lineage: the kind and what it is part of, the nearest first: a rule of the kind itself goes before one of its main
    kind, and that before the general one. A code without a rule is missing.
    """
    order = {category: place for place, category in enumerate([*lineage, ""])}
    rules = ClockRule.objects.filter(code__in=list(codes), category__in=order, valid_from__lte=day)
    # The last one of a code stays: the nearest after the general one, the newer after the older.
    return {rule.code: rule for rule in sorted(rules, key=lambda rule: (-order[rule.category], rule.valid_from))}


@dataclass
class Timekeeper:
    """The clocks and pauses of one locked case: read when a step first needs them, and written once.

    Most acts touch no clock, and nothing is read for them.
    """

    case: Case
    lineage: Callable[[str], tuple[str, ...]]
    _changed: set[int] = field(default_factory=set)
    _new: list[Clock] = field(default_factory=list)

    @cached_property
    def clocks(self) -> list[Clock]:
        """The running clocks. A case that is just being opened has none."""
        return list(self.case.clocks.filter(stopped_on=None)) if self.case.ledger_seq else []

    @cached_property
    def pauses(self) -> list[CasePause]:
        """All pauses, the open one among them."""
        return list(self.case.pauses.all()) if self.case.ledger_seq else []

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The holidays, read only by a step that has something to count."""
        return current_calendar()

    def start(
        self,
        code: str,
        day: date,
        *,
        length: int | None = None,
        due_on: date | None = None,
        about: str = "",
        rule: ClockRule | None = None,
    ) -> Clock:
        """Start a clock; one of the same code and matter that runs already is left as it is.

        length: days, in the unit of the rule, in place of the rule's. due_on: a date promised by a person, which is
        kept as a length in calendar days. Raises NoClockRule.
        """
        for running in self.clocks:
            if (running.code, running.about) == (code, about) and running.stopped_on is None:
                return running
        rule = rule or self._rules([code], day).get(code)
        if rule is None:
            raise NoClockRule(code)
        unit = rule.unit
        if due_on is not None:
            length, unit = max(0, (due_on - day).days), ClockRule.Unit.CALENDAR
        clock = Clock(
            case=self.case,
            rule=rule,
            code=code,
            about=about,
            length=rule.length if length is None else length,
            unit=unit,
            duty=rule.meaning == ClockRule.Meaning.DUTY,
            pauses=rule.pauses,
            silent=self.case.silent,
            started_on=day,
        )
        refresh(clock, self._pauses(), self.calendar)
        self.clocks.append(clock)
        self._new.append(clock)
        return clock

    def start_all(self, codes: Sequence[str], day: date) -> None:
        """Start the clocks of an edge. Raises NoClockRule."""
        rules = self._rules(codes, day) if codes else {}
        for code in codes:
            self.start(code, day, rule=rules.get(code))

    def stop(self, code: str, day: date, *, about: str | None = None) -> None:
        """Stop the running clocks of `code` (all matters unless `about` is given)."""
        for clock in self.clocks:
            if clock.code == code and clock.stopped_on is None and about in (None, clock.about):
                clock.stopped_on = max(day, clock.started_on)
                clock.next_warning_on = None
                self._changed.add(clock.pk)

    def take_back(self, *, started: Iterable[str], stopped: Iterable[str], day: date) -> None:
        """Undo what an edge of `day` did: the clocks it started stop, the last of each it stopped run on."""
        for code in started:
            self.stop(code, day)
        undone: set[tuple[str, str]] = set()
        for clock in self.case.clocks.filter(code__in=list(stopped), stopped_on=day).order_by("-pk"):
            if (clock.code, clock.about) in undone:
                continue
            undone.add((clock.code, clock.about))
            clock.stopped_on = None
            refresh(clock, self._pauses(), self.calendar)
            self.clocks.append(clock)
            self._changed.add(clock.pk)

    def stop_duties(self, day: date) -> None:
        """Stop every running duty, at the end of a round. Windows of the complainant run on."""
        for code in {clock.code for clock in self.clocks if clock.duty}:
            self.stop(code, day)

    def pause(self, day: date) -> None:
        """From the day after `day` no day counts, until `resume()`."""
        if not any(pause.ended_on is None for pause in self.pauses):
            self.pauses.append(CasePause.objects.create(case=self.case, started_on=day))
            self._refresh_running()

    def resume(self, day: date) -> None:
        """The pause ends with `day`."""
        for pause in self.pauses:
            if pause.ended_on is None:
                pause.ended_on = max(day, pause.started_on)
                pause.save(update_fields=["ended_on"])
        self._refresh_running()

    def extend(self, clock: Clock, days: int, day: date) -> None:
        """Grant `days` more on a running clock, in its unit; warnings of the longer clock to come are armed anew."""
        clock.extension += days
        passed = [
            warning.percent for warning in warning_days(clock, self._pauses(), self.calendar) if warning.on <= day
        ]
        clock.warned = max((percent for percent in passed if percent <= clock.warned), default=0)
        refresh(clock, self._pauses(), self.calendar)
        self._changed.add(clock.pk)

    def save(self) -> None:
        """Write what changed and derive `case.next_due`."""
        if not self._changed and not self._new:
            return
        changed = [clock for clock in self.clocks if clock.pk in self._changed]
        if changed:
            columns = [[getattr(clock, name) for clock in changed] for name in ("pk", *_KEPT)]
            with connection.cursor() as cursor:
                cursor.execute(_UPDATE, columns)
        if self._new:
            Clock.objects.bulk_create(self._new)
        self._changed.clear()
        self._new.clear()
        self.case.next_due = next_due(self.clocks)

    def _rules(self, codes: Iterable[str], day: date) -> dict[str, ClockRule]:
        return rules_in_force(codes, self.lineage(self.case.category), day)

    def _pauses(self) -> list[Pause]:
        return as_pauses(self.pauses)

    def _refresh_running(self) -> None:
        for clock in self.clocks:
            if clock.stopped_on is None:
                refresh(clock, self._pauses(), self.calendar)
                if clock.pk:
                    self._changed.add(clock.pk)


def as_pauses(rows: Iterable[CasePause]) -> list[Pause]:
    """Stored pauses in the form the rules take."""
    return [Pause(row.started_on, row.ended_on) for row in rows]


def next_due(running: Iterable[Clock]) -> date | None:
    """The earliest due day among the running duties; None when there is none or all are paused."""
    return min(
        (clock.due_on for clock in running if clock.stopped_on is None and clock.duty and clock.due_on), default=None
    )


def due_day(clock: Clock, pauses: Sequence[Pause], calendar: WorkingCalendar) -> date | None:
    """The due day of `clock` by the rules, whatever its row says."""
    return clocks.due_on(
        clock.started_on,
        clock.length,
        DayUnit(clock.unit),
        extension=clock.extension,
        pauses=pauses if clock.pauses else (),
        calendar=calendar,
    )


def warning_days(clock: Clock, pauses: Sequence[Pause], calendar: WorkingCalendar) -> tuple[clocks.ClockWarning, ...]:
    """When `clock` warns. A window is no duty and warns nobody."""
    if not clock.duty:
        return ()
    return clocks.warnings(
        clock.started_on,
        clock.length,
        DayUnit(clock.unit),
        extension=clock.extension,
        pauses=pauses if clock.pauses else (),
        calendar=calendar,
        shares=WARNING_SHARES,
    )


def refresh(clock: Clock, pauses: Sequence[Pause], calendar: WorkingCalendar) -> None:
    """Derive `due_on` and `next_warning_on` of a running clock. `warned` holds the percent already given."""
    clock.due_on = due_day(clock, pauses, calendar)
    ahead = [warning for warning in warning_days(clock, pauses, calendar) if warning.percent > clock.warned]
    clock.next_warning_on = ahead[0].on if ahead and not clock.silent else None


def explain(clock: Clock, pauses: Sequence[Pause], calendar: WorkingCalendar) -> tuple[clocks.Step, ...]:
    """The sum by which the due day of `clock` was found, for the case page."""
    return clocks.explain(
        clock.started_on,
        clock.length,
        DayUnit(clock.unit),
        extension=clock.extension,
        pauses=pauses if clock.pauses else (),
        calendar=calendar,
    )
