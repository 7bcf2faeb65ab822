"""What an adapter remembers of the pictures that its platform has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.delivering.uploads import RememberedUploads
from bot.errors import StoreBusy
from bot.models import Picture
from bot.ports import Upload
from state.deliveries import DeliveryShelf
from state.memory import Memory
from tests.delivering.service import Service
from tests.state.making import BOT, NOON

FAR = Picture("https://example.org/rain.jpg")


async def test_the_id_of_a_picture_is_found_again(service: Service) -> None:
    uploads = RememberedUploads(service.store.deliveries, "fake", lambda: NOON)
    found = await uploads.find(BOT, FAR)
    assert found == Upload(FAR.source)

    await uploads.keep(BOT, FAR, found._replace(media_id="photo-7"))
    assert await uploads.find(BOT, FAR) == Upload(FAR.source, "photo-7")
    assert await uploads.find("bot-2", FAR) == Upload(FAR.source), "an id is good for its own bot alone"


async def test_a_file_that_has_changed_is_another_picture(service: Service, tmp_path: Path) -> None:
    file = tmp_path / "rain.jpg"
    file.write_bytes(b"rain")
    near, uploads = Picture(file=str(file)), RememberedUploads(service.store.deliveries, "fake", lambda: NOON)
    found = await uploads.find(BOT, near)
    await uploads.keep(BOT, near, found._replace(media_id="photo-7"))
    assert (await uploads.find(BOT, near)).media_id == "photo-7"

    os.utime(file, (1, 1))
    assert (await uploads.find(BOT, near)).media_id == ""
    file.unlink()
    assert (await uploads.find(BOT, near)).media_id == ""


async def test_of_a_file_that_changed_before_its_upload_was_over_no_id_is_kept(
    service: Service, tmp_path: Path
) -> None:
    (file := tmp_path / "rain.jpg").write_bytes(b"rain")
    near, uploads = Picture(file=str(file)), RememberedUploads(service.store.deliveries, "fake", lambda: NOON)
    found, was = await uploads.find(BOT, near), file.stat().st_mtime_ns
    os.utime(file, ns=(1, 1))
    await uploads.keep(BOT, near, found._replace(media_id="photo-7"))

    os.utime(file, ns=(was, was))
    assert await uploads.find(BOT, near) == found


class Locked(DeliveryShelf):
    """Somebody else holds the database."""

    async def media_id(self, platform: str, bot: str, source: str) -> str:
        raise StoreBusy("the database is locked")

    async def remember_media(self, *_: object) -> None:
        raise StoreBusy("the database is locked")


async def test_where_the_database_is_locked_a_picture_is_uploaded_once_more(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    memory = Memory(service.office.path)
    uploads = RememberedUploads(Locked(memory), "fake", lambda: NOON)
    await uploads.keep(BOT, FAR, Upload(FAR.source, "photo-7"))
    assert await uploads.find(BOT, FAR) == Upload(FAR.source)
    await memory.close()
    assert len([one for one in caplog.messages if one.endswith("the database is locked")]) == 2
