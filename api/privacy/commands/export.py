"""Make a link to a person's data, and open it."""

from api.db import Read
from api.errors import NotFound
from api.events.catalogue import PersonExported
from api.events.tx import Tx
from api.privacy.queries.held import is_person
from api.privacy.rules import export_token, export_until, exported_user_id
from api.privacy.wire import ExportLink
from api.settings import Settings


async def export_person(tx: Tx, user_id: int, settings: Settings) -> ExportLink:
    """A link that works for EXPORT_HOURS. Raises NotFound for another person, unless the actor is an admin, and for one
    who is not there any more."""
    if (user_id != tx.actor.id and tx.actor.role != "admin") or not await is_person(tx, user_id):
        raise NotFound("user.not_found", "There is no such person.")
    until = export_until(tx.now)
    await tx.append(PersonExported(entity_id=user_id, new={"expires_at": until}))
    return ExportLink(f"{settings.url}/api/privacy/exports/{export_token(settings.secret_key, user_id, until)}", until)


async def get_exported(read: Read, token: str, settings: Settings) -> int:
    """The person whose data a link opens. Raises NotFound when the link is over or not ours, or the person is gone."""
    person_id = exported_user_id(settings.secret_key, token, read.now)
    if person_id is None or not await is_person(read, person_id):
        raise NotFound("privacy.link", "This link is over. Ask for another one.")
    return person_id
