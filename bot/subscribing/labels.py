"""What stands on buttons, and how many of them side by side: a row on a telephone holds about 30 letters. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

import regex

from bot.models import Choice

WIDTH: Final = 26
"""Of a label that has a row to itself, beside its mark."""

LINE: Final = 45
"""Of a line in a list. Discord takes 100 UTF-16 units there; a Khmer letter with its signs has two or three."""

HALF: Final = 14
"""Of a label that shares its row with another one."""

_TAIL: Final = 8  # of a long name: look-alikes differ there
_WIDE: Final = 2
_KHMER: Final = 1.3
_LETTER: Final = regex.compile(r"\X")


def shortened(name: str, width: int = WIDTH) -> str:
    """`name` in one line of at most `width` letters, cut in its middle: both ends tell it from others like it."""
    letters: list[str] = _LETTER.findall(" ".join(name.split()))
    if _width(letters) <= width:
        return "".join(letters)
    tail = _first(letters[::-1], min(_TAIL, width / 3))[::-1]
    head = _first(letters, width - _width(tail) - 1)
    return "".join(head).rstrip() + "…" + "".join(tail).lstrip()


def counted_label(name: str, posts: int, width: int = WIDTH) -> str:
    """A category with the number of its posts: "NATIONAL (131)"."""
    count = f" ({posts})"
    return shortened(name, width - len(count)) + count


def grid(choices: Iterable[Choice]) -> list[tuple[Choice, ...]]:
    """The choices in rows: two side by side where both are short, else one."""
    rows: list[tuple[Choice, ...]] = []
    for choice in choices:
        if rows and len(rows[-1]) == 1 and _is_short(choice) and _is_short(rows[-1][0]):
            rows[-1] += (choice,)
        else:
            rows.append((choice,))
    return rows


def _is_short(choice: Choice) -> bool:
    return _width(_LETTER.findall(choice.label)) <= HALF


def _first(letters: Sequence[str], width: float) -> list[str]:
    """As many of the letters as are that wide together."""
    taken: list[str] = []
    for letter in letters:
        width -= _width([letter])
        if width < 0:
            break
        taken.append(letter)
    return taken


def _width(letters: Iterable[str]) -> float:
    """How wide letters are, measured by Latin ones: Khmer ones are wider, emoji and Chinese ones twice as wide."""
    return sum(_WIDE if unicodedata.east_asian_width(each[0]) in {"W", "F"} else _by_script(each) for each in letters)


def _by_script(letter: str) -> float:
    return _KHMER if "\u1780" <= letter[0] <= "\u17ff" else 1
