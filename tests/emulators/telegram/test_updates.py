"""What the bot hears of people: their words, presses and edits, and what they do with the bot."""

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ChatID
from telegram.error import BadRequest
from telegram.ext import ExtBot

from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.client import Polling, bot_of

MENU = InlineKeyboardMarkup([[InlineKeyboardButton("National", callback_data="category:national")]])


async def test_an_application_hears_what_people_type(telegram: TelegramEmulator) -> None:
    """Private chat, channel, forum topic, anonymous administrator, member as a channel, automatic forward."""
    dara = telegram.add_user("Dara", language_code="km")
    private, channel = telegram.add_private(dara), telegram.add_channel("Daily News")
    forum = telegram.add_supergroup("Desk", forum=True)
    topic = telegram.add_topic(forum, "National")
    heard: list[Update] = []
    async with Polling(telegram, heard):
        telegram.type(private, dara, "/start")
        telegram.type(channel, None, "/subscribe national")
        telegram.type(forum, dara, "/subscribe@newsbell_test_bot national", thread=topic)
        telegram.type(forum, dara, "/subscribe@another_bot national", thread=topic)  # not for us
        telegram.type(forum, dara, "just talking", thread=topic)  # privacy mode
        telegram.type(forum, dara, "/pause", anonymous=True)
        telegram.type(forum, dara, "/pause", as_channel=channel)
        await telegram.until(lambda: len(heard) == 5)
    started, posted, in_topic, hidden, masked = [update.effective_message for update in heard]
    assert started
    assert posted
    assert in_topic
    assert hidden
    assert masked
    assert started.from_user
    assert started.from_user.language_code == "km"
    assert started.parse_entities(["bot_command"]) == {started.entities[0]: "/start"}
    assert (heard[1].channel_post, posted.from_user) == (posted, None)
    assert (in_topic.message_thread_id, in_topic.is_topic_message) == (topic, True)
    assert hidden.sender_chat == hidden.chat
    assert hidden.from_user
    assert hidden.from_user.id == ChatID.ANONYMOUS_ADMIN
    assert masked.from_user
    assert masked.from_user.id == ChatID.FAKE_CHANNEL
    assert masked.sender_chat
    assert masked.sender_chat.id == channel.id


async def test_buttons_edits_and_rights_come_as_updates(telegram: TelegramEmulator) -> None:
    dara, channel = telegram.add_user("Dara"), telegram.add_channel("Daily News")
    private = telegram.add_private(dara)
    heard: list[Update] = []
    async with Polling(telegram, heard), bot_of(telegram) as bot:
        await bot.send_message(private.id, "Which category?", reply_markup=MENU)
        press = telegram.press(private.visible[0], "National", dara)
        telegram.rewrite(telegram.type(channel, None, "/subscribe nationl"), "/subscribe national")
        telegram.block(private)
        telegram.promote(channel, dara)
        await telegram.until(lambda: len(heard) == 5)
        query = heard[0].callback_query
        assert query
        assert (query.data, query.from_user.id) == ("category:national", dara.id)
        await bot.answer_callback_query(query.id, "Subscribed")
        with pytest.raises(BadRequest, match="Query is too old"):
            await bot.answer_callback_query("1")
    assert press.answers == [{"text": "Subscribed"}]
    assert heard[2].edited_channel_post
    assert heard[2].edited_channel_post.text == "/subscribe national"
    assert heard[3].my_chat_member
    assert heard[3].my_chat_member.new_chat_member.status == "kicked"
    assert heard[4].chat_member
    assert heard[4].chat_member.new_chat_member.status == "administrator"


async def test_the_bot_hears_what_becomes_of_it(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    group = telegram.add_supergroup("Desk")
    telegram.remove(group)
    telegram.join(group)
    telegram.promote(group, telegram.bot, can_pin_messages=True)
    telegram.demote(group, telegram.bot)
    telegram.kick(group)
    changes = [update.my_chat_member for update in await bot.get_updates()]
    assert [change and (change.old_chat_member.status, change.new_chat_member.status) for change in changes] == [
        ("member", "left"),
        ("left", "member"),
        ("member", "administrator"),
        ("administrator", "member"),
        ("member", "kicked"),
    ]
