"""One ticket as PDF: what its customer sees, unless staff asks for more, and words stay words."""

import io
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.db import Database
from tests.acting import Acting
from tests.api.exports.files import page_texts
from tests.worlds import World

SignIn = Callable[[str], Awaitable[dict[str, str]]]
SECRET = "zwiebelkuchen"
TYPST = '#sys.inputs #pagebreak() $x^2$ *b* _i_ #read("/etc/passwd") @ref <label> \\ // comment'


@pytest.fixture
def acting(db: Database, world: World) -> Acting:
    return Acting(db, world)


@pytest.fixture
async def ticket(acting: Acting) -> int:
    ticket_id = await acting.opened()
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="We look **into** it."))
    await acting.do("agent", add_comment, ticket_id, NewComment(comment=f"{SECRET} " * 900, is_internal=True))
    return ticket_id


async def test_by_default_nobody_gets_what_is_internal(client: httpx.AsyncClient, sign_in: SignIn, ticket: int) -> None:
    for who in ("customer", "agent", "admin"):
        answer = await client.get(f"/api/export/tickets/{ticket}/pdf", headers=await sign_in(who))
        words = "".join(page_texts(answer))
        assert SECRET not in words
        assert SECRET.encode() not in answer.content
        assert "We look into it." in words
        assert "Internal" not in words


async def test_a_copy_with_what_is_internal_says_so_on_every_page(
    client: httpx.AsyncClient, sign_in: SignIn, ticket: int
) -> None:
    answer = await client.get(f"/api/export/tickets/{ticket}/pdf?with_internal=true", headers=await sign_in("agent"))
    pages = page_texts(answer)
    assert len(pages) > 1
    assert SECRET in "".join(pages)
    assert all("Internal: this copy holds notes" in page for page in pages)
    assert "-internal.pdf" in answer.headers["Content-Disposition"]


async def test_a_customer_who_asks_for_what_is_internal_is_refused(
    client: httpx.AsyncClient, sign_in: SignIn, ticket: int
) -> None:
    path = f"/api/export/tickets/{ticket}/pdf?with_internal=true"
    assert (await client.get(path, headers=await sign_in("customer"))).status_code == 403
    assert (await client.get(path, headers=await sign_in("other_customer"))).status_code == 404


async def test_files_stand_in_it_by_name_and_hash(client: httpx.AsyncClient, sign_in: SignIn, ticket: int) -> None:
    headers = await sign_in("customer")
    sent = await client.post(
        f"/api/tickets/{ticket}/attachments", files=[("files", ("bill.txt", b"Hello"))], headers=headers
    )
    await client.post(
        f"/api/tickets/{ticket}/attachments",
        files=[("files", ("notes.txt", b"Secret"))],
        data={"is_internal": "true"},
        headers=await sign_in("agent"),
    )
    words = "".join(page_texts(await client.get(f"/api/export/tickets/{ticket}/pdf", headers=headers)))
    assert "bill.txt" in words
    assert sent.json()["attachments"][0]["sha256"] in words.replace("\n", "")
    assert "notes.txt" not in words


@pytest.mark.parametrize(
    "words",
    [
        TYPST,
        "1. a\n2. b\n   - c\n\n> d\n\n`e`\n\n```\nf\n```\n\n| g | h |\n|---|---|\n| i | j |",
        "你好 😀 مرحبا",
        "> " * 60 + "deep",
        "x" * 3000,
    ],
)
async def test_whatever_people_write_is_set_as_words(
    client: httpx.AsyncClient, acting: Acting, sign_in: SignIn, words: str
) -> None:
    ticket_id = await acting.opened(subject=words[:200].replace("\n", " "), description=words)
    await acting.do("agent", add_comment, ticket_id, NewComment(comment=words))
    answer = await client.get(f"/api/export/tickets/{ticket_id}/pdf", headers=await sign_in("customer"))
    text = " ".join(page_texts(answer))
    assert "Complaint" in text
    if words == TYPST:
        assert "#sys.inputs #pagebreak()" in text
        assert "root:" not in text


async def test_pages_are_tagged_titled_and_in_a_language(
    client: httpx.AsyncClient, sign_in: SignIn, ticket: int
) -> None:
    answer = await client.get(f"/api/export/tickets/{ticket}/pdf", headers=await sign_in("customer"))
    reader = PdfReader(io.BytesIO(answer.content))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert "StructTreeRoot" in str(root.keys())
    assert reader.metadata is not None
    assert "Router drops" in str(reader.metadata.title)
