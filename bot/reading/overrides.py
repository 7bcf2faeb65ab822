"""What a post's front matter asks of newsbell itself: `newsbell:` with its keys, `breaking:` and `silent:` beside it.

docs/front-matter.md tells editors about them; a test reads its examples.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Final, NamedTuple

from bot.models import Overrides, Span
from bot.reading.addresses import Links, comparable, web_address
from bot.reading.fields import flag, shown, text_of
from bot.reading.own_page import own_page
from bot.reading.page import Page
from bot.reading.text.blocks import Block, Kind
from bot.reading.text.body import Body
from bot.reading.text.spans import joined

_NEWSBELL: Final = "newsbell"
_SEND: Final = "send"
_FLAGS: Final = ("silent", "breaking", "pin", "mention")
_KEYS: Final = (_SEND, *_FLAGS, "image", "text", "follows")
_PLATFORMS: Final = ("telegram", "discord")
_EVERYWHERE: Final = "all"
_MOST_NAMED: Final = 5  # unknown keys; a whole file pasted below `newsbell:` is one mistake, and no hundreds

_NONE: Final = Overrides()
_EXAMPLE: Final = "write  newsbell: false  to keep the post back, or keys below it, such as  silent: true"
_SHOWN_KINDS: Final = frozenset({Kind.HEADING, Kind.PARAGRAPH, Kind.LIST, Kind.QUOTE})
_HAS_SCHEME: Final = re.compile(r"https?:", re.I)


class Asked(NamedTuple):
    """The overrides, and the picture that stands below `newsbell`, as written (None: none does)."""

    overrides: Overrides
    picture: object = None


def is_excluded(page: Page) -> bool:
    """Whether newsbell shall leave the post alone: `newsbell: false`, or `send: false` below it."""
    written = page.values.get(_NEWSBELL)
    return flag(_lowered(written).get(_SEND) if isinstance(written, Mapping) else written) is False


def overrides_of(page: Page, url: str | None = None) -> Asked:
    """What the post asks for; `url` is its link, from which relative links in its own words may start.

    What is not understood is doubted, and counts as not asked for.
    """
    breaking, silent = (flag(page.values.get(key)) is True for key in ("breaking", "silent"))
    beside = Overrides(breaking=breaking, silent=silent) if breaking or silent else _NONE
    written = page.values.get(_NEWSBELL)
    if written is None or flag(written) is not None:
        return Asked(beside)
    if not isinstance(written, Mapping):
        told = f" {shown(text)}" if (text := text_of(written)) else ""
        _doubt(page, f"newsbell:{told} is not understood; {_EXAMPLE}")
        return Asked(beside)
    return _read(_lowered(written), beside, page, Links(page.site.url, own_page(page, url)))


def _read(asked: Mapping[str, object], beside: Overrides, page: Page, links: Links) -> Asked:
    _doubt_names(page, [key for key in asked if key not in _KEYS], "", _KEYS)
    _flag(asked, _SEND, True, page)
    breaking, silent = (_flag(asked, key, getattr(beside, key), page) for key in ("breaking", "silent"))
    pin, mention = _flag(asked, "pin", False, page), _flag(asked, "mention", True, page)
    image, picture = _image(asked, page)
    overrides = Overrides(
        breaking=breaking,
        silent=silent,
        pin=pin,
        mention=mention,
        image=image,
        texts=tuple(_texts(asked.get("text"), page, links)),
        follows=_follows(asked.get("follows"), page),
    )
    return Asked(overrides, picture)


def _flag(asked: Mapping[str, object], key: str, usual: bool, page: Page) -> bool:
    value = asked.get(key)
    said = flag(value)
    if said is None and value is not None:
        _doubt(page, f"{_told(key, value)} is neither yes nor no; write  {key}: true  or  {key}: false", key)
    return usual if said is None else said


def _image(asked: Mapping[str, object], page: Page) -> tuple[bool, object]:
    """Whether the message has a picture, and the one of its own."""
    value = asked.get("image")
    said = flag(value)
    if said is not None or value is None:
        return said is not False, None
    if isinstance(value, str | Mapping):
        return True, value
    _doubt(page, f"{_told('image', value)} is no picture; write  image: false, or a path or address", "image")
    return True, None


def _texts(value: object, page: Page, links: Links) -> Iterable[tuple[str, tuple[Span, ...]]]:
    """Words of the post's own: for all platforms, or by platform."""
    if value is None:
        return
    by_platform = _lowered(value) if isinstance(value, Mapping) else {_EVERYWHERE: value}
    known = (*_PLATFORMS, _EVERYWHERE)
    _doubt_names(page, [name for name in by_platform if name not in known], "text", known)
    for name, written in by_platform.items():
        if name not in known:
            continue
        if spans := _spans(written, links):
            yield "" if name == _EVERYWHERE else name, spans
        else:
            key = "text" if name == _EVERYWHERE else name
            _doubt(page, f"{key} has no words that can be shown; the excerpt is sent; write some, or remove it", key)


def _spans(written: object, links: Links) -> tuple[Span, ...]:
    """Markdown as neutral spans. What no message can show, code blocks and tables, is left out; so is a mere yes."""
    if flag(written) is not None or not isinstance(written, str | int | float):
        return ()
    text = written if isinstance(written, str) else text_of(written)
    # JSON may escape half of an emoji, which no database and no platform takes.
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return joined(_paragraph(block) for block in Body(whole, links) if block.kind in _SHOWN_KINDS and block.spans)


def _paragraph(block: Block) -> tuple[Span, ...]:
    if block.kind is Kind.HEADING:
        return tuple(replace(span, bold=True) for span in block.spans)
    return block.spans


def _follows(value: object, page: Page) -> str:
    """The code or path of the earlier post, or its address in the form in which posts are compared."""
    if value is None:
        return ""
    text = "" if isinstance(value, list | bool) else text_of(value)
    if not text:
        _doubt(page, "follows names no post; write the code of the earlier one, its path or its address", "follows")
        return ""
    if _HAS_SCHEME.match(text) or (text.startswith("/") and page.site.url):
        return comparable(web_address(text, page.site.url) or text)
    return unicodedata.normalize("NFC", text.removeprefix("./"))


def _lowered(values: Mapping[object, object]) -> dict[str, object]:
    return {text_of(key).lower(): value for key, value in values.items()}


def _told(key: str, value: object) -> str:
    text = text_of(value)
    return f"{key}: {shown(text)}" if text else f"what stands at {key}"


def _doubt_names(page: Page, names: Sequence[str], above: str, known: Sequence[str]) -> None:
    """Doubt keys that nobody knows, each with the one that was meant; many in one sentence."""
    where, there_are = f"below {above or _NEWSBELL}", f"there are {', '.join(known)}"
    if len(names) > _MOST_NAMED:
        named = ", ".join(map(shown, names[:_MOST_NAMED]))
        more = len(names) - _MOST_NAMED
        _doubt(page, f"{named} and {more} more {where} say nothing to newsbell; {there_are}", names[0])
        return
    for name in names:
        near = get_close_matches(name, known, 1)
        mend = f'write "{near[0]}"' if near else there_are
        _doubt(page, f"{shown(name)} {where} says nothing to newsbell; {mend}", name)


def _doubt(page: Page, sentence: str, key: str = "") -> None:
    page.doubt(f"line {_line_of(page, key)}: {sentence}")


def _line_of(page: Page, key: str) -> int:
    """The line of `key` below `newsbell`, or of that itself: the same name may stand at the top as well."""
    source = page.front.source
    table = rf"\[(?:\w+\.)?{_NEWSBELL}[.\]]"  # also in a table of a site's own keys: [extra.newsbell]
    top = re.search(rf"""^[ \t]*(?:["']?{_NEWSBELL}["']?[ \t]*[:=.]|{table})""", source, re.M | re.I)
    if top is None:
        return page.front.source_line
    below = re.compile(rf"""(?:^|[\s{{,.])["']?{re.escape(key)}["']?[ \t]*[:=]""", re.M | re.I)
    found = below.search(source, top.end()) if key else None
    return page.front.source_line + source.count("\n", 0, source.find(key, found.start()) if found else top.start())
