"""Shows how an announcement would look, to who asked: sent as any other, and delivered to nobody."""

from __future__ import annotations

import logging
from collections.abc import Awaitable

from adapters.telegram.messages import Messages
from adapters.telegram.photos import Supply
from adapters.telegram.render import render
from adapters.telegram.replies import Replies
from bot.errors import PictureRefused, TryLater
from bot.models import Destination, Receipt, Specimen
from bot.picturing.ladder import rung_after, step_at, way_at

log = logging.getLogger(__name__)


class Specimens:
    """Announcements that are replies."""

    def __init__(self, messages: Messages, replies: Replies) -> None:
        self._messages = messages
        self._replies = replies

    async def show(self, specimen: Specimen, destination: Destination) -> list[int]:
        """Send it, with the first of its pictures that Telegram takes. Returns the ids of its messages."""
        announcement, look, rung = specimen.announcement, specimen.look, 0
        while step := step_at(announcement, look, rung):
            try:
                return await self._send(specimen, destination, rung)
            except PictureRefused as error:
                log.info("a preview in %s goes on without %s: %s", destination, step.picture.source, error)
                rung = rung_after(announcement, look, rung, error.reach)
        return await self._send(specimen, destination, rung)

    async def _send(self, specimen: Specimen, destination: Destination, rung: int) -> list[int]:
        supply = Supply(way_at(specimen.announcement, specimen.look, rung))

        def send() -> Awaitable[Receipt]:
            message = self._messages.shows(render(specimen.announcement, specimen.look, rung))
            return self._messages.send(message, destination, supply)

        try:
            return await self._replies.show(destination, send)
        except TryLater as error:
            if error.retry_after != 0:
                raise
            return await self._replies.show(destination, send)  # it was refused as it was: now it is shown otherwise
