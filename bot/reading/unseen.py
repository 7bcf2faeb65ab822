"""Characters that nobody sees: control characters, and marks that turn the direction of the text after them.

Zero-width spaces and joiners are none of these: Khmer, Persian, Indic scripts and joined emoji need them.
"""

from __future__ import annotations

import re
from typing import Final

TURNED_TITLE: Final = "the title has invisible characters that turn the direction of text; they are left out"
_TURNED_TEXT: Final = "invisible characters that turn the direction of text stand here; they are left out"

# What YAML refuses or takes for a line break; LF and TAB stay.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")

# Embeddings, overrides and isolates (Unicode UAX 9, "Directional Formatting Characters"). The marks LRM, RLM and ALM
# stay: they turn nothing around themselves. Editors, JSON and YAML may write them as escapes, HTML as entities.
_TURN: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_WRITTEN_TURN: Final = re.compile(
    f"{_TURN.pattern}|\\\\(?:u|U0000)(?:202[a-e]|206[6-9])|&#(?:x0{{0,4}}(?:202[a-e]|206[6-9])|0{{0,4}}(?:823[4-8]|829[4-7]));",
    re.I,
)
# The same characters in UTF-8, and all of ASCII that is none of them.
_ODD: Final = re.compile(
    rb"[\x00-\x7f]|\xc2[\x80-\x9f]|\xe2(?:\x80[\xa8-\xae]|\x81[\xa6-\xa9])|\xef(?:\xbb\xbf|\xbf[\xbe\xbf])"
)
_HARMLESS: Final = bytes([*range(0x20, 0x7F), *b"\n\t\r"])
_MAY_WRITE_ONE: Final = ("\\u20", "\\U0000", "&#")
_TITLE: Final = re.compile(r"""["']?title["']?[ \t]*[:=]""", re.I)

Doubt = tuple[int, str]
"""A line, from 1, and what is odd about it."""


def printable(text: str) -> str:
    """`text` with a blank in the place of each control character but LF and TAB: columns stay what they are."""
    return text if _is_plain(text) else _UNPRINTABLE.sub(" ", text)


def without_turns(text: str) -> str:
    """`text` without the characters that turn its direction: one of them would turn whatever follows in a message."""
    return text if text.isascii() else _TURN.sub("", text)


def control_character(text: str) -> Doubt | None:
    """The first control character that is no blank of some kind: it came from another encoding, or a damaged disk."""
    found = None if _is_plain(text) else _CONTROL.search(text)
    if found is None:
        return None
    what = f"a control character (U+{ord(found[0]):04X}) stands here; a blank takes its place"
    return text.count("\n", 0, found.start()) + 1, what


def turn_in_front_matter(source: str) -> Doubt | None:
    """The first line of front matter that turns the direction of text; of the title before all others."""
    if not _may_turn(source):
        return None
    lines = [(number, line) for number, line in enumerate(source.split("\n"), 1) if _WRITTEN_TURN.search(line)]
    titles = [(number, TURNED_TITLE) for number, line in lines if _TITLE.match(line.lstrip())]
    return next(iter(titles or [(number, _TURNED_TEXT) for number, _ in lines]), None)


def turn_in_body(body: str) -> Doubt | None:
    """The first line of a body that turns the direction of text."""
    found = _WRITTEN_TURN.search(body) if _may_turn(body) else None
    return (body.count("\n", 0, found.start()) + 1, _TURNED_TEXT) if found else None


def may_be_odd(content: bytes, text: str) -> bool:
    """Whether any of the characters of this module may be in `content` (UTF-8), or be written out in it.

    False is certain. `text` is `content` decoded: it is looked at where the letters are not Latin ones, for then nearly
    all bytes are left once ASCII is taken away. Else these are few, and soon looked at.
    """
    if (b"\\" in content or b"&" in content) and any(sign.encode() in content for sign in _MAY_WRITE_ONE):
        return True
    suspects = content.translate(None, _HARMLESS)
    if len(suspects) > len(content) // 8:
        return not _is_plain(text)
    return bool(suspects) and _ODD.search(suspects) is not None


def _is_plain(text: str) -> bool:
    """Whether nothing is in `text` but what prints, LF, TAB, U+00A0 and U+200B: true of most files, and soon found."""
    return _without_blanks(text).isprintable()


def _without_blanks(text: str) -> str:
    """`text` without the blanks that are characters like all others: Khmer is written with zero-width spaces."""
    visible = text.replace("\n", "").replace("\t", "")
    return visible if text.isascii() else visible.replace("\u00a0", "").replace("\u200b", "")


def _may_turn(text: str) -> bool:
    return not text.isascii() or any(sign in text for sign in _MAY_WRITE_ONE)
