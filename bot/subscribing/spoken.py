"""What people type of what they read: the labels of options and their values, in any language, beside their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from bot.models.commands import OFF, ON
from bot.subscribing.options import OPTIONS, Kind, Option
from bot.subscribing.request import Request
from bot.subscribing.roles import mention_meant
from bot.subscribing.setting_names import NAMES, VALUES
from bot.texts import LANGUAGES, texts

SYNONYMS: Final[Mapping[str, str]] = MappingProxyType(
    {"picture": "image", "photo": "image", "text": "excerpt", "length": "excerpt", "read": "button"}
)
"""Other names of options, as people call them."""

_COLONS: Final = ":៖"  # of "Silent: on", in English and in Khmer
_MARKS: Final = frozenset({ON, OFF})


def option_named(words: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The name of the option that the words begin with, and the words after it; empty: they begin with none."""
    words = words[1:] if words and words[0] in _MARKS else words
    for end in range(len(words), 0, -1):
        if name := _option(" ".join(words[:end]).rstrip(_COLONS).rstrip().casefold()):
            return name, words[end:]
    return "", words


def read_value(request: Request, option: Option, typed: str) -> Any:
    """The value to store for what was typed, by its label or name too. Raises UnclearOption, as `Option.read`."""
    platform = request.destination.platform
    word = value_named(option, typed, platform)
    return option.read(mention_meant(request.command, word) if option.kind is Kind.ROLE else word, platform)


def value_named(option: Option, typed: str, platform: str) -> str:
    """The word for a value that is called as on its button; else what was typed."""
    called = typed.strip().casefold()
    return next(
        (value.word for value in option.values_on(platform) if called in _read_as(VALUES.get(value.word, value.word))),
        typed,
    )


def _option(called: str) -> str:
    named = (name for name in OPTIONS if called == name or called in _read_as(NAMES[name]))
    return next(named, SYNONYMS.get(called, ""))


@cache
def _read_as(label: str) -> frozenset[str]:
    """How a label reads in each language, in small letters."""
    return frozenset(texts(language).term(label).casefold() for language in LANGUAGES)
