"""The installation's settings, in one statement."""

import msgspec

from api.db import Read
from api.installation.rules import InstallationSettings


async def get_settings(read: Read) -> InstallationSettings:
    """The defaults, with what an administrator has changed laid over them."""
    changed = await read.value("select jsonb_object_agg(name, value) from installation_settings")
    return msgspec.convert(changed or {}, InstallationSettings)
