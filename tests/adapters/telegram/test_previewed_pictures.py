"""The picture of a preview is at hand before its calls have their turns."""

from __future__ import annotations

import pytest

from adapters.telegram.adapter import TelegramAdapter
from bot.errors import PictureRefused, Reach
from bot.models import Kind, Picture, PictureFile, PictureLimits, Reply, Specimen
from tests.adapters.telegram.conftest import FakeDesk, FakePace, listening
from tests.adapters.telegram.posts import LOOK, RAIN
from tests.drawing import drawn
from tests.emulators.telegram import Chat, TelegramEmulator


class Studio:
    """Remembers how many turns there had been when it was first asked for a picture."""

    def __init__(self, pace: FakePace, *, works: bool) -> None:
        self._pace = pace
        self._works = works
        self.asked_after: int | None = None

    async def fetch(self, picture: Picture, limits: PictureLimits) -> PictureFile:
        if self.asked_after is None:
            self.asked_after = len(self._pace.turns)
        if not self._works:
            raise PictureRefused("nobody has it", reach=Reach.PICTURE)
        return PictureFile(drawn("JPEG"), Kind.JPEG)

    async def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("works", [True, False])
async def test_a_picture_is_fetched_first_or_left_out(
    telegram: TelegramEmulator, pace: FakePace, desk: FakeDesk, private: Chat, works: bool
) -> None:
    studio = Studio(pace, works=works)
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=pace, pictures=studio)
    desk.reply = lambda _: Reply("So it looks:", specimen=Specimen(RAIN, LOOK))
    await adapter.open()
    async with listening(adapter, desk, telegram):
        telegram.type(private, None, "/preview")
        await telegram.until(lambda: private.from_bot and private.from_bot[-1].content.words.startswith("Rain"))
    await adapter.close()

    assert studio.asked_after == 1, "after the turn of the words alone"
    assert bool(private.from_bot[-1].content.media) == works
