"""Open a ticket."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import UNSET

from api.custom_fields.commands import lock_definitions
from api.custom_fields.rules import Definition, logged, merged, missing
from api.errors import Forbidden, Invalid
from api.events.catalogue import TicketCreated
from api.events.fields import CreationDetails, TicketFields
from api.events.hashes import salted_sha256
from api.events.tx import Tx
from api.tickets.rules.fields import refused_field
from api.tickets.rules.number import RANDOM_BITS, ticket_number
from api.tickets.wire import NewTicket

Source = Literal["web", "api", "email"]


class _Inserted(msgspec.Struct, frozen=True):
    id: int
    number: str
    customer_id: int | None
    team_id: int | None
    category_id: int | None
    skill_id: int | None
    created_at: datetime
    missing_fields: list[str]


_INSERT = """
with wanted as (
    select (select id from users where id = %(customer_id)s and role = 'customer' and is_active) as customer_id,
           c.id as category_id,
           coalesce((select id from teams where id = %(team_id)s and is_active), c.team_id) as team_id,
           coalesce((select id from skills where id = %(skill_id)s), c.skill_id) as skill_id,
           array(select f.key from custom_fields f
                 where %(is_by_customer)s and f.is_active and f.is_required and f.is_for_customers
                   and not %(custom_attributes)s::jsonb ? f.key
                 order by f.position, f.id) as missing_fields
    from (values (1)) one left join categories c on c.id = %(category_id)s and c.is_active
), inserted as (
    insert into tickets (number, subject, description, priority, source, customer_id, team_id, category_id, skill_id,
                         tags, custom_attributes, salt, created_at, updated_at, status_changed_at)
    select %(number)s, %(subject)s, %(description)s, %(priority)s, %(source)s, customer_id, team_id, category_id,
           skill_id, %(tags)s, %(custom_attributes)s::jsonb, %(salt)s, %(now)s, %(now)s, %(now)s
    from wanted
    where customer_id is not null and (category_id is not null or %(category_id)s::bigint is null)
      and (team_id is not null or %(team_id)s::bigint is null) and (skill_id is not null or %(skill_id)s::bigint is null)
      and missing_fields = '{}'
    on conflict (number) do nothing
    returning id, number, created_at
)
select coalesce(i.id, 0) as id, coalesce(i.number, '') as number, w.customer_id, w.team_id, w.category_id, w.skill_id,
       coalesce(i.created_at, %(now)s) as created_at, w.missing_fields
from wanted w left join inserted i on true
"""


async def create_ticket(tx: Tx, data: NewTicket, source: Source) -> int:
    """Insert the ticket and append `ticket.created`; clocks, routing and notices follow from it. Returns its id.

    A category fills in its team and skill where none was named. A customer must fill in the required fields that are
    for them, unless they write an e-mail, which has none. Raises Invalid naming the field when the actor may not set it,
    it points nowhere, or is a custom field that is none, is missing or takes no such value; Forbidden for a visitor.
    """
    wanted = _wanted(tx, data)
    salt = secrets.token_bytes(16)
    is_by_customer = tx.actor.role == "customer"
    definitions: Mapping[str, Definition] = {}
    attributes: dict[str, Any] = {}
    if data.custom_fields:
        definitions = await lock_definitions(tx, list(data.custom_fields))
        attributes = merged(definitions, {}, data.custom_fields, by_customer=is_by_customer)
    wanted |= {
        "custom_attributes": msgspec.json.encode(attributes).decode(),
        "is_by_customer": is_by_customer and source != "email",
    }
    row = await _insert(tx, wanted | {"source": source, "salt": salt, "now": tx.now})
    await tx.append(
        TicketCreated(
            entity_id=row.id,
            ticket_id=row.id,
            new=TicketFields(
                number=row.number,
                status="open",
                priority=data.priority,
                source=source,
                customer_id=row.customer_id or 0,
                assigned_agent_id=None,
                team_id=row.team_id,
                category_id=row.category_id,
                skill_id=row.skill_id,
                tags=wanted["tags"],
                custom_attributes=logged(definitions, salt, attributes),
                escalation_level=0,
                reopen_count=0,
                resolved_at=None,
                closed_at=None,
                subject_sha256=salted_sha256(salt, data.subject),
                description_sha256=salted_sha256(salt, data.description),
            ),
            details=CreationDetails(auto_assign=False) if data.auto_assign is False else None,
        )
    )
    return row.id


def _wanted(tx: Tx, data: NewTicket) -> dict[str, Any]:
    given = {name for name in data.__struct_fields__ if getattr(data, name) is not UNSET}
    if field := refused_field(tx.actor, given, data.priority):
        raise Invalid("ticket.field_not_yours", f"You may not set {field} on a new ticket.", field=field)
    customer_id = tx.actor.id if tx.actor.role == "customer" else data.customer_id
    if customer_id is UNSET:
        raise Invalid("ticket.customer_required", "Name the customer this ticket is for.", field="customer_id")
    if tx.actor.role is None and tx.actor.kind != "system":
        raise Forbidden("ticket.anonymous", "Sign in to open a ticket.")
    return {
        "customer_id": customer_id,
        "subject": data.subject,
        "description": data.description,
        "priority": data.priority,
        "category_id": data.category_id,
        "team_id": data.team_id or None,
        "skill_id": data.skill_id or None,
        "tags": sorted(set(data.tags or [])),
    }


async def _insert(tx: Tx, params: dict[str, Any]) -> _Inserted:
    """Insert under a new random number, again with another one if it is taken (once in some 30,000 at a million)."""
    for _ in range(10):
        number = ticket_number(secrets.randbits(RANDOM_BITS))
        row = await tx.one(_INSERT, params | {"number": number}, _Inserted)
        assert row is not None
        if row.id:
            return row
        if row.missing_fields:
            raise missing(row.missing_fields)
        for field in ("customer_id", "category_id", "team_id", "skill_id"):
            if params[field] is not None and getattr(row, field) is None:
                raise Invalid("ticket.unknown_reference", f"{field} names nothing that is there.", field=field)
    raise RuntimeError("ten random ticket numbers in a row were taken")
