"""Why a mail may not come in: machines are not answered, nobody is believed to be who they are not."""

import re
from typing import Literal

from api.inbound.rules.mail import Mail

Dmarc = Literal["pass", "fail", "none"]
DmarcPolicy = Literal["ignore", "refuse_failed", "require_pass"]

_MACHINES = {"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "do-not-reply"}
_BULK = {"bulk", "list", "junk"}
_SUPPRESSED = re.compile(r"\b(?:all|oof|autoreply)\b", re.IGNORECASE)
_DMARC = re.compile(r"\bdmarc\s*=\s*(\w+)", re.IGNORECASE)


def machine_reason(mail: Mail, own_addresses: frozenset[str]) -> str | None:
    """Why this is no mail of a person to us, or None. Whatever it is, it gets no answer.

    (Sources: RFC 3834 sections 2 and 5, RFC 3464; `Precedence` and `X-Auto-Response-Suppress` are what mailing lists and
    Exchange say instead.)
    """
    headers = mail.headers
    if any(value.replace(" ", "") == "<>" for value in headers["return-path"]):
        return "null_sender"
    if mail.content_type == "multipart/report" or headers["x-failed-recipients"]:
        return "bounce"
    if mail.sender is None:
        return "no_sender"
    name, _, domain = mail.sender.partition("@")
    if f"{name.partition('+')[0]}@{domain}" in own_addresses:
        return "own_address"
    if name in _MACHINES:
        return "null_sender"
    if any(value.split(";")[0].strip().lower() not in ("", "no") for value in headers["auto-submitted"]):
        return "auto_submitted"
    if headers["x-autoreply"] or any(_SUPPRESSED.search(value) for value in headers["x-auto-response-suppress"]):
        return "auto_submitted"
    if any(value.strip().lower() in _BULK for value in headers["precedence"]):
        return "bulk"
    return None


def dmarc_of(mail: Mail, authserv_id: str) -> Dmarc:
    """What our own mail server found, by the name it writes; anybody can write the others. (RFC 8601, section 5)"""
    for value in mail.headers["authentication-results"]:
        name = value.split(";")[0].split()
        if authserv_id and name and name[0].lower() == authserv_id.lower():
            match = _DMARC.search(value)
            result = match[1].lower() if match else "none"
            return "pass" if result == "pass" else "fail" if result == "fail" else "none"
    return "none"


def dmarc_reason(dmarc: Dmarc, policy: DmarcPolicy, *, is_staff: bool) -> str | None:
    """Why the sender is not believed, or None. Staff speaks with the house's voice, so that theirs has to pass."""
    if dmarc == "fail" and policy != "ignore":
        return "dmarc_failed"
    if dmarc != "pass" and is_staff:
        return "staff_unverified"
    return "dmarc_failed" if dmarc != "pass" and policy == "require_pass" else None
