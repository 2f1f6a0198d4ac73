"""What the worker does for complaints by itself."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from complaints import barring, measures, merged, retention, unattended
from complaints.disclosure.publishing import publish
from complaints.drafts import delete_expired_drafts
from complaints.models import SentForm
from complaints.questions import keeping as questions
from complaints.statistics.making import make, make_reports
from complaints.statistics.periods import period_of
from workflows.handover import put_back_strayed


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="delete_expired_drafts", pass_context=False)
def forget_drafts(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the moment it was due
    """Drafts nobody finished are gone an hour after the last step, tokens of sent forms after a day."""
    delete_expired_drafts()
    SentForm.objects.filter(at__lt=timezone.now() - timedelta(days=1)).delete()


# 00:30 UTC is 07:30 in Bangkok: on the first working day before the work begins, and on the next where that was missed.
@app.periodic(cron="30 0 * * *")
@app.task(queueing_lock="monthly_statistics", pass_context=False)
def report_month(timestamp: int) -> None:  # noqa: ARG001
    """The statistics of the month that ended, and of what ended with it; then what everybody may know of them."""
    make_reports(timezone.localdate())
    publish()


@app.task(pass_context=False)
def work_out_statistics(code: str) -> None:
    """The statistics of a period that somebody asked for."""
    if period := period_of(code):
        make(period)


# 17:45 UTC is 00:45 in Bangkok, after the links and posts that ended have ended.
@app.periodic(cron="45 17 * * *")
@app.task(queueing_lock="apply_retention", pass_context=False)
def apply_retention(timestamp: int) -> None:  # noqa: ARG001
    """Announce the erasure of what has been kept long enough; what nobody holds is erased by the watch. Questions are
    erased at once."""
    retention.apply_retention()
    questions.apply_retention()


# 17:07 UTC is 00:07 in Bangkok, before what strayed is put back: who is barred from today has nothing in hand by then.
@app.periodic(cron="7 17 * * *")
@app.task(queueing_lock="settle_conflicts", pass_context=False)
def settle_conflicts(timestamp: int) -> None:  # noqa: ARG001
    """Who came to work under a respondent knows his case no longer; who left his unit may know it again; and what lies
    under a respondent who came to lead moves above him."""
    barring.settle_all()
    barring.raise_all()


@app.task(queueing_lock="settle_conflicts_now", pass_context=False)
def settle_conflicts_now() -> None:
    """The same at once, after a unit was closed or moved or a post changed."""
    barring.settle_all()
    barring.raise_all()
    put_back_strayed()


# 17:15 UTC is 00:15 in Bangkok, after who left has left (`workflows.jobs.settle_hands`).
@app.periodic(cron="15 17 * * *")
@app.task(queueing_lock="take_up_what_is_left", pass_context=False)
def take_up_what_is_left(timestamp: int) -> None:  # noqa: ARG001
    """What else would be nobody's: measures of who left, cases merged into one that has ended, questions of units that
    were closed."""
    measures.take_over_all()
    merged.return_all()
    questions.follow_closed_units()


# 17:25 UTC is 00:25 in Bangkok: the tree is that of the day, and what strayed has been put back (`workflows.jobs`).
@app.periodic(cron="25 17 * * *")
@app.task(queueing_lock="note_vacancies", pass_context=False)
def note_vacancies(timestamp: int) -> None:  # noqa: ARG001
    """Where work waits and nobody may do it."""
    unattended.note()
