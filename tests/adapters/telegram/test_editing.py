"""Announcements edited in place and deleted: the real library in front of an emulated Telegram."""

from dataclasses import replace

import pytest

from adapters.telegram.adapter import TelegramAdapter
from bot.errors import (
    MessageGone,
    Rejected,
)
from bot.models import Look, Picture, Receipt, Shown, Span
from tests.adapters.telegram.conftest import FakePace, place
from tests.adapters.telegram.posts import CAPTION, LOOK, PICTURE, PREVIEW, RAIN, TEXT, URL, calls, edit, show
from tests.emulators.telegram import Chat, TelegramEmulator

# --- editing ---------------------------------------------------------------------------------------------------------


async def test_a_changed_text_below_the_same_picture_edits_the_caption(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    shown = await show(adapter, channel)
    now = await edit(adapter, channel, replace(RAIN, title="Sun"), shown)
    [message] = channel.visible
    assert str(message.caption).startswith("Sun")
    assert [button.text for button in message.buttons] == ["Read"]
    assert now.receipt == shown.receipt
    assert calls(telegram) == ["sendPhoto", "editMessageCaption"]


async def test_another_picture_replaces_the_first(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    shown, sun = await show(adapter, channel), Picture(url="https://news.example/sun.jpg")
    now = await edit(adapter, channel, replace(RAIN, pictures=(sun,)), shown)
    [message] = channel.visible
    assert message.photo
    assert (message.photo.url, message.caption) == (sun.url, CAPTION)
    assert [button.text for button in message.buttons] == ["Read"]
    assert now.receipt == Receipt(shown.receipt.message_ids, message.photo.file_id)
    assert calls(telegram) == ["sendPhoto", "editMessageMedia"]


async def test_a_changed_text_is_edited_in_place(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    shown = await show(adapter, channel, look=PREVIEW)
    await edit(adapter, channel, replace(RAIN, title="Sun"), shown, PREVIEW)
    [message] = channel.visible
    assert str(message.text).startswith("Sun")
    assert message.content.preview == {"url": URL, "prefer_large_media": True, "show_above_text": True}
    assert calls(telegram) == ["sendMessage", "editMessageText"]


async def test_a_text_becomes_a_picture(adapter: TelegramAdapter, channel: Chat) -> None:
    shown = await show(adapter, channel, replace(RAIN, pictures=()))
    now = await edit(adapter, channel, RAIN, shown)
    [message] = channel.visible
    assert message.photo
    assert (message.photo.url, message.caption) == (PICTURE.url, CAPTION)
    assert now.receipt.media_id == message.photo.file_id


async def test_a_picture_never_becomes_a_text_so_it_stays_with_the_new_words(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat, pace: FakePace
) -> None:
    shown = await show(adapter, channel)
    bare = replace(RAIN, pictures=(), title="Sun", body=(Span("word " * 400),))
    wordy = Look(excerpt=2000)  # fits into a text, and not into a caption
    shown = await edit(adapter, channel, bare, shown, wordy)
    shown = await edit(adapter, channel, replace(bare, title="Wind"), shown, wordy)
    assert shown.fingerprint.startswith("text:")
    assert shown.receipt.media_id == ""  # the picture that stays is not one of this announcement
    [message] = channel.visible
    assert message.photo
    assert str(message.caption).startswith("Wind")
    assert calls(telegram) == ["sendPhoto", "editMessageCaption", "editMessageText", "editMessageCaption"]
    assert len(pace.turns) == 1  # for the fourth call, which the caller did not know of
    assert pace.in_air == {f"chat:{channel.id}": 1, f"group:{channel.id}": 1}  # the caller says its end
    await edit(adapter, channel, RAIN, shown)
    assert (calls(telegram)[-1], message.caption) == ("editMessageMedia", CAPTION)


async def test_an_edit_to_the_same_makes_no_call(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    shown = await show(adapter, channel)
    assert (await edit(adapter, channel, RAIN, shown)).receipt == shown.receipt
    assert calls(telegram) == ["sendPhoto"]


@pytest.mark.parametrize("look", [LOOK, TEXT], ids=["caption", "text"])
async def test_a_message_that_says_so_already_is_a_success(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat, look: Look
) -> None:
    shown = await show(adapter, channel, look=look)
    kind, _, rest = shown.fingerprint.partition(":")
    forgotten = replace(shown, fingerprint=f"{kind}:0000:{rest.partition(':')[2]}")
    assert (await edit(adapter, channel, RAIN, forgotten, look)).receipt == shown.receipt
    assert len(calls(telegram)) == 2


async def test_a_message_that_was_removed_is_gone_for_edits(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    shown = await show(adapter, channel)
    telegram.erase(channel.visible[0])
    with pytest.raises(MessageGone):
        await edit(adapter, channel, replace(RAIN, title="Sun"), shown)


# --- deleting --------------------------------------------------------------------------------------------------------


async def test_a_message_is_deleted_once(adapter: TelegramAdapter, channel: Chat) -> None:
    shown = await show(adapter, channel)
    await adapter.delete(place(channel), shown)
    assert channel.visible == []
    with pytest.raises(MessageGone):
        await adapter.delete(place(channel), shown)


async def test_several_messages_are_deleted_in_one_call(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    ids = [(await show(adapter, channel)).receipt.message_ids[0] for _ in range(3)]
    await adapter.delete(place(channel), Shown(1, "", Receipt(tuple(ids[:2]))))
    assert [str(message.id) for message in channel.visible] == ids[2:]
    assert calls(telegram)[3:] == ["deleteMessages"]


async def test_an_old_message_can_be_deleted_no_more(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    shown = await show(adapter, channel)
    telegram.advance(49 * 3600)
    with pytest.raises(Rejected, match="48 hours"):
        await adapter.delete(place(channel), shown)


# --- pinning ---------------------------------------------------------------------------------------------------------


async def test_a_message_is_pinned_in_its_turn_and_without_a_sound(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat, pace: FakePace
) -> None:
    telegram.promote(channel, telegram.bot, can_post_messages=True, can_edit_messages=True)
    shown = await show(adapter, channel)
    before = len(pace.turns)

    await adapter.pin(place(channel), shown.receipt)

    assert telegram.requests[-1].method == "pinChatMessage"
    assert telegram.requests[-1].parameters["disable_notification"] is True
    assert len(pace.turns) == before + 1
    assert not pace.in_air, "and its end is said"


async def test_a_bot_that_may_post_but_not_edit_in_a_channel_may_not_pin_there(
    adapter: TelegramAdapter, channel: Chat
) -> None:
    shown = await show(adapter, channel)
    with pytest.raises(Rejected, match="in a channel: edit"):
        await adapter.pin(place(channel), shown.receipt)
    assert not channel.visible[0].pinned
