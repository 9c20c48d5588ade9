"""When things run, by name: the conditions that schedules ask in the code server, and how runs are retried."""

import dagster as dg

from api.settings import Settings
from pipelines import product
from pipelines.ingest.events import has_new
from pipelines.warehouse import open_warehouse, value

EVERY_MINUTE = "* * * * *"
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

_UNPUBLISHED = """
select exists (select from raw.batches where id > (select coalesce(max(id), 0) from raw.watermarks where name = 'checks'))
"""


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


def why_build(settings: Settings) -> str | None:
    """Why the warehouse is behind the product, or None. Two indexed questions."""
    with product.open_product(settings) as log, open_warehouse(settings) as warehouse:
        if has_new(log, warehouse):
            return "settled events wait"
        if value(warehouse, _UNPUBLISHED):
            return "what was read is not published yet"
    return None
