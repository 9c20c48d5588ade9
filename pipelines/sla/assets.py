"""The computed clocks as a Dagster asset."""

import dagster as dg

from pipelines import product
from pipelines.automation import DATA, TRY_AGAIN
from pipelines.sla.spans import compute_spans
from pipelines.warehouse import open_warehouse

SPANS = dg.AssetKey(["raw", "sla_spans"])


@dg.asset(
    key=SPANS,
    deps=[dg.AssetKey(["raw", name]) for name in ("events", "sla_policies", "calendars", "installation")],
    group_name="sla",
    owners=[DATA],
    kinds={"polars", "postgres"},
    retry_policy=TRY_AGAIN,
    description="One row per ticket × target × cycle, computed from events by the rules the product runs.",
)
def sla_spans() -> dg.MaterializeResult[None]:
    with open_warehouse(product.settings()) as warehouse:
        done = compute_spans(warehouse)
    return dg.MaterializeResult(
        metadata={"tickets": done.tickets, "clocks": done.clocks, "as_of": str(done.as_of), "batch": done.batch},
        value=None,
    )
