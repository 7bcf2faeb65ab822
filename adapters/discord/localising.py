"""What the commands are called in Discord's own languages: one file each in `locales`.

Names are translated where people say so in that language, and left out where they would be the same. Khmer is none of
Discord's locales (docs, reference, Locales).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import discord
from discord.app_commands import TranslationContextLocation as Location
from discord.app_commands import TranslationContextTypes, Translator, locale_str

FOLDER: Final = Path(__file__).parent / "locales"

SHARED: Final[Mapping[str, str]] = MappingProxyType({"es-419": "es-ES"})
"""Locales that have the file of another one."""

_TABLES: Final[Mapping[Location, str]] = MappingProxyType(
    {
        Location.command_name: "names",
        Location.parameter_name: "names",
        Location.command_description: "descriptions",
        Location.parameter_description: "descriptions",
    }
)


class Localised(Translator):
    """Looks names and descriptions up by their English words. Reads the files once, when it is loaded."""

    def __init__(self) -> None:
        self._words: Mapping[str, Mapping[str, Mapping[str, str]]] = {}

    async def load(self) -> None:
        """Called by discord.py before the first translation."""
        self._words = read_locales()

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: TranslationContextTypes
    ) -> str | None:
        """The words in that locale; None: there are none, or they are the same."""
        table = _TABLES.get(context.location, "")
        found = self._words.get(SHARED.get(locale.value, locale.value), {}).get(table, {}).get(string.message)
        return None if found == string.message else found


def read_locales() -> dict[str, dict[str, dict[str, str]]]:
    """The tables of each file, by locale."""
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
