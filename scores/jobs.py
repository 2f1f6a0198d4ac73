"""What the worker does for scores by itself."""

from procrastinate.contrib.django import app

from organisations import usage
from scores.daily import take_daily


# 17:40 UTC is 00:40 in Bangkok: the tree is that of the day, and what strayed has been put back (`workflows.jobs`).
@app.periodic(cron="40 17 * * *")
@app.task(queueing_lock="daily_scores", pass_context=False)
def daily_scores(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes the moment it was due
    """The score of every agency as the day begins."""
    take_daily()


# Whatever comes, the table stays small.
@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="fold_page_use", pass_context=False)
def fold_page_use(timestamp: int) -> None:  # noqa: ARG001
    """The visits become one row for each page, unit and quarter."""
    usage.fold()
