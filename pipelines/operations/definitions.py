"""Code location `operations`: what keeps the product going. It never imports dbt, so that it starts in a second."""

from collections.abc import Iterator

import dagster as dg

from pipelines import product
from pipelines.automation import AT_NIGHT, EVERY_MINUTE, EVERY_QUARTER, is_running
from pipelines.operations.jobs import deliver_job, reports_job, sweep_job, upkeep_job


@dg.schedule(job=sweep_job, cron_schedule=EVERY_MINUTE, default_status=dg.DefaultScheduleStatus.RUNNING)
def sweep_schedule(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Asks one indexed question before it starts a process."""
    if is_running(context, "sweep"):
        yield dg.SkipReason("The last sweep is still going.")
    elif reason := product.why_sweep(product.settings(), product.instant()):
        yield dg.RunRequest(tags={"reason": reason})
    else:
        yield dg.SkipReason("Nothing is due.")


@dg.schedule(job=deliver_job, cron_schedule=EVERY_MINUTE, default_status=dg.DefaultScheduleStatus.RUNNING)
def deliver_schedule(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Asks whether anything is overdue: where a worker runs, nothing ever is."""
    if is_running(context, "deliver"):
        yield dg.SkipReason("The last deliveries are still going.")
    elif reason := product.why_deliver(product.settings(), product.instant()):
        yield dg.RunRequest(tags={"reason": reason})
    else:
        yield dg.SkipReason("Nothing is overdue.")


@dg.schedule(job=reports_job, cron_schedule=EVERY_QUARTER, default_status=dg.DefaultScheduleStatus.RUNNING)
def reports_schedule(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Asks on the mornings that reports are due whether somebody has not got theirs; else nothing."""
    if is_running(context, "reports"):
        yield dg.SkipReason("The last reports are still being made.")
    elif reason := product.why_report(product.settings(), product.instant()):
        yield dg.RunRequest(tags={"reason": reason})
    else:
        yield dg.SkipReason("No report is due.")


upkeep_schedule = dg.ScheduleDefinition(
    job=upkeep_job, cron_schedule=AT_NIGHT, default_status=dg.DefaultScheduleStatus.RUNNING
)

defs = dg.Definitions(
    jobs=[sweep_job, deliver_job, reports_job, upkeep_job],
    schedules=[sweep_schedule, deliver_schedule, reports_schedule, upkeep_schedule],
)
