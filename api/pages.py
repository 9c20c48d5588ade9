"""Pages of a list: the numbered form of the API, bounded so that no page can be expensive."""

import msgspec

from api.errors import Malformed

MAX_LIMIT = 100
COUNT_CAP = 10_000
"""Rows that are counted, and that pages reach."""


class Pagination(msgspec.Struct, rename="camel"):
    """`total` is exact up to `COUNT_CAP` and says so; `totalPages` follows from it."""

    total: int
    page: int
    limit: int
    total_pages: int
    total_is_exact: bool = True


def window(page: int, limit: int) -> tuple[int, int]:
    """(limit, offset) of a page counted from 1. Raises Malformed when out of bounds."""
    if not 1 <= limit <= MAX_LIMIT:
        raise Malformed("page.limit", f"limit must be between 1 and {MAX_LIMIT}.", parameter="limit")
    if page < 1 or (page - 1) * limit > COUNT_CAP:
        raise Malformed(
            "page.page", f"page must be 1 or more, and reach no further than row {COUNT_CAP}.", parameter="page"
        )
    return limit, (page - 1) * limit


def pagination(total: int, page: int, limit: int) -> Pagination:
    """Describe a page of `total` rows, where `total` was counted up to COUNT_CAP + 1."""
    capped = min(total, COUNT_CAP)
    return Pagination(
        total=capped, page=page, limit=limit, total_pages=-(-capped // limit), total_is_exact=total <= COUNT_CAP
    )
