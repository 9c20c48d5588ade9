"""Be told in a browser, or no more. A person's own affair: no events."""

from api.errors import Conflict, Invalid, NotFound
from api.events.tx import Tx
from api.installation.queries import get_settings
from api.notifications.rules.push import key_problem
from api.notifications.wire import NewPushSubscription, PushSubscription
from api.outgoing import url_problem
from api.settings import Settings

MAX_SUBSCRIPTIONS = 10
"""Of a person; the oldest one gives way."""

_SUBSCRIBE = """
with kept as (
    insert into push_subscriptions as s (user_id, session_id, endpoint, p256dh, auth, name, created_at)
    values (%(user_id)s, %(session_id)s, %(endpoint)s, %(p256dh)s, %(auth)s, %(name)s, %(now)s)
    on conflict (endpoint) do update
    set user_id = excluded.user_id, session_id = excluded.session_id, p256dh = excluded.p256dh, auth = excluded.auth,
        name = excluded.name, created_at = case when s.user_id = excluded.user_id then s.created_at else excluded.created_at end
    returning s.id, s.name, s.created_at
), dropped as (
    delete from push_subscriptions where id in (
        select o.id from push_subscriptions o, kept
        where o.user_id = %(user_id)s and o.id <> kept.id order by o.id desc offset %(others)s
    )
)
select id, name, created_at from kept
"""


async def subscribe_push(tx: Tx, data: NewPushSubscription, settings: Settings) -> PushSubscription:
    """Tell the actor in this browser until they sign out of it; a browser tells whoever asked last, so again changes nothing.

    Raises Invalid for an address that may not be called or keys that are none, Conflict where no push key is set up.
    """
    if not settings.push_key:
        raise Conflict("push.off", "This installation has no key to sign push messages with (REDRESS_PUSH_KEY).")
    allowed = (await get_settings(tx)).allowed_webhook_hosts
    if problem := url_problem(data.endpoint, allowed):
        raise Invalid("push.endpoint", problem, field="endpoint")
    if problem := key_problem(data.keys.p256dh, data.keys.auth):
        raise Invalid("push.keys", problem, field="keys")
    kept = await tx.one(
        _SUBSCRIBE,
        {
            "user_id": tx.actor.id,
            "session_id": tx.actor.session_id,
            "endpoint": data.endpoint,
            "p256dh": data.keys.p256dh,
            "auth": data.keys.auth,
            "name": data.name,
            "others": MAX_SUBSCRIPTIONS - 1,
            "now": tx.now,
        },
        PushSubscription,
    )
    assert kept is not None
    return kept


async def unsubscribe_push(tx: Tx, subscription_id: int) -> None:
    """Tell the actor nothing more in one of their browsers. Raises NotFound when it is another's."""
    if not await tx.run(
        "delete from push_subscriptions where id = %(id)s and user_id = %(user_id)s",
        {"id": subscription_id, "user_id": tx.actor.id},
    ):
        raise NotFound("push.not_found", "There is no such browser of yours.")


async def drop_subscription(tx: Tx, subscription_id: int) -> None:
    """Forget a browser that its push service does not know any more."""
    await tx.run("delete from push_subscriptions where id = %(id)s", {"id": subscription_id})
