"""`/api/users/:id/export` and `/erase`, `/api/privacy`: what is held about people, given and taken away."""

from typing import Annotated

from litestar import Router, get, post
from litestar.datastructures import State
from litestar.params import Parameter
from litestar.response import Stream

from api.actor import Right
from api.attachments.storage import Storage
from api.auth.authenticate import forget
from api.db import Read
from api.events.openings import Openings
from api.events.tx import Tx
from api.privacy.archive import archive
from api.privacy.commands.erase import erase_person as erase
from api.privacy.commands.export import export_person as export
from api.privacy.commands.export import get_exported
from api.privacy.queries.due import list_retention as read_retention
from api.privacy.wire import Erased, Erasure, ExportLink, RetentionReport

Token = Annotated[str, Parameter(pattern="^[A-Za-z0-9_-]{43}$", max_length=43)]
UserId = Annotated[int, Parameter(ge=1, le=2**63 - 1)]


@post("/users/{user_id:int}/export", right=Right.ME, operation_id="export_person", summary="Get a person's data")
async def export_person(tx: Tx, state: State, user_id: UserId) -> ExportLink:
    """A link, for a day, to all that is held about oneself; an admin gets it for anybody."""
    return await export(tx, user_id, state.settings)


@get(
    "/privacy/exports/{token:str}",
    right=Right.PUBLIC,
    operation_id="get_export",
    summary="Download a person's data",
    media_type="application/zip",
)
async def get_export(openings: Openings, storage: Storage, state: State, token: Token) -> Stream:
    """The ZIP, made while it is sent. Whoever holds the link may fetch it, until it is over."""
    async with openings.read() as read:
        person_id = await get_exported(read, token, state.settings)
    return Stream(
        archive(openings, storage, person_id),
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="person-{person_id}.zip"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
            "Referrer-Policy": "no-referrer",
        },
    )


@post(
    "/users/{user_id:int}/erase",
    right=Right.ADMIN,
    status_code=200,
    operation_id="erase_person",
    summary="Erase a person",
)
async def erase_person(tx: Tx, state: State, user_id: UserId, data: Erasure) -> Erased:
    """Take out all words of and about a person; keys, times and measures stay. It cannot be undone."""
    erased = await erase(tx, user_id, data)
    forget(state, user_id)
    return erased


@get("/privacy/retention", right=Right.ADMIN, operation_id="list_retention", summary="What will be forgotten")
async def list_retention(read: Read) -> RetentionReport:
    """How much of each kind the next sweeps would forget by the present settings. Nothing is forgotten by asking."""
    return RetentionReport(await read_retention(read))


router = Router("/api", tags=["Privacy"], route_handlers=[export_person, get_export, erase_person, list_retention])
