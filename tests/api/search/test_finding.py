"""What a search finds, for whom, why, and what it shows of it."""

from typing import Any

import httpx
import psycopg
import pytest

from api.conversation.commands import add_comment, edit_comment
from api.conversation.wire import NewComment
from api.db import Database
from api.search.queries.filters import resolve
from api.search.queries.find import as_advanced, search
from api.search.queries.similar import list_similar
from api.search.queries.suggest import did_you_mean, list_suggestions
from api.search.rules import parse
from api.search.wire import SearchPage
from api.tickets.commands.change import update_ticket
from api.tickets.wire import TicketPatch
from tests.acting import Acting
from tests.worlds import World


@pytest.fixture
def acting(db: Database, world: World) -> Acting:
    return Acting(db, world)


async def found(acting: Acting, who: str, q: str, **page: Any) -> SearchPage:
    async with acting.db.open_read(acting.world.actor(who), acting.world.now) as read:
        query = parse(q, is_staff=read.actor.is_staff)
        options = {"sort": query.sort, "page": 1, "limit": 20, "cursor": None} | page
        return await search(read, as_advanced(await resolve(read, query), **options))


async def ids(acting: Acting, who: str, q: str) -> list[int]:
    return [hit.id for hit in (await found(acting, who, q)).tickets]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("I want a refund", "refunds"),
        ("Two refunds were promised", "refund"),
        ("Die Rechnungen sind falsch", "Rechnung"),
        ("Die Störung dauert an", "storung"),
        ("Störungen jede Nacht", "Störung"),
        ("Café closed", "cafe"),
        ("Mail to jane.smith@example.com bounced", "jane.smith@example.com"),
    ],
)
async def test_words_are_found_in_other_forms_in_english_and_german(acting: Acting, written: str, asked: str) -> None:
    ticket_id = await acting.opened(description=written)
    assert await ids(acting, "agent", asked) == [ticket_id]


async def test_words_may_stand_in_different_places_of_a_ticket(acting: Acting) -> None:
    ticket_id = await acting.opened(subject="Parcel", description="It is late.")
    await acting.do("customer", add_comment, ticket_id, NewComment(comment="The courier was rude."))
    assert await ids(acting, "agent", "parcel late courier") == [ticket_id]
    assert await ids(acting, "agent", "parcel -courier") == []
    assert await ids(acting, "agent", '"courier was rude"') == [ticket_id]
    assert await ids(acting, "agent", '"rude courier"') == []
    assert await ids(acting, "agent", "umbrella or courier") == [ticket_id]


async def test_a_customer_never_finds_a_ticket_by_its_internal_notes(acting: Acting) -> None:
    ticket_id = await acting.opened(subject="Parcel", description="It is late.")
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="Courier Xaverius again.", is_internal=True))
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="We asked the courier."))
    assert await ids(acting, "customer", "xaverius") == []
    assert await ids(acting, "customer", '"courier xaverius"') == []
    assert await ids(acting, "customer", "parcel -xaverius") == [ticket_id]
    assert (await found(acting, "customer", "parcel courier")).tickets[0].matched_in == ["subject", "comment"]
    (hit,) = (await found(acting, "agent", "xaverius")).tickets
    assert hit.matched_in == ["internal_note"]
    assert hit.highlights[0].source == "internal_note"
    assert [piece.text for piece in hit.highlights[0].fragments if piece.is_match] == ["Xaverius"]


async def test_internal_notes_do_not_move_a_customers_hits(acting: Acting) -> None:
    await acting.opened(subject="Parcel", description="It is late.")
    ticket_id = await acting.opened(subject="Parcel", description="It is late.")
    before = [(hit.id, hit.score) for hit in (await found(acting, "customer", "parcel")).tickets]
    acting.world.later(minutes=-1)
    await acting.do("agent", add_comment, ticket_id, NewComment(comment="Parcel, parcel, parcel.", is_internal=True))
    assert [(hit.id, hit.score) for hit in (await found(acting, "customer", "parcel")).tickets] == before


async def test_nobody_finds_what_they_may_not_see(acting: Acting) -> None:
    ticket_id = await acting.opened(subject="Parcel", description="Late")
    assert await ids(acting, "customer", "parcel") == [ticket_id]
    assert await ids(acting, "other_customer", "parcel") == []
    page = await found(acting, "other_customer", "parcel")
    assert page.pagination.total == 0 and not page.facets.status
    async with acting.db.open_read(acting.world.actor("other_customer"), acting.world.now) as read:
        assert await list_suggestions(read, "parcel") == []
        assert await did_you_mean(read, parse("parzel")) is None


async def test_what_is_changed_is_found_by_its_new_words_alone(acting: Acting) -> None:
    ticket_id = await acting.opened(subject="Parcel", description="Late")
    comment_id = await acting.do("customer", add_comment, ticket_id, NewComment(comment="The courier was rude."))
    await acting.do("customer", edit_comment, comment_id, "The driver was rude.")
    version = (await acting.seen("agent", ticket_id)).version
    await acting.do("admin", update_ticket, ticket_id, TicketPatch(version=version, subject="Letter"))
    assert await ids(acting, "agent", "courier") == await ids(acting, "agent", "parcel") == []
    assert await ids(acting, "agent", "driver letter") == [ticket_id]


async def test_the_subject_counts_more_than_the_description_and_that_more_than_comments(acting: Acting) -> None:
    third = await acting.opened(subject="A", description="b")
    await acting.do("customer", add_comment, third, NewComment(comment="parcel"))
    second = await acting.opened(subject="A", description="parcel")
    first = await acting.opened(subject="Parcel", description="b")
    assert await ids(acting, "agent", "parcel") == [first, second, third]


async def test_highlights_are_text_that_nobody_can_mark_up(acting: Acting) -> None:
    await acting.opened(subject="<b>Parcel</b> \x02fake\x03 & parcel", description="<script>parcel</script>")
    (hit,) = (await found(acting, "agent", "parcel")).tickets
    subject = hit.highlights[0]
    assert [piece.text for piece in subject.fragments if piece.is_match] == ["Parcel", "parcel"]
    assert "".join(piece.text for piece in subject.fragments) == "<b>Parcel</b> fake & parcel"


async def test_a_page_follows_the_other_without_gap_or_double(acting: Acting) -> None:
    opened = [await acting.opened(subject=f"Parcel {n}", description="parcel " * (n % 3)) for n in range(7)]
    whole = await ids(acting, "agent", "parcel")
    assert sorted(whole) == opened
    paged, cursor = list[int](), None
    while True:
        page = await found(acting, "agent", "parcel", limit=2, cursor=cursor)
        paged += [hit.id for hit in page.tickets]
        assert page.pagination.total == 7
        if (cursor := page.next) is None:
            break
        await acting.opened(subject="Parcel opened meanwhile")
        assert page.is_exact
    assert paged == whole
    numbered = [
        hit.id
        for n in range(1, 5)
        for hit in (await found(acting, "agent", "parcel -meanwhile", page=n, limit=2)).tickets
    ]
    assert sorted(numbered) == opened


async def test_a_number_is_found_however_it_is_typed(acting: Acting) -> None:
    ticket_id = await acting.opened()
    number = (await acting.seen("agent", ticket_id)).number
    for typed in (number, number.lower(), number.replace("-", ""), f"number:{number}"):
        assert await ids(acting, "agent", typed) == [ticket_id]
    async with acting.db.open_read(acting.world.actor("agent"), acting.world.now) as read:
        assert [found.id for found in await list_suggestions(read, number[:6])] == [ticket_id]


async def test_suggestions_hold_every_word_typed_so_far(acting: Acting) -> None:
    first = await acting.opened(subject="Router drops 100% every night")
    second = await acting.opened(subject="Router arrived broken")
    async with acting.db.open_read(acting.world.actor("agent"), acting.world.now) as read:

        async def suggested(typed: str) -> list[int]:
            return [found.id for found in await list_suggestions(read, typed)]

        assert await suggested("rou") == [second, first]
        assert await suggested("router dro") == [first]
        assert await suggested("100%") == [first]
        assert await suggested("rou%") == await suggested("ro") == await suggested("") == []


async def test_a_misspelt_word_is_answered_with_the_one_that_was_meant(acting: Acting) -> None:
    await acting.opened(subject="Washing machine leaks")
    for who in ("agent", "customer"):
        async with acting.db.open_read(acting.world.actor(who), acting.world.now) as read:
            assert await did_you_mean(read, parse("status:open machnie")) == "status:open machine"
            assert await did_you_mean(read, parse("zzzzzz")) is None


async def test_similar_tickets_share_telling_words(acting: Acting, owner_url: str) -> None:
    asked = await acting.opened(subject="Dishwasher leaks under the door", description="Water everywhere")
    alike = await acting.opened(subject="My dishwasher leaks", description="Again")
    for n in range(20):
        await acting.opened(subject=f"Invoice {n}", description="Water bill is wrong")
    with psycopg.connect(owner_url, autocommit=True) as conn:
        conn.execute("analyze ticket_documents")
    async with acting.db.open_read(acting.world.actor("agent"), acting.world.now) as read:
        similar = await list_similar(read, asked)
    assert similar[0].id == alike and asked not in [ticket.id for ticket in similar]


async def test_the_longest_texts_fit_a_document(acting: Acting) -> None:
    nasty = " ".join(f"{n}-ä{n}-ö{n}€" for n in range(2_000))[:20_000]
    ticket_id = await acting.opened(subject="Parcel", description=nasty)
    for n in range(4):
        await acting.do("customer", add_comment, ticket_id, NewComment(comment=f"said{n} " + nasty[:19_900]))
    assert await ids(acting, "agent", "parcel said3") == [ticket_id]


async def test_what_must_not_be_there_can_be_all_one_says(acting: Acting) -> None:
    await acting.opened(subject="Parcel")
    ticket_id = await acting.opened(subject="Letter")
    assert await ids(acting, "agent", "-parcel") == await ids(acting, "customer", "is:active -parcel") == [ticket_id]


async def test_what_cannot_be_read_answers_422_with_a_sentence(client: httpx.AsyncClient, sign_in: Any) -> None:
    headers = await sign_in("agent")
    for q, words in (("colour:red", "colour:"), ("status:odd", "odd"), ("team:Nowhere", "Nowhere"), ("a " * 51, "51")):
        answer = await client.get("/api/search", params={"q": q}, headers=headers)
        assert answer.status_code == 422 and words in answer.json()["detail"]
    answer = await client.get("/api/search", params={"q": "tag:vip"}, headers=await sign_in("customer"))
    assert answer.status_code == 422
    assert (await client.get("/api/search", params={"cursor": "x"}, headers=headers)).status_code == 400
