"""The relay, run by the worker."""

from procrastinate.contrib.django import app

from notifications.relay import relay


@app.periodic(cron="*/10 * * * * *")
@app.task(queueing_lock="relay", pass_context=False)
def relay_outbox(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the moment it was due
    """Tell people what has happened."""
    relay()
