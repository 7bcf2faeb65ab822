"""Chats: who may write there, who is in them, and what becomes of them."""

import pytest
from telegram import ChatMemberAdministrator
from telegram.constants import ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden
from telegram.ext import ExtBot

from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.client import jpeg


async def test_who_lost_the_way_is_told_why(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    """Each chat refuses with the text of telegram.md 4.4."""
    kicked, removed, group = telegram.add_channel("A"), telegram.add_supergroup("B"), telegram.add_group("C")
    private, stranger = (telegram.add_private(telegram.add_user(name)) for name in ("Dara", "Sok"))
    gone = telegram.add_private(telegram.add_user("Gone"))
    telegram.kick(kicked)
    telegram.remove(removed)
    telegram.delete_chat(group)
    telegram.block(private)
    telegram.block(stranger)
    telegram.unblock(stranger)
    telegram.deactivate(telegram.users[gone.id])
    expected = {
        kicked: "Forbidden: bot was kicked from the channel chat",
        removed: "Forbidden: bot is not a member of the supergroup chat",
        group: "Forbidden: the group chat was deleted",
        private: "Forbidden: bot was blocked by the user",
        gone: "Forbidden: user is deactivated",
        telegram.add_private(telegram.add_user("New"), started=False): (
            "Forbidden: bot can't initiate conversation with a user"
        ),
        telegram.add_channel("D", bot_rights=None): "Forbidden: bot is not a member of the channel chat",
    }
    for chat, text in expected.items():
        with pytest.raises(Forbidden, match=f"^{text}$"):
            await bot.send_message(chat.id, "x")
    await bot.send_message(stranger.id, "welcome back")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(-100999, "x")


async def test_rights_to_write_are_minded(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel, group = telegram.add_channel("Daily News"), telegram.add_supergroup("Desk")
    telegram.demote(channel, telegram.bot)
    with pytest.raises(BadRequest, match="Need administrator rights in the channel chat"):
        await bot.send_message(channel.id, "x")
    telegram.promote(channel, telegram.bot, can_post_messages=True)
    await bot.send_message(channel.id, "x")
    telegram.restrict(group, telegram.bot, can_send_messages=True)
    await bot.send_message(group.id, "x")
    with pytest.raises(BadRequest, match="Not enough rights to send photos to the chat"):
        await bot.send_photo(group.id, jpeg())


async def test_topics_are_open_closed_or_gone(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    forum = telegram.add_supergroup("Desk", forum=True)
    national, old, sport = (telegram.add_topic(forum, name) for name in ("National", "Old", "Sport"))
    telegram.close_topic(forum, sport)
    telegram.delete_topic(forum, old)
    sent = await bot.send_message(forum.id, "x", message_thread_id=national)
    assert (sent.message_thread_id, sent.is_topic_message) == (national, True)
    assert (await bot.send_message(forum.id, "x")).message_thread_id is None
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(forum.id, "x", message_thread_id=sport)
    for thread in (1, old, 999):
        with pytest.raises(BadRequest, match="Message thread not found"):
            await bot.send_message(forum.id, "x", message_thread_id=thread)


async def test_a_migrated_group_names_its_new_id(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    group = telegram.add_group("Basic")
    supergroup = telegram.migrate(group)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(group.id, "x")
    assert caught.value.new_chat_id == supergroup.id
    await bot.send_message(supergroup.id, "x")
    old, new = await bot.get_updates()
    assert old.message
    assert new.message
    assert (old.message.migrate_to_chat_id, new.message.migrate_from_chat_id) == (supergroup.id, group.id)


async def test_members_are_known_by_their_rights(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel, dara = telegram.add_channel("Daily News"), telegram.add_user("Dara")
    assert (await bot.get_chat_member(channel.id, dara.id)).status == "left"
    telegram.promote(channel, dara, can_post_messages=True)
    member = await bot.get_chat_member(channel.id, dara.id)
    assert isinstance(member, ChatMemberAdministrator)
    assert member.can_post_messages
    assert {member.user.id for member in await bot.get_chat_administrators(channel.id)} == {
        telegram.founder.id,
        telegram.bot.id,
        dara.id,
    }
    assert await bot.get_chat_member_count(channel.id) == 3
    chat = await bot.get_chat(channel.id)
    assert (chat.type, chat.title) == (ChatType.CHANNEL, "Daily News")
    foreign = telegram.add_channel("Foreign", username="foreign", bot_rights=None)
    with pytest.raises(BadRequest, match="Member list is inaccessible"):
        await bot.get_chat_member(foreign.id, dara.id)
    await bot.leave_chat(channel.id)
    with pytest.raises(Forbidden):
        await bot.get_chat(channel.id)


async def test_letters_of_readers_to_a_channel_are_answered_in_their_topics_only(
    telegram: TelegramEmulator, bot: ExtBot[None]
) -> None:
    letters = telegram.add_supergroup("Daily News", bot_admin=True)
    letters.direct_messages = True
    with pytest.raises(BadRequest, match="direct messages topic must be specified"):
        await bot.send_message(letters.id, "x")
    assert (await bot.send_message(letters.id, "x", direct_messages_topic_id=5)).text == "x"
