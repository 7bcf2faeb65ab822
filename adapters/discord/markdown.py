"""Spans -> Discord's Markdown, so that readers see what was written: nothing more is bold, a list, or a mention.

Discord renders on the reader's side, by rules that are not CommonMark: a backslash shields any punctuation, headings,
lists and quotes begin at a line's start, and a link whose text looks like an address is shown as typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final
from urllib.parse import quote, urlsplit

from bot.composing.cutting import cut, utf16_length
from bot.models import Span

_SHIELD: Final = "\u200b"  # a zero-width space: seen by parsers, not by people

_UNSENDABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # no signs of any text, or halves of one
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})

_MARKS: Final = re.compile(r"[\\*_~`|\[\]<]|:(?=[\w+-]+:)")
_LINE_MARKS: Final = re.compile(r"^([^\S\n]*(?:\d+(?=[.)]))?)([-#>+.)])", re.MULTILINE)
# What backslashes don't shield: the server hears mentions in the raw text, and a link's text may go on to a later "](".
_DEAF_TO_BACKSLASHES: Final = re.compile(r"(?<=<)(?=[@#])|(?<=@)(?=everyone|here)|(?<=\])(?=\()", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"(?<!\w)https?://[^\s<>]*[^\s<>.,:;!?\"'\])]", re.IGNORECASE)
_OUTSIDE_ADDRESSES: Final = re.compile(r"[\s\x00-\x20\x7f()<>\[\]\\*|`\"]")


def markdown(spans: Iterable[Span]) -> str:
    """`spans` as Discord Markdown; links that are not http or https become plain text."""
    pieces: list[str] = []
    styled_before = False
    for span in _joined(spans):
        for line, text in enumerate(span.text.split("\n")):
            core = text.strip()
            before, after = _around(text, core)
            styled = _styled(span if core == span.text else replace(span, text=core)) if core else ""
            is_styled = bool(span.link or span.code or span.bold or span.italic)
            # Two neighbouring runs of marks would be read as one: **a** and *b* must not become **a***b*.
            seam = _SHIELD if styled_before and is_styled and styled and not before and not line else ""
            pieces.append(("\n" if line else "") + before + seam + styled + after)
            styled_before = bool(styled) and is_styled and not after
    return "".join(pieces)


def headline(text: str, most: int) -> str:
    """One line as a card's title, in at most `most` UTF-16 units: apps read marks there, too (discord-components #400).

    An address is no link in it, and stays as it is.
    """
    room = most
    while (size := utf16_length(escaped := escape(cut(text, room), links=False))) > most:
        room = room * most // size
    return escaped


def heading(text: str, address: str) -> str:
    """One line in large letters, which leads to `address`, if it may."""
    if address and "://" not in text:
        return f"## {markdown([Span(text, link=address)])}"
    shield = _SHIELD if text.endswith("#") else ""  # signs at a heading's end go with its marks
    return f"## {escape(text)}{shield}"


def subtext(text: str) -> str:
    """One line in small print."""
    return f"-# {escape(text)}" if text else ""


def clean(text: str) -> str:
    """`text` without what can't be sent; line breaks remain."""
    return _UNSENDABLE.sub("", text.replace("\r\n", "\n")) if _UNSENDABLE.search(text) else text


def is_seen(text: str) -> bool:
    """Whether people see anything of `text`."""
    return any(unicodedata.category(character) not in _UNSEEN for character in text)


def sober(spans: Iterable[Span], *, characters: int) -> Iterator[Span]:
    """The same words with at most so many `characters` of addresses behind them: links that come later go plain."""
    for span in spans:
        address = _for_markdown(web_address(span.link)) if span.link else ""
        if len(address) > characters:
            yield replace(span, link=None)
        else:
            characters -= len(address)
            yield span


def escape(text: str, *, links: bool = True) -> str:
    """`text` as Markdown that shows it as it is; addresses stay links (or only words), mentions become harmless."""
    pieces: list[str] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        address = f"<{_for_markdown(match[0])}>" if links else match[0]
        pieces += [_escape_words(text[end : match.start()]), address]
        end = match.end()
    return "".join(pieces) + _escape_words(text[end:])


def web_address(address: str | None) -> str:
    """`address` if it is one of the web, without what no address may contain; else empty."""
    address = (address or "").strip()
    try:
        parts = urlsplit(address)
    except ValueError:  # a bracket without its partner
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or clean(address) != address:
        return ""
    return re.sub(r"[\s\x00-\x20\x7f<>\"\\]", lambda match: quote(match[0]), address)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Neighbours of the same style as one span: a list's "1" and ". " may come apart."""
    told = (span for span in spans if span.text)
    for _, same in groupby(told, key=lambda span: (span.bold, span.italic, span.code, span.link)):
        run = list(same)
        yield run[0] if len(run) == 1 else replace(run[0], text="".join(span.text for span in run))


def _around(text: str, core: str) -> tuple[str, str]:
    """The blanks before and after `core`: marks that touch a blank mark nothing."""
    if not core:
        return "", text
    start = text.index(core)
    return text[:start], text[start + len(core) :]


def _styled(span: Span) -> str:
    """One line of a span, without blanks around it."""
    address = web_address(span.link)
    if span.code and not address and "`" not in span.text:
        return f"`{_defuse(span.text)}`"
    text = _link(span.text, address) if address else escape(span.text)
    marks = "**" * span.bold + "*" * span.italic
    return marks + text + marks


def _link(text: str, address: str) -> str:
    if "://" in text:  # Discord shows a link as typed when its text looks like another address
        return f"<{_for_markdown(address)}>"
    # Discord looks for the end of a link's text without heeding backslashes.
    text = text.replace("[", "(").replace("]", ")")
    return f"[{escape(text)}]({_for_markdown(address)})"


def _for_markdown(address: str) -> str:
    """`address` without what could end it early or mark something: percent-encoded, it leads to the same place."""
    address = _OUTSIDE_ADDRESSES.sub(lambda match: quote(match[0]), address)
    return re.sub(r"@(?=everyone|here)", "%40", address, flags=re.IGNORECASE)


def _escape_words(text: str) -> str:
    return _defuse(_LINE_MARKS.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", text)))


def _defuse(text: str) -> str:
    return _DEAF_TO_BACKSLASHES.sub(_SHIELD, text)
