"""How complaints end: outcome, rating, and `/api/root-causes`."""

from typing import Annotated

from litestar import Router, get, patch, post, put
from litestar.datastructures import State
from litestar.params import Parameter

from api.actor import Right
from api.db import Read
from api.errors import NotFound
from api.events.tx import Tx
from api.tickets.commands import causes
from api.tickets.commands.outcome import set_outcome as say
from api.tickets.commands.rate import rate_ticket as rate
from api.tickets.queries.causes import list_root_causes as read_causes
from api.tickets.queries.detail import get_ticket as read_ticket
from api.tickets.rules.rating import read_rating_token
from api.tickets.wire import NewRating, NewRootCause, Outcome, RootCausePatch, RootCauses, Ticket

Signed = Annotated[str, Parameter(description="Out of a rating link", max_length=100)]


@put(
    "/api/tickets/{reference:str}/outcome",
    right=Right.TICKET_WORK,
    operation_id="set_outcome",
    summary="Say how it ended",
)
async def set_outcome(tx: Tx, referenced_ticket_id: int, data: Outcome) -> Ticket:
    """Outcome, root cause and remedy, also after the ticket is done."""
    await say(tx, referenced_ticket_id, data)
    return await read_ticket(tx, referenced_ticket_id)


@put("/api/tickets/{reference:str}/rating", right=Right.TICKET_COMMENT, operation_id="rate_ticket", summary="Rate")
async def rate_ticket(tx: Tx, referenced_ticket_id: int, data: NewRating) -> Ticket:
    """The customer's rating of a ticket that is done; changeable for 7 days."""
    await rate(tx, referenced_ticket_id, data)
    return await read_ticket(tx, referenced_ticket_id)


@put(
    "/api/ratings/{signed:str}",
    right=Right.PUBLIC,
    status_code=204,
    operation_id="rate_by_link",
    summary="Rate by link",
)
async def rate_by_link(tx: Tx, signed: Signed, data: NewRating, state: State) -> None:
    """The same without signing in, by the link of a mail; a link that is over tells nothing."""
    ticket_id = read_rating_token(state.settings.secret_key, signed, tx.now)
    if ticket_id is None:
        raise NotFound("csat.link", "This link is over, or was not made here. Sign in and rate there.")
    await rate(tx, ticket_id, data, is_by_link=True)


@get("/api/root-causes", right=Right.DIRECTORY_READ, operation_id="list_root_causes", summary="List root causes")
async def list_root_causes(read: Read) -> RootCauses:
    """The tree of causes, from the top down."""
    return RootCauses(await read_causes(read))


@post("/api/root-causes", right=Right.ADMIN, operation_id="create_root_cause", summary="Add a root cause")
async def create_root_cause(tx: Tx, data: NewRootCause) -> RootCauses:
    """Add a cause; the answer is the whole tree."""
    await causes.create_root_cause(tx, data)
    return RootCauses(await read_causes(tx))


@patch(
    "/api/root-causes/{cause_id:int}",
    right=Right.ADMIN,
    operation_id="update_root_cause",
    summary="Change a root cause",
)
async def update_root_cause(tx: Tx, cause_id: int, data: RootCausePatch) -> RootCauses:
    """Rename a cause or take it out of use; the answer is the whole tree."""
    await causes.update_root_cause(tx, cause_id, data)
    return RootCauses(await read_causes(tx))


router = Router(
    "/",
    tags=["Tickets"],
    route_handlers=[set_outcome, rate_ticket, rate_by_link, list_root_causes, create_root_cause, update_root_cause],
)
