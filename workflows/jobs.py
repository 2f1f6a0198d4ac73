"""What the worker does by itself, by the clock. Every job may come late, run twice or run on two machines."""

from django.core.management import call_command
from procrastinate.contrib.django import app

from organisations.actions import end_services, rebuild_reach
from workflows import handover, metrics, scanning, watch
from workflows.attachments import scan_kept
from workflows.checkpoints import make_checkpoint


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="watch_clocks", pass_context=False)
def watch_clocks(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the moment it was due
    """The edges that time takes."""
    watch.take_timed_edges()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="give_warnings", pass_context=False)
def give_warnings(timestamp: int) -> None:  # noqa: ARG001
    """The warnings of the clocks. A job of its own: what stops one must not stop the other."""
    watch.give_warnings()


# procrastinate counts in UTC: 17:05 there is 00:05 in Bangkok, when posts and links that end have ended.
@app.periodic(cron="5 17 * * *")
@app.task(queueing_lock="nightly", pass_context=False)
def nightly(timestamp: int) -> None:  # noqa: ARG001
    """The tree of today, a checkpoint of the ledger, and sessions that ended are forgotten."""
    rebuild_reach()
    make_checkpoint()
    call_command("clearsessions")


# After `nightly` the tree is that of today, and so is who is still in service.
@app.periodic(cron="10 17 * * *")
@app.task(queueing_lock="settle_hands", pass_context=False)
def settle_hands(timestamp: int) -> None:  # noqa: ARG001
    """Whose last day has passed has no account any more; what he had, and what lies in closed units, goes on."""
    end_services()
    handover.settle()


# Before the participation levels and the scores of the day.
@app.periodic(cron="15 17 * * *")
@app.task(queueing_lock="refresh_figures", pass_context=False)
def refresh_figures(timestamp: int) -> None:  # noqa: ARG001
    """The figures that are kept as cases move, as of the new day."""
    metrics.refresh_all()


@app.task(queueing_lock="settle_now", pass_context=False)
def settle_now() -> None:
    """The same at once, after a unit was closed or moved or a post changed."""
    handover.settle()


# 18:20 in UTC is 01:20 in Bangkok.
@app.periodic(cron="20 18 * * *")
@app.task(queueing_lock="scan_attachments", pass_context=False)
def scan_attachments(timestamp: int) -> None:  # noqa: ARG001
    """Files that came while the virus scanner was away."""
    if scanning.is_set_up():
        scan_kept()


@app.task(queueing_lock="recompute", pass_context=False)
def recompute() -> None:
    """Derive every running deadline anew, after an administrator changed the calendar."""
    watch.recompute_deadlines()
