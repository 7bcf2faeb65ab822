"""What the enumerations of nouns are made of."""

from __future__ import annotations

from enum import StrEnum


class Word(StrEnum):
    """A word that tables are looked up by: it is hashed as a word, for an enum's own hash is Python's and slow.

    A send looks up a dozen of them.
    """

    __hash__ = str.__hash__
