"""Shows how an announcement would look, to who asked: as it is shown anywhere, and delivered to nobody.

Of the bot's own pictures, only announcements may be unknown: else a lost one could be taken for a preview, and change
it (docs/adr/0017). So a preview begins as a reply and is edited into what it shows once its id is known.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from adapters.telegram.fingerprints import TEXT
from adapters.telegram.messages import Messages
from adapters.telegram.photos import Photos, Supply
from adapters.telegram.render import Message, PhotoMessage, render, render_caption
from adapters.telegram.replies import Replies
from bot.errors import DeliveryError, PictureRefused, TryLater
from bot.models import Destination, Receipt, Shown, Specimen
from bot.picturing.ladder import rung_after, step_at, way_at

log = logging.getLogger(__name__)

FETCH_SECONDS: Final = 30.0
"""So long the picture of a preview is waited for, as that of a delivery is."""


class Specimens:
    """Announcements that are replies. They cost no Stars: nobody pays to be shown something twice."""

    def __init__(self, messages: Messages, photos: Photos, replies: Replies) -> None:
        self._messages = messages
        self._photos = photos
        self._replies = replies

    async def show(self, specimen: Specimen, destination: Destination) -> list[int]:
        """Show it, with the first of its pictures that Telegram takes. Returns the ids of its messages."""
        rung = await self._at_hand(specimen, 0)
        place = await self._replies.begin(destination, silent=specimen.look.silent, protect=specimen.look.protect)
        try:
            await self._fill(specimen, destination, place, rung)
        except DeliveryError:
            await self._clear(destination, place)
            raise
        return [place]

    async def _at_hand(self, specimen: Specimen, rung: int) -> int:
        """The first rung from this one on whose picture can be had: it is fetched before a call has its turn."""
        while step := step_at(specimen.announcement, specimen.look, rung):
            if not isinstance(self._at(specimen, rung), PhotoMessage):
                break
            try:
                async with asyncio.timeout(FETCH_SECONDS):
                    await self._photos.fetch(step)
            except TimeoutError:
                rung = self._below(specimen, rung, PictureRefused("it was not there in time"))
            except PictureRefused as error:
                rung = self._below(specimen, rung, error)
            else:
                break
        return rung

    async def _fill(self, specimen: Specimen, destination: Destination, place: int, rung: int) -> None:
        while step_at(specimen.announcement, specimen.look, rung):
            try:
                return await self._edit(specimen, destination, place, rung)
            except PictureRefused as error:
                rung = await self._at_hand(specimen, self._below(specimen, rung, error))
        return await self._edit(specimen, destination, place, rung)

    async def _edit(self, specimen: Specimen, destination: Destination, place: int, rung: int) -> None:
        announcement, look = specimen.announcement, specimen.look
        supply = Supply(way_at(announcement, look, rung))
        shown = Shown(0, TEXT, Receipt((str(place),)))

        async def edit() -> None:
            caption = render_caption(announcement, look)
            await self._messages.edit(self._at(specimen, rung), caption, destination, shown, supply)

        try:
            await self._replies.amend(destination, edit)
        except TryLater as error:
            if error.retry_after != 0:
                raise
            await self._replies.amend(destination, edit)  # it was refused as it was: now it is shown otherwise

    async def _clear(self, destination: Destination, place: int) -> None:
        try:
            await self._replies.remove(destination, place)
        except DeliveryError as error:
            log.info("the beginning of a preview stays in %s: %s", destination, error)

    def _at(self, specimen: Specimen, rung: int) -> Message:
        return self._messages.shows(render(specimen.announcement, specimen.look, rung))

    @staticmethod
    def _below(specimen: Specimen, rung: int, error: PictureRefused) -> int:
        log.info("a preview of %s goes on without a picture: %s", specimen.announcement.title, error)
        return rung_after(specimen.announcement, specimen.look, rung, error.reach)
