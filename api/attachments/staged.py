"""Files that lie in storage while their form is still being filled in: what a page holds to bring them back by.

A token is signed and names its person, so that nobody can claim another's file, or say anything else of it.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

from api.attachments.receive import ReceivedFile

_MAC_BYTES = 32


def stage(key: str, user_id: int, file: ReceivedFile) -> str:
    """What a form sends again to keep the file."""
    body = msgspec.json.encode(file)
    return urlsafe_b64encode(_mac(key, user_id, body) + body).decode()


def staged(key: str, user_id: int, token: str) -> ReceivedFile | None:
    """The file behind what a form sent, or None when it was not made here for this person."""
    try:
        raw = urlsafe_b64decode(token)
    except ValueError:
        return None
    mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(key, user_id, body)):
        return None
    return msgspec.json.decode(body, type=ReceivedFile)


def _mac(key: str, user_id: int, body: bytes) -> bytes:
    return hmac.new(key.encode(), b"staged:%d:" % user_id + body, hashlib.sha256).digest()
