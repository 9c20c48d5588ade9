"""`/api/inbound`: the door for raw messages, and what became of each."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, Router, get, post
from litestar.datastructures import State
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat
from litestar.params import Parameter

from api.actor import Actor, Right
from api.attachments.storage import Storage
from api.db import Read
from api.errors import Malformed
from api.events.openings import Openings
from api.inbound.queries import get_text
from api.inbound.queries import list_messages as read_messages
from api.inbound.take import MAX_MESSAGE_BYTES, take
from api.inbound.wire import Fate, FateKind, InboundPage, InboundText

Id = Annotated[int, Parameter(ge=1, le=2**63 - 1)]


@dataclass
class MailOperation(Operation):
    """Says that the body is a message as mail servers pass it on."""

    def __post_init__(self) -> None:
        raw = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        self.request_body = RequestBody(required=True, content={"message/rfc822": OpenAPIMediaType(schema=raw)})


@post(
    "/mail",
    right=Right.MAIL_DELIVER,
    operation_id="deliver_mail",
    operation_class=MailOperation,
    request_max_body_size=MAX_MESSAGE_BYTES,
    summary="Hand in a mail",
)
async def deliver_mail(request: Request[Actor, Any, Any], openings: Openings, storage: Storage, state: State) -> Fate:
    """Take a raw message (RFC 5322). A refusal is an answer like the others: whoever hands in need not try again."""
    raw = await request.body()
    if not raw.strip():
        raise Malformed("inbound.empty", "Send the message as the body.")
    return await take(openings, storage, state.settings, raw)


@get("/messages", right=Right.ADMIN, operation_id="list_inbound_messages", summary="What became of mails")
async def list_inbound_messages(
    read: Read,
    fate: FateKind | None = None,
    sender: Annotated[str | None, Parameter(max_length=254)] = None,
    ticket_id: Annotated[int | None, Parameter(ge=1, le=2**63 - 1)] = None,
    page: int = 1,
    limit: int = 50,
) -> InboundPage:
    """Every mail that came in, newest first, and why if it was refused."""
    return await read_messages(read, fate=fate, sender=sender, ticket_id=ticket_id, page=page, limit=limit)


@get(
    "/comments/{comment_id:int}/text",
    right=Right.TICKET_WORK,
    operation_id="get_inbound_text",
    summary="A reply with what it quoted",
)
async def get_inbound_text(read: Read, comment_id: Id) -> InboundText:
    """All words of the mail that a comment came in."""
    return await get_text(read, comment_id)


router = Router(
    "/api/inbound", tags=["Inbound mail"], route_handlers=[deliver_mail, list_inbound_messages, get_inbound_text]
)
