"""Raw tables as Dagster assets: group `raw`, key [raw, table]."""

from collections.abc import Iterator

import dagster as dg

from pipelines import product
from pipelines.automation import DATA, TRY_AGAIN
from pipelines.ingest.dimensions import SNAPSHOTS, replace_dimensions
from pipelines.ingest.events import ingest_events
from pipelines.warehouse import open_warehouse

EVENTS = dg.AssetKey(["raw", "events"])


@dg.asset(
    key=EVENTS,
    group_name="raw",
    owners=[DATA],
    kinds={"postgres"},
    retry_policy=TRY_AGAIN,
    description="One row per settled row of the product's log. Read after a watermark by COPY.",
)
def events() -> dg.MaterializeResult[None]:
    settings = product.settings()
    with product.open_product(settings) as log, open_warehouse(settings) as warehouse:
        done = ingest_events(log, warehouse, product.instant())
    return dg.MaterializeResult(
        metadata={"new_rows": done.rows, "batches": done.batches, "position": f"{done.tx}:{done.id}"},
        value=None,
    )


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["raw", name], deps=[EVENTS], group_name="raw", owners=[DATA], kinds={"postgres"}, description=what
        )
        for name, what in SNAPSHOTS.items()
    ],
    retry_policy=TRY_AGAIN,
)
def dimensions() -> Iterator[dg.MaterializeResult[None]]:
    """The product's present people, teams, policies and settings, after the events that may name them."""
    settings = product.settings()
    with product.open_product(settings) as log, open_warehouse(settings) as warehouse:
        counts = replace_dimensions(log, warehouse, product.installation(settings, product.instant()))
    for name in SNAPSHOTS:
        yield dg.MaterializeResult(asset_key=["raw", name], metadata={"rows": counts[name]}, value=None)
