"""Apply a macro: its words and its changes, as one command."""

import msgspec
from msgspec import UNSET

from api.canned.commands import check_changes, render_canned_response
from api.canned.queries import get_canned_response
from api.canned.wire import Changes
from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.errors import Invalid
from api.events.tx import Tx
from api.installation.queries import get_settings
from api.tickets.commands.lock import LockedTicket, lock_to_work
from api.tickets.commands.plan import Wish, plan
from api.tickets.commands.write import write_fields
from api.tickets.wire import MacroUse


async def apply_macro(tx: Tx, ticket_id: int, macro_id: int, data: MacroUse) -> int:
    """Say the macro's words (or those given in their place), then change what they left of the ticket; all, or nothing.
    Returns the comment's id.

    Raises NotFound when the actor cannot use the macro, Conflict, Forbidden or Invalid when a change cannot be made.
    """
    macro = await get_canned_response(tx, macro_id)
    said = data.comment if data.comment is not None else await render_canned_response(tx, macro, ticket_id)
    if not said.strip():
        raise Invalid("macro.empty", "There is nothing to say.", field="comment")
    await check_changes(tx, macro.changes)
    await lock_to_work(tx, ticket_id, version=data.version)
    words = msgspec.convert({"comment": said, "is_internal": data.is_internal}, NewComment)
    comment_id = await add_comment(tx, ticket_id, words)
    ticket = await lock_to_work(tx, ticket_id)
    settings = await get_settings(tx)
    made = plan(ticket, _wish(ticket, macro.changes, tx.actor.id), tx.actor, settings, tx.now, "requested")
    if made.events:
        await write_fields(tx, {ticket_id: made.new})
        await tx.append(*made.events)
    return comment_id


def _wish(ticket: LockedTicket, changes: Changes, actor_id: int | None) -> Wish:
    tags = (set(ticket.tags) | set(changes.add_tags)) - set(changes.remove_tags)
    return Wish(
        status=changes.status,
        priority=changes.priority,
        assigned_agent_id=actor_id if changes.is_taken else changes.agent_id,
        team_id=changes.team_id,
        tags=sorted(tags) if changes.add_tags or changes.remove_tags else UNSET,
    )
