"""Values of front matter as the rules want them: plain text, lists of texts, flags."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Final

from bot.reading.unseen import printable, without_turns

_BLANKS: Final = re.compile(r"[\s\ufeff\x00-\x1f\x7f-\x9f]+")  # \s has U+00A0 in it
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TRUE: Final = frozenset({"true", "yes", "y", "on", "1"})
_FALSE: Final = frozenset({"false", "no", "n", "off", "0"})
_NAMES_OF_AN_OBJECT: Final = ("name", "label", "title", "slug")  # {label: Rain, permalink: /rain} in Docusaurus
_LONGEST_SHOWN: Final = 80
_LARGEST_NUMBER_BITS: Final = 256  # a number beyond is no text, and Python refuses to write it out


def tidy(text: str) -> str:
    """`text` as it can be shown and stored anywhere: runs of blanks as one, no control characters, no half letters,
    nothing that turns the direction of what follows it."""
    # Most are, and the rest costs ten times as much. (Khmer is written with zero-width spaces, which do not print.)
    bare = text if text.isascii() else text.replace("\u200b", "")
    if bare.isprintable() and "  " not in text and (bare is text or bare.strip()):
        return text.strip()
    collapsed = _BLANKS.sub(" ", without_turns(text)).strip()
    # JSON may escape half of an emoji, which no database and no platform takes.
    whole = collapsed.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole if any(map(_is_visible, whole)) else ""


def unescape(text: str) -> str:
    """`text` with its entities resolved. Each needs its semicolon: "?a=1&section=2" is no paragraph sign."""
    return _ENTITY.sub(_unescaped, text) if "&" in text else text


def _unescaped(entity: re.Match[str]) -> str:
    return without_turns(printable(html.unescape(entity[0]).replace("\n", " ")))


def text_of(value: object) -> str:
    """`value` as one plain text; empty if it is none. A list gives its first text."""
    if value is None or (isinstance(value, int) and value.bit_length() > _LARGEST_NUMBER_BITS):
        return ""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | date | time):  # TOML has dates
        return str(value)
    if isinstance(value, list):
        return next(texts_in(value), "")
    return ""


def first_text(values: Mapping[str, object], *keys: str) -> str:
    """The text of the first of `keys` that has one."""
    for key in keys:
        if text := text_of(values.get(key)):
            return text
    return ""


def texts_in(value: object) -> Iterator[str]:
    """Every text in `value`: nested lists flattened, of an object the name."""
    if value is None:
        return
    visited: set[int] = set()  # YAML's aliases may make a list contain itself, or 2^30 copies of another
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, list):
            if id(current) not in visited:
                visited.add(id(current))
                waiting.extend(reversed(current))
        elif text := _name_of(current) if isinstance(current, dict) else text_of(current):
            yield text


def flag(value: object) -> bool | None:
    """Whether `value` says yes or no, also in words; None if it says neither."""
    if value is None:
        return None
    text = str(value).strip().lower() if isinstance(value, str | bool) else text_of(value)
    if text in _TRUE:
        return True
    return False if text in _FALSE else None


def shown(text: str) -> str:
    """`text` in quotation marks, short enough for a sentence about it."""
    return f'"{text}"' if len(text) <= _LONGEST_SHOWN else f'"{text[:_LONGEST_SHOWN]}…"'


def _name_of(fields: dict[object, object]) -> str:
    values = (fields.get(key) for key in _NAMES_OF_AN_OBJECT)
    return next((text for value in values if isinstance(value, str) and (text := text_of(value))), "")


def _is_visible(char: str) -> bool:
    return unicodedata.category(char)[0] not in "CZ" or char > "\U0001f000"
