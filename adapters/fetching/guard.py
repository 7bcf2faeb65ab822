"""Keeps requests out of private networks: a post's address may lead anywhere (DESIGN 4.8).

Three doors, one behind the other: an address that is written out is looked at before it is asked for, a name when it is
looked up, and whatever is connected to, at that moment. A name is looked up once for each connection, so that an answer
that changes between look and call helps nobody; and a form of writing that the first two don't know ends at the third.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection
from typing import Final

from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
_UNICAST: Final = ipaddress.ip_network("2000::/3")  # all that the internet has given out (RFC 4291, section 2.4)
_ITS_OWN_USES: Final = (
    ipaddress.ip_network("192.0.0.0/24"),  # RFC 6890; a cloud tells its secrets at 192.0.0.192
    ipaddress.ip_network("168.63.129.16/32"),  # public by its number only: Azure's own, seen from each machine there
)

_NUMBER: Final = re.compile(r".*:.*|(.*\.)?(\d+|0x[0-9a-f]*)\.*", re.IGNORECASE | re.DOTALL)
"""No name, but an address, however it is written: with a colon, which no name has, of IPv6; ending in a number, however
short and in whatever base, of IPv4 (WHATWG URL, "host parsing"). aiohttp looks neither of them up."""

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


class PrivateAddress(OSError):
    """A private address that NEWSBELL_FETCH_ALLOW does not name."""


class Guard(AbstractResolver):
    """A resolver that knows no private addresses, but those at the hosts and ports of `allow`."""

    def __init__(self, allow: Collection[tuple[str, int]]) -> None:
        self._allow = frozenset((host.lower(), port) for host, port in allow)
        self._named: set[tuple[str, int]] = set()  # addresses of names that are allowed, with their ports
        self._resolver = ThreadedResolver()

    def check(self, url: URL) -> None:
        """Raise PrivateAddress for an address that is written out; names are checked when they are looked up."""
        host, port = url.raw_host or "", url.port or 0
        if self._allows(host, port):
            return
        ip = _address(host)
        if ip is None and _NUMBER.fullmatch(host):
            raise PrivateAddress(f"{host} is an address in disguise; write it out")
        if ip is not None and not is_public(ip):
            raise PrivateAddress(f"{host} is a private address")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of `host` that may be connected to. Raises OSError if there are none."""
        found = await self._resolver.resolve(host, port, family)
        if self._allows(host, port):
            self._named.update((each["host"], port) for each in found)
            return found
        public = [each for each in found if _is_public(each["host"])]
        if not public:
            raise PrivateAddress(f"{host} has no public address")
        return public

    def socket(self, address: AddrInfoType) -> socket.socket:
        """A socket that is about to be connected to `address`. Raises PrivateAddress."""
        family, kind, protocol, _, (host, port, *_) = address
        if not (_is_public(host) or self._allows(host, port) or (host, port) in self._named):
            raise PrivateAddress(f"{host} is a private address")
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        """Let go of the resolver."""
        await self._resolver.close()

    def _allows(self, host: str, port: int) -> bool:
        return (host.lower(), port) in self._allow


def _address(host: str) -> Ip | None:
    """The address that is written there. A zone behind it (RFC 4007, section 11), even none, only tells the way."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _is_public(host: str) -> bool:
    ip = _address(host)
    return ip is not None and is_public(ip)


def is_public(ip: Ip) -> bool:
    """Whether an address is one of the internet's, also where it only wraps another one."""
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = _wrapped(ip)
        return ip.is_global and ip in _UNICAST if wrapped is None else is_public(wrapped)
    return ip.is_global and not ip.is_multicast and not any(ip in own for own in _ITS_OWN_USES)


def _wrapped(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour
