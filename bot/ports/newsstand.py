"""What the core needs to hand out one post by a person's word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.models import Announcement, Destination
from bot.records import KnownPost


class Newsstand(Protocol):
    """Posts one by one, each as its file stands at that moment."""

    async def announcement(self, known: KnownPost) -> Announcement | None:
        """What would be said about a post; None: its file is gone, broken or another post."""

    async def send_to(self, known: KnownPost, destinations: Sequence[Destination]) -> int:
        """Send a post to `destinations`, whatever they subscribed to; how many did not have it yet."""
