"""What the product says of this moment, beside what the warehouse knows: asked of the API with the viewer's own session."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import requests
import streamlit as st

from dashboards.words import count, instant

KEEP_SECONDS = 15
"""For how long an answer is "now"."""


class Product(msgspec.Struct, frozen=True):
    """Where the API listens, and the viewer's session cookie."""

    address: str
    cookie: tuple[str, str]


class TeamCount(msgspec.Struct, frozen=True):
    """Open tickets of a team; of none: null."""

    id: int | None
    count: int


class OpenNow(msgspec.Struct, frozen=True):
    """Open tickets, all the viewer may see in the product."""

    as_of: datetime
    total: int
    by_team: list[TeamCount]

    def of(self, team_ids: Sequence[int]) -> int:
        """Open tickets of these teams; 0 stands for none."""
        return sum(each.count for each in self.by_team if (each.id or 0) in team_ids)


class RiskNow(msgspec.Struct, frozen=True):
    """Tickets whose deadline comes near, and open ones that missed one, all the viewer may see in the product."""

    as_of: datetime
    at_risk: int
    breached: int


def open_now(product: Product | None) -> OpenNow | None:
    """None when nobody can be asked, or nobody answers."""
    answer = _ask(product.address, product.cookie, "backlog") if product else None
    return msgspec.json.decode(answer, type=OpenNow) if answer else None


def risk_now(product: Product | None) -> RiskNow | None:
    """None when nobody can be asked, or nobody answers."""
    answer = _ask(product.address, product.cookie, "dashboard") if product else None
    return msgspec.json.decode(answer, type=RiskNow) if answer else None


def beside(now: str, as_of: datetime, known: str, until: datetime) -> str:
    """The sentence with both: `now` as of `as_of` by the product, `known` until `until` by the warehouse."""
    return f"**Now: {now}** :gray[by the product, {instant(as_of)}; {known} by the warehouse, {instant(until)}.]"


def tickets(number: int) -> str:
    return f"{count(number)} open {'ticket' if number == 1 else 'tickets'}"


@st.cache_data(ttl=KEEP_SECONDS, max_entries=1000, show_spinner=False)
def _ask(address: str, cookie: tuple[str, str], name: str) -> bytes | None:
    headers = {"Cookie": "=".join(cookie)}
    try:
        answer = requests.get(f"{address}/api/analytics/{name}", headers=headers, timeout=3)
    except requests.RequestException:
        return None
    return answer.content if answer.ok else None
