"""What stands where words were, and the links under which a person's data can be fetched."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

ERASED = "(erased)"
ERASED_HTML = "<p>(erased)</p>\n"
ERASED_NAME = "(erased person)"
EXPORT_HOURS = 24
"""How long a link to an export works."""
_MAC_BYTES = 16


def erased_address(user_id: int) -> str:
    """An address nobody can have, and no two people. (RFC 2606, section 2)"""
    return f"erased-{user_id}@erased.invalid"


def export_token(key: str, user_id: int, until: datetime) -> str:
    """What stands in the link to an export: person, end and HMAC-SHA256 (its first 16 bytes) under the key."""
    body = user_id.to_bytes(8) + int(until.timestamp()).to_bytes(8)
    return urlsafe_b64encode(body + _mac(key, body)).decode().rstrip("=")


def exported_user_id(key: str, token: str, now: datetime) -> int | None:
    """The person a link is about, or None when it was not made by us or is over."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    body, mac = raw[:16], raw[16:]
    if len(body) != 16 or not hmac.compare_digest(mac, _mac(key, body)):
        return None
    return int.from_bytes(body[:8]) if int.from_bytes(body[8:]) > now.timestamp() else None


def export_until(now: datetime) -> datetime:
    """Until when a link made at `now` works."""
    return now + timedelta(hours=EXPORT_HOURS)


def _mac(key: str, body: bytes) -> bytes:
    return hmac.new(key.encode(), b"person export" + body, hashlib.sha256).digest()[:_MAC_BYTES]
