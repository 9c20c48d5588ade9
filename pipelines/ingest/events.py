"""Settled rows of the product's log to `raw.events`, batch by batch.

A row is settled once every transaction that could still add one before it is over, so none is ever missed; rows, batch and
watermark are one transaction of the warehouse, so a run that is killed loses nothing and doubles nothing.
"""

import msgspec
from psycopg import ClientCursor

from pipelines.warehouse import Connection, move_watermark, value, watermark

BATCH = 200_000
READER = "events"

_SETTLED = "(tx, id) > (%(tx)s::text::xid8, %(id)s) and tx < pg_snapshot_xmin(pg_current_snapshot())"

_OUT = f"""
copy (select tx::text::bigint, id, occurred_at, action, entity_type, entity_id, ticket_id, actor_id, actor_kind,
             old_values, new_values, visibility, %(batch)s::bigint, %(at)s::timestamptz
      from audit_logs where {_SETTLED}
      order by audit_logs.tx, id limit %(limit)s) to stdout (format binary)
"""

_IN = """
copy raw.events (tx, id, occurred_at, action, entity_type, entity_id, ticket_id, actor_id, actor_kind,
                 old_values, new_values, visibility, _batch, _ingested_at) from stdin (format binary)
"""


class Ingested(msgspec.Struct, frozen=True, kw_only=True):
    """What one run brought: rows, batches, and where it stands now."""

    rows: int
    batches: int
    tx: int
    id: int


def has_new(product: Connection, warehouse: Connection) -> bool:
    """Whether a settled event waits after the watermark."""
    row = warehouse.execute("select tx, id from raw.watermarks where name = %s", [READER]).fetchone()
    tx, after = row or (0, 0)
    return bool(
        value(product, f"select exists (select from audit_logs where {_SETTLED})", {"tx": str(tx), "id": after})
    )


def ingest_events(product: Connection, warehouse: Connection, at: object, batch_size: int = BATCH) -> Ingested:
    """Read until nothing settled is left. `at` is the instant kept as `_ingested_at`."""
    rows = batches = 0
    while True:
        count = ingest_batch(product, warehouse, at, batch_size)
        rows, batches = rows + count, batches + (count > 0)
        if count < batch_size:
            with warehouse.transaction():
                tx, last = watermark(warehouse, READER)
            return Ingested(rows=rows, batches=batches, tx=tx, id=last)


def ingest_batch(product: Connection, warehouse: Connection, at: object, limit: int) -> int:
    """At most `limit` settled rows, one transaction; returns how many. A second reader waits for the watermark's row."""
    with warehouse.transaction(), product.transaction():
        tx, after = watermark(warehouse, READER)
        batch = value(
            warehouse,
            "insert into raw.batches (started_at, from_tx, from_id, to_tx, to_id, row_count) "
            "values (%(at)s, %(tx)s, %(id)s, %(tx)s, %(id)s, 0) returning id",
            {"at": at, "tx": tx, "id": after},
        )
        params = {"tx": str(tx), "id": after, "batch": batch, "at": at, "limit": limit}
        with (
            ClientCursor(product).copy(_OUT.encode(), params) as source,
            warehouse.cursor().copy(_IN.encode()) as target,
        ):
            for block in source:
                target.write(block)
        last = warehouse.execute(
            "select tx, id, count(*) over () from raw.events where _batch = %s order by tx desc, id desc limit 1",
            [batch],
        ).fetchone()
        if last is None:
            warehouse.execute("delete from raw.batches where id = %s", [batch])
            return 0
        warehouse.execute("update raw.batches set to_tx = %s, to_id = %s, row_count = %s where id = %s", [*last, batch])
        move_watermark(warehouse, READER, last[0], last[1])
        return int(last[2])
