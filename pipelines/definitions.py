"""Code location `warehouse`: from settled events to the lake. Keys are [layer, name], groups are folders."""

from collections.abc import Iterator

import dagster as dg

from pipelines import product
from pipelines.automation import AT_NIGHT, EVERY_FIVE_MINUTES, is_running
from pipelines.build import why_build
from pipelines.ingest.assets import dimensions, events
from pipelines.publish.assets import checks, lake
from pipelines.publish.nightly import nightly
from pipelines.sla.assets import sla_spans
from pipelines.transform.assets import models

warehouse = dg.define_asset_job(
    "warehouse",
    selection=dg.AssetSelection.all(),
    executor_def=dg.in_process_executor,
    description="Ingest, compute clocks, build marts, check, publish: what is new since the last run.",
)


@dg.schedule(job=warehouse, cron_schedule=EVERY_FIVE_MINUTES, default_status=dg.DefaultScheduleStatus.RUNNING)
def warehouse_schedule(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Runs when a settled event waits, or a run before did not come to its end."""
    if is_running(context, "warehouse"):
        yield dg.SkipReason("The last run is still going.")
    elif reason := why_build(product.settings()):
        yield dg.RunRequest(tags={"reason": reason})
    else:
        yield dg.SkipReason("No settled event after the watermark.")


nightly_schedule = dg.ScheduleDefinition(
    job=nightly, cron_schedule=AT_NIGHT, default_status=dg.DefaultScheduleStatus.RUNNING
)

defs = dg.Definitions(
    assets=[events, dimensions, sla_spans, models, lake],
    asset_checks=checks,
    jobs=[warehouse, nightly],
    schedules=[warehouse_schedule, nightly_schedule],
)
