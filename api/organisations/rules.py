"""Which domains may make somebody a member. Pure."""

from collections.abc import Iterable

PUBLIC_DOMAINS = frozenset({
    "aol.com", "bluewin.ch", "fastmail.com", "freenet.de", "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de",
    "gmx.net", "googlemail.com", "hey.com", "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.fr", "icloud.com",
    "laposte.net", "libero.it", "live.com", "mac.com", "mail.com", "mail.ru", "mailbox.org", "me.com", "msn.com",
    "orange.fr", "outlook.com", "outlook.de", "pm.me", "posteo.de", "proton.me", "protonmail.com", "qq.com",
    "rocketmail.com", "t-online.de", "tutanota.com", "web.de", "wp.pl", "yahoo.co.uk", "yahoo.com", "yahoo.de",
    "yahoo.fr", "yandex.com", "yandex.ru", "ymail.com", "zoho.com", "163.com", "126.com",
})  # fmt: skip
"""Domains of mail providers, at which anybody has an address."""


def normal(domains: Iterable[str]) -> list[str]:
    """The domains as they are compared: lower case, each once, sorted."""
    return sorted({domain.lower() for domain in domains})


def refused(domains: Iterable[str]) -> list[str]:
    """Those of the normal `domains` that say nothing of where somebody belongs."""
    return [domain for domain in domains if domain in PUBLIC_DOMAINS]
