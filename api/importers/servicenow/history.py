"""Incidents as histories: who took part, and what each row changed compared with the one before it.

Decisions:
- An incident's rows are read in the order of `sys_updated_at`, then `sys_mod_count`, then line. A row older than the opening
  counts at the opening.
- New is `open` (with an assignee `assigned`), Active is `in_progress`, Awaiting … is `pending`; New after anything else is
  `in_progress`. Out of Resolved or Closed into anything but Closed the ticket passes through `in_progress`, the one move allowed.
- It was opened with the priority, category and group of its first row.
- The log numbers callers, openers, assignees and resolvers each on their own: they are four kinds of people here too, and
  nobody is taken for somebody else because their numbers agree.
- The caller is the customer: the first one known. Who opened it acts in `ticket.created`, who resolved it in the last
  resolution; other changes have no actor the log could name, moves of the work apart: those are the assignee's.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec
import polars as pl

from api.importers.history import (
    CATEGORIES,
    HAPPENINGS,
    HOLDER,
    PEOPLE,
    TEAMS,
    TICKETS,
    Chunk,
    Directory,
    History,
    shaped,
)
from api.importers.servicenow.read import KEPT

CUSTOMER_TAG = "servicenow"
UNKNOWN_CALLER = "unknown"
CHUNK = 2_000
_STAFF = {"opened_by": "opener", "assigned_to": "agent", "resolved_by": "resolver"}


def external_id(number: str) -> str:
    """How a ticket that came from an incident is known."""
    return f"servicenow:{number}"


def history_of(rows: pl.DataFrame) -> History:
    """The history that the rows (ROWS) tell. There is at least one row."""
    rows = rows.sort("number", "sys_updated_at", "mod", "line").with_columns(
        opened_at=pl.col("opened_at").first().over("number"),
        caller=pl.col("caller_id").drop_nulls().first().over("number").fill_null(UNKNOWN_CALLER),
        sub=pl.col("category") + "/" + pl.col("category_duplicated_0"),
    )
    rows = rows.with_columns(at=pl.max_horizontal("sys_updated_at", "opened_at"), ticket=_key("number", ""))
    begins = rows["opened_at"].min()
    assert isinstance(begins, datetime)
    return History(directory=_directory(rows, pl.lit(begins)), chunks=_chunks(rows), begins=begins)


def _key(column: str, kind: str) -> pl.Expr:
    return pl.lit(f"servicenow:{kind}") + pl.col(column)


def _directory(rows: pl.DataFrame, begins: pl.Expr) -> Directory:
    people = [
        _people(rows["caller"], "caller", "customer", begins),
        *(_people(rows[column], kind, "agent", begins) for column, kind in _STAFF.items()),
    ]
    teams = _named(rows["assignment_group"], "group:", "Group ", begins)
    parents = _named(rows["category"], "category:", "Category ", begins)
    pairs = rows.select("category", "category_duplicated_0", "sub").drop_nulls().unique("sub").sort("sub")
    children = pairs.select(
        external_id=_key("sub", "category:"),
        name=pl.lit("Subcategory ") + pl.col("category_duplicated_0"),
        parent=_key("category", "category:"),
        created_at=begins,
    )
    categories = pl.concat([parents, children], how="diagonal")
    return Directory(
        people=pl.concat(people),
        teams=shaped(teams, TEAMS),
        categories=shaped(categories, CATEGORIES),
    )


def _named(values: pl.Series, key: str, name: str, begins: pl.Expr) -> pl.DataFrame:
    return pl.DataFrame({"value": values.drop_nulls().unique().sort()}).select(
        external_id=_key("value", key), name=pl.lit(name) + pl.col("value"), created_at=begins
    )


def _people(values: pl.Series, kind: str, role: str, begins: pl.Expr) -> pl.DataFrame:
    """Made-up people under their numbers, who can neither sign in nor be written to."""
    tags = [CUSTOMER_TAG] if role == "customer" else []
    people = pl.DataFrame({"value": values.drop_nulls().unique().sort()}).select(
        external_id=_key("value", f"{kind}:"),
        email=pl.lit(f"servicenow-{kind}-") + pl.col("value") + "@import.invalid",
        name=pl.lit(f"{kind.title()} ") + pl.col("value"),
        role=pl.lit(role),
        availability=pl.lit("offline"),
        tags=pl.lit(tags, dtype=pl.List(pl.String)),
        password_hash=pl.lit(None, dtype=pl.String),
        created_at=begins,
    )
    return shaped(people, PEOPLE)


def _chunks(rows: pl.DataFrame) -> Iterator[Chunk]:
    numbers = rows["number"].unique(maintain_order=True)
    for start in range(0, len(numbers), CHUNK):
        some = rows.join(numbers.slice(start, CHUNK).to_frame(), on="number", how="semi", maintain_order="left")
        yield Chunk(tickets=_tickets(some), happenings=_happenings(some))


def _tickets(rows: pl.DataFrame) -> pl.DataFrame:
    last = rows.group_by("ticket", maintain_order=True).last()
    attributes = [
        msgspec.json.encode({name: value for name, value in row.items() if value is not None}).decode()
        for row in last.select("number", *KEPT).iter_rows(named=True)
    ]
    subject = (
        pl.lit("Incident ")
        + pl.col("number")
        + pl.coalesce(pl.lit(" (category ") + pl.col("category") + pl.lit(")"), pl.lit(""))
    )
    tickets = last.with_columns(pl.Series("custom_attributes", attributes, dtype=pl.String)).select(
        external_id="ticket",
        subject=subject,
        description=subject + ", taken over from ServiceNow. Its words were not part of the log.",
        source=pl.lit("import"),
        customer=_key("caller", "caller:"),
        skill=pl.lit(None, dtype=pl.String),
        tags=pl.lit([CUSTOMER_TAG], dtype=pl.List(pl.String)),
        custom_attributes="custom_attributes",
    )
    return shaped(tickets, TICKETS)


def _happenings(rows: pl.DataFrame) -> pl.DataFrame:
    """What each row says, one happening per kind of change; the loader leaves out what changed nothing."""
    is_first = pl.col("number").ne_missing(pl.col("number").shift(1))
    has_left_new = (pl.col("state") != "open").cast(pl.Int8).cum_max().over("number") == 1
    was = pl.when(~is_first).then(pl.col("state").shift(1))
    rows = rows.with_row_index("n").with_columns(
        is_first=is_first,
        seq=pl.col("n").cast(pl.Int64) * 10,
        agent=_key("assigned_to", "agent:").fill_null(""),
        team=_key("assignment_group", "group:").fill_null(""),
        category=pl.coalesce(_key("sub", "category:"), _key("category", "category:"), pl.lit("")),
        was=was,
        status=pl.when((pl.col("state") == "open") & has_left_new).then(pl.lit("in_progress")).otherwise("state"),
    )
    resolves = pl.col("status") == "resolved"
    begins_resolved = resolves & (is_first | (pl.col("was") != "resolved"))
    is_last_resolution = pl.col("line") == pl.col("line").filter(begins_resolved).last().over("number")
    reopens = pl.col("was").is_in(["resolved", "closed"]) & ~pl.col("status").is_in(["resolved", "closed"])
    reopens |= (pl.col("was") == "closed") & resolves
    resolver = _key("resolved_by", "resolver:")
    opener = pl.coalesce(_key("opened_by", "opener:"), _key("caller", "caller:"))
    imported = pl.lit("imported")
    made = [
        rows.filter("is_first").select(
            "ticket", "team", "category", "priority", at="opened_at", seq=pl.col("seq") - 5, kind=pl.lit("created"),
            actor=opener, status=pl.lit("open"), agent=pl.lit(""), how=pl.lit("no_routing"),
        ),
        rows.filter(reopens).select(
            "ticket", "at", "seq", kind=pl.lit("status"), actor=pl.lit(HOLDER), status=pl.lit("in_progress"), how=imported
        ),
        rows.select("ticket", "at", "priority", seq=pl.col("seq") + 1, kind=pl.lit("priority")),
        rows.select("ticket", "at", "team", "category", seq=pl.col("seq") + 2, kind=pl.lit("updated")),
        # a done ticket is not assigned; who is named there is heard when it is reopened
        rows.filter(~pl.col("status").is_in(["resolved", "closed"])).select(
            "ticket", "at", "agent", seq=pl.col("seq") + 3, kind=pl.lit("assigned"), how=imported
        ),
        rows.filter(pl.col("status") != "open").select(
            "ticket", "at", "status", seq=pl.col("seq") + 4, kind=pl.lit("status"), how=imported,
            actor=pl.when(is_last_resolution).then(resolver).when(pl.col("status") != "closed").then(pl.lit(HOLDER)),
        ),
    ]  # fmt: skip
    return shaped(pl.concat(made, how="diagonal_relaxed"), HAPPENINGS)
