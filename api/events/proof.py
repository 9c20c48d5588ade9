"""One ticket with its events and the seals over them, as lines of JSON that `check.py` reads without us.

Lines, each with a `kind`: `proof` (which ticket), `words` (the texts of which the log holds salted hashes, with the
salts), `event` (`row` is the canonical text of one row of the log, byte for byte what was sealed), `seal` (ids and SHA-256
of all rows under it, the hash of the seal before it, its own), `end` (how many of each). A seal is read when its line is
sent, so that memory is that of one; rows and seals never change, so that all lines are of one state.
"""

import base64
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

import msgspec

from api.db import Read
from api.errors import Invalid
from api.events.openings import Openings
from api.events.seal import BATCH, CANONICAL, GENESIS, SEALS, WITHIN, Row, Seal, rows_sql
from api.visibility import visible_tickets

VERSION = 1
MAX_EVENTS = 10_000
MAX_SEALS = 1_000
MAX_COMMENTS = 5_000


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What a proof begins with, and the ids of the seals that follow."""

    number: str
    lines: list[dict[str, Any]]
    events: int
    seal_ids: list[int]


async def get_proof(read: Read, ticket_id: int) -> Proof:
    """All of a visible ticket's proof but its seals. Raises Invalid when it has more than MAX_EVENTS or MAX_SEALS."""
    words = await _list_words(read, ticket_id)
    rows = await read.values(
        f"select {CANONICAL} from audit_logs e where e.ticket_id = %(id)s order by e.tx, e.id limit {MAX_EVENTS + 1}",
        {"id": ticket_id},
    )
    seal_ids = await read.values(
        f"""
        select distinct seal.id
        from audit_logs e cross join lateral (
            select s.id from audit_seals s where (s.to_tx, s.to_id) >= (e.tx, e.id) order by s.to_tx, s.to_id limit 1) seal
        where e.ticket_id = %(id)s order by seal.id limit {MAX_SEALS + 1}
        """,
        {"id": ticket_id},
    )
    if len(rows) > MAX_EVENTS or len(seal_ids) > MAX_SEALS:
        raise Invalid(
            "proof.too_long", f"A proof holds {MAX_EVENTS} events under {MAX_SEALS} seals; this ticket has more."
        )
    number = words[0].pop("number")
    head = {"kind": "proof", "version": VERSION, "ticket_id": ticket_id, "number": number, "made_at": read.now}
    lines = [head, *words, *({"kind": "event", "row": row} for row in rows)]
    return Proof(number=number, lines=lines, events=len(rows), seal_ids=seal_ids)


async def proof_lines(proof: Proof, openings: Openings) -> AsyncGenerator[bytes]:
    """The whole file, line by line; no connection is held while a line is sent."""
    for line in proof.lines:
        yield _encoded(line)
    for seal_id in proof.seal_ids:
        async with openings.read() as read:
            line = await _get_seal(read, seal_id)
        yield _encoded(line)
    yield _encoded({"kind": "end", "events": proof.events, "seals": len(proof.seal_ids)})


async def _list_words(read: Read, ticket_id: int) -> list[dict[str, Any]]:
    visible, params = visible_tickets(read.actor)
    return await read.dicts(
        f"""
        select 'words' as kind, 'ticket' as of, t.id, encode(t.salt, 'hex') as salt, t.number, t.subject, t.description,
               null as body
        from tickets t where t.id = %(ticket_id)s and {visible}
        union all
        (select 'words', 'comment', c.id, encode(c.salt, 'hex'), null, null, null, c.body
         from comments c where c.ticket_id = %(ticket_id)s order by c.id limit {MAX_COMMENTS})
        """,
        params | {"ticket_id": ticket_id},
    )


async def _get_seal(read: Read, seal_id: int) -> dict[str, Any]:
    link = await read.one(SEALS + "where id = %(id)s", {"id": seal_id}, Seal)
    assert link is not None
    before = await read.value(
        "select sha256 from audit_seals where id < %(id)s order by id desc limit 1", {"id": seal_id}
    )
    rows = await read.all(
        rows_sql(WITHIN),
        {
            "tx": str(link.from_tx),
            "id": link.from_id,
            "to_tx": str(link.to_tx),
            "to_id": link.to_id,
            "limit": 2 * BATCH,
        },
        Row,
    )
    return {
        "kind": "seal",
        "id": link.id,
        "before": (before or GENESIS).hex(),
        "sha256": link.sha256.hex(),
        "from": [str(link.from_tx), link.from_id],
        "to": [str(link.to_tx), link.to_id],
        "row_ids": [row.id for row in rows],
        "digests": base64.b64encode(b"".join(row.digest for row in rows)).decode(),
    }


def _encoded(line: dict[str, Any]) -> bytes:
    return msgspec.json.encode(line, enc_hook=datetime.isoformat) + b"\n"
