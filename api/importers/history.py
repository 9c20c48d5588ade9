"""What an importer hands to the loader: a directory of people and places, and tickets with what happened to them.

All references are external ids (skills: names), so that a history means the same in every database. Instants are UTC.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec
import polars as pl

INSTANT = pl.Datetime("us", "UTC")
HOLDER = "@agent"
"""As an actor: whoever the ticket is assigned to at that moment; the system when nobody is."""

PEOPLE = pl.Schema(
    {
        "external_id": pl.String(),
        "email": pl.String(),
        "name": pl.String(),
        "role": pl.String(),
        "availability": pl.String(),
        "tags": pl.List(pl.String()),
        "password_hash": pl.String(),
        "created_at": INSTANT,
    }
)
TEAMS = pl.Schema({"external_id": pl.String(), "name": pl.String(), "created_at": INSTANT})
MEMBERS = pl.Schema({"team": pl.String(), "person": pl.String(), "role": pl.String(), "created_at": INSTANT})
SKILLS = pl.Schema({"name": pl.String(), "created_at": INSTANT})
PROFICIENCIES = pl.Schema(
    {"person": pl.String(), "skill": pl.String(), "proficiency": pl.Int64(), "created_at": INSTANT}
)
CATEGORIES = pl.Schema(
    {
        "external_id": pl.String(),
        "name": pl.String(),
        "parent": pl.String(),
        "skill": pl.String(),
        "team": pl.String(),
        "created_at": INSTANT,
    }
)

TICKETS = pl.Schema(
    {
        "external_id": pl.String(),
        "subject": pl.String(),
        "description": pl.String(),
        "source": pl.String(),
        "customer": pl.String(),
        "skill": pl.String(),
        "tags": pl.List(pl.String()),
        "custom_attributes": pl.String(),
    }
)
"""What a ticket keeps all its life. `custom_attributes` is a JSON object."""

KINDS = ("created", "assigned", "status", "priority", "updated", "escalated", "comment")
HAPPENINGS = pl.Schema(
    {
        "ticket": pl.String(),
        "at": INSTANT,
        "seq": pl.Int64(),
        "kind": pl.Enum(KINDS),
        "actor": pl.String(),
        "status": pl.String(),
        "priority": pl.String(),
        "agent": pl.String(),
        "team": pl.String(),
        "category": pl.String(),
        "how": pl.String(),
        "body": pl.String(),
        "is_internal": pl.Boolean(),
        "is_by_staff": pl.Boolean(),
    }
)
"""One row per thing that happened, in the order of `at`, then `seq`, within its ticket.

Null in a state column: unchanged; `""` in `agent`, `team` and `category`: none from now on. Every ticket has one `created`
row, its first, with status `open` and a priority. `assigned` makes an open ticket `assigned` by itself. What changes nothing
is dropped. `how` explains: an assignment's `how`, a move's `reason`; on `created`, `no_routing` for a ticket that was not to
be routed. Null `actor`: the system. `body`, `is_internal` and `is_by_staff` belong to comments (Markdown).
"""


class Directory(msgspec.Struct, frozen=True, kw_only=True):
    """Who and what tickets refer to."""

    people: pl.DataFrame = msgspec.field(default_factory=PEOPLE.to_frame)
    teams: pl.DataFrame = msgspec.field(default_factory=TEAMS.to_frame)
    members: pl.DataFrame = msgspec.field(default_factory=MEMBERS.to_frame)
    skills: pl.DataFrame = msgspec.field(default_factory=SKILLS.to_frame)
    proficiencies: pl.DataFrame = msgspec.field(default_factory=PROFICIENCIES.to_frame)
    categories: pl.DataFrame = msgspec.field(default_factory=CATEGORIES.to_frame)


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """Some tickets with all that happened to them: what is written in one transaction."""

    tickets: pl.DataFrame
    happenings: pl.DataFrame

    def without(self, external_ids: Iterable[str]) -> "Chunk":
        """The chunk but for these tickets."""
        known = pl.DataFrame({"external_id": list(external_ids)}, schema={"external_id": pl.String})
        return Chunk(
            tickets=self.tickets.join(known, on="external_id", how="anti", maintain_order="left"),
            happenings=self.happenings.join(
                known, left_on="ticket", right_on="external_id", how="anti", maintain_order="left"
            ),
        )


class History(msgspec.Struct, frozen=True, kw_only=True):
    """A directory, and chunks that may be made while others are written. `begins` is not after anything in it."""

    directory: Directory
    chunks: Iterator[Chunk]
    begins: datetime


def shaped(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    """The frame with the schema's columns, cast; nulls where it lacks one."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )
