"""Make and edit policies. Terms are versioned: an edit holds from now on and leaves the versions before as they are."""

from typing import Any

import msgspec
from msgspec import UNSET

from api.db import Read
from api.errors import Conflict, Invalid
from api.events.catalogue import SlaPolicyCreated, SlaPolicyUpdated
from api.events.tx import Tx
from api.sla.commands.order import lock_promises, place
from api.sla.commands.rebase import rebase_edited
from api.sla.queries.policies import get_policy
from api.sla.rules.policy import PolicyTerms
from api.sla.wire import NewPolicy, Policy, PolicyPatch

TERMS = ("conditions", "targets", "pauses_on", "calendar_id")
"""What a version holds; a policy's name, position and `is_active` are its own."""
LAST = 10_000

_REFERENCES = """
select 'calendar_id' where %(calendar_id)s::bigint is not null
    and not exists (select from calendars where id = %(calendar_id)s and is_active)
union all
select 'category_id' where exists (
    select from unnest(%(category_ids)s::bigint[]) as s (id) where not exists (select from categories c where c.id = s.id))
union all
select 'team_id' where exists (
    select from unnest(%(team_ids)s::bigint[]) as s (id) where not exists (select from teams t where t.id = s.id))
"""


async def create_sla_policy(tx: Tx, new: NewPolicy) -> int:
    """Insert a policy in its first version; returns its id. Tickets that stand under a policy already stay there.

    Raises Invalid for terms that make no sense or name nothing that is there, Conflict for a name that is taken.
    """
    await lock_promises(tx)
    terms = terms_of(new)
    await _check_name(tx, terms.name, None)
    await _check_references(tx, terms)
    policy_id = await tx.value(
        "insert into sla_policies (name, position, created_at) values (%(name)s, %(position)s, %(now)s) returning id",
        {"name": terms.name, "position": LAST, "now": tx.now},
    )
    moved = await place(tx, policy_id, LAST if new.position is UNSET else new.position)
    position = next((one.new for one in moved if one.policy_id == policy_id), LAST)
    version_id = await _insert_version(tx, policy_id, 1, terms)
    await tx.append(
        SlaPolicyCreated(
            entity_id=policy_id,
            new=msgspec.to_builtins(terms) | {"version_id": version_id, "version": 1, "position": position},
        )
    )
    return policy_id


async def update_sla_policy(tx: Tx, policy_id: int, patch: PolicyPatch) -> None:
    """Change a policy, and re-base the open clocks that stand under it. What stays as it is writes nothing.

    Raises NotFound, and what `create_sla_policy` raises.
    """
    await lock_promises(tx)
    policy = await get_policy(tx, policy_id)
    tx.not_before(policy.valid_from)
    terms = await edited_terms(tx, policy, patch)
    old, new = _difference(policy, patch, terms)
    if patch.position is not UNSET:
        moved = next((one for one in await place(tx, policy_id, patch.position) if one.policy_id == policy_id), None)
        if moved:
            old["position"], new["position"] = moved.old, moved.new
    if not new:
        return
    await tx.run(
        "update sla_policies set name = %(name)s, is_active = %(is_active)s where id = %(id)s",
        {"id": policy_id, "name": terms.name, "is_active": new.get("is_active", policy.is_active)},
    )
    if any(name in new for name in TERMS):
        old |= {"version": policy.version, "version_id": policy.version_id}
        version_id = await _insert_version(tx, policy_id, policy.version + 1, terms)
        new |= {"version": policy.version + 1, "version_id": version_id}
    await tx.append(SlaPolicyUpdated(entity_id=policy_id, old=old, new=new))
    if "version" in new or "is_active" in new:
        await rebase_edited(tx, [policy_id])


async def edited_terms(read: Read, policy: Policy, patch: PolicyPatch) -> PolicyTerms:
    """What the policy says once it is patched. Raises Invalid and Conflict as `create_sla_policy` does."""
    fields = {name: getattr(policy, name) for name in ("name", *TERMS)}
    changed = {name: value for name in fields if (value := getattr(patch, name)) is not UNSET}
    terms = _terms(fields | changed)
    if changed:
        await _check_name(read, terms.name, policy.id)
        await _check_references(read, terms)
    return terms


def terms_of(new: NewPolicy) -> PolicyTerms:
    """What a new policy says. Raises Invalid for terms that make no sense."""
    return _terms({name: value for name in ("name", *TERMS) if (value := getattr(new, name)) is not UNSET})


def _terms(fields: dict[str, Any]) -> PolicyTerms:
    try:
        return msgspec.convert(msgspec.to_builtins(fields), PolicyTerms)
    except msgspec.ValidationError as error:
        raise Invalid("sla_policy.terms", str(error)) from error


def _difference(policy: Policy, patch: PolicyPatch, terms: PolicyTerms) -> tuple[dict[str, Any], dict[str, Any]]:
    """Old and new values of what changes, but for the position."""
    before = _plain(policy)
    after = _plain(terms) | ({} if patch.is_active is UNSET else {"is_active": patch.is_active})
    changed = [name for name, value in after.items() if value != before[name]]
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}


def _plain(value: msgspec.Struct) -> dict[str, Any]:
    """The fields as the log holds them: lists where Structs have tuples."""
    return msgspec.json.decode(msgspec.json.encode(value))


async def _check_name(read: Read, name: str, policy_id: int | None) -> None:
    if await read.value(
        "select true from sla_policies where name = %(name)s and id is distinct from %(id)s::bigint",
        {"name": name, "id": policy_id},
    ):
        raise Conflict("sla_policy.name_taken", f"There is a policy named {name} already.", field="name")


async def _check_references(read: Read, terms: PolicyTerms) -> None:
    unknown = await read.value(
        _REFERENCES,
        {
            "calendar_id": terms.calendar_id,
            "category_ids": list(terms.conditions.category_id or ()),
            "team_ids": list(terms.conditions.team_id or ()),
        },
    )
    if unknown:
        raise Invalid("sla_policy.unknown_reference", f"{unknown} names nothing that is there.", field=unknown)


async def _insert_version(tx: Tx, policy_id: int, version: int, terms: PolicyTerms) -> int:
    return await tx.value(
        """
        insert into sla_policy_versions (sla_policy_id, version, valid_from, conditions, targets, pauses_on, calendar_id, created_by)
        values (%(policy_id)s, %(version)s, %(now)s, %(conditions)s::jsonb, %(targets)s::jsonb, %(pauses_on)s::jsonb,
                %(calendar_id)s, %(actor_id)s)
        returning id
        """,
        {
            "policy_id": policy_id,
            "version": version,
            "now": tx.now,
            "conditions": msgspec.json.encode(terms.conditions).decode(),
            "targets": msgspec.json.encode(terms.targets).decode(),
            "pauses_on": msgspec.json.encode(terms.pauses_on).decode(),
            "calendar_id": terms.calendar_id,
            "actor_id": tx.actor.id,
        },
    )
