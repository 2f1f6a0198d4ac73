"""Statistics are worked out once, when their period is over or somebody asks for them, and kept. The only place that
writes them."""

import contextlib
from datetime import date

from django.db import connection, transaction
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from complaints.models import ReportCell, ReportPeriod, UnitReport
from notifications.events import announce
from organisations.calendar import current_calendar

from .periods import Period, ending_with, last_month, period_of
from .readers import EVENT, readers_of
from .reading import tallies_of

_ALONE = 0x50D51  # the key of the advisory lock
_BATCH = 500


def make_reports(today: date) -> int:
    """From the first working day of a month on: work out the month before, and what ended with it, each once; then what
    was asked for and is not there yet. Out: how many periods.

    Whoever has to read the month, the six months or the year is told in the same transaction, once for each unit he
    answers for.
    """
    made = 0
    if today >= current_calendar().roll_forward(today.replace(day=1)):
        for period in ending_with(last_month(today)):
            made += make(period, tell=not period.is_to_date)
    for code in ReportPeriod.objects.filter(made_at=None).values_list("code", flat=True):
        asked = period_of(code)
        made += asked is not None and make(asked)
    return made


def is_made(period: Period) -> bool:
    """Whether the statistics of the period are there."""
    return ReportPeriod.objects.filter(code=period.code).exclude(made_at=None).exists()


def make(period: Period, *, tell: bool = False) -> bool:
    """Work out the statistics of a period that is over and keep them; False where they are there already.

    tell: those who read them hear of it. What two machines work out at the same time is kept, and told, once.
    """
    if is_made(period):
        return False
    found = tallies_of(period)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ALONE])
        if is_made(period):
            return False
        row, _created = ReportPeriod.objects.update_or_create(
            code=period.code,
            defaults={"first": period.first, "last": period.last, "made_at": timezone.now(), "opens": True},
        )
        counted = {unit: figures for unit, tally in sorted(found.items()) if (figures := tally.figures(period))}
        reports = UnitReport.objects.bulk_create(
            UnitReport(period=row, unit_id=unit, figures=figures.to_json()) for unit, figures in counted.items()
        )
        ReportCell.objects.bulk_create(
            (
                ReportCell(report=report, part=part, key=key, cases=cases.tolist())
                for report in reports
                for (part, key), cases in found[report.unit_id].cells.items()
            ),
            batch_size=_BATCH,
        )
        if tell:
            # The name by which a notice of the months knows them already.
            fact = "month" if period.is_month else "period"
            for unit in readers_of(counted, period.last):
                announce(EVENT, {"unit": unit, fact: period.code})
    return True


def ask_for(period: Period) -> None:
    """Have the statistics of a period that is over worked out by the worker."""
    from complaints.jobs import work_out_statistics

    defaults = {"first": period.first, "last": period.last}
    with transaction.atomic():
        ReportPeriod.objects.get_or_create(code=period.code, defaults=defaults)

    def enqueue() -> None:
        # One waiting run serves all who ask. Atomic: the refusal of a second must not spoil a transaction around it.
        job = work_out_statistics.configure(queueing_lock=f"statistics {period.code}")
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            job.defer(code=period.code)

    transaction.on_commit(enqueue)
