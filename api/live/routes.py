"""`/ws`, and who is on a ticket for those who only ask."""

from typing import Annotated

from litestar import Router, get, websocket
from litestar.datastructures import State
from litestar.params import Parameter

from api.actor import Actor, Right
from api.db import Read
from api.live.presence import list_presence
from api.live.queries import list_visible_ids
from api.live.socket import Socket, serve
from api.live.wire import MAX_TOPICS, PresenceList, TicketPresence

TicketIds = Annotated[list[int], Parameter(query="ticket_id", min_items=1, max_items=MAX_TOPICS)]


@websocket("/ws", right=Right.PUBLIC)
async def live(socket: Socket, state: State) -> None:
    """Tell what happens. Public, since who it is may stand in the first message; each topic asks for its own right."""
    await serve(socket, state.live)


@get(
    "/api/tickets/{reference:str}/presence",
    right=Right.TICKET_READ,
    operation_id="get_presence",
    summary="Who is on a ticket?",
)
async def get_presence(actor: Actor, visible_ticket_id: int, state: State) -> TicketPresence:
    """The staff that views or writes. Customers are told only whether an agent writes a reply."""
    return (await list_presence(state.live.redis, actor, [visible_ticket_id], state.clock()))[0]


@get("/api/tickets/presence", right=Right.TICKET_READ, operation_id="list_presence", summary="Who is on which ticket?")
async def list_presence_of_tickets(read: Read, state: State, ticket_ids: TicketIds) -> PresenceList:
    """The same for the rows of a list; tickets where nobody is, and those one may not see, are left out."""
    visible = await list_visible_ids(read, ticket_ids)
    found = await list_presence(state.live.redis, read.actor, sorted(visible), read.now)
    return PresenceList([presence for presence in found if presence.is_known])


router = Router("/", tags=["Live"], route_handlers=[live, get_presence, list_presence_of_tickets])
