"""Tells of news while its commit waits for the disk, so that what takes long can be begun meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from bot.models import Announcement
from bot.records import Published


class Coming:
    """Who wants to hear what comes to which platform."""

    def __init__(self) -> None:
        self._listeners: list[tuple[Callable[[Announcement], None], str]] = []

    def listen(self, call: Callable[[Announcement], None], platform: str) -> None:
        """See bot.ports.Store.on_coming."""
        self._listeners.append((call, platform))

    def tell(self, announcement: Announcement, published: Published) -> None:
        """That was just published, unless the commit fails. What is no news is no hurry."""
        for call, platform in self._listeners:
            if platform in (published.platforms or ()):
                call(announcement)
