"""When things run, by name: the times of schedules, whether a run is still going, and how runs are retried."""

import dagster as dg

from pipelines import product

EVERY_MINUTE = "* * * * *"
EVERY_QUARTER = "*/15 * * * *"
EVERY_FIVE_MINUTES = "*/5 * * * *"
AT_NIGHT = "10 2 * * *"

TRY_AGAIN = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL)
"""Every step is idempotent, so a lost connection is tried again."""

SINCE = product.instant().timestamp()
"""When this code server started."""

DATA = "team:data"
OPERATIONS = "team:operations"

_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


def is_running(context: dg.ScheduleEvaluationContext, job: str) -> bool:
    """Whether a run of the job has not ended yet.

    A launcher that cannot look after its runs keeps them in this process's group. What such a launcher started before
    this process is therefore dead, though nobody could say so: it is put down as failed.
    """
    instance = context.instance
    found = instance.get_run_records(dg.RunsFilter(job_name=job, statuses=_UNFINISHED), limit=20)
    is_watched = instance.run_launcher.supports_check_run_worker_health
    dead = [record for record in found if not is_watched and (record.start_time or SINCE) < SINCE]
    for record in dead:
        instance.report_run_failed(record.dagster_run, "Its process ended with the code server that started it.")
    return len(found) > len(dead)
