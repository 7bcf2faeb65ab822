"""Discord's gateway breaks in every way, and no message waits for it: the whole process, over a kill."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.emulators.discord import DiscordEmulator
from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process

TROUBLES: list[Callable[[DiscordEmulator], None]] = [
    lambda discord: discord.gateway.drop(),
    lambda discord: discord.guild_outage(next(iter(discord.guilds.values()))),
    lambda discord: discord.gateway.invalidate(),
    lambda discord: discord.gateway.malformed(),
]


async def test_whatever_becomes_of_the_gateway_posts_arrive_once_and_no_channel_is_given_up(world: World) -> None:
    newsroom, discord = world.newsroom, world.discord
    guild = discord.add_guild("Mekong Readers")
    boss = discord.add_member(guild, "Dara", permissions=["manage_guild"])
    channels = [discord.add_channel(guild, f"news-{number}") for number in range(4)]
    newsroom.write("old.md", post("OLD"))
    await newsroom.start(until="discord: ready")
    await newsroom.subscribe([f"discord:{channel.id}" for channel in channels])

    for number, trouble in enumerate(TROUBLES):
        await discord.until(lambda: discord.gateway.connected)
        discord.gateway.door.clear()
        trouble(discord)
        if not guild.unavailable:
            await discord.until(lambda: not discord.gateway.connected)
        newsroom.write(f"{number}.md", post(f"ART{number}", title=f"Day {number}"))
        await newsroom.settles(len(channels) * (number + 1))
        if guild.unavailable:
            discord.guild_back(guild)
        if number < len(TROUBLES) - 1:
            discord.gateway.door.set()
    await newsroom.kill()
    newsroom.write("last.md", post("LAST", title="The day after"))
    await newsroom.start()
    await newsroom.settles(len(channels) * (len(TROUBLES) + 1))
    assert not discord.gateway.connected

    discord.gateway.door.set()
    await discord.until(lambda: discord.gateway.connected)
    assert (await discord.command(channels[0], boss, "subscriptions")).content
    titles = [*(f"Day {number}" for number in range(len(TROUBLES))), "The day after"]
    assert [[one.embeds[0]["title"] for one in channel.visible] for channel in channels] == [titles] * len(channels)
    assert newsroom.rows("SELECT 1 FROM destinations WHERE state != 'active'") == []
    assert (discord.gateway.resumes, discord.gateway.identifies) == (1, 3)
