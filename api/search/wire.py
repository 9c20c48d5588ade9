"""What crosses the network about searching."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from api.pages import Pagination
from api.search.rules import MAX_LENGTH, Sort
from api.tickets.wire import Id, Priority, Status, Tag, TicketRow

Source = Literal["subject", "description", "comment", "internal_note"]
Ids = Annotated[list[Id], Meta(max_length=50)]
Name = Annotated[str, Meta(min_length=1, max_length=100, examples=["Angry about invoices"])]
Text = Annotated[str, Meta(max_length=MAX_LENGTH, examples=['status:open "lost parcel" -refunded'])]
Cursor = Annotated[str, Meta(max_length=100)]


class SearchFilter(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to look for; all of it must hold. Of a list any value counts, but a ticket must have all `tags` and all
    `custom_fields`, each written `key:value`.

    `text` is words, `"phrases"` and `-excluded` ones. `created_to` and `updated_to` are not in their ranges any more.
    With `is_unassigned` true, `assigned_agent_id` adds the tickets of those agents.
    """

    text: Text = ""
    numbers: Annotated[list[Annotated[str, Meta(max_length=20)]], Meta(max_length=50)] = []
    status: Annotated[list[Status], Meta(max_length=7)] = []
    priority: Annotated[list[Priority], Meta(max_length=4)] = []
    assigned_agent_id: Ids = []
    is_unassigned: bool | None = None
    team_id: Ids = []
    customer_id: Ids = []
    category_id: Ids = []
    tags: Annotated[list[Tag], Meta(max_length=20)] = []
    custom_fields: Annotated[list[Annotated[str, Meta(max_length=MAX_LENGTH)]], Meta(max_length=20)] = []
    created_from: datetime | None = None
    created_to: datetime | None = None
    updated_from: datetime | None = None
    updated_to: datetime | None = None
    is_active: bool | None = None
    is_breached: bool | None = None
    is_at_risk: bool | None = None


class AdvancedSearch(SearchFilter, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A filter and which page of its hits. `cursor` is the `next` of the page before, and overrules `page`."""

    sort: Sort = "relevance"
    page: Annotated[int, Meta(ge=1, le=1_000)] = 1
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    cursor: Cursor | None = None


class Fragment(msgspec.Struct, frozen=True):
    """A piece of text as somebody wrote it: to be escaped before it is shown."""

    text: str
    is_match: bool


class Highlight(msgspec.Struct, frozen=True, kw_only=True):
    """Where a ticket matched, and the words around it. `comment_id` for comments and notes."""

    source: Source
    comment_id: int | None
    fragments: list[Fragment]


class SearchHit(TicketRow, frozen=True, kw_only=True):
    """A ticket that was found. `matched_in` says why; `score` orders hits by relevance and compares to nothing else."""

    score: float | None
    matched_in: list[Source]
    highlights: list[Highlight]


class FacetCount(msgspec.Struct, frozen=True):
    """`value` is a status, a priority or an id; null is "none". `label` is the name of what has one."""

    value: str | int | None
    label: str | None
    count: int


class Facets(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the hits have which value, the most frequent 20 of each."""

    status: list[FacetCount] = []
    priority: list[FacetCount] = []
    team: list[FacetCount] = []
    category: list[FacetCount] = []
    assignee: list[FacetCount] = []


class SearchPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the hits. Of more than 1,000 hits, the newest 1,000 are ranked, counted and paged through, and `is_exact`
    is false. `next` is the cursor of the following page. `did_you_mean` is a search that may find something, when this
    one found nothing. `q` is the search in its written form."""

    tickets: list[SearchHit]
    pagination: Pagination
    next: str | None
    facets: Facets
    is_exact: bool
    did_you_mean: str | None = None
    q: str | None = None


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket that may be meant."""

    id: int
    number: str
    subject: str
    status: Status


class Suggestions(msgspec.Struct, frozen=True):
    """At most eight, newest first."""

    suggestions: list[Suggestion]


class SimilarTicket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket that speaks of the same; `similarity` orders them."""

    id: int
    number: str
    subject: str
    status: Status
    created_at: datetime
    resolved_at: datetime | None
    similarity: float


class SimilarTickets(msgspec.Struct, frozen=True):
    """At most ten, the most similar first."""

    tickets: list[SimilarTicket]


class NewSavedSearch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A search to keep, for oneself or for all the staff."""

    name: Name
    q: Text
    is_shared: bool = False


class SavedSearchPatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to change; what is not named stays."""

    name: Name | UnsetType = UNSET
    q: Text | UnsetType = UNSET
    is_shared: bool | UnsetType = UNSET


class SavedSearch(msgspec.Struct, frozen=True, kw_only=True):
    """A search that somebody keeps."""

    id: int
    name: str
    q: str
    is_shared: bool
    owner_id: int
    owner_name: str
    created_at: datetime
    updated_at: datetime


class SavedSearchCount(msgspec.Struct, frozen=True):
    """How many tickets it finds for whoever asks, counted up to 1,000."""

    count: int
    is_exact: bool


class SavedSearches(msgspec.Struct, frozen=True):
    """One's own and the shared ones, by name, at most 200."""

    saved_searches: list[SavedSearch]
