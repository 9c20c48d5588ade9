"""Keys and messages of Web Push: what a browser gives to be reached by, what it is shown, and which key is ours."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

AUTH_BYTES = 16
URGENT = frozenset({"mention", "at_risk", "breached", "escalated"})
"""What wakes a sleeping device. (RFC 8030, section 5.3)"""

TITLE_LENGTH = 200
"""Characters; the whole message has to stay below 3,993 bytes. (RFC 8291, section 4)"""


class PushMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What the service worker shows. Messages of one `tag` replace each other; `url` is where a click leads."""

    title: str
    body: str
    tag: str
    url: str
    language: str


def push_message(ticket: Any, sentence: str, url: str, language: str) -> bytes:
    """The message about a ticket (`number`, `subject`) as JSON. No words of its conversation: screens are seen by others."""
    title = f"{ticket.number} · {ticket.subject}"[:TITLE_LENGTH]
    return msgspec.json.encode(PushMessage(title=title, body=sentence, tag=ticket.number, url=url, language=language))


def public_key(push_key: str) -> str:
    """The public half of our key as browsers take it: the uncompressed point, in base64url."""
    private = ec.derive_private_key(int.from_bytes(decoded(push_key)), ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).decode().rstrip("=")


def key_problem(p256dh: str, auth: str) -> str | None:
    """What is wrong with a browser's keys, as a sentence, or None: a point on P-256 and 16 bytes. (RFC 8291, section 2)"""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(p256dh))
        is_secret = len(decoded(auth)) == AUTH_BYTES
    except ValueError:
        is_secret = False
    return None if is_secret else "These are not the keys of a browser's push subscription."


def decoded(text: str) -> bytes:
    """The bytes of base64url with or without padding. Raises ValueError."""
    return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
