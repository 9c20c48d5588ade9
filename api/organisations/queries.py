"""Reads of organisations, and the two expressions by which others ask for them."""

from api.db import Read
from api.errors import NotFound
from api.organisations.wire import Organisation, OrganisationPage
from api.pages import COUNT_CAP, pagination, window

OF_ADDRESS = """
    (select o.id from organisations o
     where o.is_active and o.domains @> array[split_part(lower(%(email)s), '@', -1)] order by o.id limit 1)
"""
"""The organisation that an address `%(email)s` makes somebody a member of, by the GIN index of `domains`; or null."""

SHARING = """
    (select o.id from organisations o
     where o.id = u.organisation_id and u.is_organisation_confirmed and u.role = 'customer' and o.is_shared and o.is_active
       and exists (select from installation_settings where name = 'organisation_visibility' and value = 'true'))
"""
"""The organisation whose tickets `users AS u` reads beside their own; or null. An address alone proves nothing: whoever
registers with one may have made it up, so that membership counts here only once an administrator has confirmed it."""

_ORGANISATION = """
select o.id, o.name, o.domains, o.is_shared, o.is_active, o.created_at,
       (select count(*) from users u where u.organisation_id = o.id) as member_count
from organisations o
"""


async def list_organisations(read: Read, *, page: int = 1, limit: int = 20) -> OrganisationPage:
    """One page of the organisations. Raises Malformed when page or limit is out of bounds."""
    size, offset = window(page, limit)
    rows = await read.all(
        _ORGANISATION + "order by o.name, o.id limit %(limit)s offset %(offset)s",
        {"limit": size, "offset": offset},
        Organisation,
    )
    total = await read.value(
        "select count(*) from (select from organisations limit %(cap)s) counted", {"cap": COUNT_CAP + 1}
    )
    return OrganisationPage(rows, pagination(total, page, limit))


async def get_organisation(read: Read, organisation_id: int) -> Organisation:
    """One organisation. Raises NotFound."""
    found = await read.one(_ORGANISATION + "where o.id = %(id)s", {"id": organisation_id}, Organisation)
    if found is None:
        raise NotFound("organisation.not_found", "There is no such organisation.")
    return found
