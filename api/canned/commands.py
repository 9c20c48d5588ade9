"""Keep, change and drop canned responses."""

from typing import Any

import msgspec
from msgspec import UNSET

from api import sandbox
from api.canned.queries import get_canned_response, get_variables
from api.canned.rules import VARIABLES, may_keep
from api.canned.wire import CannedResponse, CannedResponsePatch, Changes, NewCannedResponse
from api.db import Read
from api.errors import Conflict, Forbidden, Invalid
from api.events.catalogue import CannedResponseCreated, CannedResponseRemoved, CannedResponseUpdated
from api.events.tx import Tx


async def create_canned_response(tx: Tx, data: NewCannedResponse) -> int:
    """Keep a response and return its id.

    Raises Forbidden when its scope is not the actor's to fill, Invalid when its words or changes cannot be used,
    Conflict when the shortcut is taken in that scope.
    """
    if (data.scope == "team") != (data.team_id is not None):
        raise Invalid("canned_response.team", "A team's response names its team, and no other does.", field="team_id")
    _check_right(tx, data.scope, data.team_id, is_published=data.is_published)
    if data.is_published and data.scope != "global":
        raise Invalid("canned_response.scope", "Only a global response can be published.", field="is_published")
    changes = data.changes or Changes()
    await _check(data.body, is_published=data.is_published)
    await check_changes(tx, changes)
    response_id = await tx.value(
        """
        insert into canned_responses (scope, owner_id, team_id, shortcut, title, body, changes, is_published, created_at,
                                      updated_at)
        values (%(scope)s, %(owner_id)s, (select id from teams where id = %(team_id)s), %(shortcut)s, %(title)s, %(body)s,
                %(changes)s, %(is_published)s, %(now)s, %(now)s)
        on conflict do nothing returning id
        """,
        {
            "scope": data.scope,
            "owner_id": tx.actor.id if data.scope == "personal" else None,
            "team_id": data.team_id,
            "shortcut": data.shortcut,
            "title": data.title,
            "body": data.body,
            "changes": _json(changes),
            "is_published": data.is_published,
            "now": tx.now,
        },
    )
    if response_id is None:
        raise _taken()
    new = {"scope": data.scope, "team_id": data.team_id, "is_published": data.is_published, "shortcut": data.shortcut}
    await tx.append(CannedResponseCreated(entity_id=response_id, new=new | {"changes": msgspec.to_builtins(changes)}))
    return response_id


async def update_canned_response(tx: Tx, response_id: int, patch: CannedResponsePatch) -> None:
    """Write what differs. Raises as `create_canned_response`, and NotFound."""
    before = await get_canned_response(tx, response_id)
    changed: dict[str, Any] = {
        name: value
        for name in patch.__struct_fields__
        if (value := getattr(patch, name)) is not UNSET and value != getattr(before, name)
    }
    if not changed:
        return
    is_published = changed.get("is_published", before.is_published)
    _check_right(tx, before.scope, before.team_id, is_published=is_published or before.is_published)
    if is_published and before.scope != "global":
        raise Invalid("canned_response.scope", "Only a global response can be published.", field="is_published")
    await _check(changed.get("body", before.body), is_published=is_published)
    if "changes" in changed:
        await check_changes(tx, changed["changes"])
    if changed.get("shortcut") and await _is_taken(tx, before, changed["shortcut"]):
        raise _taken()
    values = changed | ({"changes": _json(changed["changes"])} if "changes" in changed else {})
    assignments = ", ".join(f"{name} = %({name})s" for name in values)
    await tx.run(
        f"update canned_responses set {assignments}, updated_at = %(now)s where id = %(id)s",
        values | {"id": response_id, "now": tx.now},
    )
    await tx.append(
        CannedResponseUpdated(entity_id=response_id, old=_logged(before, changed), new=_logged(patch, changed))
    )


async def remove_canned_response(tx: Tx, response_id: int) -> None:
    """Drop a response. Raises NotFound, or Forbidden when it is not the actor's to drop."""
    before = await get_canned_response(tx, response_id)
    _check_right(tx, before.scope, before.team_id, is_published=before.is_published)
    if await tx.run("delete from canned_responses where id = %(id)s", {"id": response_id}):
        await tx.append(CannedResponseRemoved(entity_id=response_id, old={"scope": before.scope}))


async def render_canned_response(read: Read, response: CannedResponse, ticket_id: int) -> str:
    """The response's words for a visible ticket, as Markdown. Raises Invalid when they cannot be filled in."""
    variables = await get_variables(read, ticket_id)
    return await _rendered(response.body, variables)


async def check_changes(read: Read, changes: Changes) -> None:
    """Raise Invalid when the agent or the team of a macro is not there, or no longer active."""
    if changes.is_taken and changes.agent_id is not UNSET:
        raise Invalid("canned_response.agent", "A macro takes a ticket or gives it to somebody.", field="agent_id")
    known = await read.dicts(
        """
        select %(agent_id)s::bigint is null
                   or exists (select from users where id = %(agent_id)s and is_active and role in ('agent', 'admin')) as agent_id,
               %(team_id)s::bigint is null or exists (select from teams where id = %(team_id)s and is_active) as team_id
        """,
        {"agent_id": changes.agent_id or None, "team_id": changes.team_id or None},
    )
    for field, is_known in known[0].items():
        if not is_known:
            raise Invalid("canned_response.unknown_reference", f"{field} names nothing that is there.", field=field)


def _check_right(tx: Tx, scope: str, team_id: int | None, *, is_published: bool) -> None:
    if not may_keep(tx.actor, scope, team_id):
        raise Forbidden("canned_response.scope", "A team's responses are its leads' to keep, global ones an admin's.")
    if is_published and tx.actor.role != "admin":
        raise Forbidden("canned_response.published", "Known answers are an admin's to publish.")


async def _check(body: str, *, is_published: bool) -> None:
    """Try the words before they are kept. A known answer stands beside no ticket, so that it has no variables."""
    await _rendered(body, {} if is_published else VARIABLES)


async def _rendered(body: str, variables: dict[str, Any]) -> str:
    try:
        return await sandbox.in_thread(lambda: sandbox.render(body, variables, is_html=False))
    except sandbox.TemplateProblem as problem:
        raise Invalid("canned_response.template", str(problem), field="body") from problem


async def _is_taken(tx: Tx, before: CannedResponse, shortcut: str) -> bool:
    return bool(
        await tx.value(
            """
            select true from canned_responses
            where scope = %(scope)s and shortcut = %(shortcut)s and id <> %(id)s
              and owner_id is not distinct from %(owner_id)s and team_id is not distinct from %(team_id)s
            """,
            {name: getattr(before, name) for name in ("scope", "id", "owner_id", "team_id")} | {"shortcut": shortcut},
        )
    )


def _logged(source: CannedResponse | CannedResponsePatch, names: dict[str, Any]) -> dict[str, Any]:
    """The changed fields without their words."""
    return {name: msgspec.to_builtins(getattr(source, name)) for name in names if name not in ("title", "body")}


def _taken() -> Conflict:
    return Conflict("canned_response.shortcut_taken", "This shortcut is taken in that scope.", field="shortcut")


def _json(changes: Changes) -> str:
    return msgspec.json.encode(changes).decode()
