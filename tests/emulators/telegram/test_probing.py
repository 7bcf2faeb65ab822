"""What shows whether a message arrived whose answer was lost (telegram.md 5): ids, probes, forwards."""

import pytest
from telegram.error import BadRequest
from telegram.ext import ExtBot

from tests.emulators.telegram import Chat, TelegramEmulator


async def test_ids_are_consecutive_in_a_channel_and_shared_elsewhere(
    telegram: TelegramEmulator, bot: ExtBot[None]
) -> None:
    channel, forum = telegram.add_channel("Daily News"), telegram.add_supergroup("Desk")
    group, private = telegram.add_group("Basic"), telegram.add_private(telegram.add_user("Dara"))
    for chat in (channel, group, forum, private):
        await bot.send_message(chat.id, "first")
        telegram.post(chat, "by others")
        await bot.send_message(chat.id, "second")
    assert [[message.id for message in chat.visible] for chat in (channel, forum)] == [[1, 2, 3], [1, 2, 3]]
    assert [[message.id for message in chat.visible] for chat in (group, private)] == [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize("may_edit_others", [False, True])
async def test_a_probe_says_whose_message_stands_at_an_id(
    telegram: TelegramEmulator, bot: ExtBot[None], may_edit_others: bool
) -> None:
    rights = {"can_post_messages"} | ({"can_edit_messages"} if may_edit_others else set())
    channel = telegram.add_channel("Daily News", bot_rights=rights)
    await bot.send_message(channel.id, "ours")
    telegram.post(channel, "theirs")
    telegram.erase(telegram.post(channel, "erased"))
    before = [message.content for message in channel.messages.values()]
    answers = [await probe(bot, channel, message_id) for message_id in (1, 2, 3, 4)]
    theirs = "There is no live location in the message to edit" if may_edit_others else "Message can't be edited"
    gone = "Message to edit not found"
    assert answers == ["There is no live location in the message to edit", theirs, gone, gone]
    assert [message.content for message in channel.messages.values()] == before
    with pytest.raises(BadRequest, match="There is no live location"):
        await bot.edit_message_live_location(channel.id, 1, latitude=11.5, longitude=104.9)


async def probe(bot: ExtBot[None], chat: Chat, message_id: int) -> str:
    with pytest.raises(BadRequest) as caught:
        await bot.stop_message_live_location(chat.id, message_id)
    return caught.value.message


async def test_a_forwarded_message_can_be_compared_unless_protected(
    telegram: TelegramEmulator, bot: ExtBot[None]
) -> None:
    channel = telegram.add_channel("Daily News")
    operator = telegram.add_private(telegram.add_user("Dara"))
    await bot.send_message(channel.id, "Rain")
    forwarded = await bot.forward_message(operator.id, channel.id, 1, disable_notification=True)
    assert forwarded.text == "Rain"
    assert forwarded.forward_origin
    await bot.send_message(channel.id, "Wind", protect_content=True)
    with pytest.raises(BadRequest, match="Message can't be forwarded"):
        await bot.forward_message(operator.id, channel.id, 2)
    with pytest.raises(BadRequest, match="Message to forward not found"):
        await bot.forward_message(operator.id, channel.id, 3)
