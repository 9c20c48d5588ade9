"""Folded histories as the rows of tables, ready to be copied: what the product would have written at the time."""

from collections.abc import Sequence

import msgspec
import polars as pl

from api.events import catalogue
from api.importers.fold import STATE, old
from api.importers.promises import Promises

_COLUMN = {"agent_id": "assigned_agent_id"}
_ACTION: dict[str, type[catalogue.Event]] = {
    "created": catalogue.TicketCreated,
    "assigned": catalogue.TicketAssigned,
    "status": catalogue.TicketStatusChanged,
    "priority": catalogue.TicketPriorityChanged,
    "updated": catalogue.TicketUpdated,
    "escalated": catalogue.TicketEscalated,
}
LAST = 1 << 40
"""Order of what follows from time alone: after all that was done at the same instant."""
EVENT_COLUMNS = (
    "occurred_at",
    "action",
    "entity_type",
    "entity_id",
    "ticket_id",
    "actor_id",
    "actor_kind",
    "old_values",
    "new_values",
    "visibility",
)


def ticket_events(rows: pl.DataFrame, births: pl.DataFrame) -> pl.DataFrame:
    """The events of folded rows that are no comments. `births`: `ticket_id`, `birth`, the JSON members that only
    `ticket.created` has."""
    rows = rows.filter(pl.col("kind") != "comment").join(births, on="ticket_id", maintain_order="left")
    changes = [(field, pl.col("is_first") | pl.col(field).ne_missing(pl.col(old(field)))) for field in STATE]
    after = [pl.when(changed).then(_member(field, pl.col(field))) for field, changed in changes]
    before = [pl.when(changed).then(_member(field, pl.col(old(field)))) for field, changed in changes]
    born = pl.when("is_first").then("birth")
    return rows.select(
        "at",
        "ticket_id",
        "order",
        action=_of_kind("action"),
        entity_type=pl.lit("ticket"),
        entity_id="ticket_id",
        actor_id="actor_id",
        old_values=pl.when(~pl.col("is_first")).then(_object(before)),
        new_values=_object([*after, born, _details()]),
        visibility=_of_kind("visibility"),
    )


def comment_events(comments: pl.DataFrame) -> pl.DataFrame:
    """The events of comments, which have `comment_id` and `body_sha256`."""
    return comments.select(
        "at",
        "ticket_id",
        "order",
        action=pl.lit(catalogue.CommentAdded.action),
        entity_type=pl.lit("comment"),
        entity_id="comment_id",
        actor_id="actor_id",
        old_values=pl.lit(None, dtype=pl.String),
        new_values=_object(
            [
                _pair("is_internal", pl.col("is_internal").cast(pl.String)),
                _pair("is_by_staff", pl.col("is_by_staff").cast(pl.String)),
                _pair("author_id", _number(pl.col("actor_id"))),
                _pair("body_sha256", _quoted(pl.col("body_sha256"))),
                pl.lit('"mentioned_user_ids":[]'),
            ]
        ),
        visibility=pl.when("is_internal").then(pl.lit("internal")).otherwise(pl.lit("public")),
    )


def applied_events(rows: pl.DataFrame, promises: Promises) -> pl.DataFrame:
    """`sla.applied` for every row that put a ticket under another policy; it follows the change at once."""
    terms = {
        policy.id: catalogue.AppliedPolicy(
            policy_id=policy.policy_id,
            policy_version_id=policy.id,
            calendar_version_id=None,
            targets=policy.targets,
            pauses_on={target: list(statuses) for target, statuses in policy.pauses_on.items()},
        )
        for policy in promises.policies
    }
    # the calendar's version depends on the instant: it comes last, in place of the one that stands for it
    said = pl.col("policy_version_id").replace_strict(
        {number: _opened(applied) for number, applied in terms.items()}, default=None, return_dtype=pl.String
    )
    return rows.filter("is_applied").select(
        "at",
        "ticket_id",
        "order",
        action=pl.lit(catalogue.SlaApplied.action),
        entity_type=pl.lit("sla"),
        entity_id="ticket_id",
        actor_id="actor_id",
        old_values=pl.lit(None, dtype=pl.String),
        new_values=pl.concat_str(
            said, pl.lit(","), _pair("calendar_version_id", _number(pl.col("calendar_version_id"))), pl.lit("}")
        ),
        visibility=pl.lit("internal"),
    )


def _opened(applied: catalogue.AppliedPolicy) -> str:
    """The event's JSON without `calendar_version_id` and without its closing brace."""
    fields = msgspec.to_builtins(applied)
    del fields["calendar_version_id"]
    return msgspec.json.encode(fields).decode().removesuffix("}")


def breach_events(clocks: pl.DataFrame) -> pl.DataFrame:
    """`sla.breached` for every clock that was broken, at the instant it was due."""
    at = pl.col("breached_at")
    return clocks.drop_nulls("breached_at").select(
        at=at,
        ticket_id="ticket_id",
        order=pl.lit(LAST, dtype=pl.Int64),
        action=pl.lit(catalogue.SlaBreached.action),
        entity_type=pl.lit("sla"),
        entity_id="ticket_id",
        actor_id=pl.lit(None, dtype=pl.Int64),
        old_values=pl.lit(None, dtype=pl.String),
        new_values=_object(
            [
                _pair("target", _quoted(pl.col("target"))),
                _pair("cycle", pl.col("cycle").cast(pl.String)),
                _pair("due_at", _instant(at)),
            ]
        ),
        visibility=pl.lit("internal"),
    )


def log_of(events: list[pl.DataFrame]) -> pl.DataFrame:
    """The events as rows of `audit_logs`, in the order in which they happened."""
    return (
        pl.concat(events)
        .sort("at", "ticket_id", "order", maintain_order=True)
        .with_columns(actor_kind=pl.when(pl.col("actor_id").is_null()).then(pl.lit("system")).otherwise(pl.lit("user")))
        .rename({"at": "occurred_at"})
        .select(EVENT_COLUMNS)
    )


def _details() -> pl.Expr:
    """The member `details` of a happening, null where there is nothing to explain."""
    how = pl.col("how")
    kind = pl.col("kind")
    overdue = [
        _pair("how", _quoted(pl.lit("overdue"))),
        _pair("escalated_to", pl.when(pl.col("agent_id") > 0).then(pl.col("agent_id").cast(pl.String))),
        _pair("target", _quoted(how)),
    ]
    told = (
        pl.when((kind == "created") & (how == "no_routing"))
        .then(pl.lit('{"auto_assign":false}'))
        .when((kind == "assigned") & how.is_not_null())
        .then(_object([_pair("how", _quoted(how))]))
        .when((kind == "status") & how.is_not_null())
        .then(_object([_pair("reason", _quoted(how))]))
        .when(kind == "escalated")
        .then(_object(overdue))
    )
    return _pair("details", told)


def _of_kind(attribute: str) -> pl.Expr:
    said = {kind: getattr(event, attribute) for kind, event in _ACTION.items()}
    return pl.col("kind").cast(pl.String).replace_strict(said, return_dtype=pl.String)


def _member(field: str, value: pl.Expr) -> pl.Expr:
    if field in ("status", "priority"):
        text = _quoted(value)
    elif field.endswith("_at"):
        text = _instant(value).fill_null("null")
    elif field.endswith("_id"):
        text = _number(value)
    else:
        text = value.cast(pl.String)
    return _pair(_COLUMN.get(field, field), text)


def _pair(name: str, text: pl.Expr) -> pl.Expr:
    return pl.lit(f'"{name}":') + text


def _object(members: Sequence[pl.Expr]) -> pl.Expr:
    """A JSON object of the members that are not null."""
    inner = pl.concat_str(members, separator=",", ignore_nulls=True)
    return pl.concat_str(pl.lit("{"), inner, pl.lit("}"))


def _number(value: pl.Expr) -> pl.Expr:
    """An id; 0 and null are null."""
    return pl.when(value > 0).then(value.cast(pl.String)).otherwise(pl.lit("null"))


def _quoted(value: pl.Expr) -> pl.Expr:
    """Words of ours, which need no escaping."""
    return pl.lit('"') + value + pl.lit('"')


def _instant(value: pl.Expr) -> pl.Expr:
    return value.dt.strftime('"%Y-%m-%dT%H:%M:%S%.fZ"')
