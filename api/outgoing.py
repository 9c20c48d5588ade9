"""The one client that calls addresses other people choose: webhooks, push endpoints, sign-in providers.

A name is resolved once, each address is checked, and the connection goes to the address that was checked, so that a name
that answers differently the second time gains nothing. No redirects, no proxies from the environment, no other schemes
than http and https, limits on time and size. TLS is checked against the name.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, cast

import httpcore
import httpx
import msgspec

Address = IPv4Address | IPv6Address

TOTAL_SECONDS = 15.0
CONNECT_SECONDS = 5.0
MAX_ANSWER_BYTES = 65_536
MAX_ADDRESSES = 4

_SCHEMES = ("http", "https")
_REFUSED = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"), IPv4Network("168.63.129.16/32"))
"""What Python calls global though it is not: protocol assignments, relays of 6to4, the metadata service of Azure."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_TUNNELS = (IPv6Network("2002::/16"), IPv6Network("2001::/32"))


class Answer(msgspec.Struct, frozen=True):
    """What the other side said, body at most MAX_ANSWER_BYTES."""

    status_code: int
    headers: Mapping[str, str]
    body: bytes


class OutgoingError(Exception):
    """The call failed; the message is a sentence. `is_refused`: we did not want to, so trying again is of no use."""

    def __init__(self, message: str, *, is_refused: bool = False) -> None:
        super().__init__(message)
        self.is_refused = is_refused


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet's: not loopback, private, link-local, reserved, multicast or metadata.

    An IPv6 address that stands for an IPv4 one (mapped, or NAT64) is what that one is; tunnels are refused.
    (Source: IANA special-purpose address registries; RFC 4291, 6052)
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not any(address in net for net in _REFUSED)
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
    return address in _GLOBAL_UNICAST and address.is_global and not any(address in net for net in _TUNNELS)


def is_allowed(host: str, address: Address, allowed: Iterable[str]) -> bool:
    """Whether a connection for `host` may go to `address`: it is public, or host, address or its network is allowed."""
    return is_public(address) or any(_matches(entry.strip().lower(), host.lower(), address) for entry in allowed)


def _matches(entry: str, host: str, address: Address) -> bool:
    if entry == host:
        return True
    try:
        return address in ip_network(entry, strict=False)
    except (ValueError, TypeError):
        return False


def literal(host: str) -> Address | None:
    """The address a host part spells out, in any form a resolver takes (`127.1`, `0177.0.0.1`, `2130706433`), or None."""
    try:
        return ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def url_problem(url: str, allowed: Iterable[str]) -> str | None:
    """What is wrong with a URL to call, as a sentence, or None. Asks no resolver: a name is checked at each call."""
    try:
        parsed = httpx.URL(url)
        host, has_user = parsed.host, bool(parsed.userinfo)
    except (httpx.InvalidURL, ValueError):
        return "This is not a URL."
    if parsed.scheme not in _SCHEMES or not host:
        return "Give a URL that begins with https:// or http:// and names a host."
    if has_user or parsed.fragment:
        return "Leave user names, passwords and fragments out of the URL; use a header."
    address = literal(host) or (IPv4Address("127.0.0.1") if host.rstrip(".").lower() == "localhost" else None)
    if address is not None and not is_allowed(host, address, allowed):
        return "This address is not on the public internet; an administrator can allow it (allowed_webhook_hosts)."
    return None


class _Checking(httpcore.AsyncNetworkBackend):
    """Connects to checked addresses only."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = allowed
        self._inner = cast(httpcore.AsyncNetworkBackend, httpcore.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        found = [address for address in await _resolve(host, port) if is_allowed(host, address, self._allowed)]
        if not found:
            raise OutgoingError(f"{host} is not on the public internet, and is not allowed.", is_refused=True)
        error: Exception | None = None
        for address in found[:MAX_ADDRESSES]:
            try:
                return await self._inner.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
        assert error is not None
        raise error

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise OutgoingError("Sockets of this machine are not called.", is_refused=True)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def _resolve(host: str, port: int) -> list[Address]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OutgoingError(f"{host} cannot be found.") from error
    return list(dict.fromkeys(ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))


class _Transport(httpx.AsyncHTTPTransport):
    """httpx's own, over connections that are checked."""

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__(verify=_tls())
        self._pool = httpcore.AsyncConnectionPool(ssl_context=_tls(), network_backend=_Checking(allowed))


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def client(allowed: Sequence[str] = ()) -> httpx.AsyncClient:
    """A client whose every connection is checked; for libraries that want one. `allowed`: `allowed_webhook_hosts`."""
    return httpx.AsyncClient(
        transport=_Transport(allowed),
        timeout=httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS),
        follow_redirects=False,
        trust_env=False,
        headers={"user-agent": "Redress", "accept-encoding": "identity"},
    )


async def post(url: str, body: bytes, headers: Mapping[str, str], allowed: Sequence[str] = ()) -> Answer:
    """POST once. Raises OutgoingError when it is refused, fails, takes TOTAL_SECONDS or answers too much."""
    if problem := url_problem(url, allowed):
        raise OutgoingError(problem, is_refused=True)
    try:
        async with (
            asyncio.timeout(TOTAL_SECONDS),
            client(allowed) as http,
            http.stream("POST", url, content=body, headers=dict(headers)) as response,
        ):
            answer = bytearray()
            async for chunk in response.aiter_raw():
                answer += chunk
                if len(answer) > MAX_ANSWER_BYTES:
                    raise OutgoingError(f"It answered more than {MAX_ANSWER_BYTES} bytes.")
            return Answer(response.status_code, response.headers, bytes(answer))
    except TimeoutError as error:
        raise OutgoingError(f"No complete answer within {TOTAL_SECONDS:.0f} seconds.") from error
    except httpx.TimeoutException as error:
        raise OutgoingError(f"It took too long ({type(error).__name__}).") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OutgoingError(f"{type(error).__name__}: {error}"[:300]) from error
