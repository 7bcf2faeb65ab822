"""Finds the categories that somebody may have meant."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from bot.models import Category
from bot.subscribing.selectors import match_key

MEASURED: Final = 100
"""Letters of what was typed, and of a category: nobody types longer names, and comparing takes the square of them."""

_TOO_FAR: Final = 10.0
_ALIKE: Final = 0.6  # difflib's own measure of "close": one slip in a word of three letters is still close


def nearest(words: str, categories: Sequence[Category], *, limit: int) -> list[Category]:
    """The categories that fit `words` best: those that begin so, then those with such a part, then those spelt alike.

    Equally good ones keep their order. No words at all fit everything.
    """
    key = match_key(words)
    ranked = [(_distance(key, category.key), category) for category in categories]
    fitting = [pair for pair in ranked if pair[0] < _TOO_FAR]
    return [category for _, category in sorted(fitting, key=lambda pair: pair[0])[:limit]]


def _distance(typed: str, key: str) -> float:
    """How far `typed` is from meaning `key`: 0 begins so, 1 a later part begins so, 2 to 3 by spelling."""
    if key.startswith(typed):
        return 0
    if f"-{typed}" in key:
        return 1
    compared = SequenceMatcher(None, typed[:MEASURED], key[:MEASURED], autojunk=False)
    if min(compared.real_quick_ratio(), compared.quick_ratio()) < _ALIKE:  # which are never less than the ratio
        return _TOO_FAR
    likeness = compared.ratio()
    return 3 - likeness if likeness >= _ALIKE else _TOO_FAR
