"""Who looks: the web app's session signs in here too, because browsers send cookies to every port of a host."""

from collections.abc import Mapping

import msgspec
import requests
import streamlit as st

from api.settings import Settings

COOKIES = ("__Host-redress_session", "redress_session")
KEEP_SECONDS = 60
"""For how long an answer of the API is believed; a session that was ended works here at most as long."""


class TeamOfViewer(msgspec.Struct, frozen=True):
    id: int
    name: str


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """The person who looks, as the API knows them."""

    id: int
    name: str
    role: str
    teams: tuple[TeamOfViewer, ...] = ()

    @property
    def is_staff(self) -> bool:
        return self.role in ("agent", "admin")

    @property
    def sees_all(self) -> bool:
        return self.role == "admin"

    @property
    def team_ids(self) -> tuple[int, ...]:
        return tuple(sorted(team.id for team in self.teams))


class Refusal(msgspec.Struct, frozen=True):
    """Why the dashboards stay closed, and where to go instead."""

    title: str
    text: str
    label: str = ""
    link: str = ""


class Unreachable(Exception):
    """The API does not answer, so nobody can be recognised."""


def session_cookie(cookies: Mapping[str, str]) -> tuple[str, str] | None:
    """Name and value of the session's cookie, or None."""
    return next(((name, cookies[name]) for name in COOKIES if cookies.get(name)), None)


def api_address(settings: Settings) -> str:
    """Where the API listens, as seen from this machine."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host
    return f"http://{host}:{settings.port}"


@st.cache_data(ttl=KEEP_SECONDS, max_entries=1000, show_spinner=False)
def ask_who(address: str, name: str, value: str) -> Viewer | None:
    """Whose session it is; None when it is nobody's any more. Raises Unreachable."""
    try:
        answer = requests.get(f"{address}/api/auth/me", headers={"Cookie": f"{name}={value}"}, timeout=10)
    except requests.RequestException as error:
        raise Unreachable from error
    if answer.status_code in (401, 403):
        return None
    if not answer.ok:
        raise Unreachable
    return msgspec.json.decode(answer.content, type=Viewer)


def admit(settings: Settings, cookies: Mapping[str, str]) -> Viewer | Refusal:
    """The member of staff who looks, or why nobody may."""
    cookie = session_cookie(cookies)
    try:
        viewer = ask_who(api_address(settings), *cookie) if cookie else None
    except Unreachable:
        return Refusal(
            "Redress is not answering", "Nobody can be recognised until the API is back. Reload in a moment."
        )
    if viewer is None:
        text = "They are for staff. Sign in to the web app, then reload this page."
        return Refusal("Sign in to see the dashboards", text, "Sign in", f"{settings.url}/sign-in")
    if not viewer.is_staff:
        text = "You are signed in as a customer. Your complaints are in the web app."
        return Refusal("The dashboards are for staff", text, "Go to your complaints", f"{settings.url}/complaints")
    return viewer
