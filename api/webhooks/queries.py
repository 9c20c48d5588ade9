"""Reads of webhooks."""

from typing import Any

import msgspec

from api.db import Read
from api.errors import NotFound
from api.webhooks.wire import Webhook

LIMIT = 200

_WEBHOOK = """
select id, name, url, events, array(select jsonb_object_keys(headers) order by 1) as header_names, is_active,
       failing_since, disabled_at, disabled_reason, created_at, updated_at
from webhooks
"""


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What a call needs. Never leaves the process."""

    url: str
    secret: str
    headers: dict[str, Any]
    is_active: bool
    allowed_hosts: list[str]


async def list_webhooks(read: Read) -> list[Webhook]:
    """All endpoints, at most LIMIT, by name."""
    return await read.all(_WEBHOOK + f"order by lower(name), id limit {LIMIT}", None, Webhook)


async def get_webhook(read: Read, webhook_id: int) -> Webhook:
    """One endpoint. Raises NotFound."""
    webhook = await read.one(_WEBHOOK + "where id = %(id)s", {"id": webhook_id}, Webhook)
    if webhook is None:
        raise NotFound("webhook.not_found", "There is no such webhook.")
    return webhook


async def find_endpoint(read: Read, webhook_id: int) -> Endpoint | None:
    """Where and how to call, with the hosts the installation allows beside the public ones."""
    return await read.one(
        """
        select url, secret, headers, is_active,
               array(select jsonb_array_elements_text(value) from installation_settings
                     where name = 'allowed_webhook_hosts') as allowed_hosts
        from webhooks where id = %(id)s
        """,
        {"id": webhook_id},
        Endpoint,
    )
