"""Photos, documents and albums: their three ways in, and what Telegram refuses of them."""

import pytest
from telegram import InputMediaPhoto
from telegram.error import BadRequest, NetworkError
from telegram.ext import ExtBot

from tests.drawing import png_header
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.client import jpeg


async def test_a_photo_comes_by_upload_by_url_and_by_file_id(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    chat = telegram.add_private(telegram.add_user("Dara"))
    uploaded = await bot.send_photo(chat.id, jpeg(), caption="<i>Rain</i>", parse_mode="HTML")
    await bot.send_photo(chat.id, "https://example.org/rain.jpg")
    again = await bot.send_photo(chat.id, uploaded.photo[-1].file_id)
    first, second, third = [message.photo for message in chat.visible]
    assert first
    assert second
    assert (first.source, first.width, first.height, first.size) == ("upload", 640, 360, len(jpeg()))
    assert (second.source, second.url) == ("url", "https://example.org/rain.jpg")
    assert third is first
    assert again.photo[-1].file_id == uploaded.photo[-1].file_id
    assert chat.visible[0].caption == "Rain"
    file = await uploaded.photo[-1].get_file()
    assert bytes(await file.download_as_bytearray()) == jpeg()


@pytest.mark.parametrize(
    ("photo", "error"),
    [
        (png_header(9000, 1001), "Photo_invalid_dimensions"),
        (png_header(2100, 100), "Photo_invalid_dimensions"),
        (b"no picture", "Image_process_failed"),
        (jpeg()[:-500], "Image_process_failed"),
        (png_header(64, 48), "Image_process_failed"),
        ("https://example.org/gone.jpg", "Failed to get http url content"),
        ("http://127.0.0.1:8000/rain.jpg", "Wrong http url specified"),
        ("http://localhost/rain.jpg", "Wrong http url specified"),
        ("AgACAgQAAxkDAAI-of-another-bot", "Wrong file identifier/http url specified"),
    ],
)
async def test_a_photo_is_refused(
    telegram: TelegramEmulator, bot: ExtBot[None], photo: bytes | str, error: str
) -> None:
    channel = telegram.add_channel("Daily News")
    telegram.unloadable("https://example.org/gone.jpg", "Bad Request: failed to get HTTP URL content")
    with pytest.raises(BadRequest, match=f"^{error}$"):
        await bot.send_photo(channel.id, photo)
    assert not channel.visible


async def test_a_photo_above_ten_megabytes_is_too_large(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await bot.send_photo(channel.id, jpeg() + bytes(10 * 1024 * 1024))
    document = await bot.send_document(channel.id, bytes(1000), filename="rain.bin", caption="All of it")
    assert document.document
    assert document.document.file_size == 1000


async def test_an_album_is_one_message_an_item(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    items = [InputMediaPhoto(jpeg(), caption="Both"), InputMediaPhoto("https://example.org/b.jpg")]
    await bot.send_media_group(channel.id, items)
    assert len({message.album for message in channel.visible}) == 1
    assert [message.caption for message in channel.visible] == ["Both", ""]
    with pytest.raises(BadRequest, match="2 to 10"):
        await bot.send_media_group(channel.id, items[:1])


async def test_a_caption_ends_at_1024_units(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    await bot.send_photo(channel.id, jpeg(), caption="<b>" + "x" * 1024 + "</b>", parse_mode="HTML")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(channel.id, jpeg(), caption="x" * 1025)
