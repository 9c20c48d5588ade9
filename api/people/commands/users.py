"""What an administrator does with people: make them, change them, end their sessions, say what they can."""

from typing import Any

from anyio import to_thread
from msgspec import UNSET

from api.auth.passwords import hash_password
from api.auth.rules import password_problem
from api.errors import Conflict, Invalid
from api.events.catalogue import LoggedOut, TeamMemberRemoved, UserCreated, UserSkillsChanged
from api.events.fields import DepartureDetails
from api.events.tx import Tx
from api.organisations.queries import OF_ADDRESS
from api.people.commands.change import changed_fields, lock_user, write_changes
from api.people.rules import is_staff, known_zones
from api.people.wire import NewUser, UserPatch, UserSkills

ENDING = ("role", "is_active", "password_hash")
"""A change of one of these ends the person's sessions."""


async def create_user(tx: Tx, data: NewUser) -> int:
    """Make a person of any role; returns the id. Raises Invalid for a weak password or a zone nobody knows, Conflict when
    the address is taken."""
    if data.time_zone not in known_zones():
        raise Invalid("user.time_zone", "There is no such time zone.", field="time_zone")
    hashed = await _hash(data.password, data.email) if data.password is not None else None
    organisation_id = await _organisation(tx, data)
    membership: dict[str, Any] = {
        "organisation_id": organisation_id,
        "is_organisation_confirmed": organisation_id is not None and tx.actor.is_staff,
    }
    fields: dict[str, Any] = {"role": data.role, "capacity": data.capacity, "tags": sorted(set(data.tags))}
    user_id = await tx.value(
        """
        insert into users (email, name, role, password_hash, capacity, tags, language, time_zone, organisation_id,
                           is_organisation_confirmed, created_at, updated_at)
        values (lower(%(email)s), %(name)s, %(role)s, %(hash)s, %(capacity)s, %(tags)s::text[], %(language)s, %(zone)s,
                %(organisation_id)s, %(is_organisation_confirmed)s, %(now)s, %(now)s)
        on conflict (lower(email)) do nothing returning id
        """,
        fields
        | membership
        | {"email": data.email.strip(), "name": data.name.strip(), "hash": hashed, "now": tx.now}
        | {"language": data.language, "zone": data.time_zone},
    )
    if user_id is None:
        raise Conflict("user.email_taken", "Another account has this address.", field="email")
    await tx.append(
        UserCreated(entity_id=user_id, new=fields | {"is_active": True} | (membership if organisation_id else {}))
    )
    return user_id


async def _organisation(tx: Tx, data: NewUser) -> int | None:
    if data.organisation_id is not UNSET:
        await _check_organisation(tx, data.role, data.organisation_id)
        return data.organisation_id
    if data.role != "customer":
        return None
    return await tx.value(f"select {OF_ADDRESS}", {"email": data.email.strip()})


async def _check_organisation(tx: Tx, role: str, organisation_id: int | None) -> None:
    if organisation_id is None:
        return
    if role != "customer":
        raise Invalid("user.organisation", "Only a customer belongs to an organisation.", field="organisation_id")
    if not await tx.value("select true from organisations where id = %(id)s", {"id": organisation_id}):
        raise Invalid("user.organisation", "There is no such organisation.", field="organisation_id")


async def update_user(tx: Tx, user_id: int, data: UserPatch) -> None:
    """Write what differs. A new role or password, and deactivation, end the person's sessions; what becomes of the
    tickets of who no longer works them is in the event, and routing reacts to it.

    Raises NotFound; Conflict for a taken address or the last administrator; Invalid for a weak password, a customer's
    availability, an organisation that is none or not for them, or `reassign_to` that names nobody who could, or while the person stays.
    """
    await tx.run("select pg_advisory_xact_lock(hashtext('administrators'))")
    user = await lock_user(tx, user_id)
    changed = changed_fields(user, data)
    role, is_active = changed.get("role", user["role"]), changed.get("is_active", user["is_active"])
    if changed.get("availability") and not is_staff(role):
        raise Invalid("user.availability", "Only agents and administrators have one.", field="availability")
    if user["role"] == "admin" and user["is_active"] and (role != "admin" or not is_active):
        await _refuse_last_admin(tx, user_id)
    if data.organisation_id is not UNSET:
        await _check_organisation(tx, role, data.organisation_id)
        if user["is_organisation_confirmed"] != (data.organisation_id is not None):
            changed["is_organisation_confirmed"] = data.organisation_id is not None
    if data.password is not UNSET:
        changed["password_hash"] = await _hash(data.password, changed.get("email", user["email"]))
    details = await _departure(tx, user_id, data, is_leaving=not (is_active and is_staff(role)))
    if is_staff(user["role"]) and not is_staff(role):
        await _leave_teams(tx, user_id)
    await write_changes(tx, user, changed, details)
    if any(name in changed for name in ENDING):
        await end_sessions(tx, user_id)


async def end_sessions(tx: Tx, user_id: int) -> int:
    """Revoke every session of the person; returns how many were alive. Raises NotFound."""
    await lock_user(tx, user_id)
    ended = await tx.values(
        "update sessions set revoked_at = %(now)s where user_id = %(id)s and revoked_at is null returning id",
        {"id": user_id, "now": tx.now},
    )
    await tx.append(*(LoggedOut(entity_id=user_id, new={"session_id": session_id}) for session_id in sorted(ended)))
    return len(ended)


async def set_skills(tx: Tx, user_id: int, data: UserSkills) -> None:
    """Make these all the skills the person has. Raises NotFound; Invalid for a customer, an unknown skill or one twice."""
    user = await lock_user(tx, user_id)
    if not is_staff(user["role"]):
        raise Invalid("user.skills", "Only agents and administrators have skills.", field="skills")
    wanted = {skill.skill_id: skill.proficiency for skill in data.skills}
    known = await tx.values("select id from skills where id = any(%(ids)s)", {"ids": list(wanted)})
    if len(wanted) < len(data.skills) or len(known) < len(wanted):
        raise Invalid("user.skills", "Each skill must be there, and be named once.", field="skills")
    before = await tx.dicts("select skill_id, proficiency from user_skills where user_id = %(id)s", {"id": user_id})
    had = {row["skill_id"]: row["proficiency"] for row in before}
    if had == wanted:
        return
    await tx.run(
        """
        with gone as (delete from user_skills where user_id = %(id)s and skill_id <> all(%(skills)s::bigint[]))
        insert into user_skills (user_id, skill_id, proficiency)
        select %(id)s, * from unnest(%(skills)s::bigint[], %(proficiencies)s::smallint[])
        on conflict (user_id, skill_id) do update set proficiency = excluded.proficiency
        """,
        {"id": user_id, "skills": list(wanted), "proficiencies": list(wanted.values())},
    )
    await tx.append(UserSkillsChanged(entity_id=user_id, old={"skills": _keyed(had)}, new={"skills": _keyed(wanted)}))


async def _departure(tx: Tx, user_id: int, data: UserPatch, *, is_leaving: bool) -> DepartureDetails | None:
    if data.reassign_to is UNSET:
        return None
    if not is_leaving:
        raise Invalid("user.reassign_to", "Tickets are handed on when somebody leaves.", field="reassign_to")
    if data.reassign_to is not None:
        fits = "id = %(heir)s and id <> %(id)s and is_active and role in ('agent', 'admin')"
        heir = {"heir": data.reassign_to, "id": user_id}
        if await tx.value(f"select id from users where {fits} for share", heir) is None:
            raise Invalid("user.reassign_to", "That is not another active agent.", field="reassign_to")
    return DepartureDetails(reassign_to=data.reassign_to)


async def _refuse_last_admin(tx: Tx, user_id: int) -> None:
    """The caller holds the lock `administrators`, so that two cannot remove each other at once."""
    others = "select exists (select from users where role = 'admin' and is_active and id <> %(id)s)"
    if not await tx.value(others, {"id": user_id}):
        raise Conflict("user.last_admin", "This is the last active administrator; make another one first.")


async def _leave_teams(tx: Tx, user_id: int) -> None:
    left = await tx.dicts("delete from team_members where user_id = %(id)s returning team_id, role", {"id": user_id})
    await tx.append(
        *(
            TeamMemberRemoved(entity_id=row["team_id"], old={"user_id": user_id, "role": row["role"]})
            for row in sorted(left, key=lambda row: row["team_id"])
        )
    )


async def _hash(password: str, email: str) -> str:
    if problem := password_problem(password, email):
        raise Invalid("auth.password", problem, field="password")
    return await to_thread.run_sync(hash_password, password)


def _keyed(skills: dict[int, int]) -> dict[str, int]:
    return {str(skill_id): proficiency for skill_id, proficiency in sorted(skills.items())}
