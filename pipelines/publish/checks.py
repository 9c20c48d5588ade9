"""Checks 2, 4, 6 and 7: the marts agree with the product and with themselves, and are not old."""

from datetime import datetime

from pipelines.checks import CheckResult, Level, Scope, differing, examples, verdict
from pipelines.sla.reconcile import settled_tickets
from pipelines.warehouse import Connection, frame, statement, value

WARN_SECONDS = 15 * 60
ERROR_SECONDS = 60 * 60

_STATE = "status, priority, assigned_agent_id, team_id, resolved_at, closed_at"


def check_state(product: Connection, warehouse: Connection, scope: Scope) -> CheckResult:
    """The state the events add up to in `fct_tickets` is the ticket's own, for tickets that did not change since."""
    checked, wrong = 0, list[str]()
    with product.transaction():
        for ids in settled_tickets(product, warehouse, scope):
            theirs = frame(
                product, f"select id as ticket_id, {_STATE} from tickets where id = any(%(ids)s)", {"ids": ids}
            )
            ours = frame(
                warehouse,
                f"select ticket_id, {_STATE} from marts.fct_tickets where ticket_id = any(%(ids)s)",
                {"ids": ids},
            )
            checked += len(theirs)
            wrong += [
                f"ticket {row['ticket_id']}: {row['what']}" for row in differing(ours, theirs, ["ticket_id"]).to_dicts()
            ]
    return verdict(
        "state_equals_product",
        checked,
        len(wrong),
        f"The events of {checked:,} tickets add up to the state they have in the product{scope.named}.",
        f"Tickets whose events do not add up to their state: {examples(wrong)}.",
    )


def check_backlog(warehouse: Connection) -> CheckResult:
    """Backlog of every day = created − closed + reopened up to then, counted from periods."""
    days = frame(warehouse, statement("publish/backlog"))
    wrong = days.filter(days["backlog"].ne_missing(days["counted"]))
    return verdict(
        "backlog_two_ways",
        len(days),
        len(wrong),
        f"The backlog of {len(days):,} days is created − closed + reopened.",
        "The backlog differs from created − closed + reopened on "
        + examples(f"{row['day']} ({row['backlog']} and {row['counted']})" for row in wrong.to_dicts()),
        is_blocking=False,
    )


def check_periods(warehouse: Connection, scope: Scope) -> CheckResult:
    """Periods of status and of assignment tile a ticket's life: no gap, no overlap, no negative length."""
    row = warehouse.execute(statement("publish/periods").encode(), {"after": scope.after}).fetchone()
    checked, failed = (int(row[0]), int(row[1])) if row else (0, 0)
    return verdict(
        "periods_tile",
        checked,
        failed,
        f"{checked:,} periods follow each other without gap or overlap{scope.named}.",
        f"{failed:,} of {checked:,} periods leave a gap, overlap or end before they begin.",
        is_blocking=False,
    )


def check_freshness(product: Connection, warehouse: Connection, at: datetime) -> CheckResult:
    """Age of the oldest settled event that is not in the warehouse yet; without one the data is as new as can be."""
    row = warehouse.execute("select tx, id from raw.watermarks where name = 'events'").fetchone() or (0, 0)
    waiting = value(
        product,
        """
        select occurred_at from audit_logs
        where (tx, id) > (%(tx)s::text::xid8, %(id)s) and tx < pg_snapshot_xmin(pg_current_snapshot())
        order by tx, id limit 1
        """,
        {"tx": str(row[0]), "id": row[1]},
    )
    newest = value(warehouse, "select max(occurred_at) from raw.events")
    age = max((at - waiting).total_seconds(), 0.0) if waiting else 0.0
    level: Level = "error" if age > ERROR_SECONDS else "warning" if age > WARN_SECONDS else "ok"
    until = f"Data to {newest:%Y-%m-%d %H:%M} UTC" if newest else "There is no event yet"
    return CheckResult(
        name="freshness",
        level=level,
        is_blocking=False,
        checked=1,
        failed=int(level != "ok"),
        detail=f"{until}; the oldest event not read yet waits for {age / 60:.0f} minutes." if waiting else f"{until}.",
    )
