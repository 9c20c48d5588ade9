"""A real browser on the real app: Chromium against a server of the test's own."""

import threading
import time
from collections.abc import Generator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import uvicorn
from playwright.sync_api import Browser, expect, sync_playwright

from api.auth.passwords import hash_password
from api.clock import now
from api.settings import Settings
from tests.browser.desk import Desk
from tests.browser.people import PASSWORD, Person
from tests.serving import app_of
from tests.worlds import World

# Patience with a machine that is busy with other tests; what is right at once waits for nothing.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def chromium() -> Generator[Browser]:
    """The browser of one module: it must be gone before a test with an event loop of its own runs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(settings: Settings, world: World, owner_url: str) -> Generator[str]:
    """Address of the app over the small world, on the present's clock; staff sign in with PASSWORD."""
    with psycopg.connect(owner_url) as conn:
        conn.execute("update users set password_hash = %s", [hash_password(PASSWORD)])
    server = uvicorn.Server(uvicorn.Config(app_of("site", settings, now), port=0, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started:
        if time.monotonic() > until or not thread.is_alive():
            raise RuntimeError("The app did not start.")
        time.sleep(0.02)
    yield f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def visit(chromium: Browser, site: str) -> Generator[Any]:
    """Make a person at a browser; all browsers are closed at the end."""
    people: list[Person] = []

    def make(**options: Any) -> Person:
        people.append(Person(chromium, site, **options))
        return people[-1]

    yield make
    for person in people:
        person.close()


@pytest.fixture
def desk(database_url: str, world: World) -> Desk:
    """What people of the world do meanwhile, without a browser; the world's clock shows a minute ago."""
    world.now = now() - timedelta(minutes=1)
    return Desk(database_url, world)
