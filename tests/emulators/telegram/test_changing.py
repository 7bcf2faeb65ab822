"""Messages that are edited, deleted and pinned."""

import pytest
from telegram import InputMediaPhoto
from telegram.error import BadRequest
from telegram.ext import ExtBot

from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.client import READ, jpeg


async def test_a_message_is_edited_and_an_equal_edit_is_told(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    sent = await bot.send_message(channel.id, "Rain", reply_markup=READ)
    await sent.edit_text("Rain, corrected", reply_markup=READ)
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await sent.edit_text("Rain, corrected", reply_markup=READ)
    await sent.edit_text("Rain, corrected")  # no keyboard named: the keyboard goes
    [message] = channel.visible
    assert [content.words for content in message.edits] == ["Rain", "Rain, corrected"]
    assert message.buttons == []


async def test_a_photo_is_edited_by_caption_media_and_keyboard(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    sent = await bot.send_photo(channel.id, jpeg(), caption="Rain")
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await sent.edit_text("Rain")
    await sent.edit_caption("Wind")
    await sent.edit_media(InputMediaPhoto(jpeg(100, 100), caption="Sun"))
    await sent.edit_reply_markup(READ)
    [message] = channel.visible
    assert message.photo
    assert (message.photo.width, message.caption, len(message.buttons)) == (100, "Sun", 1)
    text = await bot.send_message(channel.id, "Rain")
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await text.edit_caption("Wind")
    await text.edit_media(InputMediaPhoto("https://example.org/rain.jpg", caption="Rain"))
    assert channel.visible[1].photo


async def test_what_is_deleted_is_gone(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    sent = await bot.send_message(channel.id, "Rain")
    await sent.delete()
    assert channel.visible == []
    assert channel.messages[1].deleted
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await sent.delete()
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await sent.edit_text("x")
    others = telegram.post(channel, "by hand")
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(channel.id, others.id)
    assert await bot.delete_messages(channel.id, [1, 99])


async def test_after_48_hours_nothing_is_deleted(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News", bot_rights={"can_post_messages", "can_delete_messages"})
    sent = await bot.send_message(channel.id, "Rain")
    telegram.advance(48 * 3600 + 1)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await sent.delete()
    await sent.edit_text("Withdrawn")


async def test_pinning_needs_the_right_and_takes_a_message_id(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    group = telegram.add_supergroup("Desk")
    sent = await bot.send_message(group.id, "Rain")
    with pytest.raises(BadRequest, match="Not enough rights to manage pinned messages"):
        await sent.pin()
    telegram.promote(group, telegram.bot, can_pin_messages=True)
    await sent.pin()
    assert group.messages[sent.message_id].pinned
    assert (await bot.send_message(group.id, "Wind")).message_id == sent.message_id + 2
    await bot.unpin_chat_message(group.id)
    assert not group.messages[sent.message_id].pinned
