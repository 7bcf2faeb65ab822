"""Listening: from the first poll to an orderly end, and through everything that goes wrong between."""

import asyncio
import logging

import pytest

from adapters.telegram.adapter import TelegramAdapter
from bot.errors import BotRefused
from bot.models import Command, Reply
from tests.adapters.telegram.conftest import FakeDesk, FakePace, listening
from tests.emulators.telegram import TelegramEmulator
from tests.patience import PATIENCE


def told(caplog: pytest.LogCaptureFixture, words: str) -> int:
    return sum(words in record.getMessage() for record in caplog.records)


async def test_only_what_the_bot_needs_is_asked_for(
    adapter: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator
) -> None:
    async with listening(adapter, desk, telegram):
        assert sorted(telegram.updates.allowed) == ["callback_query", "channel_post", "message", "my_chat_member"]


async def test_what_was_received_is_answered_before_the_end(
    adapter: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator
) -> None:
    private = telegram.add_private(telegram.add_user("Dara"))
    telegram.fault("delay", method="sendMessage", seconds=0.1)
    async with listening(adapter, desk, telegram):
        telegram.type(private, None, "/help")
        await telegram.until(lambda: desk.commands)
    assert len(private.from_bot) == 1


async def test_no_command_is_answered_twice_when_listening_begins_again(
    adapter: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator
) -> None:
    private = telegram.add_private(telegram.add_user("Dara"))
    for _ in range(2):
        async with listening(adapter, desk, telegram):
            telegram.type(private, None, "/help")
            await telegram.until(lambda: telegram.updates.polled and not telegram.updates.waiting)
    assert len(desk.commands) == len(private.from_bot) == 2


async def test_the_end_removes_at_once_what_was_to_be_removed_later(
    desk: FakeDesk, telegram: TelegramEmulator, pace: FakePace
) -> None:
    channel = telegram.add_channel("News", bot_rights=("can_post_messages", "can_delete_messages"))
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=pace, tidy_after=600)
    await adapter.open()
    async with listening(adapter, desk, telegram):
        telegram.type(channel, None, "/help")
        await telegram.until(lambda: len(channel.visible) == 2)
    await adapter.close()
    assert channel.visible == []


async def test_without_the_right_to_delete_the_end_removes_the_answer_alone(
    desk: FakeDesk, telegram: TelegramEmulator, pace: FakePace
) -> None:
    channel = telegram.add_channel("News", bot_rights=("can_post_messages",))
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=pace, tidy_after=600)
    await adapter.open()
    async with listening(adapter, desk, telegram):
        typed = telegram.type(channel, None, "/help")
        await telegram.until(lambda: len(channel.visible) == 2)
    await adapter.close()
    assert channel.visible == [typed]


async def test_the_end_waits_out_no_flood(
    adapter: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    private = telegram.add_private(telegram.add_user("Dara"))
    flood = telegram.fault("flood", method="sendMessage", retry_after=50)
    async with asyncio.timeout(PATIENCE), listening(adapter, desk, telegram):
        telegram.type(private, None, "/help")
        await telegram.until(lambda: flood.over)
    assert told(caplog, "got no reply") == 1
    async with listening(adapter, desk, telegram):  # and when listening begins again, there is time again
        telegram.fault("flood", method="sendMessage", retry_after=0.01)
        telegram.type(private, None, "/help")
        await telegram.until(lambda: private.from_bot)


async def test_a_close_while_listening_ends_the_listening(
    desk: FakeDesk, telegram: TelegramEmulator, pace: FakePace, caplog: pytest.LogCaptureFixture
) -> None:
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=pace)
    await adapter.open()
    serving = asyncio.create_task(adapter.serve(desk))
    await telegram.until(lambda: telegram.updates.polled)
    await adapter.close()
    await asyncio.wait_for(serving, PATIENCE)
    assert told(caplog, "no commands come from Telegram") == 0


async def test_an_outage_is_told_once_and_so_is_its_end(
    adapter: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    private = telegram.add_private(telegram.add_user("Dara"))
    telegram.fault("bad_gateway", method="getUpdates")
    telegram.fault("close", method="getUpdates", skip=1)
    async with listening(adapter, desk, telegram):
        telegram.type(private, None, "/help")
        await telegram.until(lambda: private.from_bot)
    assert told(caplog, "no commands come from Telegram") == 1
    assert told(caplog, "answers again") == 1
    assert not any(record.exc_info for record in caplog.records)


async def test_a_flood_on_the_poll_is_waited_for(
    adapter: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fault("flood", method="getUpdates", retry_after=0.05, count=2)
    async with listening(adapter, desk, telegram):
        assert told(caplog, "no commands come from Telegram") == 1


async def test_a_second_program_with_the_same_token_is_told_once(
    adapter: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    description = "Conflict: terminated by other getUpdates request"
    telegram.fault("answer", method="getUpdates", status=409, description=description, count=2)
    async with listening(adapter, desk, telegram):
        assert told(caplog, "another program uses the same bot") == 1


async def test_a_webhook_gives_way(
    adapter: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.updates.webhook = "https://elsewhere.example/hook"
    async with listening(adapter, desk, telegram):
        assert telegram.updates.webhook == ""
    assert told(caplog, "webhook") == 1


async def test_a_token_that_dies_ends_the_listening(
    adapter: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fault("answer", method="getUpdates", status=401, description="Unauthorized")
    with pytest.raises(BotRefused, match="TELEGRAM_BOT_TOKEN"):
        await adapter.serve(desk)
    assert telegram.token not in caplog.text


async def test_the_token_stands_in_no_line_of_the_log(
    adapter: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "httpx")  # as bot.app does: httpx and httpcore log every address
    caplog.set_level(logging.WARNING, "httpcore")
    private = telegram.add_private(telegram.add_user("Dara"))
    telegram.fault("close", method="getUpdates")

    def fail(_: Command) -> Reply:
        raise ZeroDivisionError

    desk.reply = fail
    async with listening(adapter, desk, telegram):
        telegram.type(private, None, "/help")
        await telegram.until(lambda: private.from_bot)
    assert caplog.records
    assert telegram.token not in caplog.text
    assert telegram.token not in repr(adapter)
