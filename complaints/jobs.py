"""What the worker does for complaints by itself."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from complaints.drafts import delete_expired_drafts
from complaints.models import SentForm


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="delete_expired_drafts", pass_context=False)
def forget_drafts(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the moment it was due
    """Drafts nobody finished are gone an hour after the last step, tokens of sent forms after a day."""
    delete_expired_drafts()
    SentForm.objects.filter(at__lt=timezone.now() - timedelta(days=1)).delete()
