"""Custom fields: which values they take, who must fill them in, and what becomes of the values there are."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import msgspec
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.custom_fields.commands import create_custom_field, update_custom_field
from api.custom_fields.rules import Definition, checked
from api.custom_fields.wire import CustomFieldPatch, NewCustomField
from api.db import Database
from api.errors import Conflict, Invalid, Malformed
from api.search.queries.filters import resolve
from api.search.queries.find import search
from api.search.rules import parse
from api.search.wire import AdvancedSearch
from api.tickets.commands.bulk import change_tickets
from api.tickets.commands.change import update_ticket
from api.tickets.commands.create import create_ticket
from api.tickets.commands.status import change_status
from api.tickets.queries.lists import TicketFilter, list_tickets
from api.tickets.wire import BulkChange, StatusChange, TicketPatch
from tests.acting import COMPLAINT, Acting
from tests.replay import assert_log_is_the_state
from tests.worlds import World

ORDER = NewCustomField(key="order_number", name="Order number", type="text", is_for_customers=True)
WEIGHT = NewCustomField(key="weight", name="Weight", type="number")
PLAN = NewCustomField(key="plan", name="Plan", type="select", options=["basic", "pro"])
PARTS = NewCustomField(key="parts", name="Parts", type="multiselect", options=["case", "cable", "manual"])


@pytest.fixture
async def acting(db: Database, world: World, database_url: str):  # type: ignore[no-untyped-def]
    yield Acting(db, world)
    assert_log_is_the_state(database_url)


def definition(type_: Any, *options: str) -> Definition:
    return Definition(
        key="k", type=type_, options=list(options), is_required=False, is_for_customers=True, is_active=True
    )


@pytest.mark.parametrize(
    ("type_", "value", "kept"),
    [
        ("text", "  4711 ", "4711"),
        ("text", "   ", None),
        ("textarea", "two\nlines", "two\nlines"),
        ("number", -3.5, -3.5),
        ("number", 0, 0),
        ("date", "2024-02-29", "2024-02-29"),
        ("select", "pro", "pro"),
        ("multiselect", ["pro", "basic", "pro"], ["basic", "pro"]),
        ("multiselect", [], None),
        ("checkbox", False, False),
        ("checkbox", None, None),
    ],
)
def test_a_value_is_kept_as_its_type_says(type_: str, value: Any, kept: Any) -> None:
    options = ("basic", "pro") if "select" in type_ else ()
    found = checked(definition(type_, *options), value)
    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("text", "two\nlines"),
        ("text", "x" * 201),
        ("text", "a\0b"),
        ("text", 5),
        ("textarea", "x" * 5_001),
        ("number", "5"),
        ("number", True),
        ("number", 10**400),
        ("number", float("nan")),
        ("date", "2023-02-29"),
        ("date", "20240229"),
        ("date", "29.2.2024"),
        ("select", "gold"),
        ("select", ["pro"]),
        ("multiselect", "pro"),
        ("multiselect", ["pro", "gold"]),
        ("checkbox", "true"),
        ("checkbox", 1),
    ],
)
def test_what_a_type_does_not_take_is_refused_by_name(type_: str, value: Any) -> None:
    options = ("basic", "pro") if "select" in type_ else ()
    with pytest.raises(Invalid) as refused:
        checked(definition(type_, *options), value)
    assert refused.value.extra["field"] == "custom_fields.k"


@given(st.dates())
def test_every_day_is_a_day(day: date) -> None:
    assert checked(definition("date"), day.isoformat()) == day.isoformat()


async def test_values_are_laid_over_what_is_there_and_importers_keys_stay(acting: Acting, owner_url: str) -> None:
    for field in (ORDER, WEIGHT, PARTS):
        await acting.do("admin", create_custom_field, field)
    ticket = await acting.opened(custom_fields={"order_number": "4711"}, category_id=acting.world.category)
    imported = '{"made_sla": "false", "order_number": "4711"}'
    with psycopg.connect(owner_url) as conn:
        conn.execute("update tickets set custom_attributes = %s where id = %s", [imported, ticket])
    given_ = {"weight": 2.5, "parts": ["cable"], "order_number": None}
    version = (await acting.seen("agent", ticket)).version
    await acting.do("agent", update_ticket, ticket, TicketPatch(version=version, custom_fields=given_))
    seen = await acting.seen("agent", ticket)
    assert seen.custom_fields == {"weight": 2.5, "parts": ["cable"]}
    assert seen.custom_attributes == {"made_sla": "false", "weight": 2.5, "parts": ["cable"]}
    assert (await acting.seen("customer", ticket)).custom_fields == {}
    with pytest.raises(Invalid) as refused:
        patch = TicketPatch(version=seen.version, custom_fields={"made_sla": "true"})
        await acting.do("agent", update_ticket, ticket, patch)
    assert refused.value.extra["field"] == "custom_fields.made_sla"


async def test_what_is_written_freely_never_enters_the_log(acting: Acting, owner_url: str) -> None:
    await acting.do("admin", create_custom_field, ORDER)
    ticket = await acting.opened(custom_fields={"order_number": "Jane Roe, 4711"}, category_id=acting.world.category)
    version = (await acting.seen("agent", ticket)).version
    patch = TicketPatch(version=version, custom_fields={"order_number": "Jane Roe, 4712"})
    await acting.do("agent", update_ticket, ticket, patch)
    with psycopg.connect(owner_url) as conn:
        logged = conn.execute("select old_values::text || new_values::text from audit_logs").fetchall()
    assert not any("Jane" in (text or "") for (text,) in logged)


async def test_customers_fill_in_what_is_theirs_and_what_is_required_of_them(acting: Acting) -> None:
    await acting.do("admin", create_custom_field, WEIGHT)
    required = NewCustomField(key="serial", name="Serial", type="text", is_required=True, is_for_customers=True)
    await acting.do("admin", create_custom_field, required)
    with pytest.raises(Invalid) as refused:
        await acting.opened()
    assert refused.value.extra["missing"] == ["serial"]
    for key in ("weight", "nothing"):
        with pytest.raises(Invalid) as refused:
            await acting.opened(custom_fields={"serial": "1", key: 5})
        assert refused.value.extra["field"] == f"custom_fields.{key}"
    ticket = await acting.opened(custom_fields={"serial": "1"})
    assert (await acting.seen("customer", ticket)).custom_fields == {"serial": "1"}
    await acting.do("customer", create_ticket, COMPLAINT, "email")  # a letter has no fields


async def test_agents_resolve_only_what_has_its_required_fields(acting: Acting) -> None:
    await acting.do(
        "admin", create_custom_field, NewCustomField(key="cause", name="Cause", type="text", is_required=True)
    )
    ticket, other = [await acting.opened(category_id=acting.world.category) for _ in range(2)]
    with pytest.raises(Invalid) as refused:
        await acting.do("agent", change_status, ticket, StatusChange(status="resolved"))
    assert refused.value.extra["missing"] == ["cause"]
    bulk = await acting.do("agent", change_tickets, BulkChange(ticket_ids=[ticket], status="resolved"))
    assert bulk.tickets[0].code == "custom_field.required"
    version = (await acting.seen("agent", ticket)).version
    await acting.do("agent", update_ticket, ticket, TicketPatch(version=version, custom_fields={"cause": "Rain"}))
    await acting.do("agent", change_status, ticket, StatusChange(status="resolved"))
    with pytest.raises(Invalid) as refused:
        version = (await acting.seen("agent", ticket)).version
        await acting.do("agent", update_ticket, ticket, TicketPatch(version=version, custom_fields={"cause": None}))
    await acting.do("customer", change_status, other, StatusChange(status="resolved"))


async def test_no_change_of_a_field_loses_a_value(acting: Acting) -> None:
    plan, parts, weight = [await acting.do("admin", create_custom_field, field) for field in (PLAN, PARTS, WEIGHT)]
    for chosen in ({"plan": "pro", "parts": ["case", "cable"]}, {"parts": ["case"]}):
        ticket = await acting.opened(category_id=acting.world.category)
        version = (await acting.seen("agent", ticket)).version
        await acting.do("agent", update_ticket, ticket, TicketPatch(version=version, custom_fields=chosen))
    for field, patch, count in (
        (plan, CustomFieldPatch(type="text", options=[]), 1),
        (plan, CustomFieldPatch(options=["basic"]), 1),
        (parts, CustomFieldPatch(options=["manual"]), 2),
    ):
        with pytest.raises(Conflict) as refused:
            await acting.do("admin", update_custom_field, field, patch)
        assert refused.value.extra["count"] == count
    await acting.do("admin", update_custom_field, plan, CustomFieldPatch(options=["pro", "gold"]))
    await acting.do("admin", update_custom_field, parts, CustomFieldPatch(options=["case", "cable"]))
    await acting.do("admin", update_custom_field, weight, CustomFieldPatch(type="date"))
    with pytest.raises(Invalid):
        await acting.do("admin", update_custom_field, weight, CustomFieldPatch(options=["heavy"]))
    with pytest.raises(Conflict):
        await acting.do("admin", create_custom_field, PLAN)


async def test_a_list_is_narrowed_to_values_of_any_type(acting: Acting) -> None:
    for field in (ORDER, WEIGHT, PLAN, PARTS):
        await acting.do("admin", create_custom_field, field)
    ticket = await acting.opened(custom_fields={"order_number": "12"}, category_id=acting.world.category)
    values = {"weight": 2.5, "plan": "pro", "parts": ["case", "cable"]}
    version = (await acting.seen("agent", ticket)).version
    await acting.do("agent", update_ticket, ticket, TicketPatch(version=version, custom_fields=values))
    await acting.opened()

    async def found(who: str, *said: str) -> list[int]:
        async with acting.db.open_read(acting.world.actor(who), acting.world.now) as read:
            page = await list_tickets(read, TicketFilter(custom_field=list(said)))
        return [row.id for row in page.tickets]

    for said in ("order_number:12", "weight:2.50", "plan:pro", "parts:cable"):
        assert await found("agent", said) == [ticket], said
    assert await found("agent", "plan:pro", "parts:case") == [ticket]
    assert await found("agent", "plan:pro", "parts:manual") == []
    assert await found("customer", "order_number:12") == [ticket]
    assert await found("customer", "plan:pro") == []  # not theirs to know
    for wrong in ("plan", "plan:", "Plan:pro", "a'b:c"):
        with pytest.raises(Malformed):
            await found("agent", wrong)


async def test_a_search_finds_by_field(acting: Acting) -> None:
    await acting.do("admin", create_custom_field, ORDER)
    ticket = await acting.opened(custom_fields={"order_number": "A 12"})
    await acting.opened(custom_fields={"order_number": "A 13"})
    async with acting.db.open_read(acting.world.actor("customer"), acting.world.now) as read:
        wanted = await resolve(read, parse('router field:"order_number=A 12"', is_staff=False))
        page = await search(read, msgspec.convert(msgspec.structs.asdict(wanted), AdvancedSearch))
    assert [hit.id for hit in page.tickets] == [ticket]


async def test_a_ticket_without_values_costs_no_statement_more(acting: Acting, statements: list[str]) -> None:
    await acting.opened()
    plain = [text for text in statements if "custom_fields" in text]
    assert len(plain) == 1 and "insert into tickets" in plain[0]
    await acting.do("admin", create_custom_field, ORDER)
    statements.clear()
    await acting.opened(custom_fields={"order_number": "1"})
    assert len([text for text in statements if "custom_fields" in text]) == 2


async def test_the_fields_over_http(
    client: httpx.AsyncClient, sign_in: Callable[[str], Awaitable[dict[str, str]]]
) -> None:
    headers = {who: await sign_in(who) for who in ("admin", "agent", "customer")}
    made = await client.post(
        "/api/custom-fields",
        json={"key": "plan", "name": "Plan", "type": "select", "options": ["a", "b"]},
        headers=headers["admin"],
    )
    assert made.status_code == 201, made.text
    assert (await client.get("/api/custom-fields", headers=headers["customer"])).json() == {"custom_fields": []}
    (field,) = (await client.get("/api/custom-fields", headers=headers["agent"])).json()["custom_fields"]
    assert field == made.json()
    path = f"/api/custom-fields/{field['id']}"
    assert (await client.patch(path, json={"key": "other"}, headers=headers["admin"])).status_code in (400, 422)
    assert (await client.patch(path, json={"is_active": False}, headers=headers["admin"])).json()["is_active"] is False
    assert (await client.get("/api/custom-fields", headers=headers["agent"])).json() == {"custom_fields": []}
    complaint = {"subject": "x", "description": "y", "custom_fields": {"plan": "a"}}
    refused = await client.post("/api/tickets", json=complaint, headers=headers["customer"])
    assert (refused.status_code, refused.json()["field"]) == (422, "custom_fields.plan")
