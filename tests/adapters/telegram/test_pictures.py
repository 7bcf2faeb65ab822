"""Pictures on their way to Telegram: the real library, a real picture host and real bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.pictures.pictures import FetchedPictures
from adapters.telegram.adapter import TelegramAdapter
from bot.errors import PictureRefused, Reach
from bot.models import Picture, Receipt, Shown, Step, Way
from tests.adapters.pictures.picture_host import PictureHost
from tests.adapters.telegram.conftest import FakePace, place
from tests.adapters.telegram.posts import CAPTION, LOOK, NONCE, PICTURE, RAIN, TEXT, calls, edit, show
from tests.drawing import drawn, noise, opened
from tests.emulators.telegram import Chat, TelegramEmulator

JPEG = drawn("JPEG")


@pytest.fixture
async def host() -> AsyncIterator[PictureHost]:
    async with PictureHost() as host:
        yield host


@pytest.fixture
async def adapter(telegram: TelegramEmulator, pace: FakePace, host: PictureHost) -> AsyncIterator[TelegramAdapter]:
    """It fetches pictures from the host and reads files."""
    pictures = FetchedPictures([host.address])
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=pace, pictures=pictures, read_timeout=5)
    await adapter.open()
    yield adapter
    await adapter.close()
    await pictures.close()


@pytest.mark.parametrize("kind", ["file", "url"])
async def test_a_picture_is_uploaded_byte_by_byte(
    adapter: TelegramAdapter, channel: Chat, host: PictureHost, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "rain.png").write_bytes(JPEG)
    picture = Picture(file=str(tmp_path / "rain.png")) if kind == "file" else host.picture("/rain.png", JPEG)
    await show(adapter, channel, replace(RAIN, pictures=(picture,)))
    [message] = channel.visible
    assert message.photo
    assert (message.photo.data, message.photo.name) == (JPEG, "picture.jpeg")
    assert message.caption == CAPTION


@pytest.mark.parametrize(
    "content",
    [drawn("WEBP"), drawn("AVIF"), drawn("GIF"), drawn("BMP"), drawn("TIFF"), drawn("PNG", mode="RGBA")],
    ids=["webp", "avif", "gif", "bmp", "tiff", "transparent"],
)
async def test_what_telegram_may_not_show_is_made_into_what_it_does(
    adapter: TelegramAdapter, channel: Chat, host: PictureHost, content: bytes
) -> None:
    await show(adapter, channel, replace(RAIN, pictures=(host.picture("/rain", content),)))
    [message] = channel.visible
    assert message.photo
    assert message.photo.data
    image = opened(message.photo.data)
    assert (image.format in {"JPEG", "PNG"}, image.size, image.mode in {"RGB", "L"}) == (True, (64, 48), True)


async def test_what_is_too_heavy_and_too_long_for_telegram_is_shrunk(
    adapter: TelegramAdapter, channel: Chat, host: PictureHost
) -> None:
    heavy, long = noise("JPEG", (3600, 3000), quality=97), drawn("PNG", (9000, 1500))
    assert len(heavy) > 10_000_000
    for number, content in enumerate((heavy, long)):
        await show(adapter, channel, replace(RAIN, pictures=(host.picture(f"/{number}", content),)))
    assert [(photo.width, photo.height) for message in channel.visible if (photo := message.photo)] == [
        (2560, 2133),
        (2560, 427),
    ]


async def test_a_picture_that_can_not_be_had_is_refused_before_anything_is_sent(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat, host: PictureHost, tmp_path: Path
) -> None:
    for picture in (host.picture("/gone.jpg"), Picture(file=str(tmp_path / "gone.jpg"))):
        with pytest.raises(PictureRefused, match=r"gone\.jpg"):
            await show(adapter, channel, replace(RAIN, pictures=(picture,)))
    assert calls(telegram) == []


async def test_on_the_rung_of_its_address_telegram_loads_it(adapter: TelegramAdapter, channel: Chat) -> None:
    await adapter.send(RAIN, place(channel), LOOK, nonce=NONCE, rung=1)
    [message] = channel.visible
    assert message.photo
    assert message.photo.url == PICTURE.url


async def test_another_picture_takes_the_place_of_the_first_by_upload_or_by_its_id(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat, host: PictureHost
) -> None:
    rain = replace(RAIN, pictures=(host.picture("/rain.jpg", JPEG),))
    sun = replace(RAIN, pictures=(host.picture("/sun.jpg", drawn("PNG")),))
    shown = [await show(adapter, channel, rain) for _ in range(2)]
    now = await edit(adapter, channel, sun, shown[0])
    again = await adapter.edit(sun, place(channel), LOOK, shown[1], media_id=now.receipt.media_id or "")
    first, second = channel.visible
    assert second.photo is first.photo
    assert again == Receipt(shown[1].receipt.message_ids, now.receipt.media_id)
    assert calls(telegram) == ["sendPhoto", "sendPhoto", "editMessageMedia", "editMessageMedia"]


async def test_only_a_picture_that_is_not_in_the_chat_yet_is_shared(adapter: TelegramAdapter) -> None:
    first = Step(PICTURE, Way.UPLOAD)
    shown = Shown(1, adapter.fingerprint(RAIN, LOOK), Receipt(("1",)))
    other = replace(RAIN, title="Sun", pictures=(Picture(url="https://news.example/sun.jpg"),))

    assert adapter.picture(RAIN, LOOK) == first
    assert adapter.picture(RAIN, LOOK, rung=1) == replace(first, way=Way.ADDRESS)
    assert adapter.picture(RAIN, LOOK, rung=2) is None
    assert adapter.picture(RAIN, TEXT) is None
    assert adapter.picture(replace(RAIN, title="Sun"), LOOK, shown=shown) is None
    assert adapter.picture(other, LOOK, shown=shown) == Step(other.pictures[0], Way.UPLOAD)
    assert adapter.picture(RAIN, LOOK, shown=replace(shown, fingerprint="")) == first, "nobody knows what stands there"


async def test_a_chat_that_takes_no_pictures_is_a_matter_of_that_chat(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat, host: PictureHost
) -> None:
    telegram.fault("answer", chat=channel, status=400, description="Bad Request: not enough rights to send photos")
    with pytest.raises(PictureRefused) as refused:
        await show(adapter, channel, replace(RAIN, pictures=(host.picture("/rain.jpg", JPEG),)))
    assert refused.value.reach is Reach.CHAT
