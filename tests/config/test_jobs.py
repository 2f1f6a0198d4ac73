"""When the jobs of the clock run: a cron string with seconds is easily written so that it means something else."""

from itertools import islice, pairwise

import croniter
import pytest
from procrastinate.contrib.django import app

PERIODS = {
    "notifications.jobs.relay_outbox": 10,
    "notifications.jobs.send_mails": 15,
    "notifications.jobs.send_line": 15,
    "notifications.jobs.send_webhooks": 15,
}


@pytest.mark.parametrize(("name", "seconds"), PERIODS.items())
def test_job_comes_every_so_many_seconds(name: str, seconds: int) -> None:
    periods = [task.cron for task in app.periodic_registry.periodic_tasks.values() if task.task.name == name]
    assert len(periods) == 1
    # As procrastinate asks it.
    moments = list(islice(croniter.croniter(periods[0], 1_800_000_000).all_next(float), 300))
    assert {later - earlier for earlier, later in pairwise(moments)} == {float(seconds)}
