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
    """Whether a run of the job has not ended yet."""
    return bool(context.instance.get_run_ids(dg.RunsFilter(job_name=job, statuses=_UNFINISHED), limit=1))


def why_build(settings: Settings) -> str | None:
    """Why the warehouse is behind the product, or None. Two indexed questions."""
    with product.open_product(settings) as log, open_warehouse(settings) as warehouse:
        if has_new(log, warehouse):
            return "settled events wait"
        if value(warehouse, _UNPUBLISHED):
            return "what was read is not published yet"
    return None
