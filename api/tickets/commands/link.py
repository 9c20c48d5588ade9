"""Link tickets to each other, and take links away."""

from typing import Any

from api.errors import Conflict, NotFound
from api.events.catalogue import LinkAdded, LinkRemoved
from api.events.tx import Tx


async def link_tickets(tx: Tx, from_id: int, to_id: int, kind: str) -> None:
    """Say that `from` is a duplicate of, related to, or has as its parent, `to`; again changes nothing.

    The caller holds both. Raises Conflict when parents would go round in a circle, or a child would have two.
    """
    if kind == "parent":
        await _check_parent(tx, from_id, to_id)
    made = await tx.run(
        """
        insert into ticket_links (from_ticket_id, to_ticket_id, kind, created_at)
        select %(from_id)s, %(to_id)s, %(kind)s, %(now)s
        where not (%(kind)s = 'related' and exists (
            select from ticket_links where (from_ticket_id, to_ticket_id, kind) = (%(to_id)s, %(from_id)s, 'related')))
        on conflict do nothing
        """,
        {"from_id": from_id, "to_id": to_id, "kind": kind, "now": tx.now},
    )
    if made:
        await tx.append(LinkAdded(entity_id=to_id, ticket_id=from_id, new={"to_ticket_id": to_id, "kind": kind}))


async def unlink_tickets(tx: Tx, from_id: int, to_id: int, kind: str) -> None:
    """Take the link away, whichever of the two it starts at. Raises NotFound when there is none."""
    gone: list[dict[str, Any]] = await tx.dicts(
        """
        delete from ticket_links
        where kind = %(kind)s and (from_ticket_id, to_ticket_id) in ((%(from_id)s, %(to_id)s), (%(to_id)s, %(from_id)s))
        returning from_ticket_id, to_ticket_id
        """,
        {"from_id": from_id, "to_id": to_id, "kind": kind},
    )
    if not gone:
        raise NotFound("link.not_found", "These tickets are not linked so.")
    await tx.append(
        *(
            LinkRemoved(
                entity_id=row["to_ticket_id"],
                ticket_id=row["from_ticket_id"],
                old={"to_ticket_id": row["to_ticket_id"], "kind": kind},
            )
            for row in gone
        )
    )


async def _check_parent(tx: Tx, child_id: int, parent_id: int) -> None:
    found = await tx.dicts(
        """
        with recursive above as (
            select %(parent_id)s::bigint as id, 1 as depth
            union
            select l.to_ticket_id, a.depth + 1
            from above a join ticket_links l on l.from_ticket_id = a.id and l.kind = 'parent' where a.depth < 100
        )
        select exists (select from above where id = %(child_id)s) as is_circle,
               exists (select from ticket_links where from_ticket_id = %(child_id)s and kind = 'parent'
                                                  and to_ticket_id <> %(parent_id)s) as has_parent
        """,
        {"child_id": child_id, "parent_id": parent_id},
    )
    if found[0]["is_circle"]:
        raise Conflict("link.circle", "That ticket is below this one already.")
    if found[0]["has_parent"]:
        raise Conflict("link.has_parent", "A ticket has one parent; take the present link away first.")
