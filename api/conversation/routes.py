"""`/api/tickets/:id/comments`: read, say, correct; and watch the ticket they are about."""

from typing import Annotated

from litestar import Router, delete, get, patch, post, put
from litestar.params import Parameter

from api.actor import Right
from api.conversation.commands import add_comment as say
from api.conversation.commands import drop_draft as drop
from api.conversation.commands import edit_comment as correct
from api.conversation.commands import save_draft as save
from api.conversation.commands import watch_ticket as watch
from api.conversation.queries import get_comment, list_edits
from api.conversation.queries import list_comments_after as read_comments
from api.conversation.queries import list_drafts as read_drafts
from api.conversation.wire import (
    Comment,
    CommentEdits,
    CommentPage,
    CommentPatch,
    Draft,
    Drafts,
    DraftText,
    Mode,
    NewComment,
)
from api.db import Read
from api.events.idempotency import IdempotencyKey, claim, remember
from api.events.tx import Tx


@get(
    "/{reference:str}/comments", right=Right.TICKET_READ, operation_id="list_comments", summary="Read the conversation"
)
async def list_comments(
    read: Read,
    referenced_ticket_id: int,
    after: Annotated[int, Parameter(ge=0, le=2**63 - 1)] = 0,
    limit: Annotated[int, Parameter(ge=1, le=100)] = 50,
) -> CommentPage:
    """Comments the caller may see, oldest first, from the one after `after` on."""
    return await read_comments(read, referenced_ticket_id, after, limit)


@post("/{reference:str}/comments", right=Right.TICKET_COMMENT, operation_id="add_comment", summary="Say something")
async def add_comment(tx: Tx, referenced_ticket_id: int, data: NewComment, key: IdempotencyKey = None) -> Comment:
    """Add a comment. It takes no version: a changed field never blocks a reply."""
    operation = f"add_comment:{referenced_ticket_id}"
    comment_id = await claim(tx, operation, key, data) if key else None
    if comment_id is None:
        comment_id = await say(tx, referenced_ticket_id, data)
        if key:
            await remember(tx, operation, key, comment_id)
    return await get_comment(tx, comment_id)


@put("/{reference:str}/watch", right=Right.TICKET_READ, status_code=204, operation_id="watch_ticket", summary="Watch")
async def watch_ticket(tx: Tx, referenced_ticket_id: int) -> None:
    """Hear of what happens to the ticket."""
    await watch(tx, referenced_ticket_id, is_watching=True)


@delete("/{reference:str}/watch", right=Right.TICKET_READ, operation_id="unwatch_ticket", summary="Stop watching")
async def unwatch_ticket(tx: Tx, referenced_ticket_id: int) -> None:
    """Hear no more of it."""
    await watch(tx, referenced_ticket_id, is_watching=False)


@get("/{reference:str}/drafts", right=Right.TICKET_COMMENT, operation_id="list_drafts", summary="Read one's drafts")
async def list_drafts(read: Read, referenced_ticket_id: int) -> Drafts:
    """What the caller has begun to say on the ticket."""
    return Drafts(await read_drafts(read, referenced_ticket_id))


@put(
    "/{reference:str}/drafts/{mode:str}", right=Right.TICKET_COMMENT, operation_id="save_draft", summary="Save a draft"
)
async def save_draft(tx: Tx, referenced_ticket_id: int, mode: Mode, data: DraftText) -> Draft:
    """Keep a reply or a note until it is sent. The last writer wins."""
    return await save(tx, referenced_ticket_id, mode, data)


@delete(
    "/{reference:str}/drafts/{mode:str}", right=Right.TICKET_COMMENT, operation_id="drop_draft", summary="Drop a draft"
)
async def drop_draft(tx: Tx, referenced_ticket_id: int, mode: Mode) -> None:
    """Throw a reply or a note away."""
    await drop(tx, referenced_ticket_id, mode)


@patch("/{comment_id:int}", right=Right.TICKET_COMMENT, operation_id="edit_comment", summary="Correct a comment")
async def edit_comment(tx: Tx, comment_id: int, data: CommentPatch) -> Comment:
    """Replace the words of one's own comment; the earlier ones are kept."""
    await correct(tx, comment_id, data.comment)
    return await get_comment(tx, comment_id)


@get("/{comment_id:int}/edits", right=Right.TICKET_WORK, operation_id="list_comment_edits", summary="Earlier texts")
async def list_comment_edits(read: Read, comment_id: int) -> CommentEdits:
    """What a comment said before, newest first."""
    comment = await get_comment(read, comment_id)
    return CommentEdits(await list_edits(read, comment.id))


router = Router(
    "/api",
    tags=["Conversation"],
    route_handlers=[
        Router(
            "/tickets",
            route_handlers=[
                list_comments,
                add_comment,
                watch_ticket,
                unwatch_ticket,
                list_drafts,
                save_draft,
                drop_draft,
            ],
        ),
        Router("/comments", route_handlers=[edit_comment, list_comment_edits]),
    ],
)
