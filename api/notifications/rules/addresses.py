"""Addresses and links that only we can have made: where an answer belongs, and who wants no more mail."""

import hashlib
import hmac
import re

_REPLY = re.compile(r"reply\+(\d{1,19})\.([0-9a-f]{20})", re.IGNORECASE)
_TOKEN = re.compile(r"(\d{1,19})\.([a-z_]{1,40})\.([0-9a-f]{32})")
REPLY_DIGITS = 20
TOKEN_DIGITS = 32


def reply_address(secret: str, ticket_id: int, domain: str) -> str:
    """`reply+<ticket>.<80 bits of HMAC-SHA256>@domain`: what is sent there belongs to the ticket."""
    return f"reply+{ticket_id}.{_sign(secret, f'reply:{ticket_id}')[:REPLY_DIGITS]}@{domain}"


def replied_ticket_id(secret: str, address: str) -> int | None:
    """The ticket of a reply address, in whatever case a server made of it, or None when we did not make it."""
    match = _REPLY.fullmatch(address.strip().rpartition("@")[0])
    if match is None:
        return None
    ticket_id = int(match[1])
    expected = _sign(secret, f"reply:{ticket_id}")[:REPLY_DIGITS]
    return ticket_id if hmac.compare_digest(match[2].lower(), expected) else None


def unsubscribe_token(secret: str, user_id: int, topic: str) -> str:
    """What lets whoever holds a mail stop mails of its topic to its reader, and nothing else."""
    return f"{user_id}.{topic}.{_sign(secret, f'unsubscribe:{user_id}:{topic}')[:TOKEN_DIGITS]}"


def unsubscribed(secret: str, token: str) -> tuple[int, str] | None:
    """(person, topic) of a token, or None when we did not make it."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        return None
    user_id, topic = int(match[1]), match[2]
    expected = unsubscribe_token(secret, user_id, topic)
    return (user_id, topic) if hmac.compare_digest(token, expected) else None


def _sign(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
