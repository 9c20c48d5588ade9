"""Lists of tickets as files: what stands in them is what the list shows, and no text of a person runs."""

import zipfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from io import BytesIO

import httpx
import psycopg
import pytest

from api.db import Database
from api.exports.rules import MAX_LISTED
from tests.acting import Acting
from tests.api.exports.files import column, csv_rows, many_tickets, page_texts, sheet
from tests.worlds import World

SignIn = Callable[[str], Awaitable[dict[str, str]]]
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x.example","y")')


@pytest.fixture
def acting(db: Database, world: World) -> Acting:
    return Acting(db, world)


def rename(url: str, ticket_id: int, subject: str) -> None:
    with psycopg.connect(url) as conn:
        conn.execute("update tickets set subject = %s where id = %s", [subject, ticket_id])


async def test_a_workbook_holds_the_rows_of_the_list_and_says_how_many(
    client: httpx.AsyncClient, acting: Acting, sign_in: SignIn
) -> None:
    for n in range(5):
        await acting.opened(subject=f"Complaint {n}", priority="high" if n % 2 else "low")
    headers = await sign_in("agent")
    listed = (await client.get("/api/tickets?priority=high", headers=headers)).json()["tickets"]
    answer = await client.get("/api/export/tickets/excel?priority=high", headers=headers)
    rows = sheet(answer)
    assert column(rows, "Number") == [ticket["number"] for ticket in listed]
    assert answer.headers["Export-Rows"] == str(len(rows) - 1) == "2"
    assert answer.headers["Export-Complete"] == "true"
    about = dict(row[:2] for row in sheet(answer, "Definitions"))
    assert (about["Rows"], about["Complete"]) == ("2", "Yes")
    assert "Priority: high" in about["Which tickets"]
    assert {title.split(" (")[0] for title in rows[0]} <= about.keys(), "each column is defined"


async def test_dates_are_dates_on_the_clock_that_the_head_names(
    client: httpx.AsyncClient, acting: Acting, sign_in: SignIn, owner_url: str, world: World
) -> None:
    await acting.opened()
    with psycopg.connect(owner_url) as conn:
        conn.execute("update users set time_zone = 'America/New_York' where id = %s", [world.agent])
    rows = sheet(await client.get("/api/export/tickets/excel", headers=await sign_in("agent")))
    (created,) = column(rows, "Created (America/New_York)")
    assert isinstance(created, datetime)
    assert f"{created:%Y-%m-%d %H:%M}" == "2026-11-24 07:01"


@pytest.mark.parametrize("subject", FORMULAS)
async def test_no_text_becomes_a_formula(
    client: httpx.AsyncClient, acting: Acting, sign_in: SignIn, owner_url: str, subject: str
) -> None:
    rename(owner_url, await acting.opened(), subject)
    headers = await sign_in("agent")
    answer = await client.get("/api/export/tickets/excel", headers=headers)
    with zipfile.ZipFile(BytesIO(answer.content)) as parts:
        words = b"".join(parts.read(name) for name in parts.namelist() if "worksheets" in name)
    assert b"<f>" not in words and b"<hyperlink" not in words
    assert column(sheet(answer), "Subject")[0].strip() == subject.strip()
    text = csv_rows(await client.get("/api/export/tickets/csv", headers=headers))[1][1]
    assert text == f"'{subject}"


@pytest.mark.parametrize("subject", ["<r><t>raw</t></r>", "<r></sheetData></r>", "]]>&<!--", "a\x01b", "_x0041_"])
async def test_no_text_breaks_the_file(
    client: httpx.AsyncClient, acting: Acting, sign_in: SignIn, owner_url: str, subject: str
) -> None:
    rename(owner_url, await acting.opened(), subject)
    answer = await client.get("/api/export/tickets/excel", headers=await sign_in("agent"))
    (read,) = column(sheet(answer), "Subject")
    assert read.strip() in (subject, subject.replace("\x01", "_x0001_"))


async def test_customers_take_away_their_own_and_no_column_of_the_staff(
    client: httpx.AsyncClient, acting: Acting, sign_in: SignIn, owner_url: str, world: World
) -> None:
    mine = await acting.opened(subject="Mine")
    with psycopg.connect(owner_url) as conn:
        conn.execute("update tickets set tags = '{\"legal-hold\"}' where id = %s", [mine])
    await client.post(
        "/api/tickets", json={"subject": "Theirs", "description": "x"}, headers=await sign_in("other_customer")
    )
    headers = await sign_in("customer")
    for path in ("excel", "csv", "pdf"):
        answer = await client.get(f"/api/export/tickets/{path}?customer_id={world.other_customer}", headers=headers)
        assert answer.headers["Export-Rows"] == "0", path
    answer = await client.get("/api/export/tickets/excel", headers=headers)
    assert column(sheet(answer), "Subject") == ["Mine"]
    texts = str(sheet(answer)) + str(sheet(answer, "Definitions"))
    text = (await client.get("/api/export/tickets/csv", headers=headers)).text
    for words in (texts, text, " ".join(page_texts(await client.get("/api/export/tickets/pdf", headers=headers)))):
        assert "Theirs" not in words
        assert "legal-hold" not in words
        assert "ags" not in words.replace("flags", "")


async def test_a_list_of_more_than_its_pages_hold_says_so(
    client: httpx.AsyncClient, sign_in: SignIn, owner_url: str, world: World
) -> None:
    many_tickets(owner_url, world, MAX_LISTED + 1)
    answer = await client.get("/api/export/tickets/pdf", headers=await sign_in("agent"))
    assert (answer.headers["Export-Rows"], answer.headers["Export-Complete"]) == ("1000", "false")
    pages = page_texts(answer)
    assert "The first 1,000 tickets; more match" in pages[0]
    assert sum(page.count("Complaint ") for page in pages) == MAX_LISTED


async def test_what_is_asked_wrongly_is_refused_before_a_file_is_made(
    client: httpx.AsyncClient, sign_in: SignIn
) -> None:
    headers = await sign_in("agent")
    for query in ("sort=subject", "status=broken", "order=up", "custom_field=nonsense"):
        answer = await client.get(f"/api/export/tickets/excel?{query}", headers=headers)
        assert answer.status_code == 400, query
