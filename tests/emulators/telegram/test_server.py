"""The life of the emulator itself: it stops, comes back, closes, and waits for tests."""

import asyncio

import httpx
import pytest
from telegram.error import NetworkError
from telegram.ext import ExtBot

from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.client import bot_of


async def test_a_stopped_emulator_is_not_there_and_comes_back_as_it_was(
    telegram: TelegramEmulator, bot: ExtBot[None]
) -> None:
    channel = telegram.add_channel("Daily News")
    await bot.send_message(channel.id, "before")
    await telegram.stop()
    with pytest.raises(NetworkError) as caught:
        await bot.send_message(channel.id, "x")
    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    await telegram.start()
    await bot.send_message(channel.id, "after")
    assert [message.text for message in channel.visible] == ["before", "after"]


async def test_hung_requests_keep_nobody_from_closing() -> None:
    async with asyncio.timeout(5):
        async with TelegramEmulator() as telegram:
            bot = bot_of(telegram)
            await bot.initialize()
            channel = telegram.add_channel("Daily News")
            telegram.fault("accept_then_hang")
            hung = asyncio.create_task(bot.send_message(channel.id, "x", read_timeout=60))
            polled = asyncio.create_task(bot.get_updates(timeout=50))
            await telegram.until(lambda: telegram.sent and telegram.updates.polled)
        await asyncio.gather(hung, polled, return_exceptions=True)
        await bot.shutdown()


async def test_waiting_in_vain_tells_what_happened(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    channel = telegram.add_channel("Daily News")
    await bot.send_message(channel.id, "Rain")
    with pytest.raises(AssertionError, match=r"(?s)len\(channel.visible\) == 3.*sendMessage -> 200.*Rain"):
        await telegram.until(lambda: len(channel.visible) == 3, within=0.05)
