"""How a complaint ends: its outcome where it is required, its causes as a tree, and what the customer made of it."""

from decimal import Decimal

import httpx
import pytest

from api.db import Database
from api.errors import Conflict, Forbidden, Invalid
from api.installation.commands import update_settings
from api.installation.rules import InstallationPatch
from api.tickets.commands.bulk import change_tickets
from api.tickets.commands.causes import create_root_cause, update_root_cause
from api.tickets.commands.outcome import set_outcome
from api.tickets.commands.rate import rate_ticket
from api.tickets.commands.status import change_status
from api.tickets.queries.causes import list_root_causes
from api.tickets.rules.rating import LINK_DAYS, rating_token, read_rating_token
from api.tickets.wire import BulkChange, NewRating, NewRootCause, Outcome, RootCausePatch, StatusChange
from tests.acting import Acting
from tests.replay import assert_log_is_the_state
from tests.worlds import World

UPHELD = Outcome(outcome="upheld", remedy="refund", remedy_amount=Decimal("12.5"), remedy_currency="EUR")


@pytest.fixture
async def acting(db: Database, world: World, database_url: str):  # type: ignore[no-untyped-def]
    yield Acting(db, world)
    assert_log_is_the_state(database_url)


async def test_resolving_says_the_outcome_where_it_is_required(acting: Acting) -> None:
    await acting.do("admin", update_settings, InstallationPatch(require_outcome=True))
    ticket, other = [await acting.opened(category_id=acting.world.category) for _ in range(2)]
    with pytest.raises(Invalid) as refused:
        await acting.do("agent", change_status, ticket, StatusChange(status="resolved"))
    assert refused.value.extra["field"] == "outcome"
    bulk = await acting.do("agent", change_tickets, BulkChange(ticket_ids=[ticket], status="resolved"))
    assert bulk.tickets[0].code == "ticket.outcome_required"
    cause = await acting.do("admin", create_root_cause, NewRootCause(name="Billing"))
    outcome = Outcome(outcome="partly_upheld", root_cause_id=cause)
    await acting.do("agent", change_status, ticket, StatusChange(status="resolved", outcome=outcome))
    seen = await acting.seen("agent", ticket)
    assert (seen.outcome, seen.root_cause and seen.root_cause.name) == ("partly_upheld", "Billing")
    assert (await acting.seen("customer", ticket)).root_cause is None
    await acting.do("customer", change_status, other, StatusChange(status="resolved"))  # customers need not say


async def test_an_amount_has_a_currency_and_a_remedy_and_an_outcome_its_time(acting: Acting) -> None:
    ticket = await acting.opened(category_id=acting.world.category)
    await acting.do("agent", set_outcome, ticket, UPHELD)
    assert (await acting.seen("agent", ticket)).remedy_amount == Decimal("12.50")
    for wrong in (
        Outcome(outcome="upheld", remedy="refund", remedy_amount=Decimal(1)),
        Outcome(outcome="upheld", remedy_amount=Decimal(1), remedy_currency="EUR"),
        Outcome(outcome="upheld", root_cause_id=999),
    ):
        with pytest.raises(Invalid):
            await acting.do("agent", set_outcome, ticket, wrong)
    with pytest.raises(Invalid):
        await acting.do("agent", change_status, ticket, StatusChange(status="pending", outcome=UPHELD))


async def test_causes_are_a_tree_whose_names_are_one_of_a_kind_at_their_place(acting: Acting) -> None:
    top = await acting.do("admin", create_root_cause, NewRootCause(name="Delivery"))
    below = await acting.do("admin", create_root_cause, NewRootCause(name="Late", parent_id=top))
    with pytest.raises(Conflict):
        await acting.do("admin", create_root_cause, NewRootCause(name="Late", parent_id=top))
    with pytest.raises(Invalid):
        await acting.do("admin", create_root_cause, NewRootCause(name="Lost", parent_id=999))
    await acting.do("admin", update_root_cause, below, RootCausePatch(is_active=False))
    async with acting.db.open_read(acting.world.actor("agent"), acting.world.now) as read:
        tree = await list_root_causes(read)
    assert [(cause.path, cause.is_active) for cause in tree] == [(["Delivery"], True), (["Delivery", "Late"], False)]


async def test_the_customer_rates_once_it_is_done_and_may_change_it_for_a_week(acting: Acting) -> None:
    ticket = await acting.opened(category_id=acting.world.category)
    with pytest.raises(Conflict):
        await acting.do("customer", rate_ticket, ticket, NewRating(score=5))
    await acting.do("agent", change_status, ticket, StatusChange(status="resolved"))
    assert (await acting.seen("customer", ticket)).may_rate
    with pytest.raises(Forbidden):
        await acting.do("other_customer", rate_ticket, ticket, NewRating(score=1))
    await acting.do("customer", rate_ticket, ticket, NewRating(score=2, comment="Slow"))
    acting.world.later(days=6)
    await acting.do("customer", rate_ticket, ticket, NewRating(score=4))
    rating = (await acting.seen("agent", ticket)).rating
    assert rating is not None and (rating.score, rating.comment) == (4, None)
    acting.world.later(days=2)
    with pytest.raises(Conflict):
        await acting.do("customer", rate_ticket, ticket, NewRating(score=1))


async def test_a_signed_link_rates_without_signing_in_until_it_is_over(
    client: httpx.AsyncClient, db: Database, world: World
) -> None:
    acting = Acting(db, world)
    ticket = await acting.opened(category_id=world.category)
    await acting.do("agent", change_status, ticket, StatusChange(status="resolved"))
    key = "a key of tests, at least 32 bytes long"
    token = rating_token(key, ticket, world.now)
    assert (await client.put(f"/api/ratings/{token}", json={"score": 5})).status_code == 204
    forged = ("B" if token[0] != "B" else "C") + token[1:]
    assert (await client.put(f"/api/ratings/{forged}", json={"score": 5})).status_code == 404
    assert read_rating_token("another key", token, world.now) is None
    world.later(days=LINK_DAYS, minutes=1)
    assert (await client.put(f"/api/ratings/{token}", json={"score": 1})).status_code == 404
