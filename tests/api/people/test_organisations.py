"""Organisations: who becomes a member, what members read of each other, and what they are promised."""

from collections.abc import Awaitable, Callable

import httpx
import msgspec
import polars as pl
import pytest

from api.auth.commands.accounts import register
from api.auth.wire import Registration
from api.conversation.commands import add_comment
from api.conversation.wire import NewComment
from api.db import Database
from api.errors import Conflict, Forbidden, Invalid
from api.importers.promises import _matches  # pyright: ignore[reportPrivateUsage]
from api.installation.commands import update_settings
from api.installation.rules import InstallationPatch
from api.organisations.commands import create_organisation, update_organisation
from api.organisations.wire import NewOrganisation, OrganisationPatch
from api.people.commands.users import create_user, update_user
from api.people.queries import get_user
from api.people.wire import NewUser, User, UserPatch
from api.reactions import open_tx
from api.sla.queries.standing import load_standings
from api.sla.rules.policy import Conditions, matches
from api.tickets.commands.create import create_ticket
from api.tickets.commands.status import change_status
from api.tickets.queries.detail import get_ticket
from api.tickets.queries.lists import TicketFilter, list_tickets
from api.tickets.wire import StatusChange
from tests.acting import COMPLAINT, Acting
from tests.worlds import World

ACME = NewOrganisation(name="Acme", domains=["Acme.example"], is_shared=True)
PASSWORD = "a walk by the sea"
SignIn = Callable[[str], Awaitable[dict[str, str]]]


@pytest.fixture
async def acting(db: Database, world: World) -> Acting:
    return Acting(db, world)


async def person(acting: Acting, user_id: int) -> User:
    async with acting.db.open_read(acting.world.actor("admin"), acting.world.now) as read:
        return await get_user(read, user_id)


async def test_an_address_makes_a_member_and_only_an_administrator_confirms_it(acting: Acting) -> None:
    acme = await acting.do("admin", create_organisation, ACME)
    made_up = Registration(email="ceo@ACME.example", name="Who", password=PASSWORD)
    registered = await acting.do("system", register, made_up)
    seen = await person(acting, registered)
    assert (seen.organisation and seen.organisation.id, seen.is_organisation_confirmed) == (acme, False)
    made = await acting.do("admin", create_user, NewUser(email="a@acme.example", name="A", role="customer"))
    assert (await person(acting, made)).is_organisation_confirmed
    agent = await acting.do("admin", create_user, NewUser(email="b@acme.example", name="B", role="agent"))
    assert (await person(acting, agent)).organisation is None
    await acting.do("admin", update_user, registered, UserPatch(organisation_id=acme))
    assert (await person(acting, registered)).is_organisation_confirmed
    await acting.do("admin", update_user, registered, UserPatch(organisation_id=None))
    seen = await person(acting, registered)
    assert (seen.organisation, seen.is_organisation_confirmed) == (None, False)
    for wrong in (UserPatch(organisation_id=999_999), UserPatch(organisation_id=acme)):
        with pytest.raises(Invalid):
            await acting.do("admin", update_user, agent if wrong.organisation_id == acme else made, wrong)


async def test_a_domain_is_one_organisations_and_no_mail_providers(acting: Acting) -> None:
    acme = await acting.do("admin", create_organisation, ACME)
    with pytest.raises(Invalid):
        await acting.do("admin", create_organisation, NewOrganisation(name="All", domains=["GMail.com"]))
    with pytest.raises(Conflict):
        await acting.do("admin", create_organisation, NewOrganisation(name="Other", domains=["acme.example"]))
    with pytest.raises(Conflict):
        await acting.do("admin", create_organisation, NewOrganisation(name="Acme"))
    await acting.do("admin", update_organisation, acme, OrganisationPatch(domains=["acme.test", "ACME.example"]))
    await acting.do("admin", update_organisation, acme, OrganisationPatch(is_active=False))
    late = await acting.do("system", register, Registration(email="x@acme.test", name="X", password=PASSWORD))
    assert (await person(acting, late)).organisation is None


async def test_confirmed_members_of_an_organisation_that_shares_read_and_change_nothing(
    acting: Acting, client: httpx.AsyncClient, sign_in: SignIn
) -> None:
    acme = await acting.do("admin", create_organisation, ACME)
    ticket = await acting.opened()
    world = acting.world
    for who in (world.customer, world.other_customer):
        await acting.do("admin", update_user, who, UserPatch(organisation_id=acme))

    async def answer() -> int:
        return (await client.get(f"/api/tickets/{ticket}", headers=await sign_in("other_customer"))).status_code

    assert await answer() == 404
    await acting.do("admin", update_settings, InstallationPatch(organisation_visibility=True))
    assert await answer() == 200
    colleague = msgspec.structs.replace(world.actor("other_customer"), organisation_id=acme)
    async with open_tx(acting.db, colleague, world.later(minutes=1)) as tx:
        seen = await get_ticket(tx, ticket)
        assert seen.allowed_moves == []
        with pytest.raises(Forbidden):
            await add_comment(tx, ticket, NewComment(comment="Mine too"))
        with pytest.raises(Forbidden):
            await change_status(tx, ticket, StatusChange(status="resolved"))
    for change in (OrganisationPatch(is_shared=False), OrganisationPatch(is_shared=True, is_active=False)):
        await acting.do("admin", update_organisation, acme, change)
        assert await answer() == 404
    await acting.do("admin", update_organisation, acme, OrganisationPatch(is_active=True))
    assert await answer() == 200
    await acting.do("admin", update_user, world.other_customer, UserPatch(organisation_id=None))
    assert await answer() == 404


async def test_tickets_are_listed_by_organisation(acting: Acting) -> None:
    acme = await acting.do("admin", create_organisation, ACME)
    ticket = await acting.opened()
    await acting.do("admin", update_user, acting.world.customer, UserPatch(organisation_id=acme))
    async with acting.db.open_read(acting.world.actor("admin"), acting.world.now) as read:
        assert [row.id for row in (await list_tickets(read, TicketFilter(organisation_id=acme))).tickets] == [ticket]
        assert (await list_tickets(read, TicketFilter(organisation_id=acme + 1))).tickets == []


async def test_a_policy_can_be_an_organisations_and_history_is_in_none(acting: Acting) -> None:
    acme = await acting.do("admin", create_organisation, ACME)
    theirs, other = await acting.opened(), await acting.do("other_customer", create_ticket, COMPLAINT, "web")
    await acting.do("admin", update_user, acting.world.customer, UserPatch(organisation_id=acme))
    conditions = Conditions(organisation_id=(acme,))
    async with acting.db.open_read(acting.world.actor("system"), acting.world.now) as read:
        standings, _ = await load_standings(read, [theirs, other])
        facts = {standing.ticket_id: standing.facts for standing in standings}
    assert matches(conditions, facts[theirs])
    assert not matches(conditions, facts[other])
    imported = pl.DataFrame({"priority": ["low"]}).select(_matches(conditions))
    assert not imported.item()
