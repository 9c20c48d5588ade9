"""Callers whose sign-in is never older than their request, since these tests live through days."""

from collections.abc import AsyncGenerator, Awaitable, Callable

import httpx
import pytest

from api.db import Database
from tests.acting import Acting
from tests.worlds import World

SignIn = Callable[[str], Awaitable[dict[str, str]]]


class As(httpx.Auth):
    """`client.get(…, auth=as_person("agent"))` signs that person of the world in first."""

    def __init__(self, sign_in: SignIn, who: str) -> None:
        self.sign_in, self.who = sign_in, who

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        request.headers.update(await self.sign_in(self.who))
        yield request


@pytest.fixture
def as_person(sign_in: SignIn) -> Callable[[str], As]:
    return lambda who: As(sign_in, who)


@pytest.fixture
def admin(as_person: Callable[[str], As]) -> As:
    return as_person("admin")


@pytest.fixture
def acting(db: Database, world: World) -> Acting:
    return Acting(db, world)
