"""Check 3: the clocks computed from events are the clocks of the product, to the second."""

from pipelines.checks import CheckResult, Scope, differing, examples, verdict
from pipelines.sla.spans import newest_instant
from pipelines.warehouse import Connection, frame

PART = 50_000
"""Tickets compared at once."""

_SECOND = "date_trunc('second', {0}) as {0}"
_FIELDS = f"""ticket_id, target, cycle, policy_version_id, target_seconds, elapsed_seconds,
    {_SECOND.format("due_at")}, {_SECOND.format("met_at")}"""
_OURS = f"""
select {_FIELDS}, date_trunc('second', breached_at) as breached_at
from raw.sla_spans where ticket_id = any(%(ids)s)
"""
_THEIRS = f"""
select {_FIELDS},
       date_trunc('second', coalesce(breached_at, case when met_at is null and due_at < %(as_of)s then due_at end)) as breached_at
from sla_clocks where ticket_id = any(%(ids)s)
"""
"""A clock that ran out and that no sweep has looked at yet is breached here as well: the breach is at `due_at`."""


def check_clocks(product: Connection, warehouse: Connection, scope: Scope) -> CheckResult:
    """Policy, target, elapsed, due, met, breached of the scope's tickets, without those that changed since."""
    as_of, checked, wrong = newest_instant(warehouse), 0, list[str]()
    with product.transaction():
        for ids in settled_tickets(product, warehouse, scope):
            params = {"ids": ids, "as_of": as_of}
            theirs = frame(product, _THEIRS, params)
            differ = differing(frame(warehouse, _OURS, params), theirs, ["ticket_id", "target", "cycle"])
            checked += len(theirs)
            wrong += [f"ticket {row['ticket_id']} {row['target']}: {row['what']}" for row in differ.to_dicts()]
    return verdict(
        "clocks_equal_product",
        checked,
        len(wrong),
        f"{checked:,} clocks computed from events are those of the product, to the second{scope.named}.",
        f"Clocks differ from the product: {examples(wrong)}.",
    )


def settled_tickets(product: Connection, warehouse: Connection, scope: Scope) -> list[list[int]]:
    """Ids of the scope's tickets (of every ticket on either side when it is full) that have no event after the watermark,
    in parts. Call it inside the product's snapshot that the ids are used in."""
    touched = "select distinct ticket_id from raw.events where ticket_id is not null and _batch > %(after)s"
    ids = set(frame(warehouse, touched, {"after": scope.after})["ticket_id"])
    if scope.is_full:
        ids |= set(frame(product, "select id from tickets")["id"])
    row = warehouse.execute("select tx, id from raw.watermarks where name = 'events'").fetchone() or (0, 0)
    late = frame(
        product,
        "select distinct ticket_id from audit_logs where (tx, id) > (%(tx)s::text::xid8, %(id)s) and ticket_id is not null",
        {"tx": str(row[0]), "id": row[1]},
    )
    found = sorted(ids - set(late["ticket_id"]))
    return [found[begin : begin + PART] for begin in range(0, len(found), PART)]
