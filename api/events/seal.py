"""Tamper evidence that costs writers nothing.

Settled rows are sealed in (tx, id) order, batch by batch: a seal's hash is the SHA-256 of the hash before it and of the
digest of each row. A seal also keeps the ids of its rows and 8 bytes of each digest, so that verifying can name the
first row that was changed, removed or slipped in, and not only the batch.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence

import msgspec

from api.db import Read, sql
from api.events.tx import Tx

BATCH = 20_000
SHORT = 8
_SETTLED = "(e.tx, e.id) > (%(tx)s::text::xid8, %(id)s) and e.tx < pg_snapshot_xmin(pg_current_snapshot())"
WITHIN = "(e.tx, e.id) > (%(tx)s::text::xid8, %(id)s) and (e.tx, e.id) <= (%(to_tx)s::text::xid8, %(to_id)s)"
GENESIS = bytes(32)
CANONICAL = """jsonb_build_array(
           e.id, e.tx::text, (extract(epoch from e.occurred_at) * 1000000)::bigint, e.action, e.entity_type, e.entity_id,
           e.ticket_id, e.actor_id, e.actor_kind, e.old_values, e.new_values, e.ip, e.user_agent, e.visibility
       )::text"""
"""A row of the log as text: a JSON array of its columns, instants as microseconds since 1970."""


class Row(msgspec.Struct, frozen=True):
    """One row of the log: its place and the SHA-256 of its canonical text."""

    tx: int
    id: int
    digest: bytes


class Seal(msgspec.Struct, frozen=True):
    """One link of the chain."""

    id: int
    from_tx: int
    from_id: int
    to_tx: int
    to_id: int
    row_ids: list[int]
    row_digests: bytes
    sha256: bytes


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What verifying found. `problem` is a sentence naming the first bad row or seal, None when the chain is whole."""

    seals: int
    rows: int
    unsealed: int
    problem: str | None = None


SEALS = """
select id, from_tx::text::bigint as from_tx, from_id, to_tx::text::bigint as to_tx, to_id, row_ids, row_digests, sha256
from audit_seals
"""


def rows_sql(within: str) -> str:
    """The statement that reads rows of the log with their digests; `within` is a condition on `audit_logs AS e`."""
    return sql("events/rows").replace("/*range*/", within).replace("/*canonical*/", CANONICAL)


async def seal(tx: Tx) -> int:
    """Seal up to BATCH settled rows after the last seal; returns how many. The caller repeats while it is BATCH."""
    await tx.run("select pg_advisory_xact_lock(hashtext('audit_seals'))")
    last = await tx.one(SEALS + "order by id desc limit 1", None, Seal)
    after = {"tx": str(last.to_tx) if last else "0", "id": last.to_id if last else 0}
    rows = await tx.all(rows_sql(_SETTLED), after | {"limit": BATCH}, Row)
    if rows:
        await tx.run(
            """
            insert into audit_seals (from_tx, from_id, to_tx, to_id, row_count, row_ids, row_digests, sha256, sealed_at)
            values (%(from_tx)s::xid8, %(from_id)s, %(to_tx)s::xid8, %(to_id)s, %(count)s, %(ids)s, %(digests)s, %(hash)s, %(now)s)
            """,
            {
                "from_tx": after["tx"],
                "from_id": after["id"],
                "to_tx": str(rows[-1].tx),
                "to_id": rows[-1].id,
                "count": len(rows),
                "ids": [row.id for row in rows],
                "digests": b"".join(row.digest[:SHORT] for row in rows),
                "hash": chained(last.sha256 if last else GENESIS, rows),
                "now": tx.now,
            },
        )
    return len(rows)


def chained(before: bytes, rows: Sequence[Row]) -> bytes:
    """Hash of a seal: SHA-256 over the hash before it and the digests of its rows, in order."""
    return hashlib.sha256(b"".join([before, *(row.digest for row in rows)])).digest()


async def verify(read: Read) -> Verdict:
    """Recompute the whole chain, seal by seal, in memory bounded by one seal."""
    before, seals, rows, position = GENESIS, 0, 0, (0, 0)
    async for link in _seals(read):
        if (link.from_tx, link.from_id) != position:
            return Verdict(seals=seals, rows=rows, unsealed=0, problem=f"A seal is missing before seal {link.id}.")
        found = await read.all(
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
        if problem := first_difference(link, found):
            return Verdict(seals=seals, rows=rows, unsealed=0, problem=problem)
        if chained(before, found) != link.sha256:
            return Verdict(seals=seals, rows=rows, unsealed=0, problem=f"Seal {link.id} itself was altered.")
        before, position = link.sha256, (link.to_tx, link.to_id)
        seals, rows = seals + 1, rows + len(found)
    unsealed = await read.value(
        "select count(*) from audit_logs e where (e.tx, e.id) > (%(tx)s::text::xid8, %(id)s)",
        {"tx": str(position[0]), "id": position[1]},
    )
    return Verdict(seals=seals, rows=rows, unsealed=unsealed)


def first_difference(link: Seal, found: Sequence[Row]) -> str | None:
    """A sentence about the first row under a seal that is not as it was sealed, or None."""
    sealed = {row_id: link.row_digests[n * SHORT : (n + 1) * SHORT] for n, row_id in enumerate(link.row_ids)}
    present = {row.id: row for row in found}
    for row_id in sorted(sealed.keys() | present.keys()):
        if row_id not in present:
            return f"Row {row_id} was removed from the log (seal {link.id})."
        if row_id not in sealed:
            return f"Row {row_id} was slipped into the log (seal {link.id})."
        if present[row_id].digest[:SHORT] != sealed[row_id]:
            return f"Row {row_id} was changed (seal {link.id})."
    return None


async def _seals(read: Read) -> AsyncIterator[Seal]:
    last = 0
    while link := await read.one(SEALS + "where id > %(last)s order by id limit 1", {"last": last}, Seal):
        yield link
        last = link.id
