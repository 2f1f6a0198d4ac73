"""What the worker does for procurement by itself."""

from datetime import timedelta

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from organisations.calendar import fiscal_year
from procurement.actions.checking import check_everybody
from procurement.actions.sign_in import forget_links, send_link
from procurement.coverage.standing import refresh_all, waiting_years


# procrastinate counts in UTC: 17:20 there is 00:20 in Bangkok, after the tree of the day is there (workflows/jobs.py).
@app.periodic(cron="20 17 * * *")
@app.task(queueing_lock="refresh_standings", pass_context=False)
def refresh_standings(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the moment it was due
    """The participation levels of all units as of the new day.

    Of the year that runs, of the one that ended yesterday on 1 October, and of those whose facts have changed.
    """
    today = timezone.localdate()
    for year in sorted({fiscal_year(today), fiscal_year(today - timedelta(days=1))} | waiting_years()):
        refresh_all(year)


@app.periodic(cron="30 17 * * *")
@app.task(queueing_lock="check_conflicts", pass_context=False)
def check_conflicts(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the moment it was due
    """Everybody against the bidders as they are known tonight."""
    check_everybody()


@app.task(retry=RetryStrategy(max_attempts=3, wait=20), pass_context=False)
def mail_sign_in_link(citizen: int, base: str) -> None:
    """The link a citizen asked for. Neither it nor his address stands in the job; both are had when it runs."""
    send_link(citizen, base)


@app.periodic(cron="40 17 * * *")
@app.task(queueing_lock="forget_sign_in_links", pass_context=False)
def forget_sign_in_links(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the moment it was due
    """Links that opened nothing any more yesterday are gone."""
    forget_links()
