"""The clocks of a case with the sums behind their days, in the words of an officer."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from organisations.calendar import WorkingCalendar
from organisations.formats import write_date
from workflows import timekeeping
from workflows.clocks import DayUnit, Pause, Step, StepKind, due_on
from workflows.graph import Text
from workflows.models import Clock

_PAUSED = gettext_lazy("Paused")


def clock_rows(
    clocks: Iterable[Clock],
    pauses: list[Pause],
    calendar: WorkingCalendar,
    *,
    about: Mapping[str, str] | None = None,
    pause_word: Text = _PAUSED,
) -> list[dict[str, Any]]:
    """The clocks (with their rules) in the shape of `components/clock_row.html`: running first, then by due day.

    about: what the clocks of one thing among several are about, by `Clock.about`, or by "code:about" where clocks of
    several codes are about different things. pause_word: why the clocks of this
    kind of case stand still.
    """
    paused = any(pause.end is None for pause in pauses)
    ordered = sorted(clocks, key=lambda clock: (clock.stopped_on is not None, clock.due_on or date.max, clock.pk))
    return [_row(clock, pauses, calendar, _word(clock, about or {}), pause_word, paused=paused) for clock in ordered]


def _word(clock: Clock, about: Mapping[str, str]) -> str:
    return about.get(f"{clock.code}:{clock.about}") or about.get(clock.about, "")


def _row(
    clock: Clock, pauses: list[Pause], calendar: WorkingCalendar, about: str, pause_word: Text, *, paused: bool
) -> dict[str, Any]:
    state = "stopped" if clock.stopped_on else "paused" if paused and clock.due_on is None else "running"
    steps = timekeeping.explain(clock, pauses, calendar)
    lines = [_line(step, clock.unit, pause_word) for step in steps]
    if clock.due_on:
        lines.append((_("Due"), write_date(clock.due_on)))
    if clock.stopped_on:
        lines.append((_("Stopped"), write_date(clock.stopped_on)))
    source = clock.rule.source
    return {
        "label": f"{clock.rule.name}: {about}" if about else clock.rule.name,
        "due": clock.due_on,
        "state": state,
        "stopped": clock.stopped_on,
        "sum": lines,
        "source": source if clock.rule.verified else _("%(source)s (not verified)") % {"source": source},
    }


def _line(step: Step, unit: str, pause_word: Text) -> tuple[str, str]:
    until = write_date(step.until) if step.until else _("still open")
    match step.kind:
        case StepKind.START:
            return _("Began (does not count)"), write_date(step.since)
        case StepKind.COUNTED:
            return _days(step.days, unit), _("to %(day)s") % {"day": until}
        case StepKind.EXTENSION:
            return _("Extension: %(days)s") % {"days": _days(step.days, unit)}, _("to %(day)s") % {"day": until}
        case StepKind.PAUSE:
            return str(pause_word), f"{write_date(step.since)} – {until}"
        case StepKind.ROLLED_OVER_HOLIDAY:
            return _("Ends on a holiday, moved on"), _("to %(day)s") % {"day": until}


def _days(days: int, unit: str) -> str:
    if unit == DayUnit.WORKING:
        return ngettext("%(count)d working day", "%(count)d working days", days) % {"count": days}
    return ngettext("%(count)d calendar day", "%(count)d calendar days", days) % {"count": days}


def extended_due(clock: Clock, days: int, pauses: list[Pause], calendar: WorkingCalendar) -> date | None:
    """The due day of `clock` if `days` more were granted; None while it is paused."""
    return due_on(
        clock.started_on,
        clock.length,
        DayUnit(clock.unit),
        extension=clock.extension + days,
        pauses=pauses if clock.pauses else (),
        calendar=calendar,
    )
