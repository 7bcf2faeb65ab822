"""Tells of news while its commit waits for the disk, so that what takes long can be begun meanwhile."""

from __future__ import annotations

from bot.models import Announcement
from bot.ports import Listener
from bot.records import Published


class Coming:
    """Who wants to hear what comes to which platform."""

    def __init__(self) -> None:
        self._listeners: list[tuple[Listener, str]] = []

    def listen(self, listener: Listener, platform: str) -> None:
        """See bot.ports.Store.on_coming."""
        self._listeners.append((listener, platform))

    @property
    def resting(self) -> dict[str, str]:
        """The bots that have nothing to do, by platform."""
        return {platform: bot for listener, platform in self._listeners if (bot := listener.resting)}

    def tell(self, announcement: Announcement, published: Published) -> None:
        """That was just published, unless the commit fails. What is no news is no hurry."""
        coming = published.platforms or {}
        for listener, platform in self._listeners:
            if platform in coming:
                listener.expect(announcement, coming[platform])
