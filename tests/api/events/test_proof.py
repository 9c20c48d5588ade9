"""A ticket's proof holds by itself, and whatever is changed in it is named."""

import base64
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from api.cli.main import main
from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.db import Database
from api.events.check import check
from api.sweep import seal_all
from tests.acting import Acting
from tests.api.events.test_log import eventually, is_settled, tamper
from tests.worlds import World

SignIn = Callable[[str], Awaitable[dict[str, str]]]
Lines = list[dict[str, Any]]


@pytest.fixture
def acting(db: Database, world: World) -> Acting:
    return Acting(db, world)


@pytest.fixture
async def ticket(acting: Acting, db: Database, world: World, database_url: str) -> int:
    """A ticket among others, whose events lie under two seals."""
    await acting.opened()
    ticket_id = await acting.opened(category_id=world.category)
    await eventually(lambda: is_settled(database_url))
    await seal_all(db, world.now)
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="We look into it."))
    await acting.opened()
    await eventually(lambda: is_settled(database_url))
    await seal_all(db, world.now)
    return ticket_id


async def proof_of(client: httpx.AsyncClient, sign_in: SignIn, ticket_id: int) -> Lines:
    answer = await client.get(f"/api/tickets/{ticket_id}/proof", headers=await sign_in("admin"))
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def checked(lines: Lines) -> str | None:
    return check(json.dumps(line).encode() for line in lines).problem


async def test_a_proof_holds_offline_with_all_events_of_the_ticket(
    client: httpx.AsyncClient, sign_in: SignIn, ticket: int, database_url: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    answer = await client.get(f"/api/tickets/{ticket}/proof", headers=await sign_in("admin"))
    verdict = check(answer.content.splitlines())
    assert verdict.problem is None
    with psycopg.connect(database_url) as conn:
        count = conn.execute("select count(*) from audit_logs where ticket_id = %s", [ticket]).fetchone()
        newest = conn.execute("select id, encode(sha256, 'hex') from audit_seals order by id desc limit 1").fetchone()
    assert count == (verdict.events,)
    assert newest == (verdict.seal, verdict.sha256)
    assert (verdict.seals, verdict.unsealed, verdict.words) == (2, 0, 3)
    file = tmp_path / "proof.ndjson"
    file.write_bytes(answer.content)
    assert main(["audit", "verify", str(file)]) == 0
    assert verdict.sha256 in capsys.readouterr().out
    file.write_bytes(answer.content.replace(b"We look into it.", b"We look into is."))
    assert main(["audit", "verify", str(file)]) == 1
    assert "is not what the log has the hash of" in capsys.readouterr().out


async def test_a_changed_byte_is_named(client: httpx.AsyncClient, sign_in: SignIn, ticket: int) -> None:
    lines = await proof_of(client, sign_in, ticket)
    for number, line in enumerate(lines):
        if line["kind"] == "event":
            row = json.loads(line["row"])
            changed = line | {"row": line["row"].replace("ticket", "tickey", 1)}
            if changed != line:
                assert checked([*lines[:number], changed, *lines[number + 1 :]]) == (
                    f"Row {row[0]} was changed (seal {seal_of(lines, row[0])})."
                )
        if line["kind"] == "seal":
            for field in ("before", "sha256"):
                flipped = line | {field: ("0" if line[field][0] != "0" else "1") + line[field][1:]}
                assert f"eal {line['id']}" in (checked([*lines[:number], flipped, *lines[number + 1 :]]) or "")
            digests = bytearray(base64.b64decode(line["digests"]))
            digests[0] ^= 1
            flipped = line | {"digests": base64.b64encode(digests).decode()}
            assert f"seal {line['id']}" in (checked([*lines[:number], flipped, *lines[number + 1 :]]) or "").lower()


def seal_of(lines: Lines, row_id: int) -> int:
    return next(line["id"] for line in lines if line["kind"] == "seal" and row_id in line["row_ids"])


async def test_what_is_left_out_or_put_in_is_noticed(client: httpx.AsyncClient, sign_in: SignIn, ticket: int) -> None:
    lines = await proof_of(client, sign_in, ticket)
    assert checked(lines) is None
    for number in range(len(lines)):
        if lines[number]["kind"] != "words":
            assert checked([*lines[:number], *lines[number + 1 :]]) is not None, lines[number]["kind"]
    assert checked([*lines, lines[-1]]) is not None
    assert checked([*lines[:-1]]) == "The file breaks off."
    assert checked([lines[0] | {"number": "RD-0000-0000"}, *lines[1:]]) == "The number is not that of the events."
    assert check([b"\x00\xff", b"{}"]).problem is not None
    assert check([]).problem == "The file breaks off."


async def test_events_not_sealed_yet_are_counted_as_unproved(
    client: httpx.AsyncClient, acting: Acting, sign_in: SignIn, ticket: int
) -> None:
    await acting.do("agent", add_comment, ticket, NewComment(comment="Later."))
    lines = await proof_of(client, sign_in, ticket)
    verdict = check(json.dumps(line).encode() for line in lines)
    assert verdict.problem is None
    assert verdict.unsealed >= 1


async def test_a_row_altered_in_the_database_is_named_by_the_proof_made_after(
    client: httpx.AsyncClient, sign_in: SignIn, ticket: int, superuser_url: str
) -> None:
    tamper(superuser_url, f"update audit_logs set actor_id = 1 where ticket_id = {ticket} and action = 'comment.added'")
    problem = checked(await proof_of(client, sign_in, ticket))
    assert problem is not None
    assert "eal 2" in problem


async def test_only_an_administrator_gets_a_proof(client: httpx.AsyncClient, sign_in: SignIn, ticket: int) -> None:
    for who in ("customer", "agent", "lead"):
        answer = await client.get(f"/api/tickets/{ticket}/proof", headers=await sign_in(who))
        assert answer.status_code == 403, who
