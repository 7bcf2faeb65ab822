"""What people call posts."""

from __future__ import annotations

from typing import Protocol

from bot.records import KnownPost


class NamedPosts(Protocol):
    """Posts by the words that people have for them."""

    async def find(self, text: str) -> KnownPost | None:
        """The post with this path, key or code."""

    async def named(self, text: str) -> list[KnownPost]:
        """The posts with this public address, title or slug (the file's name), newest date first; of many the first.

        `~12,13` are those with the subjects 12 and 13, as buttons name posts whose names are long.
        """
