"""What stands in a file and is most likely not meant: the post is sent all the same, and its editor is told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.reading.fields import shown
from bot.reading.front.front_matter import FrontMatter
from bot.reading.page import Page
from bot.reading.shorten import shortened

MOST_NAMES: Final = 50
"""Categories, or tags, that count. No real post measured has so many, and each costs a look at the subscriptions."""

LONGEST_NAME: Final = 100
"""UTF-16 units of a category or tag: what Discord shows of a choice, and more than any real one has."""

_MOST_ALIASES: Final = 50

_MENTION: Final = re.compile(r"(?<![\w@.])@(?:everyone|here)\b(?!\.?\w)|<@[&!]?\d{1,20}>")
_ALIAS: Final = re.compile(r"(?<=[\s,\[:-])\*\w")
_OPENS_TEXT: Final = re.compile(r"([\w.-]{1,40})[ \t]*:[ \t]*[|>][-+\d]{0,2}[ \t]*(?:#.*)?\Z")
_GOES_ON: Final = re.compile(r"(?:[ \t]+\S.*|[\w-]{1,40}[ \t]*:(?:[ \t].*)?|[ \t]*)\Z")
_DASHES: Final = re.compile(r"^-{3,}[ \t]*$", re.M)
_LINES_ON: Final = 40
_LINES_LONGEST: Final = 8_000  # characters of them


def suspect(page: Page) -> None:
    """Doubt what looks like a slip anywhere in the file."""
    page.doubts.extend(page.front.doubts)
    for key in page.front.repeated_keys():
        page.doubt(f"{key} stands more than once in the front matter; the last one counts", key)
    _doubt_mentions(page)
    if page.front.is_yaml:
        _doubt_comments(page)
        _doubt_aliases(page)
        _doubt_a_torn_text(page)


def sane_names(page: Page, names: Sequence[str], key: str) -> tuple[str, ...]:
    """The first MOST_NAMES of `names` (categories or tags, as `key` says), none longer than LONGEST_NAME."""
    kept = tuple(shortened(name, LONGEST_NAME) for name in names[:MOST_NAMES])
    if len(names) > MOST_NAMES:
        page.doubt(f"{key} names {len(names)}; only the first {MOST_NAMES} count", key)
    if kept != tuple(names[:MOST_NAMES]):
        page.doubt(f"{key} has a name of more than {LONGEST_NAME} letters; it is cut", key)
    return kept


def _doubt_mentions(page: Page) -> None:
    front = page.front
    for text, first_line in ((front.source, front.source_line), (front.body, front.body_line)):
        found = _MENTION.search(text) if "@" in text else None
        if found:
            line = first_line + text.count("\n", 0, found.start())
            page.doubt(f"line {line}: {shown(found[0])} is shown as it is written; nobody is pinged by it")
            return


def _doubt_comments(page: Page) -> None:
    """Tell of `code: #1`: for YAML, that is a comment. (A comment for people has a blank after its sign.)"""
    empty = [key for key, value in page.front.values.items() if value is None and key != "title"]
    for key in empty if " #" in page.front.source else ():
        if re.search(rf"^{re.escape(key)}[ \t]*:[ \t]+#[^\s#]", page.front.source, re.M | re.I):
            page.doubt(f'{key} is empty, for in YAML a "#" begins a comment; put its value in double quotes', key)


def _doubt_aliases(page: Page) -> None:
    source = page.front.source
    aliases = len(_ALIAS.findall(source)) if "&" in source else 0
    if aliases > _MOST_ALIASES:
        page.doubt(f"line {page.front.source_line}: the front matter repeats values by {aliases} aliases (*name)")


def _doubt_a_torn_text(page: Page) -> None:
    """Tell of a line --- that was meant as a part of a text, but ends the front matter: what follows reads on."""
    front = page.front
    key = _open_text(front)
    closing = _DASHES.search(front.body, 0, _LINES_LONGEST) if key else None
    if closing is None:
        return
    between = front.body[: closing.start()].split("\n")[:-1]
    if 0 < len(between) <= _LINES_ON and any(map(str.strip, between)) and all(map(_GOES_ON.match, between)):
        line = front.source_line + front.source.count("\n")
        page.doubt(
            f"line {line}: the front matter ends here, in the middle of {key}; indent the line if it belongs to that"
        )


def _open_text(front: FrontMatter) -> str:
    """The last key of the front matter, if its value is a text in a block of its own; else nothing."""
    for line in reversed(front.source.split("\n")[1:-1]):
        if line.strip() and not line[0].isspace():
            opening = _OPENS_TEXT.match(line)
            return opening[1] if opening else ""
    return ""
