"""Where files are made: in child processes, so that the one that answers requests stays responsive and small."""

from collections.abc import Callable
from typing import Any, TypeVar

from anyio import CapacityLimiter, fail_after, to_process

from api.errors import TooMany, Unavailable

T = TypeVar("T")

PROCESSES = 2
"""Files made at once, for each process of the API; so many connections to the database beside its pools."""
MAX_WAITING = 8
MAX_SECONDS = 300

_limiter = CapacityLimiter(PROCESSES)


async def apart(function: Callable[..., T], *args: Any) -> T:
    """What the function returns, computed in a process of its own; arguments and result are pickled.

    Raises TooMany when MAX_WAITING others wait, Unavailable after MAX_SECONDS: the process is then killed.
    """
    if _limiter.statistics().tasks_waiting >= MAX_WAITING:
        raise TooMany("export.busy", "Many files are being made just now. Try again in a minute.", retry_after=60)
    try:
        with fail_after(MAX_SECONDS):
            return await to_process.run_sync(function, *args, cancellable=True, limiter=_limiter)
    except TimeoutError as error:
        raise Unavailable("export.too_slow", "The file took too long to make. Ask for fewer tickets.") from error
