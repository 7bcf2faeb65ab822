"""Another program holds the database for a while: newsbell waits, goes on by itself, and has forgotten nothing."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from tests.journeys.conftest import World
from tests.journeys.newsroom import post
from tests.journeys.trace import calls_too_close

pytestmark = pytest.mark.process

CHATS = 60
LOCKED_SECONDS = 8.0
"""Longer than SQLite itself waits for its turn."""


@pytest.mark.parametrize("way", ["IMMEDIATE", "EXCLUSIVE"])
async def test_a_database_that_is_locked_at_the_start_is_waited_for(world: World, way: str) -> None:
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    channel = telegram.add_channel("National news")
    room = discord.add_channel(discord.add_guild("Readers"), "news")
    newsroom.write("old.md", post("OLD1"))
    assert (await newsroom.command("once"))[0] == 0
    await newsroom.subscribe([f"telegram:{channel.id}", f"discord:{room.id}"])
    newsroom.write("while-away.md", post("AWAY"))

    with newsroom.locked(way):
        await newsroom.start(until="")
        await asyncio.sleep(LOCKED_SECONDS)
        assert newsroom.standing() == {}
    await newsroom.settles(2)
    newsroom.write("new.md", post("NEW"))
    await newsroom.settles(4)

    assert [(message.caption or "").split("\n")[0] for message in channel.visible] == ["Post AWAY", "Post NEW"]
    assert [message.embeds[0]["title"] for message in room.visible] == ["Post AWAY", "Post NEW"]
    assert not any("Traceback" in line for line in newsroom.log)


async def test_a_database_that_is_locked_in_the_middle_of_deliveries_costs_none(world: World) -> None:
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    channels = [telegram.add_channel(f"Channel {number}") for number in range(CHATS)]
    guild = discord.add_guild("Readers")
    rooms = [discord.add_channel(guild, f"news-{number}") for number in range(CHATS)]
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    await newsroom.says("telegram: ready")
    await newsroom.says("discord: ready")
    await newsroom.subscribe([f"telegram:{each.id}" for each in channels] + [f"discord:{each.id}" for each in rooms])
    late = telegram.fault("delay", method="sendPhoto", count=CHATS, seconds=0.3)
    discord.fault("accept_then_delay", method="POST", count=CHATS, seconds=0.3)

    newsroom.write("river.md", post("ART1"))
    await telegram.until(lambda: len(telegram.sent) >= CHATS // 4)
    await discord.until(lambda: len(discord.sent) >= CHATS // 4)
    with newsroom.locked():
        under_way = Counter(platform for (platform, state), _ in newsroom.standing().items() if state == "claimed")
        late.count = late.hits  # calls that the wire held back would bunch with those after the lock
        newsroom.write("more.md", post("ART2"))
        await asyncio.sleep(LOCKED_SECONDS)
        assert newsroom.standing().total() == 2 * CHATS
    await newsroom.settles(4 * CHATS)

    assert under_way == {"telegram": 1, "discord": 1}
    both = ["Post ART1", "Post ART2"]
    assert all([(each.caption or "").split("\n")[0] for each in channel.visible] == both for channel in channels)
    assert all([each.embeds[0]["title"] for each in room.visible] == both for room in rooms)
    assert telegram.limits.hasty == []
    assert calls_too_close(newsroom) == []
    assert not discord.hasty
