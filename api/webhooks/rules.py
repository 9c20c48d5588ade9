"""Which events may be told, how a call is signed, and when an endpoint is given up."""

import base64
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from standardwebhooks import Webhook as Signer

from api.events.catalogue import CATALOGUE, Event

ALL = "*"
_TOLD = ("ticket", "comment", "attachment", "sla", "csat", "time_entry")
SENDABLE = frozenset(action for action, kind in CATALOGUE.items() if kind.entity_type in _TOLD)
"""What happens to complaints. Accounts, sign-ins and settings are nobody else's business."""

TEST = "webhook.test"
SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"
DISABLE_AFTER = timedelta(days=3)
"""An endpoint that has answered nothing but failures for so long is switched off."""

MAX_HEADERS = 20
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE = re.compile(r"[\x20-\x7e]{0,1000}")
_OURS = {
    "host",
    "content-length",
    "content-type",
    "content-encoding",
    "transfer-encoding",
    "connection",
    "upgrade",
    "te",
}


def unknown_events(events: Iterable[str]) -> list[str]:
    """Those of `events` that cannot be told, in order."""
    return [event for event in events if event != ALL and event not in SENDABLE]


def header_problem(headers: Mapping[str, str]) -> str | None:
    """What is wrong with custom headers, as a sentence, or None."""
    if len(headers) > MAX_HEADERS:
        return f"At most {MAX_HEADERS} headers."
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            return f"{name!r} is not a header with a value of visible ASCII."
        if name.lower() in _OURS or name.lower().startswith(("webhook-", "proxy-")):
            return f"{name} is set by Redress."
    return None


def secret_text(random: bytes) -> str:
    """A secret as both sides keep it. (Source: Standard Webhooks specification, "Signature scheme")"""
    return SECRET_PREFIX + base64.b64encode(random).decode()


def secret_problem(secret: str) -> str | None:
    """What is wrong with a secret somebody brings along, as a sentence, or None."""
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:
        key = b""
    if secret.startswith(SECRET_PREFIX) and 24 <= len(key) <= 64:
        return None
    return f"A secret is {SECRET_PREFIX} and 24 to 64 bytes in base64."


def signed_headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of the Standard Webhooks scheme: HMAC-SHA256 over id, timestamp and body."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Signer(secret).sign(message_id, at, body.decode()),
    }


def payload(event: Event, actor_kind: str, ticket: dict[str, Any] | None, changes: dict[str, Any]) -> dict[str, Any]:
    """What an endpoint is told: what happened to which ticket, as keys and states, never words.

    Endpoints are an administrator's, so they hear of internal events too; `is_public` tells those apart. Subjects,
    comments and addresses are fetched from the API, by somebody who may.
    """
    assert event.occurred_at is not None
    return {
        "type": event.action,
        "timestamp": event.occurred_at.isoformat(),
        "data": {
            "event_id": event.id,
            "entity_type": event.entity_type,
            "entity_id": event.entity_id,
            "actor_kind": actor_kind,
            "is_public": event.is_public(),
            "ticket": ticket,
            "changes": {name: value for name, value in changes.items() if not name.endswith("_sha256")},
        },
    }


def is_given_up(failing_since: datetime | None, now: datetime) -> bool:
    """Whether an endpoint that fails now has failed for too long."""
    return failing_since is not None and now - failing_since >= DISABLE_AFTER
