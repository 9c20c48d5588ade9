"""Problems a caller can cause, each with its HTTP status. `app.py` alone renders them (RFC 9457)."""

from typing import Any, ClassVar


class Problem(Exception):
    """A refusal that a person can understand.

    `code` is stable and dotted (`ticket.stale`); `detail` is a sentence; `extra` are members of the
    problem document beside the standard ones, such as `allowed` or `current`.
    """

    status: ClassVar[int] = 400
    title: ClassVar[str] = "Bad request"

    def __init__(self, code: str, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.extra = extra


class Malformed(Problem):
    status, title = 400, "Bad request"


class Unauthenticated(Problem):
    status, title = 401, "Sign in first"


class Forbidden(Problem):
    status, title = 403, "Not allowed"


class NotFound(Problem):
    status, title = 404, "Not found"


class Conflict(Problem):
    status, title = 409, "Conflict"


class TooLarge(Problem):
    status, title = 413, "Too large"


class UnsupportedType(Problem):
    """415: a file whose content is of no type that is taken. `extra["allowed"]` lists those that are."""

    status, title = 415, "Type not taken"


class Invalid(Problem):
    """422: the body is well formed, but a value is not acceptable. `extra["field"]` names it."""

    status, title = 422, "Not acceptable"


class TooMany(Problem):
    """429: `extra["retry_after"]` is in seconds and becomes the header."""

    status, title = 429, "Too many requests"


class Unavailable(Problem):
    status, title = 503, "Not available now"


class Damaged(Problem):
    """500: what is stored is not what was stored."""

    status, title = 500, "Damaged"


class InsufficientStorage(Problem):
    status, title = 507, "No room"
