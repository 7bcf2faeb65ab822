"""Neutral spans as Telegram's HTML, and what Telegram takes as a link. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from html import unescape
from typing import Final
from urllib.parse import urlsplit

from bot.models import Span

LINK_LONGEST: Final = 2048  # bytes; Telegram's own limit is unpublished, this is the ceiling of most browsers
LINK_BYTES: Final = 8000  # of all links of a message: its entities may take about 10 kB (RSS-to-Telegram-Bot: 9,500)

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_TAG: Final = re.compile(r"<[^>]*>")
_UNSENDABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # control characters, halves of characters
_UNSEEN: Final = frozenset({"Cc", "Cf", "Mn", "Zl", "Zp", "Zs"})  # controls, formats, marks without a letter, blanks
_UNLINKABLE: Final = re.compile(r"[\s\x00-\x1f\x7f\ud800-\udfff\\]")


def escape(text: str) -> str:
    """`text` as HTML that shows just that; Telegram knows these four names and no others (Bot API, HTML style)."""
    return text.translate(_ESCAPES)


def clean(text: str) -> str:
    """`text` without what can't be sent; line breaks remain."""
    return _UNSENDABLE.sub("", text.replace("\r\n", "\n"))


def words_in(html: str) -> str:
    """What Telegram shows of our HTML."""
    return unescape(_TAG.sub("", html))


def is_seen(text: str) -> bool:
    """Whether people see anything of `text`: of blanks and invisible signs alone, Telegram makes no message (tdlib)."""
    return any(unicodedata.category(character) not in _UNSEEN for character in text)


def web_link(url: str | None) -> str:
    """`url` if Telegram takes it as a link: http or https, a host with a dot in it, no blanks; else nothing.

    A button with any other link makes Telegram refuse the whole message (BUTTON_URL_INVALID).
    """
    if not url or _UNLINKABLE.search(url) or len(url.encode()) > LINK_LONGEST:
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:  # such as an open bracket of an IPv6 address
        return ""
    return url if parts.scheme in {"http", "https"} and "." in host.strip(".") else ""


def to_html(spans: Iterable[Span]) -> str:
    """`spans` as Telegram's HTML: every tag is closed, everything else escaped."""
    return "".join(_tagged(span) for span in spans)


def sober(spans: Iterable[Span], *, entities: int, linked: int = 0) -> tuple[Span, ...]:
    """The same words with at most so many `entities`, and LINK_BYTES of links: what comes later goes plain.

    What stands beside them has links of `linked` bytes.

    Telegram ignores entities beyond its limit silently, and with them the link at the end. Links that it does not take
    are dropped here, too.
    """
    kept: list[Span] = []
    link_bytes = LINK_BYTES - linked
    for span in spans:
        link = web_link(span.link)
        link = link if len(link.encode()) <= link_bytes else ""
        chosen = replace(span, link=link or None)
        if not span.text.strip() or _cost(chosen) > entities:
            chosen = Span(span.text)
        entities -= _cost(chosen)
        link_bytes -= len((chosen.link or "").encode())
        kept.append(chosen)
    return tuple(kept)


def _cost(span: Span) -> int:
    return _tagged(span).count("</")


def _tagged(span: Span) -> str:
    """One span. Telegram's code can't be within other markup (Bot API): a link wins over code, and code over bold."""
    html = escape(span.text)
    if span.code and not span.link:
        return f"<code>{html}</code>"
    if span.italic:
        html = f"<i>{html}</i>"
    if span.bold:
        html = f"<b>{html}</b>"
    return f'<a href="{escape(span.link)}">{html}</a>' if span.link else html
