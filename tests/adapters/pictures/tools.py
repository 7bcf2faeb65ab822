"""A workshop that counts what it makes, or has no time for it."""

from __future__ import annotations

import asyncio

import pytest

from adapters.pictures.pictures import FetchedPictures
from adapters.pictures.workshop import Workshop
from bot.errors import PictureRefused
from bot.models import Kind, Picture, PictureFile, PictureLimits
from tests.drawing import LIMITS


class Tools(Workshop):
    """Counts what was made to fit; without Pillow where a test says so."""

    def __init__(self, *, equipped: bool = True) -> None:
        super().__init__()
        self.is_equipped = equipped
        self.used = 0

    async def refit(self, content: bytes, kind: Kind, limits: PictureLimits) -> PictureFile:
        self.used += 1
        return await super().refit(content, kind, limits)


class Busy(Tools):
    """Works for others first, until it is `free`; when a picture is made, that has `happened`."""

    def __init__(self, happened: list[str]) -> None:
        super().__init__()
        self._happened = happened
        self.asked = asyncio.Event()
        self.free = asyncio.Event()

    async def refit(self, content: bytes, kind: Kind, limits: PictureLimits) -> PictureFile:
        self.asked.set()
        await self.free.wait()
        made = await super().refit(content, kind, limits)
        self._happened.append("made")
        return made


async def refusal(port: FetchedPictures, picture: Picture, limits: PictureLimits = LIMITS) -> PictureRefused:
    with pytest.raises(PictureRefused) as refused:
        await port.fetch(picture, limits)
    return refused.value
