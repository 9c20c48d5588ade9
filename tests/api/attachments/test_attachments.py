"""Files in, out and away, by the API: who may, what arrives, and that nothing of a failure stays."""

import resource
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
import pytest

from api.actor import SYSTEM
from api.attachments.storage import open_storage
from api.attachments.sweep import remove_leftovers
from api.db import Database
from api.reactions import openings_of
from api.settings import Settings
from tests.api.attachments.files import EXE, HTML, PDF, POLYGLOT, SVG, TEXT, bomb, picture
from tests.worlds import World

SignIn = Callable[[str], Awaitable[dict[str, str]]]


class Desk:
    """The API as the people of the world, and a look at what lies in storage and in the table."""

    def __init__(self, client: httpx.AsyncClient, sign_in: SignIn, settings: Settings, url: str) -> None:
        self.client, self.sign_in, self.settings, self.url = client, sign_in, settings, url

    async def call(self, who: str, method: str, path: str, **kw: Any) -> httpx.Response:
        return await self.client.request(method, path, headers=await self.sign_in(who), **kw)

    async def opened(self, **fields: Any) -> int:
        complaint = {"subject": "Router", "description": "Drops", **fields}
        return (await self.call("customer", "POST", "/api/tickets", json=complaint)).json()["id"]

    async def send(self, who: str, ticket_id: int, *files: tuple[str, bytes], **fields: str) -> httpx.Response:
        return await self.call(
            who, "POST", f"/api/tickets/{ticket_id}/attachments",
            files=[("files", (name, content, "image/png")) for name, content in files], data=fields,
        )  # fmt: skip

    async def names(self, who: str, ticket_id: int) -> list[str]:
        answer = await self.call(who, "GET", f"/api/tickets/{ticket_id}/attachments")
        return [file["name"] for file in answer.json()["attachments"]]

    def stored(self) -> list[str]:
        return sorted(str(p.name) for p in (self.settings.home / "attachments").rglob("*") if p.is_file())

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as conn:
            return conn.execute(query.encode()).fetchall()

    def assert_nothing_stayed(self) -> None:
        assert self.stored() == []
        assert self.rows("select id from attachments") == []
        assert self.rows("select folder from attachment_leftovers") == []


@pytest.fixture
def desk(client: httpx.AsyncClient, sign_in: SignIn, settings: Settings, database_url: str) -> Desk:
    return Desk(client, sign_in, settings, database_url)


async def test_a_file_comes_back_as_it_was_sent_and_only_to_be_saved(desk: Desk) -> None:
    ticket_id = await desk.opened()
    answer = await desk.send("customer", ticket_id, ("../Rechnung März.pdf", PDF), ("log.txt", TEXT))
    assert answer.status_code == 201, answer.text
    pdf, text = answer.json()["attachments"]
    assert (pdf["name"], pdf["content_type"], pdf["size_bytes"]) == ("Rechnung März.pdf", "application/pdf", len(PDF))
    got = await desk.call("agent", "GET", f"/api/attachments/{pdf['key']}")
    assert got.content == PDF
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert (await desk.call("customer", "GET", f"/api/attachments/{text['key']}")).content == TEXT
    assert (
        desk.rows("select action, visibility from audit_logs where entity_type = 'attachment'")
        == [("attachment.added", "public")] * 2
    )
    assert "Rechnung" not in str(desk.rows("select new_values from audit_logs"))


async def test_a_key_opens_nothing_without_the_right(desk: Desk) -> None:
    ticket_id = await desk.opened()
    await desk.send("agent", ticket_id, ("note.png", picture()), is_internal="true")
    answer = await desk.send("agent", ticket_id, ("answer.png", picture()))
    public = answer.json()["attachments"][0]["key"]
    (secret,) = desk.rows("select key from attachments where is_internal")[0]
    assert await desk.names("agent", ticket_id) == ["note.png", "answer.png"]
    assert await desk.names("customer", ticket_id) == ["answer.png"]
    for who, count in (("agent", 2), ("customer", 1)):
        ticket = (await desk.call(who, "GET", f"/api/tickets/{ticket_id}")).json()
        listed = (await desk.call(who, "GET", f"/api/tickets/{ticket_id}/attachments")).json()
        assert ticket["attachments"] == listed["attachments"] and len(ticket["attachments"]) == count
    for path in (f"/api/attachments/{secret}", f"/api/attachments/{secret}/preview"):
        assert (await desk.call("customer", "GET", path)).status_code == 404
        assert (await desk.call("lead", "GET", path)).status_code == 200
    assert (await desk.call("other_customer", "GET", f"/api/attachments/{public}")).status_code == 404
    assert (await desk.client.get(f"/api/attachments/{public}")).status_code == 401
    assert (await desk.send("customer", ticket_id, ("x.png", picture()), is_internal="true")).status_code == 403
    assert (await desk.send("other_customer", ticket_id, ("x.png", picture()))).status_code == 404


async def test_a_file_of_a_comment_is_as_internal_as_it_is(desk: Desk) -> None:
    ticket_id = await desk.opened()
    said = await desk.call(
        "agent", "POST", f"/api/tickets/{ticket_id}/comments", json={"comment": "Look", "is_internal": True}
    )
    comment = str(said.json()["id"])
    answer = await desk.send("agent", ticket_id, ("a.png", picture()), comment_id=comment)
    assert answer.json()["attachments"][0]["is_internal"] is True
    assert (await desk.send("lead", ticket_id, ("a.png", picture()), comment_id=comment)).status_code == 403
    assert (await desk.send("customer", ticket_id, ("a.png", picture()), comment_id=comment)).status_code == 404


@pytest.mark.parametrize(
    ("content", "status"),
    [(EXE, 415), (SVG, 415), (HTML, 415), (POLYGLOT, 415), (TEXT + b"\x00\x01", 415), (b"", 422), (TEXT * 2000, 413)],
    ids=["exe", "svg", "html", "polyglot", "text that turns binary", "empty", "too large"],
)
async def test_what_is_refused_leaves_no_row_and_no_file(desk: Desk, content: bytes, status: int) -> None:
    ticket_id = await desk.opened()
    answer = await desk.send("customer", ticket_id, ("first.png", picture()), ("photo.png", content))
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    desk.assert_nothing_stayed()


async def test_a_ticket_takes_so_many_files_and_no_more(desk: Desk) -> None:
    ticket_id = await desk.opened()
    await desk.call("admin", "PATCH", "/api/installation", json={"attachments_per_ticket": 2})
    assert (await desk.send("customer", ticket_id, ("1.txt", TEXT))).status_code == 201
    assert (await desk.send("customer", ticket_id, ("2.txt", TEXT), ("3.txt", TEXT))).status_code == 422
    assert (await desk.send("customer", ticket_id, ("2.txt", TEXT))).status_code == 201
    assert (await desk.send("customer", ticket_id, ("3.txt", TEXT))).json()["code"] == "attachment.too_many"


async def test_a_bomb_is_kept_as_it_is_and_never_unfolded(desk: Desk) -> None:
    ticket_id = await desk.opened()
    (file,) = (await desk.send("customer", ticket_id, ("photo.png", bomb()))).json()["attachments"]
    assert file["has_preview"] is False
    assert (await desk.call("agent", "GET", f"/api/attachments/{file['key']}/preview")).status_code == 404


async def test_a_picture_has_a_preview(desk: Desk) -> None:
    ticket_id = await desk.opened()
    (file,) = (await desk.send("customer", ticket_id, ("photo.jpg", picture("JPEG")))).json()["attachments"]
    small = await desk.call("customer", "GET", f"/api/attachments/{file['key']}/preview")
    assert small.headers["content-type"] == "image/webp"
    assert small.content[8:12] == b"WEBP"


async def test_a_full_disk_is_507_and_leaves_nothing(desk: Desk) -> None:
    ticket_id = await desk.opened()
    with files_end_at(1_000_000):
        answer = await desk.send("customer", ticket_id, ("log.txt", TEXT * 200))
    assert answer.status_code == 507, answer.text
    assert answer.json()["code"] == "attachment.storage"
    desk.assert_nothing_stayed()


@pytest.mark.parametrize("size", [10_000, 3_000_000])
async def test_a_file_changed_in_storage_never_arrives_whole(desk: Desk, size: int) -> None:
    ticket_id = await desk.opened()
    (file,) = (await desk.send("customer", ticket_id, ("log.txt", (TEXT * 200)[:size]))).json()["attachments"]
    (path,) = (desk.settings.home / "attachments").rglob("file")
    with path.open("r+b") as stored:
        stored.seek(5_000)
        stored.write(b"forged")
    answer = await desk.call("customer", "GET", f"/api/attachments/{file['key']}")
    assert answer.status_code == 500 or len(answer.content) < size
    if size < 100_000:
        assert answer.json()["code"] == "attachment.damaged"


async def test_who_sent_a_file_and_an_admin_take_it_away_and_its_bytes_go_with_the_sweep(
    desk: Desk, db: Database, world: World
) -> None:
    ticket_id = await desk.opened()
    sent = await desk.send("customer", ticket_id, ("1.txt", TEXT), ("2.txt", TEXT))
    first, second = (file["key"] for file in sent.json()["attachments"])
    assert (await desk.call("agent", "DELETE", f"/api/attachments/{first}")).status_code == 403
    assert (await desk.call("other_customer", "DELETE", f"/api/attachments/{first}")).status_code == 404
    assert (await desk.call("customer", "DELETE", f"/api/attachments/{first}")).status_code == 204
    assert (await desk.call("customer", "GET", f"/api/attachments/{first}")).status_code == 404
    openings, storage = openings_of(db, SYSTEM, lambda: world.now), open_storage(desk.settings)
    assert await remove_leftovers(openings, storage) == 1
    assert desk.stored() == ["file"]
    assert (await desk.call("agent", "GET", f"/api/attachments/{second}")).content == TEXT
    assert (await desk.call("admin", "DELETE", f"/api/attachments/{second}")).status_code == 204
    assert await remove_leftovers(openings, storage) == 1
    desk.assert_nothing_stayed()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\nabc"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + b"y" * 999),
        ("multipart/form-data; boundary=x", b"\xff" * 5000),
    ],
)  # fmt: skip
async def test_what_is_no_form_is_refused_and_leaves_nothing(desk: Desk, content_type: str, body: bytes) -> None:
    ticket_id = await desk.opened()
    headers = await desk.sign_in("customer") | {"Content-Type": content_type}
    answer = await desk.client.post(f"/api/tickets/{ticket_id}/attachments", content=body, headers=headers)
    assert answer.status_code == 400, answer.text
    desk.assert_nothing_stayed()


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """Within the block, this process can write no file beyond `size`: the kernel refuses as it does when a disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
