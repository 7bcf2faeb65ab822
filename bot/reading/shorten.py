"""Short texts that have to fit: titles, names of categories. (Excerpts are cut where a message is composed.)"""

from __future__ import annotations

from typing import Final

import regex

_ELLIPSIS: Final = "…"
_GRAPHEME: Final = regex.compile(r"\X")
_WORD_ENDS: Final = " \u200b"  # Khmer parts words by zero-width spaces
_LEAST_KEPT: Final = 0.6  # of the room, if it is to end at a word


def utf16_units(text: str) -> int:
    """The length of `text` as both platforms count it."""
    return len(text) if text.isascii() else len(text) + sum(char > "\uffff" for char in text)


def shortened(text: str, most: int) -> str:
    """`text` in at most `most` UTF-16 units: cut behind a word if one ends near there, and never inside a grapheme.

    Only a single grapheme that is longer than that (a letter under a hundred accents) is cut itself.
    """
    if 2 * len(text) <= most or utf16_units(text) <= most:
        return text
    room, end = most - len(_ELLIPSIS), 0
    for grapheme in _GRAPHEME.finditer(text, 0, most + 1):
        room -= utf16_units(grapheme[0])
        if room < 0 or grapheme.end() > most:
            break
        end = grapheme.end()
    word_end = max(text.rfind(blank, 0, end + 1) for blank in _WORD_ENDS)
    end = word_end if word_end >= end * _LEAST_KEPT else end
    return (text[: end or (most - 1) // 2].rstrip(_WORD_ENDS)) + _ELLIPSIS
