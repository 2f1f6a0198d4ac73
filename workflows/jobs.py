"""What the worker does by itself, by the clock. Every job may come late, run twice or run on two machines."""

from procrastinate.contrib.django import app

from organisations.actions import rebuild_reach
from workflows import watch
from workflows.checkpoints import make_checkpoint


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="watch_clocks", pass_context=False)
def watch_clocks(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the moment it was due
    """Warnings and timed edges."""
    watch.take_timed_edges()
    watch.give_warnings()


@app.periodic(cron="5 0 * * *")
@app.task(queueing_lock="nightly", pass_context=False)
def nightly(timestamp: int) -> None:  # noqa: ARG001
    """The tree of today, and a checkpoint of the ledger."""
    rebuild_reach()
    make_checkpoint()


@app.task(queueing_lock="recompute", pass_context=False)
def recompute() -> None:
    """Derive every running deadline anew, after an administrator changed the calendar."""
    watch.recompute_deadlines()
