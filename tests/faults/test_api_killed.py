"""The API dies in the middle of writing: what it answered is there, what it did not answer is there whole or not at all."""

import asyncio
import os
import signal
import uuid

import httpx
import psycopg
import pytest

from api.servers.processes import free_port, stop
from api.settings import Settings
from tests.access.callers import PASSWORD, give_passwords
from tests.replay import assert_log_is_the_state
from tests.serving import start_api
from tests.worlds import World

CLIENTS = 8
KILL_AFTER = 60


@pytest.mark.timeout(180)
async def test_an_answered_write_survives_a_kill_and_an_unanswered_one_is_made_once(
    settings: Settings, world: World, owner_url: str, database_url: str
) -> None:
    give_passwords(owner_url, world)
    port = free_port()
    child = start_api(settings, port)
    answered: dict[str, int] = {}
    sent: set[str] = set()
    try:
        headers = await signed_in(port)

        async def work() -> None:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
                while len(sent) < 10 * KILL_AFTER:
                    key = str(uuid.uuid4())
                    sent.add(key)
                    answered[key] = await opened(client, key)
                    if len(answered) == KILL_AFTER:
                        os.killpg(child.process.pid, signal.SIGKILL)  # its server process would outlive it

        await asyncio.gather(*(work() for _ in range(CLIENTS)), return_exceptions=True)
        stop(child)
        assert KILL_AFTER <= len(answered) <= len(sent)
        with psycopg.connect(database_url) as conn:
            there = {row[0] for row in conn.execute("select id from tickets")}
            logged = {
                row[0] for row in conn.execute("select ticket_id from audit_logs where action = 'ticket.created'")
            }
            clocked = {row[0] for row in conn.execute("select distinct ticket_id from sla_clocks")}
        assert set(answered.values()) <= there
        assert there == logged == clocked, "no half write"
        child = start_api(settings, port)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
            again = {key: await opened(client, key) for key in sent}
        assert {key: again[key] for key in answered} == answered
        with psycopg.connect(database_url) as conn:
            (count,) = conn.execute("select count(*) from tickets").fetchone() or (0,)
        assert count == len(sent) == len(set(again.values()))
    finally:
        stop(child)
    assert_log_is_the_state(database_url)


async def signed_in(port: int) -> dict[str, str]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        answer = await client.post("/api/auth/login", json={"email": "customer@example.com", "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.json()['token']}"}


async def opened(client: httpx.AsyncClient, key: str) -> int:
    body = {"subject": "Router", "description": "Drops"}
    answer = await client.post("/api/tickets", json=body, headers={"Idempotency-Key": key}, timeout=20)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]
