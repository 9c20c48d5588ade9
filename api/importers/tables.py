"""A chunk of a history as rows of `tickets`, `comments`, `sla_clocks` and `audit_logs`. Pure, but for the salts."""

import secrets
from datetime import datetime

import msgspec
import polars as pl

from api.conversation.rules import to_html
from api.events.hashes import salted_sha256
from api.importers import lines
from api.importers.directory import Known
from api.importers.fold import final, fold, held_by
from api.importers.history import HOLDER, Chunk
from api.importers.promises import Promises, marks, promise
from api.tables.tickets import tickets as TICKETS

SALT_BYTES = 16


class Ids(msgspec.Struct, frozen=True, kw_only=True):
    """What the database gave for the tickets and comments of a chunk, in its order."""

    tickets: list[int]
    comments: list[int]
    numbers: list[str]


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """Rows, with the columns of their tables."""

    tickets: pl.DataFrame
    comments: pl.DataFrame
    clocks: pl.DataFrame
    log: pl.DataFrame


def make_tables(chunk: Chunk, ids: Ids, known: Known, promises: Promises, now: datetime) -> Tables:
    """All rows of the chunk's tickets as they stand at `now`. Escalation clocks that ran out have escalated.

    Raises ValueError when a ticket names a person, team, category or skill that is not known.
    """
    tickets = _tickets(chunk.tickets, ids, known)
    happenings = _happenings(chunk.happenings, tickets, known)
    rows = _promised(happenings, tickets, promises)
    clocks = promises.clocks(rows, now)
    escalations = _escalations(clocks, rows, known)
    if not escalations.is_empty():
        rows = _promised(pl.concat([happenings, escalations], how="diagonal"), tickets, promises)
        again = rows.join(escalations, on="ticket_id", how="semi", maintain_order="left")
        clocks = pl.concat(
            [clocks.join(escalations, on="ticket_id", how="anti", maintain_order="left"), promises.clocks(again, now)]
        )
    rows = held_by(rows).with_row_index("order").with_columns(order=pl.col("order").cast(pl.Int64) * 2)
    comments = _comments(rows, ids)
    log = lines.log_of(
        [
            lines.ticket_events(rows, tickets.select("ticket_id", "birth")),
            lines.comment_events(comments),
            lines.applied_events(rows, promises),
            lines.breach_events(clocks),
        ]
    )
    return Tables(
        tickets=_ticket_rows(tickets, rows, clocks),
        comments=comments.select(
            id="comment_id",
            ticket_id="ticket_id",
            author_id="actor_id",
            body="body",
            body_html="body_html",
            is_internal="is_internal",
            is_by_staff="is_by_staff",
            salt=pl.lit("\\x") + pl.col("salt"),
            created_at="at",
        ),
        clocks=clocks,
        log=log,
    )


def _tickets(tickets: pl.DataFrame, ids: Ids, known: Known) -> pl.DataFrame:
    """The tickets with ids, numbers, salts, and `birth`: the members that only their creation's JSON has."""
    salts = [secrets.token_bytes(SALT_BYTES) for _ in ids.tickets]
    tags_of = known.people.select(customer="key", customer_tags="tags")
    tickets = tickets.join(tags_of, on="customer", how="left", maintain_order="left").with_columns(
        pl.Series("ticket_id", ids.tickets, dtype=pl.Int64),
        pl.Series("number", ids.numbers, dtype=pl.String),
        pl.Series("salt", [salt.hex() for salt in salts], dtype=pl.String),
        *(
            pl.Series(
                f"{name}_sha256",
                [salted_sha256(salt, text) for salt, text in zip(salts, tickets[name], strict=True)],
                dtype=pl.String,
            )
            for name in ("subject", "description")
        ),
        customer_id=_id(tickets, "customer", known.people),
        skill_id=_id(tickets, "skill", known.skills),
        tags_json=pl.col("tags").list.sort().list.eval(pl.lit('"') + pl.element() + pl.lit('"')).list.join(","),
    )
    birth = (
        '"number":"{}","source":"{}","customer_id":{},"skill_id":{},"tags":[{}],"custom_attributes":{},'
        '"subject_sha256":"{}","description_sha256":"{}"'
    )
    return tickets.with_columns(
        birth=pl.format(
            birth,
            "number",
            "source",
            "customer_id",
            pl.col("skill_id").cast(pl.String).fill_null("null"),
            "tags_json",
            "custom_attributes",
            "subject_sha256",
            "description_sha256",
        )
    )


def _happenings(happenings: pl.DataFrame, tickets: pl.DataFrame, known: Known) -> pl.DataFrame:
    """The happenings with ids for references: null unchanged, 0 none; the actor's 0 is the system, -1 the holder."""
    rows = happenings.select(
        pl.col("ticket").replace_strict(tickets["external_id"], tickets["ticket_id"]).alias("ticket_id"),
        "at",
        "seq",
        pl.col("kind").cast(pl.String),
        "status",
        "priority",
        "how",
        "body",
        "is_internal",
        "is_by_staff",
        actor_id=_id(happenings, "actor", known.people, {HOLDER: -1}).fill_null(0),
        agent_id=_id(happenings, "agent", known.people, {"": 0}),
        team_id=_id(happenings, "team", known.teams, {"": 0}),
        category_id=_id(happenings, "category", known.categories, {"": 0}),
    )
    is_first = pl.col("kind") == "created"
    return rows.with_columns(
        pl.when(is_first).then(pl.col(name).fill_null(0)).otherwise(name).alias(name)
        for name in ("agent_id", "team_id", "category_id")
    )


def _promised(happenings: pl.DataFrame, tickets: pl.DataFrame, promises: Promises) -> pl.DataFrame:
    rows = fold(happenings).join(
        tickets.select("ticket_id", "customer_tags"), on="ticket_id", how="left", maintain_order="left"
    )
    return promise(rows, promises).drop("customer_tags")


def _escalations(clocks: pl.DataFrame, rows: pl.DataFrame, known: Known) -> pl.DataFrame:
    """A happening for each escalation clock that ran out: to the team's lead, else to an admin, else with whom it was."""
    due = clocks.filter(pl.col("target").str.starts_with("escalation")).drop_nulls("breached_at")
    team = rows.sort("at", maintain_order=True).select("ticket_id", "at", "team_id")
    admin = pl.lit(known.admin_id, dtype=pl.Int64)
    return (
        due.select("ticket_id", at="breached_at", how="target")
        .sort("at")
        .join_asof(team, on="at", by="ticket_id", check_sortedness=False)
        .join(known.leads, on="team_id", how="left", maintain_order="left")
        .select(
            "ticket_id",
            "at",
            "how",
            seq=pl.lit(lines.LAST, dtype=pl.Int64),
            kind=pl.lit("escalated"),
            status=pl.lit("escalated"),
            actor_id=pl.lit(0, dtype=pl.Int64),
            agent_id=pl.coalesce("lead_id", admin),
        )
    )


def _comments(rows: pl.DataFrame, ids: Ids) -> pl.DataFrame:
    comments = rows.filter(pl.col("kind") == "comment")
    salts = [secrets.token_bytes(SALT_BYTES) for _ in ids.comments]
    bodies = comments["body"].to_list()
    html = {body: to_html(body) for body in set(bodies)}
    return comments.with_columns(
        pl.Series("comment_id", ids.comments, dtype=pl.Int64),
        pl.Series("salt", [salt.hex() for salt in salts], dtype=pl.String),
        pl.Series("body_html", [html[body] for body in bodies], dtype=pl.String),
        pl.Series(
            "body_sha256",
            [salted_sha256(salt, body) for salt, body in zip(salts, bodies, strict=True)],
            dtype=pl.String,
        ),
    )


def _ticket_rows(tickets: pl.DataFrame, rows: pl.DataFrame, clocks: pl.DataFrame) -> pl.DataFrame:
    """Rows of the table `tickets`: what they kept all their life, and their state in the end."""
    joined = (
        tickets.join(final(rows), on="ticket_id", how="left", maintain_order="left")
        .join(marks(clocks), on="ticket_id", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col(name) > 0).then(name).alias(name) for name in ("agent_id", "team_id", "category_id")
        )
        .with_columns(
            id="ticket_id",
            assigned_agent_id="agent_id",
            tags=pl.lit("{") + pl.col("tags_json") + pl.lit("}"),
            salt=pl.lit("\\x") + pl.col("salt"),
        )
    )
    return joined.select(column.name for column in TICKETS.columns if column.name in joined.columns)


def _id(frame: pl.DataFrame, column: str, ids: pl.DataFrame, more: dict[str, int] | None = None) -> pl.Series:
    """The ids of the names in a column, null for null. Raises ValueError for a name that is not known."""
    names, numbers = [*ids["key"], *(more or {})], [*ids["id"], *(more or {}).values()]
    found = frame[column].replace_strict(names, numbers, default=None, return_dtype=pl.Int64)
    unknown = frame[column].filter(found.is_null() & frame[column].is_not_null())
    if len(unknown):
        raise ValueError(f"The history names {column} {unknown[0]!r}, who is not in its directory.")
    return found
