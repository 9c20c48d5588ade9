"""Check 1: `raw.events` is the log, row by row."""

from pipelines.checks import CheckResult, Scope, differing, examples, verdict
from pipelines.ingest.events import READER
from pipelines.warehouse import Connection, frame

_ROW = """hashtextextended(row(e.id, e.tx::text, e.occurred_at, e.action, e.entity_type, e.entity_id, e.ticket_id, e.actor_id,
    e.actor_kind, e.old_values, e.new_values, e.visibility)::text, 0)"""
_BY_DAY = f"select occurred_at::date as day, count(*) as events, sum({_ROW})::text as hashes from"
_WITHIN = "(tx, id) > ({tx}, %(from_id)s) and (tx, id) <= ({to_tx}, %(to_id)s)"


def check_log(product: Connection, warehouse: Connection, scope: Scope) -> CheckResult:
    """Count and sum of hashes by day of what the scope's batches brought, on both sides."""
    begin = warehouse.execute(
        "select coalesce(max(to_tx), 0), coalesce(max(to_id), 0) from "
        "(select to_tx, to_id from raw.batches where id <= %s order by id desc limit 1) b",
        [scope.after],
    ).fetchone()
    end = warehouse.execute("select tx, id from raw.watermarks where name = %s", [READER]).fetchone()
    if begin is None or end is None:
        return verdict("log_equals_raw", 0, 0, "Nothing was read yet.", "")
    params = {"tx": str(begin[0]), "from_id": begin[1], "to_tx": str(end[0]), "to_id": end[1]}
    theirs = _WITHIN.format(tx="%(tx)s::text::xid8", to_tx="%(to_tx)s::text::xid8")
    ours = "true" if scope.is_full else _WITHIN.format(tx="%(tx)s::bigint", to_tx="%(to_tx)s::bigint")
    raw = frame(warehouse, f"{_BY_DAY} raw.events e where {ours} group by 1", params)
    log = frame(product, f"{_BY_DAY} audit_logs e where {theirs} group by 1", params)
    wrong = differing(raw, log, ["day"])
    events = int(log["events"].sum())
    return verdict(
        "log_equals_raw",
        events,
        len(wrong),
        f"{events:,} events of {len(log):,} days are the same in raw.events and in the log{scope.named}.",
        "raw.events is not the log on "
        + examples(
            f"{row['day']} ({row['events'] or 0:,} there, {row['events_product'] or 0:,} in the log)"
            for row in wrong.sort("day").to_dicts()
        ),
    )
