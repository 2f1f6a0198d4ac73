"""What the worker does for notices: the relay, the roads out of the house, and what is forgotten at night."""

from contextlib import suppress

from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from notifications import health, linking
from notifications.addresses import mail_link
from notifications.digests import make_digests
from notifications.dispatch import forget_ended, send_waiting, webhooks_waiting
from notifications.models import Road
from notifications.relay import relay

# The seconds stand last.
_EVERY_10_SECONDS, _EVERY_15_SECONDS = "* * * * * */10", "* * * * * */15"


@app.periodic(cron=_EVERY_10_SECONDS)
@app.task(queueing_lock="relay", pass_context=False)
def relay_outbox(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the moment it was due
    """Tell people what has happened."""
    relay()


# A lock for each road: two workers on one would only wait for each other's rate.
@app.periodic(cron=_EVERY_15_SECONDS)
@app.task(queueing_lock="send_mails", lock="send_mails", pass_context=False)
def send_mails(timestamp: int) -> None:  # noqa: ARG001
    """What waits to leave by e-mail."""
    send_waiting(Road.EMAIL)


@app.periodic(cron=_EVERY_15_SECONDS)
@app.task(queueing_lock="send_line", lock="send_line", pass_context=False)
def send_line(timestamp: int) -> None:  # noqa: ARG001
    """What waits to leave by LINE."""
    send_waiting(Road.LINE)


@app.periodic(cron=_EVERY_15_SECONDS)
@app.task(queueing_lock="send_webhooks", pass_context=False)
def send_webhooks(timestamp: int) -> None:  # noqa: ARG001
    """A job for each webhook for which something waits, so that one that stalls keeps no other waiting."""
    for pk in webhooks_waiting():
        name = f"webhook:{pk}"
        with suppress(AlreadyEnqueued):
            send_to_webhook.configure(queueing_lock=name, lock=name).defer(webhook=pk)


@app.task(pass_context=False)
def send_to_webhook(webhook: int) -> None:
    """What waits to leave for one webhook."""
    send_waiting(Road.WEBHOOK, webhook)


# procrastinate counts in UTC: 17:50 there is 00:50 in Bangkok.
@app.periodic(cron="50 17 * * *")
@app.task(queueing_lock="forget_deliveries", pass_context=False)
def forget_deliveries(timestamp: int) -> None:  # noqa: ARG001
    """Deliveries that ended long ago are gone; those that could not be delivered stay longer."""
    now = timezone.now()
    forget_ended(now - settings.DELIVERIES_KEPT, now - settings.DEAD_DELIVERIES_KEPT)


@app.task(pass_context=False)
def reply_on_line(token: str, answer: str, language: str) -> None:
    """Say in LINE what became of a code."""
    linking.reply(token, answer, language)


@app.task(retry=RetryStrategy(max_attempts=3, wait=20), pass_context=False)
def mail_address_link(key: str) -> None:
    """The link that shows that a new address is read by its owner. The address itself stands in no job."""
    mail_link(key)


# 17:45 of UTC is 00:45 in Bangkok.
@app.periodic(cron="45 17 * * *")
@app.task(queueing_lock="forget_line_codes", pass_context=False)
def forget_line_codes(timestamp: int) -> None:  # noqa: ARG001
    """Codes nobody sent in time are gone."""
    linking.forget_codes()


# Every ten minutes, so that a digest comes soon after the hour somebody chose; a run that is late or missed loses none.
@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="make_digests", pass_context=False)
def write_digests(timestamp: int) -> None:  # noqa: ARG001
    """The digests of those whose hour has come."""
    make_digests(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="tell_of_outages", pass_context=False)
def tell_of_outages(timestamp: int) -> None:  # noqa: ARG001
    """Administrators hear of a road that is down."""
    health.tell_of_outages()
