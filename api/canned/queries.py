"""Reads of canned responses: one's own, one's teams', everybody's; and the published ones."""

from typing import Any

import msgspec

from api.actor import Actor
from api.canned.rules import first_name
from api.canned.wire import CannedResponse, KnownAnswer
from api.conversation.rules import to_html
from api.db import Read
from api.errors import NotFound
from api.visibility import visible_tickets

LIMIT = 200
ANSWERS = 5
LIKENESS = 0.4
"""How alike a title and a question have to be, by pg_trgm's `word_similarity`, from 0 to 1."""

_RESPONSE = """
select c.id, c.scope, c.owner_id, c.team_id, c.shortcut, c.title, c.body, c.changes, c.is_published, c.created_at,
       c.updated_at
from canned_responses c
"""


class _Place(msgspec.Struct, frozen=True):
    number: str
    subject: str
    status: str
    priority: str
    customer_name: str
    team_name: str | None


async def list_canned_responses(read: Read, q: str | None, shortcut: str | None) -> list[CannedResponse]:
    """What the reader can use, by title, at most LIMIT: all, those whose title or shortcut holds `q`, or one shortcut's.

    Of one shortcut in several scopes the nearest comes first: one's own, the team's, everybody's.
    """
    usable, params = _usable(read.actor)
    rows = await read.dicts(
        _RESPONSE
        + f"""where {usable} and (%(shortcut)s::text is null or c.shortcut = %(shortcut)s)
                and (%(like)s::text is null or c.title ilike %(like)s or c.shortcut ilike %(like)s)
              order by c.title, array_position(array['personal', 'team', 'global'], c.scope), c.id limit {LIMIT}""",
        params | {"shortcut": shortcut, "like": _like(q) if q else None},
    )
    return msgspec.convert(rows, list[CannedResponse])


async def get_canned_response(read: Read, response_id: int) -> CannedResponse:
    """One the reader can use. Raises NotFound."""
    usable, params = _usable(read.actor)
    rows = await read.dicts(_RESPONSE + f"where c.id = %(id)s and {usable}", params | {"id": response_id})
    if not rows:
        raise NotFound("canned_response.not_found", "There is no such canned response.")
    return msgspec.convert(rows[0], CannedResponse)


async def get_variables(read: Read, ticket_id: int) -> dict[str, Any]:
    """The values of VARIABLES for a visible ticket and the reader. Raises NotFound."""
    visible, params = visible_tickets(read.actor)
    found = await read.one(
        f"""
        select t.number, t.subject, t.status, t.priority, u.name as customer_name, team.name as team_name
        from tickets t join users u on u.id = t.customer_id left join teams team on team.id = t.team_id
        where t.id = %(ticket_id)s and {visible}
        """,
        params | {"ticket_id": ticket_id},
        _Place,
    )
    if found is None:
        raise NotFound("ticket.not_found", "There is no such ticket.")
    return {
        "customer": {"name": found.customer_name, "first_name": first_name(found.customer_name)},
        "agent": {"name": read.actor.name, "first_name": first_name(read.actor.name)},
        "ticket": {name: getattr(found, name) for name in ("number", "subject", "status", "priority")},
        "team": {"name": found.team_name or ""},
    }


async def find_known_answers(read: Read, q: str) -> list[KnownAnswer]:
    """At most ANSWERS published answers that hold the words of `q` or whose title is like it, the best first."""
    rows = await read.dicts(
        f"""
        select c.id, c.title, c.body,
               ts_rank_cd(to_tsvector('simple', c.title || ' ' || c.body), words.query) + alike.likeness as rank
        from canned_responses c, websearch_to_tsquery('simple', %(q)s) words (query),
             greatest(word_similarity(c.title, %(q)s), word_similarity(%(q)s, c.title)) alike (likeness)
        where c.is_published
          and (to_tsvector('simple', c.title || ' ' || c.body) @@ words.query or alike.likeness >= {LIKENESS})
        order by rank desc, c.id limit {ANSWERS}
        """,
        {"q": q},
    )
    return [KnownAnswer(row["id"], row["title"], to_html(row["body"])) for row in rows]


def _usable(actor: Actor) -> tuple[str, dict[str, Any]]:
    if actor.kind == "system":
        return "true", {}
    teams = "true" if actor.role == "admin" else "c.team_id = any(%(teams)s)"
    condition = f"(c.scope = 'global' or (c.scope = 'team' and {teams}) or c.owner_id = %(reader_id)s)"
    return condition, {"teams": list(actor.team_ids), "reader_id": actor.id}


def _like(q: str) -> str:
    escaped = q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
