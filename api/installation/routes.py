"""`/api/installation`: the settings an administrator may change."""

from litestar import Router, get, patch

from api.actor import Right
from api.db import Read
from api.events.tx import Tx
from api.installation.commands import update_settings
from api.installation.queries import get_settings
from api.installation.rules import InstallationPatch, InstallationSettings


@get("/", right=Right.ADMIN, operation_id="get_installation", summary="Read the settings")
async def get_installation(read: Read) -> InstallationSettings:
    """All settings, defaults included."""
    return await get_settings(read)


@patch("/", right=Right.ADMIN, operation_id="update_installation", summary="Change settings")
async def update_installation(tx: Tx, data: InstallationPatch) -> InstallationSettings:
    """Change the settings named; each change is an event."""
    return await update_settings(tx, data)


router = Router("/api/installation", tags=["Installation"], route_handlers=[get_installation, update_installation])
