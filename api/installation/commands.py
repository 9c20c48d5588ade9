"""Change settings of the installation."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import UNSET

from api.errors import Invalid
from api.events.catalogue import SettingChanged
from api.events.tx import Tx
from api.installation.queries import get_settings
from api.installation.rules import InstallationPatch, InstallationSettings


async def update_settings(tx: Tx, patch: InstallationPatch) -> InstallationSettings:
    """Write the settings that differ, one event each, and return all. Raises Invalid for a zone nobody knows."""
    await tx.run("select pg_advisory_xact_lock(hashtext('installation_settings'))")
    before = await get_settings(tx)
    changed = {
        name: value
        for name in patch.__struct_fields__
        if (value := getattr(patch, name)) is not UNSET and value != getattr(before, name)
    }
    if zone := changed.get("time_zone"):
        _check_zone(zone)
    if not changed:
        return before
    await tx.run(
        """
        insert into installation_settings (name, value, updated_at, updated_by)
        select name, value, %(now)s, %(actor_id)s from unnest(%(names)s::text[], %(values)s::jsonb[]) as s (name, value)
        on conflict (name) do update
        set value = excluded.value, updated_at = excluded.updated_at, updated_by = excluded.updated_by
        """,
        {
            "names": list(changed),
            "values": [msgspec.json.encode(value).decode() for value in changed.values()],
            "now": tx.now,
            "actor_id": tx.actor.id,
        },
    )
    await tx.append(
        *(
            SettingChanged(entity_id=None, old={name: getattr(before, name)}, new={name: value})
            for name, value in changed.items()
        )
    )
    return msgspec.structs.replace(before, **changed)


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("setting.time_zone", f"There is no time zone {name!r}.", field="time_zone") from error
