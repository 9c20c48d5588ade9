"""What may go out, when it is tried again, and when it is given up."""

from email.utils import parseaddr
from typing import Literal

import msgspec

Channel = Literal["email", "push", "webhook"]
Status = Literal["waiting", "sent", "kept", "dead", "suppressed"]
Outcome = Literal["sent", "kept", "failed", "suppressed"]
Reason = Literal[
    "own_address",
    "null_sender",
    "duplicate",
    "recipient_limit",
    "thread_limit",
    "unsubscribed",
    "muted",
    "quiet_hours",
    "inactive",
    "gone",
    "refused",
    "gave_up",
]
"""Why a row is suppressed or dead."""

MAX_TRIES = 10
FIRST_WAIT_SECONDS = 10
GROWTH = 4
LONGEST_WAIT_SECONDS = 21_600
"""10 s, 40 s, 3 min, 11 min, 43 min, 3 h, then every 6 h: the last of ten tries comes after about a day."""

MAX_RETRY_AFTER_SECONDS = 86_400
LEASE_SECONDS = 120
"""How long a claimed row is left alone. Longer than any send may take."""

_NOBODY = {"", "mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply"}


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate looks at. The counts are e-mails that went out within the last hour."""

    channel: Channel
    recipient: str | None = None
    is_duplicate: bool = False
    sent_to_recipient: int = 0
    sent_in_thread: int = 0


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """E-mails within an hour: to one address, and to one address about one ticket."""

    per_recipient: int
    per_thread: int


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one try. `content` is what was sent, kept for people to read; `is_final` forbids another try.

    `kept` means that there is no way out configured: the message stays here, in the outbox.
    """

    outcome: Outcome
    status_code: int | None = None
    response: str | None = None
    reason: Reason | None = None
    is_final: bool = False
    retry_after_seconds: int = 0
    content: dict[str, object] | None = None


class Settlement(msgspec.Struct, frozen=True):
    """Where a try leaves its delivery; `wait_seconds` until the next one, None when it is settled."""

    status: Status
    reason: Reason | None
    wait_seconds: float | None


def refusal(facts: Facts, limits: Limits, own_addresses: frozenset[str]) -> Reason | None:
    """Why this must not go out, or None. The limits end loops with other machines whatever they answer.

    Addresses that stand for nobody get no mail, nor do our own. (RFC 3834, section 2)
    """
    if facts.is_duplicate:
        return "duplicate"
    if facts.channel != "email":
        return None
    address = bare(facts.recipient or "")
    if address in own_addresses:
        return "own_address"
    if address.partition("@")[0] in _NOBODY:
        return "null_sender"
    if facts.sent_in_thread >= limits.per_thread:
        return "thread_limit"
    if facts.sent_to_recipient >= limits.per_recipient:
        return "recipient_limit"
    return None


def bare(address: str) -> str:
    """An address in lower case, without its `+tag`."""
    name, _, domain = address.strip().lower().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"


def own_addresses(mail_from: str) -> frozenset[str]:
    """Where our own mail comes from and where answers to it go, without tags."""
    sender = bare(parseaddr(mail_from)[1])
    return frozenset({sender, f"reply@{sender.partition('@')[2]}"})


def wait_seconds(tries: int, chance: float) -> float:
    """How long to wait after the `tries`-th failure: exponential, between half of it and all by `chance` (0 to 1).

    "Equal jitter". (Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015)
    """
    longest = min(FIRST_WAIT_SECONDS * GROWTH ** (tries - 1), LONGEST_WAIT_SECONDS)
    return longest * (1 + chance) / 2


def retry_after_seconds(value: str | None) -> int:
    """Seconds that a `Retry-After` header asks for; 0 without one or for a date, which is left to our own waits."""
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else 0


def settle(attempt: Attempt, tries: int, chance: float) -> Settlement:
    """Where `attempt`, the `tries`-th, leaves the delivery."""
    if attempt.outcome != "failed":
        return Settlement(attempt.outcome, attempt.reason, None)
    if attempt.is_final or tries >= MAX_TRIES:
        return Settlement("dead", attempt.reason or "gave_up", None)
    asked = min(attempt.retry_after_seconds, MAX_RETRY_AFTER_SECONDS)
    return Settlement("waiting", None, max(wait_seconds(tries, chance), asked))
