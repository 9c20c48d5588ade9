"""`/api/canned-responses`: words to reuse; filled in for a ticket; and the published ones, `/api/known-answers`."""

from typing import Annotated

from litestar import Router, delete, get, patch, post
from litestar.params import Parameter

from api.actor import Right
from api.canned.commands import create_canned_response as create
from api.canned.commands import remove_canned_response as remove
from api.canned.commands import render_canned_response as render
from api.canned.commands import update_canned_response as update
from api.canned.queries import find_known_answers as find_answers
from api.canned.queries import get_canned_response as read_response
from api.canned.queries import list_canned_responses as read_responses
from api.canned.wire import (
    CannedResponse,
    CannedResponsePatch,
    CannedResponses,
    KnownAnswers,
    NewCannedResponse,
    Rendered,
)
from api.db import Read
from api.events.tx import Tx

Key = Annotated[int, Parameter(ge=1, le=2**63 - 1)]
Words = Annotated[str, Parameter(min_length=2, max_length=200)]


@get("/", right=Right.TICKET_WORK, operation_id="list_canned_responses", summary="List canned responses")
async def list_canned_responses(
    read: Read,
    q: Annotated[str | None, Parameter(min_length=1, max_length=100)] = None,
    shortcut: Annotated[str | None, Parameter(max_length=31)] = None,
) -> CannedResponses:
    """One's own, one's teams' and everybody's, by title."""
    return CannedResponses(await read_responses(read, q, shortcut))


@post("/", right=Right.TICKET_WORK, operation_id="create_canned_response", summary="Keep a canned response")
async def create_canned_response(tx: Tx, data: NewCannedResponse) -> CannedResponse:
    """Keep words to reuse; with `changes` they are a macro, with `is_published` a known answer."""
    return await read_response(tx, await create(tx, data))


@get("/{response_id:int}", right=Right.TICKET_WORK, operation_id="get_canned_response", summary="Read one")
async def get_canned_response(read: Read, response_id: Key) -> CannedResponse:
    """One canned response, as it was written."""
    return await read_response(read, response_id)


@patch("/{response_id:int}", right=Right.TICKET_WORK, operation_id="update_canned_response", summary="Change one")
async def update_canned_response(tx: Tx, response_id: Key, data: CannedResponsePatch) -> CannedResponse:
    """Change a canned response."""
    await update(tx, response_id, data)
    return await read_response(tx, response_id)


@delete("/{response_id:int}", right=Right.TICKET_WORK, operation_id="remove_canned_response", summary="Drop one")
async def remove_canned_response(tx: Tx, response_id: Key) -> None:
    """Drop a canned response."""
    await remove(tx, response_id)


@get(
    "/{reference:str}/canned-responses/{response_id:int}",
    right=Right.TICKET_WORK,
    operation_id="render_canned_response",
    summary="Fill a canned response in",
)
async def render_canned_response(read: Read, referenced_ticket_id: int, response_id: Key) -> Rendered:
    """The response's words for this ticket, to go into the composer."""
    response = await read_response(read, response_id)
    return Rendered(response.id, await render(read, response, referenced_ticket_id), response.changes)


@get("/known-answers", right=Right.TICKET_CREATE, operation_id="find_known_answers", summary="Find known answers")
async def find_known_answers(read: Read, q: Words) -> KnownAnswers:
    """Published answers to a question, the best first. Nobody's ticket is among them."""
    return KnownAnswers(await find_answers(read, q))


router = Router(
    "/api",
    tags=["Canned responses"],
    route_handlers=[
        Router(
            "/canned-responses",
            route_handlers=[
                list_canned_responses,
                create_canned_response,
                get_canned_response,
                update_canned_response,
                remove_canned_response,
            ],
        ),
        Router("/tickets", route_handlers=[render_canned_response]),
        find_known_answers,
    ],
)
