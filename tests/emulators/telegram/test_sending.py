"""Texts: how they arrive, and what Telegram refuses of them."""

from typing import Any

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatID
from telegram.error import BadRequest
from telegram.ext import ExtBot

from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.client import READ


async def test_a_text_arrives_parsed_and_comes_back_as_a_message(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News", username="dailynews")
    sent = await bot.send_message(
        "@dailynews",
        "<b>Rain</b> in Kandal 🌧",
        parse_mode="HTML",
        reply_markup=READ,
        disable_notification=True,
        protect_content=True,
        link_preview_options=LinkPreviewOptions(url="https://example.org/rain", prefer_large_media=True),
    )
    assert (sent.chat_id, sent.message_id, sent.text) == (channel.id, 1, "Rain in Kandal 🌧")
    assert sent.parse_entities() == {sent.entities[0]: "Rain"}
    assert sent.has_protected_content
    [message] = channel.visible
    assert telegram.sent == [message]
    assert (message.text, message.html) == ("Rain in Kandal 🌧", "<b>Rain</b> in Kandal 🌧")
    assert [button.url for button in message.buttons] == ["https://example.org/rain"]
    assert message.silent
    assert message.sender is None


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": "🌧" * 2049}, "Message is too long"),
        ({"text": " \n"}, "Message text is empty"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "Can't parse entities: can't find end tag"),
        ({"text": "x", "reply_markup": InlineKeyboardMarkup.from_button(InlineKeyboardButton("x", url="http://localhost"))},
         "Button_url_invalid"),
        ({"text": "x", "reply_parameters": ReplyParameters(77)}, "Message to be replied not found"),
    ],
)  # fmt: skip
async def test_a_text_is_refused(
    telegram: TelegramEmulator, bot: ExtBot[None], arguments: dict[str, Any], error: str
) -> None:
    channel = telegram.add_channel("Daily News")
    with pytest.raises(BadRequest, match=error):
        await bot.send_message(channel.id, **arguments)
    assert not channel.messages


async def test_the_data_of_a_button_ends_at_64_bytes(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    fits, too_long = (InlineKeyboardButton("x", callback_data="ក" * count) for count in (21, 22))
    await bot.send_message(channel.id, "x", reply_markup=InlineKeyboardMarkup.from_button(fits))
    with pytest.raises(BadRequest, match="Button_data_invalid"):
        await bot.send_message(channel.id, "x", reply_markup=InlineKeyboardMarkup.from_button(too_long))


async def test_an_answer_goes_to_the_topic_of_its_question(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    forum, dara = telegram.add_supergroup("Desk", forum=True), telegram.add_user("Dara")
    question = telegram.type(forum, dara, "/status", thread=telegram.add_topic(forum, "National"))
    sent = await bot.send_message(forum.id, "Well", reply_parameters=ReplyParameters(question.id))
    assert sent.message_thread_id == question.thread_id
    assert sent.reply_to_message
    assert sent.reply_to_message.text == "/status"
    telegram.erase(question)
    reply = ReplyParameters(question.id, allow_sending_without_reply=True)
    assert (await bot.send_message(forum.id, "Well", reply_parameters=reply)).reply_to_message is None


async def test_copies_actions_and_automatic_forwards(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel, group = telegram.add_channel("Daily News"), telegram.add_supergroup("Talk", bot_admin=True)
    await bot.send_message(channel.id, "Rain")
    copy = await bot.copy_message(group.id, channel.id, 1)
    assert group.messages[copy.message_id].text == "Rain"
    assert await bot.send_chat_action(group.id, "typing")
    telegram.auto_forward(channel.visible[0], group)
    [update] = await bot.get_updates()
    assert update.message
    assert update.message.is_automatic_forward
    assert update.message.from_user
    assert update.message.from_user.id == ChatID.SERVICE_CHAT
