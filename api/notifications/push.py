"""Send to browsers: encrypted for each (RFC 8291), signed as ours (RFC 8292), by way of its maker's push service (RFC 8030)."""

from datetime import timedelta
from email.utils import parseaddr
from typing import Any

import httpx
from py_vapid import Vapid02
from pywebpush import WebPusher

from api.db import Read
from api.deliveries.commands import Claimed
from api.deliveries.rules import Attempt, Settlement, retry_after_seconds
from api.events.openings import Openings
from api.events.tx import Tx
from api.installation.queries import get_settings
from api.notifications.commands.push import drop_subscription
from api.notifications.letter import variables
from api.notifications.queries.letters import Letter, find_letter
from api.notifications.queries.push import Endpoint, find_endpoint
from api.notifications.rules.push import URGENT, push_message
from api.notifications.rules.words import LANGUAGES, sentence
from api.outgoing import OutgoingError, post
from api.sandbox import render
from api.settings import Settings

KEPT_SECONDS = 86_400
"""How long a push service keeps a message for a device that is off."""

SIGNED_FOR = timedelta(hours=12)
GONE = (404, 410)
TOO_LARGE = 413


async def send(openings: Openings, settings: Settings, delivery: Claimed) -> Attempt:
    """One message to one browser, as its reader may see the ticket now. A browser that is gone is asked no second time."""
    async with openings.read() as read:
        endpoint, letter, allowed = await _gathered(read, delivery)
        now = read.now
    if endpoint is None or letter is None or not settings.push_key:
        return Attempt(outcome="suppressed", reason="inactive")
    body = encrypted(endpoint, _message(letter, delivery.kind, settings))
    headers = {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_SECONDS),
        "Urgency": "high" if delivery.kind in URGENT else "normal",
        "Topic": f"ticket-{delivery.ticket_id}",
    }
    claims = {
        "aud": origin(endpoint.url),
        "sub": f"mailto:{parseaddr(settings.mail_from)[1]}",
        "exp": int((now + SIGNED_FOR).timestamp()),
    }
    headers |= Vapid02.from_raw(settings.push_key.encode()).sign(claims)
    try:
        answer = await post(endpoint.url, body, headers, allowed)
    except OutgoingError as error:
        reason = "refused" if error.is_refused else None
        return Attempt(outcome="failed", response=str(error), reason=reason, is_final=error.is_refused)
    is_success, is_gone = 200 <= answer.status_code < 300, answer.status_code in GONE
    return Attempt(
        outcome="sent" if is_success else "failed",
        status_code=answer.status_code,
        response=answer.body.decode(errors="replace"),
        reason="gone" if is_gone else None,
        is_final=is_gone or answer.status_code == TOO_LARGE,
        retry_after_seconds=0 if is_success else retry_after_seconds(answer.headers.get("retry-after")),
    )


async def settle(tx: Tx, delivery: Claimed, attempt: Attempt, settlement: Settlement) -> None:
    """Forget a browser that is gone."""
    if settlement.reason == "gone":
        await drop_subscription(tx, subscription_id_of(delivery))


def subscription_id_of(delivery: Claimed) -> int:
    """Which browser a delivery is for."""
    return int((delivery.payload or {}).get("subscription_id", 0))


def encrypted(endpoint: Endpoint, message: bytes) -> bytes:
    """The message for this browser's eyes alone, under a key made for it."""
    subscription = {"endpoint": endpoint.url, "keys": {"p256dh": endpoint.p256dh, "auth": endpoint.auth}}
    return WebPusher(subscription).encode(message)["body"]


def origin(url: str) -> str:
    """Scheme, host and port of an endpoint: whom a signature is for."""
    parsed = httpx.URL(url)
    return f"{parsed.scheme}://{parsed.netloc.decode()}"


async def _gathered(read: Read, delivery: Claimed) -> tuple[Endpoint | None, Letter | None, list[str]]:
    endpoint = await find_endpoint(read, subscription_id_of(delivery), delivery.user_id or 0)
    letter = await find_letter(read, delivery.user_id or 0, delivery.ticket_id or 0, delivery.event_ids)
    return endpoint, letter, (await get_settings(read)).allowed_webhook_hosts


def _message(letter: Letter, kind: str, settings: Settings) -> bytes:
    language = letter.reader.language if letter.reader.language in LANGUAGES else LANGUAGES[0]
    values: dict[str, Any] = variables(letter, settings)
    said = render(sentence(kind, language), values, is_html=False)
    return push_message(letter.ticket, said, values["ticket"]["url"], language)
