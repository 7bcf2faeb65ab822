"""Shows how an announcement would look, to who asked: as it is shown anywhere, and delivered to nobody.

Of the bot's own pictures, only announcements may be unknown: else a lost one could be taken for a preview, and change
it (docs/adr/0017). So a preview begins as a reply and is edited into what it shows once its id is known.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from typing import Final, NamedTuple

from adapters.telegram.fingerprints import TEXT
from adapters.telegram.messages import Messages
from adapters.telegram.photos import Photos, Supply
from adapters.telegram.render import Message, PhotoMessage, render, render_caption
from adapters.telegram.replies import Replies
from bot.errors import DeliveryError, DestinationMoved, OutcomeUnknown, PictureRefused, Reach, Rejected, TryLater
from bot.models import Destination, Picture, Receipt, Reply, Shown, Specimen
from bot.picturing.ladder import rung_after, step_at, way_at
from bot.ports import Upload, Uploads
from bot.texts import sentence, texts

log = logging.getLogger(__name__)

FETCH_SECONDS: Final = 30.0
"""So long a person waits for the picture of a preview."""

REFUSED: Final = sentence(
    "The preview can't be shown: {reason}. To ask for it again helps only when the post or the settings have changed."
)

UNKNOWN: Final = Upload("")
"""What is not remembered."""


class _Rung(NamedTuple):
    """Where on its ladder a preview stands, and what Telegram has of the picture there."""

    number: int
    upload: Upload


class Specimens:
    """Announcements that are replies. They cost no Stars: nobody pays to be shown something twice."""

    def __init__(self, messages: Messages, photos: Photos, replies: Replies, uploads: Uploads | None = None) -> None:
        """Without `uploads` each preview uploads its picture."""
        self._messages = messages
        self._photos = photos
        self._replies = replies
        self._uploads = uploads

    async def show(self, specimen: Specimen, destination: Destination) -> list[int]:
        """Show it, with the first of its pictures that Telegram takes; or say instead that it can't be shown.

        Returns the ids of its messages. Raises DeliveryError where not even that can be said.
        """
        try:
            return await self._show(specimen, destination)
        except DestinationMoved:
            raise
        except DeliveryError as error:
            if not specimen.instead:
                raise
            log.warning("a preview could not be shown in %s: %s", destination, error)
            instead = Reply(_instead(specimen, error), done=False)
            return await self._replies.send(instead, destination, urgent=True, silent=specimen.look.silent)

    async def _show(self, specimen: Specimen, destination: Destination) -> list[int]:
        rung = await self._at_hand(specimen, destination, 0)
        place = await self._replies.begin(destination, silent=specimen.look.silent, protect=specimen.look.protect)
        try:
            await self._fill(specimen, destination, place, rung)
        except DeliveryError:
            await self._clear(destination, place)
            raise
        return [place]

    async def _at_hand(
        self, specimen: Specimen, destination: Destination, number: int, dead_ids: Collection[str] = ()
    ) -> _Rung:
        """The first rung from this one on whose picture can be had: by its id, or fetched before a call has its turn.

        Telegram was tried with the `dead_ids` in vain.
        """
        while step := step_at(specimen.announcement, specimen.look, number):
            if not isinstance(self._at(specimen, number), PhotoMessage):
                break
            upload = await self._find(step.picture, destination.bot)
            if upload.media_id and upload.media_id not in dead_ids:
                return _Rung(number, upload)
            try:
                async with asyncio.timeout(FETCH_SECONDS):
                    await self._photos.fetch(step)
            except TimeoutError:
                number = self._below(specimen, number, PictureRefused("it was not there in time"))
            except PictureRefused as error:
                number = self._below(specimen, number, error)
            else:
                return _Rung(number, Upload(upload.name))
        return _Rung(number, UNKNOWN)

    async def _fill(self, specimen: Specimen, destination: Destination, place: int, rung: _Rung) -> None:
        dead_ids: set[str] = set()
        while step_at(specimen.announcement, specimen.look, rung.number):
            try:
                return await self._edit(specimen, destination, place, rung)
            except PictureRefused as error:
                number, media_id = rung.number, rung.upload.media_id
                if media_id and error.reach is not Reach.CHAT:
                    dead_ids.add(media_id)  # its bytes may serve
                else:
                    number = self._below(specimen, number, error)
                rung = await self._at_hand(specimen, destination, number, dead_ids)
        return await self._edit(specimen, destination, place, rung)

    async def _edit(self, specimen: Specimen, destination: Destination, place: int, rung: _Rung) -> None:
        announcement, look = specimen.announcement, specimen.look
        supply = Supply(way_at(announcement, look, rung.number), rung.upload.media_id)
        shown = Shown(0, TEXT, Receipt((str(place),)))

        async def edit() -> Receipt:
            caption = render_caption(announcement, look)
            return await self._messages.edit(self._at(specimen, rung.number), caption, destination, shown, supply)

        try:
            receipt = await self._replies.amend(destination, edit)
        except OutcomeUnknown:
            receipt = await self._replies.amend(destination, edit)  # made twice, an edit shows what it shows once
        except TryLater as error:
            if error.retry_after != 0:
                raise
            receipt = await self._replies.amend(destination, edit)  # refused as it was: now it is shown otherwise
        if step := step_at(announcement, look, rung.number):
            await self._keep(step.picture, rung.upload, receipt.media_id or "", destination.bot)

    async def _find(self, picture: Picture, bot: str) -> Upload:
        return await self._uploads.find(bot, picture) if self._uploads else UNKNOWN

    async def _keep(self, picture: Picture, upload: Upload, media_id: str, bot: str) -> None:
        """Telegram shows the picture by this id: if that is news, whoever shows it next need not upload it."""
        if self._uploads and upload.name and media_id and not upload.media_id:
            await self._uploads.keep(bot, picture, upload._replace(media_id=media_id))

    async def _clear(self, destination: Destination, place: int) -> None:
        try:
            await self._replies.remove(destination, place)
        except DeliveryError as error:
            log.info("the beginning of a preview stays in %s: %s", destination, error)

    def _at(self, specimen: Specimen, rung: int) -> Message:
        return self._messages.shows(render(specimen.announcement, specimen.look, rung))

    @staticmethod
    def _below(specimen: Specimen, rung: int, error: PictureRefused) -> int:
        announcement, look = specimen.announcement, specimen.look
        below = rung_after(announcement, look, rung, error.reach)
        refused, step = step_at(announcement, look, rung), step_at(announcement, look, below)
        if step is None:
            way = "without a picture"
        else:
            way = "by the picture's address" if refused and step.picture == refused.picture else "with the next picture"
        log.info("a preview of %s goes on %s: %s", announcement.title, way, error)
        return below


def _instead(specimen: Specimen, error: DeliveryError) -> str:
    """What the person is told: to ask again in a while, or why that would not help."""
    if not isinstance(error, Rejected):
        return specimen.instead
    say = texts(specimen.language)
    return say.say(REFUSED, reason=say.term(str(error)))
