"""Addresses on the web: whole, safe to put into a message, and comparable."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urljoin, urlsplit

LONGEST_ADDRESS: Final = 2048
"""Discord's limit of an embed's url."""

_SCHEMES: Final = frozenset({"http", "https"})
_STRAY_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST: Final = re.compile(r"[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\]")
_UNRESERVED: Final = "%-._~!$&'()*+,;=:@/"  # RFC 3986: what a path may hold, and what is encoded already

_HAS_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
_SOURCE_FILE: Final = re.compile(r"\.(?:md|mdx|markdown|mkd)$", re.I)  # a link to a file that the site shows elsewhere
_SIMPLE: Final = re.compile(r"https?://[a-z0-9]++(?:[.-][a-z0-9]++)*+(?P<path>/[A-Za-z0-9._~/-]*+)?")


class Links(NamedTuple):
    """Where the links of a body start from."""

    site: str = ""  # the site's own address, for paths on it
    page: str = ""  # the post's own address on that site, for what is relative to it

    def resolve(self, written: str) -> str | None:
        """The address that a link leads to; None if readers of a message could not follow it."""
        text = written.strip()
        if is_simple(text):
            return text
        if not text or text.startswith("#"):
            return None
        if text.startswith("//") or _HAS_SCHEME.match(text):
            return web_address(text)
        if text.startswith("/") and self.site:
            return web_address(text, self.site)
        if not self.page or _SOURCE_FILE.search(re.split(r"[?#]", text, maxsplit=1)[0]):
            return None
        return join(self.page, text)


def web_address(written: str, base: str = "") -> str | None:
    """`written` as a whole http(s) address with everything but ASCII encoded; None if it is none.

    `//host/x` is https. A path is joined to `base`, the site's own address, if there is one.
    """
    address = _whole(written, base)
    return address if address and len(address) <= LONGEST_ADDRESS else None


def is_too_long(written: str) -> bool:
    """Whether `written` is a whole address, but longer than any that platforms take."""
    return len(_whole(written, "") or "") > LONGEST_ADDRESS


def _whole(written: str, base: str) -> str | None:
    """`written` as an address of whatever length."""
    text = written.strip()
    if text.startswith("//"):
        text = f"https:{text}"
    elif base and text.startswith("/"):
        text = base.rstrip("/") + text
    if _SIMPLE.fullmatch(text):  # most are, and the rest costs ten times as much
        return text
    try:
        return _encoded(urlsplit(text))
    except ValueError:  # a port of letters, half an IPv6 address, a host that no registry would sell
        return None


def join(base: str, relative: str) -> str | None:
    """The address of `relative` as a link on the page at `base`."""
    try:
        return web_address(urljoin(base, quote(relative, safe=_UNRESERVED + "?#")))
    except ValueError:
        return None


def is_simple(text: str) -> bool:
    """Whether `text` is a whole address without anything that needs a closer look, a pattern's parts among them."""
    return _SIMPLE.fullmatch(text) is not None and len(text) <= LONGEST_ADDRESS


def path_in(address: str) -> str:
    """The path in an address or relative link; of a whole address at least "/". Raises ValueError as urlsplit does."""
    if simple := _SIMPLE.fullmatch(address):
        return simple["path"] or "/"
    return urlsplit(address).path or ("/" if address.startswith(("http:", "https:", "//")) else "")


def comparable(address: str) -> str:
    """What is the same for every spelling of `address`: no fragment, no utm_ parameters, no closing slash."""
    if "?" not in address and "#" not in address:
        return address.rstrip("/")
    parts = urlsplit(address)
    query = urlencode([pair for pair in parse_qsl(parts.query, True) if not pair[0].lower().startswith("utm_")])
    return parts._replace(query=query, fragment="", path=parts.path.rstrip("/")).geturl()


def is_on(address: str, site: str) -> bool:
    """Whether `address` is a page of the site whose own address is `site`."""
    return bool(site) and f"{address}/".startswith(f"{site.rstrip('/')}/")


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
