"""Keep organisations."""

from typing import Any

from msgspec import UNSET
from psycopg.errors import UniqueViolation

from api.errors import Conflict, Invalid, NotFound
from api.events.catalogue import OrganisationCreated, OrganisationUpdated
from api.events.tx import Tx
from api.organisations.rules import normal, refused
from api.organisations.wire import NewOrganisation, OrganisationPatch


async def create_organisation(tx: Tx, data: NewOrganisation) -> int:
    """Make an organisation; returns its id. Raises Invalid for a mail provider's domain, Conflict for a name or domain
    that another has."""
    fields: dict[str, Any] = {"name": data.name.strip(), "domains": normal(data.domains), "is_shared": data.is_shared}
    await _check_domains(tx, fields["domains"], None)
    organisation_id = await tx.value(
        """
        insert into organisations (name, domains, is_shared, created_at)
        values (%(name)s, %(domains)s::text[], %(is_shared)s, %(now)s)
        on conflict (name) do nothing returning id
        """,
        fields | {"now": tx.now},
    )
    if organisation_id is None:
        raise _taken()
    new = {"name": fields["name"], "is_shared": data.is_shared, "is_active": True}
    await tx.append(OrganisationCreated(entity_id=organisation_id, new=new))
    return organisation_id


async def update_organisation(tx: Tx, organisation_id: int, data: OrganisationPatch) -> None:
    """Write what differs. Raises as `create_organisation`, and NotFound."""
    rows = await tx.dicts(
        "select name, domains, is_shared, is_active from organisations where id = %(id)s for update",
        {"id": organisation_id},
    )
    if not rows:
        raise NotFound("organisation.not_found", "There is no such organisation.")
    before = rows[0]
    wanted: dict[str, Any] = {name: getattr(data, name) for name in data.__struct_fields__}
    if data.name is not UNSET:
        wanted["name"] = data.name.strip()
    if data.domains is not UNSET:
        wanted["domains"] = normal(data.domains)
    changed = {name: value for name, value in wanted.items() if value is not UNSET and value != before[name]}
    if not changed:
        return
    if "domains" in changed:
        await _check_domains(tx, changed["domains"], organisation_id)
    try:
        await tx.run(
            """
            update organisations
            set name = %(name)s, domains = %(domains)s::text[], is_shared = %(is_shared)s, is_active = %(is_active)s
            where id = %(id)s
            """,
            before | changed | {"id": organisation_id},
        )
    except UniqueViolation as error:
        raise _taken() from error
    told = {name: value for name, value in changed.items() if name != "domains"}
    # a domain can be somebody's name
    untold = {"changed": ["domains"]} if "domains" in changed else {}
    old = {name: before[name] for name in told}
    await tx.append(OrganisationUpdated(entity_id=organisation_id, old=old or None, new=told | untold))


async def _check_domains(tx: Tx, domains: list[str], organisation_id: int | None) -> None:
    """One change of domains at a time: two at once could take the same one."""
    if public := refused(domains):
        raise Invalid(
            "organisation.public_domain", f"Anybody can have an address at {', '.join(public)}.", field="domains"
        )
    await tx.run("select pg_advisory_xact_lock(hashtext('organisations'))")
    other = await tx.value(
        """
        select name from organisations
        where domains && %(domains)s::text[] and id is distinct from %(id)s::bigint limit 1
        """,
        {"domains": domains, "id": organisation_id},
    )
    if other is not None:
        raise Conflict("organisation.domain_taken", f"{other} has one of these domains.", field="domains")


def _taken() -> Conflict:
    return Conflict("organisation.name_taken", "Another organisation has this name.", field="name")
