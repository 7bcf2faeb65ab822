"""What the core needs to hand out one post by a person's word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.models import Announcement, Destination
from bot.records import KnownPost


class Newsstand(Protocol):
    """Public posts one by one, each as newsbell knows it: what an editor does to the file meanwhile is not told."""

    async def announcement(self, known: KnownPost) -> Announcement | None:
        """What is said about a post; None: nothing was yet, and its file is not as it was taken in."""

    async def send_to(self, known: KnownPost, destinations: Sequence[Destination]) -> int:
        """Send a post to `destinations`, whatever they subscribed to, and to nobody else; how many did not have it.

        None gets what is public no more, or has no `announcement`.
        """
