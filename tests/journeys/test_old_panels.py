"""What newsbell showed on Discord goes on working after it was killed: the whole process, over a restart."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process


async def test_a_panel_and_a_window_from_before_a_kill_work_after_the_restart(world: World) -> None:
    newsroom, discord = world.newsroom, world.discord
    guild = discord.add_guild("Mekong Readers")
    boss = discord.add_member(guild, "Dara", permissions=["manage_guild"])
    news, other = discord.add_channel(guild, "news"), discord.add_channel(guild, "other")
    newsroom.write("old.md", post("OLD"))
    await newsroom.start()
    await discord.until(lambda: discord.gateway.connected)
    await discord.command(news, boss, "subscribe", category="NATIONAL", channel=other)
    settings = await discord.command(news, boss, "settings", channel=other)
    [sender] = [one for one in settings.controls if one.get("label", "").startswith("Sender")]
    window = await discord.press(settings, sender["custom_id"], boss)
    menu = await discord.command(news, boss, "subscribe")
    [offered] = [one for one in menu.controls if one.get("options") and "NATIONAL" in one["options"][0]["label"]]

    await newsroom.kill()
    await newsroom.start()
    await discord.until(lambda: discord.gateway.connected)

    chosen = await discord.press(menu, offered["custom_id"], boss, values=[offered["options"][0]["value"]])
    assert chosen.content.endswith("What arrives: NATIONAL.")
    written = await discord.submit(window, boss, text="Mekong News")
    assert "Mekong News" in str(written.components)
    newsroom.write("river.md", post("ART1", title="The river rises"))
    await newsroom.settles(2)
    assert [[one.embeds[0]["title"] for one in channel.visible] for channel in (news, other)] == [
        ["The river rises"],
        ["The river rises"],
    ]
