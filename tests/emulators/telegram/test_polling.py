"""getUpdates: what it keeps, what it confirms, and who may call it."""

import asyncio
import sys

import pytest
from telegram.error import Conflict
from telegram.ext import ExtBot

from tests.emulators.telegram import TEST_TOKEN, TelegramEmulator
from tests.emulators.telegram.client import bot_of


async def test_updates_stay_until_they_are_confirmed(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    dara = telegram.add_user("Dara")
    private = telegram.add_private(dara)
    for text in ("one", "two", "three"):
        telegram.type(private, dara, text)
    first = await bot.get_updates(limit=2)
    assert [update.update_id for update in await bot.get_updates()] == [first[0].update_id + step for step in range(3)]
    rest = await bot.get_updates(offset=first[1].update_id + 1)
    assert [update.message and update.message.text for update in rest] == ["three"]
    assert await bot.get_updates(offset=rest[0].update_id + 1) == ()


async def test_only_wanted_updates_are_kept(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    dara, channel = telegram.add_user("Dara"), telegram.add_channel("Daily News")
    private = telegram.add_private(dara)
    telegram.promote(channel, dara)  # chat_member: not by default
    await bot.get_updates(allowed_updates=["channel_post"])
    telegram.type(private, dara, "/start")
    telegram.type(channel, None, "/subscribe national")
    assert [bool(update.channel_post) for update in await bot.get_updates()] == [True]


async def test_the_same_offset_again_is_slowed_down(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    telegram.updates.slows_repeats = True
    dara = telegram.add_user("Dara")
    private = telegram.add_private(dara)
    await bot.get_updates(offset=5)
    repeated = asyncio.create_task(bot.get_updates(offset=5))
    await telegram.until(lambda: telegram.updates.polled)  # it waits, though no timeout was asked for
    telegram.type(private, dara, "one")
    assert len(await repeated) == 1
    telegram.type(private, dara, "two")
    assert len(await bot.get_updates(offset=5)) == 1


async def test_a_second_poller_ends_the_first(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=30))
    await telegram.until(lambda: telegram.updates.polled)
    async with bot_of(telegram) as second:
        assert await second.get_updates() == ()
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await older


async def test_a_webhook_ends_polling(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    await bot.set_webhook("https://example.org/telegram")
    assert (await bot.get_webhook_info()).url == "https://example.org/telegram"
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


POLLER = """
import httpx, sys
httpx.post(sys.argv[1], data={"timeout": 50}, timeout=60)
"""


async def test_a_poller_that_is_killed_leaves_its_place(telegram: TelegramEmulator, bot: ExtBot[None]) -> None:
    url = f"{telegram.url}/bot{TEST_TOKEN}/getUpdates"
    killed = await asyncio.create_subprocess_exec(sys.executable, "-c", POLLER, url)
    await telegram.until(lambda: telegram.updates.polled)
    killed.kill()
    await killed.wait()
    await telegram.until(lambda: not telegram.updates.polled)
    dara = telegram.add_user("Dara")
    telegram.type(telegram.add_private(dara), dara, "/start")
    assert len(await bot.get_updates(timeout=5)) == 1
