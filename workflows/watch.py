"""The watch over the clocks: warnings, each exactly once, and the edges that time itself takes.

Everything is derived from the rows, so a job that comes late, runs twice or runs on two machines changes nothing
that another run would not have changed.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from organisations.calendar import WorkingCalendar, current_calendar
from workflows.actors import TIMER
from workflows.models import Case, Clock, ClockWarning, OutboxRow
from workflows.refusals import Refused
from workflows.registry import all_kinds
from workflows.timekeeping import as_pauses, next_due, refresh, warning_days
from workflows.transitions import perform
from workflows.wakeups import About, wake

logger = logging.getLogger(__name__)
BATCH = 500


def give_warnings(today: date | None = None) -> int:
    """Write the outbox rows of all warnings whose day has come, oldest first. Out: how many.

    The case is locked before its clocks, as everywhere; a case another run has in hand is skipped and found again.
    """
    day, calendar, given = today or timezone.localdate(), current_calendar(), 0
    waiting = Clock.objects.filter(stopped_on=None, silent=False, next_warning_on__lte=day)
    for case_id in _cases_of(waiting.order_by("next_warning_on", "case_id")):
        try:
            with transaction.atomic():
                case = Case.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=case_id).first()
                if case is not None:
                    given += _warn(case, day, calendar)
        except Exception:
            # One case that cannot be warned about must not keep all others from it.
            logger.exception("the warnings of case %s could not be given", case_id)
    return given


def _warn(case: Case, day: date, calendar: WorkingCalendar) -> int:
    pauses, given = as_pauses(case.pauses.all()), 0
    for clock in case.clocks.filter(stopped_on=None, silent=False, next_warning_on__lte=day):
        total = clock.length + clock.extension
        for warning in warning_days(clock, pauses, calendar):
            if warning.on > day or warning.percent <= clock.warned:
                continue
            _row, new = ClockWarning.objects.get_or_create(
                clock=clock, percent=warning.percent, total=total, defaults={"at": timezone.now()}
            )
            clock.warned = warning.percent
            if new:
                facts = {"clock": clock.pk, "code": clock.code, "percent": warning.percent}
                OutboxRow.objects.create(case=case, event=OutboxRow.CLOCK_WARNING, facts=facts, at=timezone.now())
                wake(About.CASES, [case.pk])
                given += 1
        refresh(clock, pauses, calendar)
        clock.save(update_fields=["warned", "due_on", "next_warning_on"])
    return given


def take_timed_edges(today: date | None = None) -> int:
    """Take the edges of clocks that have run out (the graph's `ends_with`). Out: how many were taken."""
    day, taken = today or timezone.localdate(), 0
    # For another day than today: its noon, so that the edge is taken on the day that is meant.
    at = datetime.combine(day, time(12), timezone.get_current_timezone()) if today else None
    for kind in all_kinds():
        timed = [edge for edge in kind.graph.edges if edge.ends_with]
        for edge in timed:
            over = Clock.objects.filter(
                code=edge.ends_with,
                stopped_on=None,
                due_on__lt=day,
                case__kind=kind.graph.kind,
                case__state__in=edge.sources,
            )
            for case_id in _cases_of(over.order_by("due_on", "case_id")):
                try:
                    perform(Case.objects.get(pk=case_id), edge.name, TIMER, at=at)
                    taken += 1
                except Refused:
                    # Somebody was quicker: the complainant answered, or another machine took the edge.
                    logger.info("timed edge %s of case %s was no longer due", edge.name, case_id)
                except Exception:
                    logger.exception("timed edge %s of case %s failed", edge.name, case_id)
    return taken


def recompute_deadlines() -> int:
    """Derive every running clock and `next_due` anew, after the calendar has changed. Out: how many clocks changed."""
    calendar, changed = current_calendar(), 0
    for case_id in _cases_of(Clock.objects.filter(stopped_on=None).order_by("case_id")):
        with transaction.atomic():
            case = Case.objects.select_for_update(no_key=True).get(pk=case_id)
            pauses, clocks = as_pauses(case.pauses.all()), list(case.clocks.filter(stopped_on=None))
            for clock in clocks:
                before = (clock.due_on, clock.next_warning_on)
                refresh(clock, pauses, calendar)
                if (clock.due_on, clock.next_warning_on) != before:
                    clock.save(update_fields=["due_on", "next_warning_on"])
                    changed += 1
            if (due := next_due(clocks)) != case.next_due:
                Case.objects.filter(pk=case.pk).update(next_due=due)
    return changed


def overdue(today: date | None = None) -> QuerySet[Clock]:
    """Every duty that is overdue, oldest first."""
    day = today or timezone.localdate()
    return Clock.objects.filter(Q(duty=True), stopped_on=None, due_on__lt=day).order_by("due_on", "id")


def _cases_of(clocks: QuerySet[Clock]) -> Iterator[int]:
    """The cases of these clocks, each once, in bounded memory; the list is taken before anything is changed."""
    seen: dict[int, None] = dict.fromkeys(clocks.values_list("case_id", flat=True).iterator(chunk_size=BATCH))
    yield from seen
