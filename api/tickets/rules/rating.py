"""When a customer may rate, and the links by which they may without signing in."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

from api.tickets.rules.moves import is_active

CHANGEABLE_DAYS = 7
LINK_DAYS = 30
"""A link in a mail works so long after the ticket was resolved."""
_MAC_BYTES = 16


def changeable_until(first_rated_at: datetime) -> datetime:
    """Until when a rating may be changed."""
    return first_rated_at + timedelta(days=CHANGEABLE_DAYS)


def may_rate(status: str, first_rated_at: datetime | None, now: datetime) -> bool:
    """Once the ticket is done, whatever became of it since the first rating, and for CHANGEABLE_DAYS after that."""
    return not is_active(status) if first_rated_at is None else now <= changeable_until(first_rated_at)


def rating_token(key: str, ticket_id: int, now: datetime) -> str:
    """What stands in a rating link made at `now`: ticket, end and HMAC-SHA256 (its first 16 bytes) under the key."""
    until = int((now + timedelta(days=LINK_DAYS)).timestamp())
    body = ticket_id.to_bytes(8) + until.to_bytes(8)
    return urlsafe_b64encode(body + _mac(key, body)).decode().rstrip("=")


def read_rating_token(key: str, token: str, now: datetime) -> int | None:
    """The ticket a link is about, or None when it was not made by us or is over."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    body, mac = raw[:16], raw[16:]
    if len(raw) != 16 + _MAC_BYTES or not hmac.compare_digest(mac, _mac(key, body)):
        return None
    return int.from_bytes(body[:8]) if int.from_bytes(body[8:]) >= now.timestamp() else None


def _mac(key: str, body: bytes) -> bytes:
    return hmac.new(key.encode(), b"rate:" + body, hashlib.sha256).digest()[:_MAC_BYTES]
