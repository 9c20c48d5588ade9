"""Make one ticket of two, or two of one; what was said goes along in its order."""

from collections.abc import Sequence

from msgspec import UNSET
from msgspec.structs import replace

from api.db import sql
from api.errors import Conflict, Forbidden, Invalid, NotFound
from api.events.catalogue import TicketAbsorbed, TicketMerged, TicketSplit
from api.events.fields import MergeDetails, TicketFields
from api.events.tx import Tx
from api.tickets.commands.create import create_ticket
from api.tickets.commands.link import link_tickets
from api.tickets.commands.lock import LockedTicket, lock_many
from api.tickets.commands.status import move_of
from api.tickets.commands.write import write_fields
from api.tickets.wire import NewTicket, Split


async def merge_ticket(tx: Tx, ticket_id: int, into_id: int) -> None:
    """Move comments, files, time and watchers of the ticket into the other one; it closes, and its number leads there.

    Raises NotFound for what the actor may not see, Forbidden for another team's, Conflict when the two have different
    customers (one would read the other's words), when the ticket was merged before, or when the other one is closed.
    """
    source, target = await lock_two(tx, ticket_id, into_id)
    if source.merged_into_id is not None:
        raise Conflict("merge.merged", "This ticket was merged before.", merged_into_id=source.merged_into_id)
    if target.merged_into_id is not None or target.status == "closed":
        raise Conflict("merge.closed", f"{target.number} is closed; merge into a ticket that goes on.")
    if source.customer_id != target.customer_id:
        raise Conflict("merge.other_customer", "The tickets are of two customers; link them as duplicates instead.")
    moved = await _move(tx, source.id, target.id)
    old, new = TicketFields(merged_into_id=None), TicketFields(merged_into_id=target.id)
    if source.status != "closed":
        closing = move_of(source, "closed", tx.now, "merged")
        old = replace(closing.old, merged_into_id=None)
        new = replace(closing.new, merged_into_id=target.id)
    if source.snoozed_until is not None:
        old, new = replace(old, snoozed_until=source.snoozed_until), replace(new, snoozed_until=None)
    await write_fields(tx, {source.id: new, target.id: TicketFields()})
    details = MergeDetails(from_id=source.id, into_id=target.id, comment_ids=moved)
    await tx.append(
        TicketMerged(entity_id=source.id, ticket_id=source.id, old=old, new=new, details=details),
        TicketAbsorbed(entity_id=target.id, ticket_id=target.id, details=details),
    )


async def split_ticket(tx: Tx, ticket_id: int, data: Split) -> int:
    """Open a ticket of the same customer with the chosen comments, linked to this one; returns its id.

    The oldest of them becomes its description. Raises Invalid when a comment is not the ticket's or the oldest is internal.
    """
    (source,) = await lock_all(tx, [ticket_id])
    said = await tx.dicts(
        "select id, body, is_internal from comments where ticket_id = %(id)s and id = any(%(comment_ids)s) order by id",
        {"id": source.id, "comment_ids": data.comment_ids},
    )
    if len(said) != len(set(data.comment_ids)):
        raise Invalid("split.unknown_comment", "Choose comments of this ticket.", field="comment_ids")
    if said[0]["is_internal"]:
        raise Invalid(
            "split.internal", "The oldest comment opens the new ticket, so it must be public.", field="comment_ids"
        )
    opening = NewTicket(
        subject=data.subject,
        description=said[0]["body"],
        priority=source.priority,
        category_id=source.category_id,
        customer_id=source.customer_id,
        team_id=source.team_id if source.team_id is not None else UNSET,
        skill_id=source.skill_id if source.skill_id is not None else UNSET,
        tags=source.tags,
    )
    new_id = await create_ticket(tx, opening, "api")
    moved = await _move(tx, source.id, new_id, [row["id"] for row in said])
    await write_fields(tx, {source.id: TicketFields()})
    details = MergeDetails(from_id=source.id, into_id=new_id, comment_ids=moved)
    await tx.append(TicketSplit(entity_id=source.id, ticket_id=source.id, details=details))
    await link_tickets(tx, new_id, source.id, "related")
    return new_id


async def lock_two(tx: Tx, first_id: int, second_id: int) -> tuple[LockedTicket, LockedTicket]:
    """Lock two different tickets to work on, in id order, and give them in the order asked. Raises as `lock_all`."""
    if first_id == second_id:
        raise Invalid("ticket.itself", "That is the same ticket.", field="to")
    known = {ticket.id: ticket for ticket in await lock_all(tx, [first_id, second_id])}
    return known[first_id], known[second_id]


async def lock_all(tx: Tx, ticket_ids: Sequence[int]) -> list[LockedTicket]:
    """Lock tickets to work on. Raises NotFound when one is not there for the actor, Forbidden when one is another team's."""
    tickets = await lock_many(tx, ticket_ids)
    if len(tickets) < len(set(ticket_ids)):
        raise NotFound("ticket.not_found", "There is no such ticket.")
    for ticket in tickets:
        if not ticket.may_work:
            raise Forbidden("ticket.other_team", f"{ticket.number} belongs to another team; ask its lead or an admin.")
    return tickets


async def _move(tx: Tx, from_id: int, into_id: int, comment_ids: list[int] | None = None) -> list[int]:
    """Move these comments with their files, or (None) all of the ticket; returns the comments' ids."""
    params = {"from_id": from_id, "into_id": into_id, "comment_ids": comment_ids, "now": tx.now}
    return sorted(await tx.values(sql("tickets/move"), params))
