"""Announcements sent: the real library in front of an emulated Telegram."""

from dataclasses import replace

import pytest

from adapters.telegram.adapter import TelegramAdapter
from bot.errors import PictureRefused
from bot.models import Picture, Receipt, Span
from tests.adapters.telegram.conftest import place
from tests.adapters.telegram.posts import CAPTION, LOOK, NONCE, PICTURE, PREVIEW, RAIN, TEXT, URL, calls, show
from tests.emulators.telegram import Chat, TelegramEmulator

# --- sending ---------------------------------------------------------------------------------------------------------


async def test_a_post_is_sent_with_its_picture_by_address(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    shown = await show(adapter, channel)
    [message] = channel.visible
    assert (message.caption, message.silent) == (CAPTION, False)
    assert message.photo
    assert message.photo.url == PICTURE.url
    assert [(button.text, button.url) for button in message.buttons] == [("Read", URL)]
    assert shown.receipt == Receipt((str(message.id),), message.photo.file_id)
    assert calls(telegram) == ["sendPhoto"]


async def test_a_known_picture_is_sent_by_its_file_id(adapter: TelegramAdapter, channel: Chat) -> None:
    media_id = (await show(adapter, channel)).receipt.media_id or ""
    receipt = await adapter.send(RAIN, place(channel), LOOK, nonce=NONCE, media_id=media_id)
    first, second = channel.visible
    assert second.photo is first.photo
    assert receipt.media_id == media_id


async def test_a_file_id_of_another_bot_is_refused(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    with pytest.raises(PictureRefused):
        await adapter.send(RAIN, place(channel), LOOK, nonce=NONCE, media_id="AgAC-of-another-bot")
    assert calls(telegram) == ["sendPhoto"], "what follows is another try"


async def test_a_preview_shows_a_large_card_of_the_post_above_it(adapter: TelegramAdapter, channel: Chat) -> None:
    receipt = (await show(adapter, channel, look=PREVIEW)).receipt
    [message] = channel.visible
    assert message.text == CAPTION
    assert message.content.preview == {"url": URL, "prefer_large_media": True, "show_above_text": True}
    assert receipt.media_id == ""


async def test_a_text_without_a_link_shows_no_card(adapter: TelegramAdapter, channel: Chat) -> None:
    await show(adapter, channel, replace(RAIN, url=None, body=(Span("see https://other.example/"),)), TEXT)
    assert channel.visible[0].content.preview == {"is_disabled": True}


async def test_a_silent_post_makes_no_sound(adapter: TelegramAdapter, channel: Chat) -> None:
    await show(adapter, channel, replace(RAIN, silent=True))
    assert channel.visible[0].silent


async def test_a_post_goes_into_its_topic_and_the_general_one_is_never_named(
    adapter: TelegramAdapter, telegram: TelegramEmulator
) -> None:
    forum = telegram.add_supergroup("Desk", forum=True)
    topic = telegram.add_topic(forum, "Sport")
    for thread in (topic, 1):
        await adapter.send(RAIN, place(forum, thread), LOOK, nonce=NONCE)
    assert [message.thread_id for message in forum.visible] == [topic, None]


async def test_a_follow_up_answers_the_earlier_message_and_is_sent_without_it(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    [earlier] = (await show(adapter, channel)).receipt.message_ids
    await adapter.send(RAIN, place(channel), LOOK, nonce=NONCE, reply_to=earlier)
    telegram.erase(channel.visible[0])
    await adapter.send(RAIN, place(channel), LOOK, nonce=NONCE, reply_to=earlier)
    assert [message.reply_to for message in channel.visible] == [int(earlier), None]


@pytest.mark.parametrize("rung", range(5))
async def test_the_rung_says_which_picture(adapter: TelegramAdapter, channel: Chat, rung: int) -> None:
    second = Picture(url="https://news.example/second.jpg")
    await adapter.send(replace(RAIN, pictures=(PICTURE, second)), place(channel), LOOK, nonce=NONCE, rung=rung)
    photo = channel.visible[0].photo
    assert (photo.url if photo else None) == [PICTURE.url, PICTURE.url, second.url, second.url, None][rung]


# --- refused pictures ------------------------------------------------------------------------------------------------


async def test_a_picture_that_telegram_cannot_load_is_refused(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    telegram.unloadable(str(PICTURE.url))
    with pytest.raises(PictureRefused):
        await show(adapter, channel)
    assert channel.visible == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "/etc/hostname", "https://localhost/x.png", ""])
async def test_a_picture_without_a_web_address_never_reaches_telegram(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat, url: str
) -> None:
    with pytest.raises(PictureRefused):
        await show(adapter, channel, replace(RAIN, pictures=(Picture(url=url),)))
    assert calls(telegram) == []


async def test_nobody_reads_files_where_nobody_was_told_to(adapter: TelegramAdapter, channel: Chat) -> None:
    with pytest.raises(PictureRefused, match="public address"):
        await show(adapter, channel, replace(RAIN, pictures=(Picture(file="/etc/hostname"),)))
