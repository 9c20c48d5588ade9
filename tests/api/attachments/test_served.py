"""Uploads to the API as it is served: in constant memory, and broken off half-way."""

import asyncio
import hashlib
import http.client
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from api.actor import SYSTEM
from api.attachments.storage import open_storage
from api.attachments.sweep import GRACE_HOURS, remove_leftovers
from api.clock import now
from api.db import Database
from api.reactions import openings_of
from api.servers.processes import free_port, stop
from api.settings import Settings
from tests.access.callers import PASSWORD, give_passwords
from tests.serving import served, start_api
from tests.worlds import World

MEGABYTE = 1024 * 1024
LINE = b"2026-11-24T12:00:00Z router link down, link up, link down again\n"
PIECE = LINE * (MEGABYTE // len(LINE))
BOUNDARY = "a-boundary-of-tests"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="log.txt"\r\n'
    "Content-Type: text/plain\r\n\r\n"
).encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


@pytest.fixture
def port(settings: Settings, world: World, owner_url: str) -> Iterator[int]:
    give_passwords(owner_url, world)
    with served(settings) as port:
        yield port


def opened(port: int) -> tuple[str, dict[str, str]]:
    """Path of a new ticket's files, and the headers of the customer whose ticket it is."""
    base = f"http://127.0.0.1:{port}"
    login = {"email": "customer@example.com", "password": PASSWORD}
    headers = {"Authorization": f"Bearer {httpx.post(f'{base}/api/auth/login', json=login).json()['token']}"}
    ticket = httpx.post(f"{base}/api/tickets", json={"subject": "x", "description": "y"}, headers=headers).json()
    return f"/api/tickets/{ticket['id']}/attachments", headers


def allow_large(owner_url: str, world: World) -> None:
    with psycopg.connect(owner_url) as conn:
        conn.execute(
            "insert into installation_settings (name, value, updated_at) values ('attachment_max_bytes', %s, %s)",
            [str(100 * MEGABYTE), world.now],
        )


def test_a_hundred_megabytes_go_in_and_out_in_constant_memory(
    port: int, world: World, owner_url: str, settings: Settings
) -> None:
    allow_large(owner_url, world)
    path, headers = opened(port)
    pids = processes(port)
    forget_peaks(pids)
    count = 100 * MEGABYTE // len(PIECE)

    def body() -> Iterator[bytes]:
        yield HEAD
        for _ in range(count):
            yield PIECE
        yield TAIL

    before = peaks(pids)
    headers["Content-Type"] = f"multipart/form-data; boundary={BOUNDARY}"
    answer = httpx.post(f"http://127.0.0.1:{port}{path}", content=body(), headers=headers, timeout=120)
    assert answer.status_code == 201, answer.text
    (file,) = answer.json()["attachments"]
    wanted = hashlib.sha256(PIECE * count).hexdigest()
    assert (file["size_bytes"], file["sha256"]) == (len(PIECE) * count, wanted)
    got = hashlib.sha256()
    with httpx.stream("GET", f"http://127.0.0.1:{port}/api/attachments/{file['key']}", headers=headers) as download:
        for piece in download.iter_bytes():
            got.update(piece)
    assert got.hexdigest() == wanted
    grown = (peaks(pids) - before) / MEGABYTE
    print(f"peak memory grew by {grown:.1f} MB")
    assert grown <= 40


def test_an_upload_whose_sender_goes_away_leaves_nothing(port: int, settings: Settings, owner_url: str) -> None:
    path, headers = opened(port)
    half_sent(port, path, headers).close()
    wait_for(lambda: stored(settings) == [] and leftovers(owner_url) == 0)
    assert attachments(owner_url) == 0


def test_an_upload_whose_server_is_killed_is_swept_away(
    settings: Settings, world: World, owner_url: str, database_url: str
) -> None:
    give_passwords(owner_url, world)
    port = free_port()
    child = start_api(settings, port)
    path, headers = opened(port)
    sender = half_sent(port, path, headers)
    wait_for(lambda: stored(settings) != [])
    for pid in processes(port):
        os.kill(pid, signal.SIGKILL)
    stop(child)
    sender.close()
    assert stored(settings) != []
    with psycopg.connect(owner_url) as conn:
        conn.execute(
            f"update attachment_leftovers set created_at = created_at - interval '{GRACE_HOURS} hours'".encode()
        )
    assert asyncio.run(swept(database_url, settings)) == 1
    assert (stored(settings), leftovers(owner_url), attachments(owner_url)) == ([], 0, 0)


async def swept(url: str, settings: Settings) -> int:
    db = Database(url, 2)
    await db.open()
    try:
        return await remove_leftovers(openings_of(db, SYSTEM, now), open_storage(settings))
    finally:
        await db.close()


def half_sent(port: int, path: str, headers: dict[str, str]) -> socket.socket:
    """A connection on which an upload of 20 MB has come to its 12th."""
    conn = http.client.HTTPConnection("127.0.0.1", port)
    conn.putrequest("POST", path)
    for name, value in headers.items():
        conn.putheader(name, value)
    conn.putheader("Content-Type", f"multipart/form-data; boundary={BOUNDARY}")
    conn.putheader("Content-Length", str(len(HEAD) + 20 * MEGABYTE + len(TAIL)))
    conn.endheaders(HEAD)
    for _ in range(12):
        conn.send(PIECE)
    return conn.sock


def stored(settings: Settings) -> list[Path]:
    return [path for path in (settings.home / "attachments").rglob("*") if path.is_file()]


def leftovers(url: str) -> int:
    return count(url, "attachment_leftovers")


def attachments(url: str) -> int:
    return count(url, "attachments")


def count(url: str, table: str) -> int:
    with psycopg.connect(url) as conn:
        row = conn.execute(f"select count(*) from {table}".encode()).fetchone()
    assert row is not None
    return row[0]


def wait_for(condition: Callable[[], bool], seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come true in time"
        time.sleep(0.1)


def processes(port: int) -> list[int]:
    """The processes that serve the port: granian's own and its worker."""
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and serves(path, port)]


def serves(process: Path, port: int) -> bool:
    try:
        return f"REDRESS_PORT={port}".encode() in (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def forget_peaks(pids: list[int]) -> None:
    """Let the kernel measure the processes' peaks anew (proc(5), clear_refs)."""
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def peaks(pids: list[int]) -> int:
    """The most memory the processes held since then, in bytes."""
    return sum(peak_rss(pid) for pid in pids)


def peak_rss(pid: int) -> int:
    """The most memory the process ever held, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))
