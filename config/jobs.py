"""Background jobs of the house itself. Those of the domain are in the `jobs` modules of their own apps."""

import logging

from procrastinate.contrib.django import app

logger = logging.getLogger(__name__)


# The timestamp is a parameter that procrastinate hands to every periodic task.
@app.periodic(cron="* * * * *")
@app.task(queueing_lock="retry_stalled_jobs")
async def retry_stalled_jobs(timestamp: int) -> None:  # noqa: ARG001
    """Put back the jobs of a worker that was killed: they are marked as running, and nobody runs them.

    A worker is taken for dead 30 seconds after its last heartbeat (it gives one every 10).
    """
    for job in await app.job_manager.get_stalled_jobs():
        logger.warning("job %s (%s) was left by a dead worker and is tried again", job.id, job.task_name)
        await app.job_manager.retry_job(job)
