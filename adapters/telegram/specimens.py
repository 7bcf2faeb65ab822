"""Shows how an announcement would look, to who asked: sent as any other, and delivered to nobody."""

from __future__ import annotations

import logging
from collections.abc import Awaitable

from adapters.telegram.messages import Messages
from adapters.telegram.render import render
from adapters.telegram.replies import Replies
from adapters.telegram.rich_messages import RichMessages
from bot.errors import PictureRefused, TryLater
from bot.models import Destination, Receipt, Specimen

log = logging.getLogger(__name__)


class Specimens:
    """Announcements that are replies."""

    def __init__(self, messages: Messages, rich: RichMessages, replies: Replies) -> None:
        self._messages = messages
        self._rich = rich
        self._replies = replies

    async def show(self, specimen: Specimen, destination: Destination) -> list[int]:
        """Send it, with the first of its pictures that Telegram takes. Returns the ids of its messages."""
        for rung in range(len(specimen.announcement.pictures)):
            try:
                return await self._send(specimen, destination, rung)
            except PictureRefused as error:
                log.info("a preview in %s goes on without its picture %d: %s", destination, rung + 1, error)
        return await self._send(specimen, destination, len(specimen.announcement.pictures))

    async def _send(self, specimen: Specimen, destination: Destination, rung: int) -> list[int]:
        def send() -> Awaitable[Receipt]:
            message = self._rich.shows(render(specimen.announcement, specimen.look, rung))
            return self._messages.send(message, destination)

        try:
            return await self._replies.show(destination, send)
        except TryLater as error:
            if error.retry_after != 0:
                raise
            return await self._replies.show(destination, send)  # an article was refused: now it is shown otherwise
