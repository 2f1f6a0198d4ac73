"""Whether state, tasks, clocks, numbers and ledger agree, over all cases; set-wise, so that a million are minutes."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Count, F, Max

from organisations.calendar import current_calendar
from workflows import metrics
from workflows.files import evidence_exists
from workflows.graph import Graph
from workflows.hands import in_closed_units, strayed
from workflows.models import Attachment, Case, Clock, NumberSeries
from workflows.registry import all_kinds
from workflows.timekeeping import as_pauses, refresh

Problem = tuple[str, str]
"""Number of the case and what does not agree."""

_TASKS = """
SELECT c.number, c.state, c.holder_id, c.process_id, p.status,
    array_agg(t.flow_task ORDER BY t.id) FILTER (WHERE t.status IN ('NEW', 'ASSIGNED')),
    array_agg(t.owner_id ORDER BY t.id) FILTER (WHERE t.status IN ('NEW', 'ASSIGNED')),
    count(t.id) FILTER (WHERE t.status NOT IN ('NEW', 'ASSIGNED', 'DONE', 'CANCELED'))
FROM workflows_case c
LEFT JOIN viewflow_process p ON p.id = c.process_id
LEFT JOIN viewflow_task t ON t.process_id = p.id AND t.status <> 'DONE'
WHERE c.kind = %s GROUP BY c.id, p.id
"""
_STATES = """
SELECT c.number FROM workflows_case c JOIN workflows_ledgerentry e ON e.case_id = c.id AND e.seq = c.ledger_seq
WHERE e.to_state <> c.state OR e.hash <> c.ledger_head OR e.at <> c.changed_at
UNION ALL
SELECT c.number FROM workflows_case c WHERE NOT EXISTS (
    SELECT 1 FROM workflows_ledgerentry e WHERE e.case_id = c.id AND e.seq = c.ledger_seq)
"""
_NEXT_DUE = """
SELECT c.number FROM workflows_case c
LEFT JOIN workflows_clock k ON k.case_id = c.id AND k.stopped_on IS NULL AND k.duty
GROUP BY c.id HAVING c.next_due IS DISTINCT FROM min(k.due_on)
"""


def problems() -> Iterator[Problem]:
    """Everything that does not agree, over all kinds of cases."""
    for kind in all_kinds():
        yield from _tasks(kind.graph)
        yield from kind.checks()
    yield from _ledger()
    yield from _clocks()
    yield from _movable()
    yield from _hands()
    yield from _numbers()
    yield from _files()
    yield from metrics.problems()


def _tasks(graph: Graph) -> Iterator[Problem]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_TASKS, [graph.kind])
        for number, state, holder, process, status, nodes, owners, broken in cursor:
            work = graph.state(state).work
            names = [node.rsplit(".", 1)[-1] for node in nodes or ()]
            if broken:
                yield number, "Viewflow has a task in error"
            if work and names != [work]:
                yield number, f"state {state} needs the open task {work}, Viewflow has {names or 'none'}"
            elif work and owners != [holder if graph.state(state).of_holder else None]:
                yield number, f"the task is with {owners[0]}, the case with {holder}"
            elif not work and names:
                yield number, f"state {state} needs no task, Viewflow has {names}"
            elif process is not None and (status == "DONE") == bool(work):
                yield number, f"state {state}, but the process is {status}"


def _ledger() -> Iterator[Problem]:
    with connection.cursor() as cursor:
        cursor.execute(_STATES)
        for (number,) in cursor.fetchall():
            yield number, "state, time or head do not fit the last ledger entry"


def _clocks() -> Iterator[Problem]:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_DUE)
        for (number,) in cursor.fetchall():
            yield number, "next_due is not the earliest of its running clocks"
    calendar = current_calendar()
    running = Clock.objects.filter(stopped_on=None).select_related("case").prefetch_related("case__pauses")
    for clock in running.iterator(chunk_size=2000):
        kept = (clock.due_on, clock.next_warning_on)
        refresh(clock, as_pauses(clock.case.pauses.all()), calendar)
        if (clock.due_on, clock.next_warning_on) != kept:
            yield (
                clock.case.number,
                f"clock {clock.code}: due day or next warning is not what history and calendar give",
            )
    for kind in all_kinds():
        pausing = [state.code for state in kind.graph.states if state.pauses]
        cases = Case.objects.filter(kind=kind.graph.kind)
        for number in cases.filter(state__in=pausing).exclude(pauses__ended_on=None).values_list("number", flat=True):
            yield number, "waits for the complainant, but no pause is open"
        for number in (
            cases.exclude(state__in=pausing)
            .filter(pauses__isnull=False, pauses__ended_on=None)
            .values_list("number", flat=True)
        ):
            yield number, "a pause is open, but nobody is waited for"
    for number in Case.objects.filter(is_open=False, clocks__stopped_on=None, clocks__duty=True).values_list(
        "number", flat=True
    ):
        yield number, "is at its end, but a duty still runs"


def _movable() -> Iterator[Problem]:
    """Nothing lies open without a deadline, unless the complainant is waited for or another case keeps the time."""
    for kind in all_kinds():
        waiting = [state.code for state in kind.graph.states if state.pauses or state.timed_elsewhere]
        idle = Case.objects.filter(kind=kind.graph.kind, is_open=True).exclude(state__in=waiting)
        for number, state in idle.exclude(clocks__stopped_on=None).values_list("number", "state"):
            yield number, f"is open in state {state}, and no clock runs"


def _hands() -> Iterator[Problem]:
    """Nothing lies with somebody who is gone, nor in a unit that is there no more (`workflows.handover`)."""
    for number in strayed().values_list("number", flat=True):
        yield number, "is in the hands of somebody who may have it no longer"
    for number in in_closed_units().values_list("number", flat=True):
        yield number, "is open in a unit that has closed"


def _numbers() -> Iterator[Problem]:
    series = NumberSeries.objects.annotate(given=Count("numbers"), highest=Max("numbers__value")).select_related("unit")
    for row in series:
        if not row.given == (row.highest or 0) == row.last:
            yield (
                f"{row.unit.code}-{row.code}{row.year}",
                f"the series stands at {row.last}, {row.given} numbers are given up to {row.highest}",
            )
    unnumbered = Case.objects.filter(protected=False, unit_numbers=None)
    for number in unnumbered.values_list("number", flat=True):
        yield number, "has no number of a series"
    for number in Case.objects.filter(number=F("public_id")).values_list("public_id", flat=True):
        yield number, "was never given a number"


def _files() -> Iterator[Problem]:
    """Rows without a file. A file without a row is what a killed server leaves: sealed, and in nobody's way."""
    kept = Attachment.objects.exclude(storage_name="")  # the others were erased with their case
    for row in kept.select_related("case").iterator(chunk_size=2000):
        if not evidence_exists(row.storage_name):
            yield row.case.number, f"the file of attachment {row.public_id} is gone"
