"""What of the queue is shown: a view, narrowed and ordered. It is read from an address, and makes the addresses of others."""

from collections.abc import Callable, Iterable
from typing import Any, cast, get_args
from urllib.parse import urlencode

import msgspec
from msgspec.structs import replace

from api.tickets.queries.lists import TicketFilter
from api.tickets.queries.views import ORDERS, VIEWS, Order, View
from api.tickets.wire import Priority, Status
from api.web import words
from api.web.language import Translate


class Chip(msgspec.Struct, frozen=True):
    """A filter that holds, and the address without it."""

    label: str
    icon: str
    without: str


class Narrowing(msgspec.Struct, frozen=True):
    """One view of the queue; `mine` by the next deadline unless told otherwise."""

    view: View = "mine"
    status: tuple[Status, ...] = ()
    priority: tuple[Priority, ...] = ()
    order: Order = "due"

    @property
    def is_narrowed(self) -> bool:
        return bool(self.status or self.priority)

    @property
    def wanted(self) -> TicketFilter | None:
        """The filter for the query; None when there is none."""
        if not self.is_narrowed:
            return None
        return TicketFilter(status=list(self.status) or None, priority=list(self.priority) or None)

    def query(self, **also: str) -> str:
        """`view=mine&priority=high`: what follows the `?` of an address."""
        pairs = [("view", self.view), *(("status", value) for value in self.status)]
        pairs += [("priority", value) for value in self.priority]
        pairs += [("sort", self.order)] if self.order != "due" else []
        return urlencode([*pairs, *((name, value) for name, value in also.items() if value)])

    def chips(self, _: Translate) -> list[Chip]:
        """Each filter that holds."""
        found = [
            Chip(
                _(words.STATUS[value].label),
                words.STATUS[value].icon,
                replace(self, status=_less(self.status, value)).query(),
            )
            for value in self.status
        ]
        return found + [
            Chip(
                _(words.PRIORITY[value].label),
                words.PRIORITY[value].icon,
                replace(self, priority=_less(self.priority, value)).query(),
            )
            for value in self.priority
        ]


def read_narrowing(get_all: Callable[[str], Iterable[str]]) -> Narrowing:
    """What an address or a form asks for; what is not known is left out."""

    def one(name: str, known: tuple[str, ...], otherwise: str) -> Any:
        return next((value for value in get_all(name) if value in known), otherwise)

    def some(name: str, known: tuple[str, ...]) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(value for value in get_all(name) if value in known))

    return Narrowing(
        view=cast("View", one("view", VIEWS, "mine")),
        status=some("status", get_args(Status)),
        priority=some("priority", get_args(Priority)),
        order=cast("Order", one("sort", ORDERS, "due")),
    )


def _less(values: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    return tuple(each for each in values if each != value)
