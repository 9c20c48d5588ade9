"""Which browsers a person is told in, and how one is reached."""

import msgspec

from api.db import Read
from api.notifications.wire import PushSubscription


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where a browser is reached and what a message to it is encrypted by. Secret."""

    url: str
    p256dh: str
    auth: str


IS_LIVE = "not exists (select from sessions x where x.id = s.session_id and x.revoked_at is not null)"
"""Condition on `push_subscriptions AS s`: nobody signed out where it was made."""


async def list_push_subscriptions(read: Read) -> list[PushSubscription]:
    """The reader's, newest first; there are at most MAX_SUBSCRIPTIONS."""
    return await read.all(
        f"""
        select s.id, s.name, s.created_at from push_subscriptions s
        where s.user_id = %(user_id)s and {IS_LIVE} order by s.id desc
        """,
        {"user_id": read.actor.id},
        PushSubscription,
    )


async def find_endpoint(read: Read, subscription_id: int, user_id: int) -> Endpoint | None:
    """None when the person gave it up, signed out there, or it was taken over by somebody else."""
    return await read.one(
        f"""
        select s.endpoint as url, s.p256dh, s.auth from push_subscriptions s
        where s.id = %(id)s and s.user_id = %(user_id)s and {IS_LIVE}
        """,
        {"id": subscription_id, "user_id": user_id},
        Endpoint,
    )
