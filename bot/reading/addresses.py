"""Addresses on the web: whole, safe to put into a message, and comparable."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urljoin, urlsplit

LONGEST_ADDRESS: Final = 2048
"""Discord's limit of an embed's url."""

_SCHEMES: Final = frozenset({"http", "https"})
_STRAY_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST: Final = re.compile(r"[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\]")
_UNRESERVED: Final = "%-._~!$&'()*+,;=:@/"  # RFC 3986: what a path may hold, and what is encoded already


def web_address(written: str, base: str = "") -> str | None:
    """`written` as a whole http(s) address with everything but ASCII encoded; None if it is none.

    `//host/x` is https. A path is joined to `base`, the site's own address, if there is one.
    """
    text = written.strip()
    if text.startswith("//"):
        text = f"https:{text}"
    try:
        if base and text.startswith("/"):
            text = base.rstrip("/") + text
        address = _encoded(urlsplit(text))
    except ValueError:  # a port of letters, half an IPv6 address, a host that no registry would sell
        return None
    return address if address and len(address) <= LONGEST_ADDRESS else None


def join(base: str, relative: str) -> str | None:
    """The address of `relative` as a link on the page at `base`."""
    try:
        return web_address(urljoin(base, quote(relative, safe=_UNRESERVED + "?#")))
    except ValueError:
        return None


def comparable(address: str) -> str:
    """What is the same for every spelling of `address`: no fragment, no utm_ parameters, no closing slash."""
    parts = urlsplit(address)
    query = urlencode([pair for pair in parse_qsl(parts.query, True) if not pair[0].lower().startswith("utm_")])
    return parts._replace(query=query, fragment="", path=parts.path.rstrip("/")).geturl()


def encode_segment(text: str) -> str:
    """`text` as one segment of an address's path."""
    return quote(text, safe="")


def _encoded(parts: SplitResult) -> str | None:
    if parts.scheme.lower() not in _SCHEMES or not parts.hostname:
        return None
    host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode("ascii")
    if ":" in host:
        host = f"[{host}]"
    if not _HOST.fullmatch(host) or "@" in parts.netloc:  # https://bank.example@evil.example deceives readers
        return None
    return SplitResult(
        scheme=parts.scheme.lower(),
        netloc=f"{host}:{parts.port}" if parts.port else host,
        path=_quoted(parts.path, _UNRESERVED),
        query=_quoted(parts.query, _UNRESERVED + "?"),
        fragment=_quoted(parts.fragment, _UNRESERVED + "?"),
    ).geturl()


def _quoted(text: str, safe: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", text), safe=safe)
