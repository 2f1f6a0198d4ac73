"""What the worker does for complaints by itself."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from complaints.drafts import delete_expired_drafts
from complaints.models import SentForm
from complaints.monthly import make_reports


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
    """The statistics of the month that ended."""
    make_reports(timezone.localdate())
