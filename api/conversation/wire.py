"""What crosses the network about comments."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from api.conversation.rules import MAX_LENGTH

Body = Annotated[
    str, Meta(min_length=1, max_length=MAX_LENGTH, description="Markdown", examples=["Thanks, it works again."])
]


class NewComment(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Something to say. A customer cannot say it internally."""

    comment: Body
    is_internal: bool = False


class CommentPatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The corrected words."""

    comment: Body


Mode = Literal["reply", "note"]


class DraftText(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is written so far. `idempotency_key` is the draft's, once it has one: then a sent draft does not come back."""

    body: Body
    idempotency_key: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """Words not said yet. Sending them under `idempotency_key` makes one comment, however often it is tried."""

    mode: Mode
    body: str
    idempotency_key: str
    updated_at: datetime


class Drafts(msgspec.Struct, frozen=True):
    """One's own drafts on a ticket: at most a reply and a note."""

    drafts: list[Draft]


class Author(msgspec.Struct, frozen=True):
    """Who said it."""

    id: int
    name: str


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """One comment, as its reader may see it. `edited_at` is set once its words were corrected."""

    id: int
    ticket_id: int
    author: Author | None
    is_internal: bool
    is_by_staff: bool
    body: str
    body_html: str
    mentioned_user_ids: list[int]
    created_at: datetime
    edited_at: datetime | None


class CommentEdit(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier text of a comment, valid until `edited_at`."""

    id: int
    body: str
    edited_by: Author | None
    edited_at: datetime


class CommentPage(msgspec.Struct, frozen=True):
    """Comments, oldest first. `next_after` is the cursor of the page that follows, null on the last."""

    comments: list[Comment]
    next_after: int | None


class CommentEdits(msgspec.Struct, frozen=True):
    edits: list[CommentEdit]
