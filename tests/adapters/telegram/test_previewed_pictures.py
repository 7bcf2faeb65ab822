"""The picture of a preview is at hand before its calls have their turns, and is uploaded once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from adapters.pictures.pictures import FetchedPictures
from adapters.telegram.adapter import TelegramAdapter
from bot.delivering.uploads import RememberedUploads
from bot.errors import PictureRefused, Reach
from bot.models import Kind, Picture, PictureFile, PictureLimits, Reply, Specimen
from bot.ports import Pictures, Upload
from tests.adapters.telegram.conftest import FakeDesk, FakePace, listening
from tests.adapters.telegram.posts import LOOK, PICTURE, RAIN, show
from tests.drawing import drawn
from tests.emulators.telegram import Chat, Media, TelegramEmulator
from tests.state.making import NOON, open_office


class Studio:
    """Remembers how many turns there had been when it was first asked for a picture."""

    def __init__(self, pace: FakePace, *, works: bool = True) -> None:
        self._pace = pace
        self._works = works
        self.asked_after: int | None = None

    async def fetch(self, picture: Picture, limits: PictureLimits, *, again: bool = False) -> PictureFile:
        if self.asked_after is None:
            self.asked_after = len(self._pace.turns)
        if not self._works:
            raise PictureRefused("nobody has it", reach=Reach.PICTURE)
        return PictureFile(drawn("JPEG"), Kind.JPEG)

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Room:
    """A private chat in which somebody asks how the rain would look."""

    telegram: TelegramEmulator
    pace: FakePace
    desk: FakeDesk
    private: Chat
    uploads: RememberedUploads

    @asynccontextmanager
    async def adapter(self, studio: Pictures) -> AsyncIterator[TelegramAdapter]:
        """It fetches pictures from the studio, and remembers what it has uploaded."""
        adapter = TelegramAdapter(
            self.telegram.token, api_url=self.telegram.url, pace=self.pace, pictures=studio, uploads=self.uploads
        )
        await adapter.open()
        yield adapter
        await adapter.close()

    async def preview(self, adapter: TelegramAdapter, *pictures: Picture) -> Media | None:
        """The picture of the preview, which is one of these."""
        rain = replace(RAIN, pictures=pictures or RAIN.pictures)
        self.desk.reply = lambda _: Reply("So it looks:", specimen=Specimen(rain, LOOK))
        before = len(self.private.from_bot)
        async with listening(adapter, self.desk, self.telegram):
            self.telegram.type(self.private, None, "/preview")
            await self.telegram.until(lambda: self.private.from_bot[before:] and self.last.startswith("Rain"))
        return self.private.from_bot[-1].photo

    @property
    def last(self) -> str:
        return self.private.from_bot[-1].content.words

    @property
    def uploaded(self) -> int:
        """How often bytes went to Telegram."""
        return sum(bool(request.files) for request in self.telegram.requests)


@pytest.fixture
async def room(
    telegram: TelegramEmulator, pace: FakePace, desk: FakeDesk, private: Chat, tmp_path: Path
) -> AsyncIterator[Room]:
    office = await open_office(tmp_path / "newsbell.db")
    uploads = RememberedUploads(office.store.deliveries, "telegram", lambda: NOON)
    yield Room(telegram, pace, desk, private, uploads)
    await office.store.close()


@pytest.mark.parametrize("works", [True, False])
async def test_a_picture_is_fetched_first_or_left_out(room: Room, works: bool) -> None:
    studio = Studio(room.pace, works=works)
    async with room.adapter(studio) as adapter:
        assert bool(await room.preview(adapter)) == works
    assert studio.asked_after == 1, "after the turn of the words alone"


# --- what Telegram has already ---------------------------------------------------------------------------------------


async def test_what_was_delivered_is_previewed_by_its_id(room: Room, channel: Chat) -> None:
    studio = Studio(room.pace)
    async with room.adapter(studio) as adapter:
        shown = await show(adapter, channel)
        await room.uploads.keep(adapter.bot, PICTURE, Upload(PICTURE.source, shown.receipt.media_id or ""))
        studio.asked_after = None

        assert await room.preview(adapter) is channel.visible[0].photo
    assert studio.asked_after is None, "nobody needs its bytes"
    assert room.uploaded == 1


async def test_what_a_preview_uploads_serves_the_next_one(room: Room) -> None:
    async with room.adapter(Studio(room.pace)) as adapter:
        first = await room.preview(adapter)
        assert first
        assert await room.uploads.find(adapter.bot, PICTURE) == Upload(PICTURE.source, first.file_id)

        assert await room.preview(adapter) is first
    assert room.uploaded == 1


async def test_an_id_that_telegram_does_not_know_any_more_is_replaced(room: Room) -> None:
    async with room.adapter(Studio(room.pace)) as adapter:
        await room.preview(adapter)
        room.telegram.files.clear()

        anew = await room.preview(adapter)
        assert anew
        assert anew.data == drawn("JPEG")
        assert await room.uploads.find(adapter.bot, PICTURE) == Upload(PICTURE.source, anew.file_id)
    assert room.uploaded == 2


async def test_where_its_bytes_are_gone_too_a_preview_is_still_a_preview(room: Room) -> None:
    async with room.adapter(Studio(room.pace, works=False)) as adapter:
        await room.uploads.keep(adapter.bot, PICTURE, Upload(PICTURE.source, "AgACforgotten"))
        assert await room.preview(adapter) is None


async def test_a_picture_with_a_misspelt_host_gives_way_to_the_next_one(
    room: Room, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    misspelt, near = Picture(url="https://news..example/rain.jpg"), Picture(file=str(tmp_path / "near.png"))
    (tmp_path / "near.png").write_bytes(drawn("PNG"))
    room.telegram.unloadable(misspelt.source)
    fetched = FetchedPictures()
    async with room.adapter(fetched) as adapter:
        photo = await room.preview(adapter, misspelt, near)
        assert photo
        assert photo.data == drawn("PNG")
    await fetched.close()
    said = [record.message.partition(":")[0] for record in caplog.records if "a preview of" in record.message]
    assert said == [
        "a preview of Rain goes on by the picture's address",
        "a preview of Rain goes on with the next picture",
    ]
