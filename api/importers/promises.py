"""Which policy held for each ticket after each change, and what its clocks came to: the rules of `sla` over whole columns."""

from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest
from typing import Any

import msgspec
import polars as pl
import psycopg
from psycopg.rows import dict_row

from api.sla.rules.calendar import CalendarVersion
from api.sla.rules.clock import AT_RISK_SHARE
from api.sla.rules.policy import Conditions, PolicyVersion
from api.sla.rules.vectorised import clocks_frame

MAX_VERSIONS = 10_000


class Promises(msgspec.Struct, frozen=True, kw_only=True):
    """Every version of the active policies, in the order in which they are asked, and of every calendar."""

    policies: list[PolicyVersion]
    calendars: list[CalendarVersion]
    at_risk_share: float

    def clocks(self, rows: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
        """The clocks (CLOCK_SCHEMA) of the folded rows' tickets as they stand at `as_of`."""
        return clocks_frame(
            facts(rows),
            {policy.id: policy for policy in self.policies},
            {calendar.id: calendar for calendar in self.calendars},
            as_of,
            self.at_risk_share,
        )


def load_promises(conn: psycopg.Connection[Any]) -> Promises:
    """All that may have held at some time."""
    with conn.cursor(row_factory=dict_row) as cursor:
        policies = cursor.execute(
            """select v.id, v.sla_policy_id as policy_id, p.name, v.version, v.valid_from, v.conditions, v.targets,
                      v.pauses_on, v.calendar_id
               from sla_policy_versions v join sla_policies p on p.id = v.sla_policy_id
               where p.is_active order by p.position, p.id, v.version limit %(limit)s""",
            {"limit": MAX_VERSIONS},
        ).fetchall()
        calendars = cursor.execute(
            """select v.id, v.calendar_id, c.name, v.version, v.valid_from, v.time_zone, v.weekly_hours, v.holidays
               from calendar_versions v join calendars c on c.id = v.calendar_id
               order by v.calendar_id, v.version limit %(limit)s""",
            {"limit": MAX_VERSIONS},
        ).fetchall()
        share = cursor.execute("select value from installation_settings where name = 'at_risk_share'").fetchone()
    return Promises(
        policies=msgspec.convert(policies, list[PolicyVersion]),
        calendars=msgspec.convert(calendars, list[CalendarVersion]),
        at_risk_share=float(share["value"]) if share else AT_RISK_SHARE,
    )


def promise(rows: pl.DataFrame, promises: Promises) -> pl.DataFrame:
    """Folded rows, with `tags` of the customer, plus the policy and calendar version that hold after each (null: none),
    and `is_applied` where that is news. Policies are chosen anew when priority, category or team change."""
    asked = pl.col("is_first") | pl.any_horizontal(
        pl.col(field).ne_missing(pl.col(f"old_{field}")) for field in ("priority", "category_id", "team_id")
    )
    chosen = pl.lit(None, dtype=pl.Int64)
    for policy, until in reversed(list(_windows(promises.policies))):
        chosen = (
            pl.when(_matches(policy.conditions) & _within(policy.valid_from, until)).then(policy.id).otherwise(chosen)
        )
    rows = rows.with_columns(chosen=pl.when(asked).then(chosen))
    # who matches nothing keeps what held; 0 keeps a ticket's first row from what held for the ticket before it
    first = pl.when("is_first").then(pl.col("chosen").fill_null(0)).otherwise("chosen")
    rows = rows.with_columns(policy_version_id=first.forward_fill())
    calendar_of = {policy.id: policy.calendar_id for policy in promises.policies if policy.calendar_id}
    by_calendar = pl.col("chosen").replace_strict(calendar_of, default=None, return_dtype=pl.Int64)
    calendar = pl.lit(0, dtype=pl.Int64)
    for version, until in _windows(promises.calendars):
        is_it = (pl.col("calendar_id") == version.calendar_id) & _within(version.valid_from, until)
        calendar = pl.when(is_it).then(version.id).otherwise(calendar)
    rows = rows.with_columns(calendar_id=by_calendar).with_columns(
        calendar_version_id=pl.when(pl.col("chosen").is_not_null() | pl.col("is_first")).then(calendar).forward_fill()
    )
    held = ("policy_version_id", "calendar_version_id")
    is_other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in held)
    return rows.with_columns(is_applied=pl.col("chosen").is_not_null() & (pl.col("is_first") | is_other)).with_columns(
        pl.when(pl.col(name) > 0).then(name) for name in held
    )


def facts(rows: pl.DataFrame) -> pl.DataFrame:
    """What the clocks depend on (FACT_SCHEMA), of rows with their policies."""
    rows = rows.drop("seq").with_row_index("seq").with_columns(seq=pl.col("seq").cast(pl.Int64) * 2)
    none = pl.lit(None, dtype=pl.Int64)
    happened = rows.filter(
        pl.col("is_first")
        | pl.col("status").ne_missing(pl.col("old_status"))
        | ((pl.col("kind") == "comment") & ~pl.col("is_internal") & (pl.col("actor_id") != 0))
    ).select(
        "ticket_id",
        "seq",
        "at",
        kind=pl.when("is_first")
        .then(pl.lit("opened"))
        .when(pl.col("kind") == "comment")
        .then(pl.lit("comment"))
        .otherwise(pl.lit("status")),
        status=pl.when(pl.col("kind") != "comment").then("status"),
        by_staff=pl.col("is_by_staff"),
        policy_version_id=none,
        calendar_version_id=none,
    )
    applied = rows.filter("is_applied").select(
        "ticket_id",
        pl.col("seq") + 1,
        "at",
        kind=pl.lit("policy"),
        status=pl.lit(None, dtype=pl.String),
        by_staff=pl.lit(None, dtype=pl.Boolean),
        policy_version_id="policy_version_id",
        calendar_version_id="calendar_version_id",
    )
    return pl.concat([happened, applied])


def marks(clocks: pl.DataFrame) -> pl.DataFrame:
    """`next_due_at` and `first_breached_at` per ticket, from the clocks that are promises to the customer."""
    is_open = pl.col("met_at").is_null() & pl.col("breached_at").is_null()
    return (
        clocks.filter(~pl.col("target").str.starts_with("escalation"))
        .group_by("ticket_id")
        .agg(next_due_at=pl.col("due_at").filter(is_open).min(), first_breached_at=pl.col("breached_at").min())
    )


def _windows(versions: list[Any]) -> Iterator[tuple[Any, datetime | None]]:
    """Each version, and when the next one of the same thing begins to hold."""
    for version, after in zip_longest(versions, versions[1:]):
        yield version, after.valid_from if after and _thing(after) == _thing(version) else None


def _thing(version: PolicyVersion | CalendarVersion) -> int:
    return version.policy_id if isinstance(version, PolicyVersion) else version.calendar_id


def _within(begin: datetime, until: datetime | None) -> pl.Expr:
    begun = pl.col("at") >= begin
    return begun if until is None else begun & (pl.col("at") < until)


def _matches(conditions: Conditions) -> pl.Expr:
    found = pl.lit(value=True)
    if conditions.priority is not None:
        found &= pl.col("priority").is_in(conditions.priority)
    if conditions.category_id is not None:
        found &= pl.col("category_id").is_in(conditions.category_id)
    if conditions.team_id is not None:
        found &= pl.col("team_id").is_in(conditions.team_id)
    if conditions.customer_tag is not None:
        tags = pl.Series(list(conditions.customer_tag), dtype=pl.String)
        found &= pl.col("customer_tags").list.set_intersection(tags.implode()).list.len() > 0
    if conditions.organisation_id is not None:
        # a history names no organisations, and an imported customer is in none
        found &= pl.lit(value=False)
    return found
