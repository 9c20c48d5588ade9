"""`/api/tickets/:id/attachments` and `/api/attachments/:key`: files in, out, small, and away."""

from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request, Router, delete, get, post
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat
from litestar.params import Parameter
from litestar.response import Response, Stream
from obstore.exceptions import BaseError

from api.actor import Actor, Right
from api.attachments import storage as stores
from api.attachments.commands import add_attachments as add
from api.attachments.commands import remove_attachment as remove
from api.attachments.deliver import checked
from api.attachments.leftovers import unclaimed_folder
from api.attachments.preview import CONTENT_TYPE
from api.attachments.queries import count_attachments, get_stored, list_added
from api.attachments.queries import list_attachments as read_attachments
from api.attachments.receive import MAX_FILES, receive
from api.attachments.rules.names import content_disposition
from api.attachments.storage import Storage
from api.attachments.wire import Attachments
from api.db import Read
from api.errors import NotFound
from api.events.openings import Openings
from api.events.tx import Tx
from api.installation.queries import get_settings
from api.installation.rules import MAX_FILE_BYTES

MAX_REQUEST_BYTES = MAX_FILES * (MAX_FILE_BYTES + 10_000)
Key = Annotated[str, Parameter(pattern="^[A-Za-z0-9_-]{32}$", max_length=32)]

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


@dataclass
class UploadOperation(Operation):
    """Says what the form looks like, which the handler reads by itself."""

    def __post_init__(self) -> None:
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        self.request_body = RequestBody(
            required=True,
            content={
                "multipart/form-data": OpenAPIMediaType(
                    schema=Schema(
                        type=OpenAPIType.OBJECT,
                        required=["files"],
                        properties={
                            "files": Schema(type=OpenAPIType.ARRAY, items=file, min_items=1, max_items=MAX_FILES),
                            "comment_id": Schema(type=OpenAPIType.INTEGER, description="A comment of one's own"),
                            "is_internal": Schema(type=OpenAPIType.BOOLEAN, default=False),
                        },
                    )
                )
            },
        )


@post(
    "/{reference:str}/attachments",
    right=Right.TICKET_COMMENT,
    operation_id="add_attachments",
    operation_class=UploadOperation,
    request_max_body_size=MAX_REQUEST_BYTES,
    summary="Attach files",
)
async def add_attachments(
    request: Request[Actor, Any, Any], openings: Openings, storage: Storage, visible_ticket_id: int
) -> Attachments:
    """Store the files as they arrive, then attach them: all of them, or none."""
    async with openings.read() as read:
        settings = await get_settings(read)
        room = settings.attachments_per_ticket - await count_attachments(read, visible_ticket_id)
    async with unclaimed_folder(openings, storage) as folder:
        content_type = request.headers.get("content-type", "")
        received = await receive(
            request.stream(), content_type, storage, folder, max_bytes=settings.attachment_max_bytes, room=room
        )
        async with openings.tx() as tx:
            ids = await add(tx, visible_ticket_id, received)
    async with openings.read() as read:
        return Attachments(await list_added(read, ids))


@get("/{reference:str}/attachments", right=Right.TICKET_READ, operation_id="list_attachments", summary="List the files")
async def list_attachments(read: Read, referenced_ticket_id: int) -> Attachments:
    """The files of a ticket that the caller may see, oldest first."""
    return Attachments(await read_attachments(read, referenced_ticket_id))


@get("/{key:str}", right=Right.TICKET_READ, operation_id="get_attachment", summary="Download a file", media_type="*/*")
async def get_attachment(read: Read, storage: Storage, key: Key) -> Stream:
    """The file, to be saved and never shown. It breaks off rather than arrive changed."""
    file = await get_stored(read, key)
    return Stream(
        await checked(storage, file),
        media_type=file.content_type,
        headers=_HEADERS
        | {"Content-Disposition": content_disposition(file.name), "Content-Length": str(file.size_bytes)},
    )


@get(
    "/{key:str}/preview",
    right=Right.TICKET_READ,
    operation_id="get_attachment_preview",
    summary="See a picture small",
    media_type=CONTENT_TYPE,
)
async def get_attachment_preview(read: Read, storage: Storage, key: Key) -> Response[bytes]:
    """The picture as a WebP of at most 480 pixels, written by us."""
    file = await get_stored(read, key)
    if not file.has_preview:
        raise NotFound("attachment.no_preview", "This file has no preview.")
    try:
        small = await stores.load_whole(storage, f"{file.folder}/{stores.PREVIEW}")
    except (BaseError, OSError) as error:
        raise NotFound("attachment.no_preview", "This file has no preview.") from error
    return Response(small, media_type=CONTENT_TYPE, headers=_HEADERS)


@delete("/{key:str}", right=Right.TICKET_COMMENT, operation_id="remove_attachment", summary="Take a file away")
async def remove_attachment(tx: Tx, key: Key) -> None:
    """Remove a file one has sent; an admin removes any."""
    await remove(tx, key)


router = Router(
    "/api",
    tags=["Attachments"],
    route_handlers=[
        Router("/tickets", route_handlers=[add_attachments, list_attachments]),
        Router("/attachments", route_handlers=[get_attachment, get_attachment_preview, remove_attachment]),
    ],
)
