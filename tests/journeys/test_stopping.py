"""SIGTERM: nothing more is claimed, calls in the air end, what came of them is written; and it never takes long."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from tests.journeys.conftest import World
from tests.journeys.newsroom import Newsroom, post

pytestmark = pytest.mark.process

IN_TIME = 30.0
"""newsbell gives itself ten seconds at most; a busy machine takes longer to start the end and to end the process."""

CHATS = 90


async def stopped(newsroom: Newsroom) -> int:
    """The exit code after SIGTERM; an end that takes longer than it may is an error."""
    async with asyncio.timeout(IN_TIME):
        return await newsroom.stop()


async def begun(world: World, *chats: str) -> Newsroom:
    newsroom = world.newsroom
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    await newsroom.says("telegram: ready")
    await newsroom.says("discord: ready")
    await newsroom.subscribe(list(chats))
    return newsroom


async def test_in_the_middle_of_a_fan_out_what_was_answered_is_written_down_and_the_rest_waits(world: World) -> None:
    telegram = world.telegram
    channels = [telegram.add_channel(f"Channel {number}") for number in range(CHATS)]
    newsroom = await begun(world, *(f"telegram:{each.id}" for each in channels))
    telegram.fault("slow_answer", method="sendPhoto", count=CHATS, seconds=0.5)

    newsroom.write("river.md", post("ART1"))
    await telegram.until(lambda: len(telegram.sent) >= 8)
    assert await stopped(newsroom) == 0
    sent = len(telegram.sent)

    assert newsroom.standing() == {("telegram", "settled"): sent, ("telegram", "due"): CHATS - sent}
    assert sent < CHATS
    await newsroom.start()
    await newsroom.settles(CHATS)
    assert [len(channel.visible) for channel in channels] == [1] * CHATS


async def test_a_platform_that_hangs_delays_it_by_seconds_and_a_second_signal_changes_nothing(world: World) -> None:
    telegram, discord = world.telegram, world.discord
    channel = telegram.add_channel("National news")
    room = discord.add_channel(discord.add_guild("Readers"), "news")
    newsroom = await begun(world, f"telegram:{channel.id}", f"discord:{room.id}")
    telegram.fault("accept_then_hang", method="sendPhoto", chat=channel)
    discord.fault("accept_then_hang", channel=room)

    newsroom.write("river.md", post("ART1"))
    await telegram.until(lambda: len(channel.visible) == 1)
    await discord.until(lambda: len(room.visible) == 1)
    os.kill(newsroom.pid, signal.SIGTERM)
    await newsroom.says("stopping")
    os.kill(newsroom.pid, signal.SIGTERM)
    os.kill(newsroom.pid, signal.SIGINT)
    assert await stopped(newsroom) == 0

    standing = newsroom.standing()
    assert {platform for platform, _ in standing} == {"telegram", "discord"}
    assert {state for _, state in standing} <= {"claimed", "unknown"}


async def test_a_locked_database_is_waited_for_so_that_no_answer_is_forgotten(world: World) -> None:
    telegram = world.telegram
    channel = telegram.add_channel("National news")
    newsroom = await begun(world, f"telegram:{channel.id}")
    telegram.fault("slow_answer", method="sendPhoto", chat=channel, seconds=1.0)

    newsroom.write("river.md", post("ART1"))
    await telegram.until(lambda: len(channel.visible) == 1)
    with newsroom.locked():
        os.kill(newsroom.pid, signal.SIGTERM)
        await newsroom.says("stopping")
        await asyncio.sleep(6.5)
    assert await stopped(newsroom) == 0

    assert newsroom.standing() == {("telegram", "settled"): 1}


async def test_a_database_that_stays_locked_is_not_waited_for_for_ever(world: World) -> None:
    channel = world.telegram.add_channel("National news")
    newsroom = await begun(world, f"telegram:{channel.id}")
    world.telegram.fault("slow_answer", method="sendPhoto", chat=channel, seconds=1.0)
    newsroom.write("river.md", post("ART1"))
    await world.telegram.until(lambda: len(channel.visible) == 1)

    with newsroom.locked():
        await stopped(newsroom)

    assert newsroom.standing() == {("telegram", "claimed"): 1}


async def test_a_start_that_waits_for_the_database_can_be_stopped(world: World) -> None:
    newsroom = world.newsroom
    newsroom.write("old.md", post("OLD1"))
    assert (await newsroom.command("once"))[0] == 0

    with newsroom.locked("EXCLUSIVE"):
        await newsroom.start(until="trying again")
        assert await stopped(newsroom) == 0
    assert "stopped before the database could be used" in newsroom.log[-1]


async def test_a_first_scan_can_be_stopped_and_is_made_again(world: World) -> None:
    newsroom = world.newsroom
    for number in range(5_000):
        newsroom.write(f"{number % 20:02}/{number}.md", post(f"OLD{number}"))

    await newsroom.start(until="first scan: 2000")
    assert await stopped(newsroom) == 0
    assert newsroom.rows("SELECT baseline_at FROM roots") == [{"baseline_at": None}]


async def test_once_ends_in_order_too(world: World) -> None:
    telegram, newsroom = world.telegram, world.newsroom
    channel = telegram.add_channel("National news")
    newsroom = await begun(world, f"telegram:{channel.id}")
    assert await stopped(newsroom) == 0
    for number in range(12):
        newsroom.write(f"{number}.md", post(f"ART{number}"))

    running = asyncio.create_task(newsroom.command("once"))
    await telegram.until(lambda: len(channel.visible) >= 2)
    [owner] = newsroom.rows("SELECT pid FROM owners ORDER BY epoch DESC LIMIT 1")
    os.kill(owner["pid"], signal.SIGTERM)
    async with asyncio.timeout(IN_TIME):
        code, output = await running

    assert code == 1
    assert "newsbell was stopped before it was done" in output
    assert set(newsroom.standing()) == {("telegram", "settled"), ("telegram", "due")}
