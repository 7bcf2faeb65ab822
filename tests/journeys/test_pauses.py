"""/pause and /resume on both platforms: what is unsent is kept, over a restart as well."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process


async def test_what_is_unsent_waits_over_a_restart_and_comes_in_order(world: World) -> None:
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    group, boss = telegram.add_supergroup("Readers"), telegram.add_user("Dara")
    telegram.promote(group, boss)
    guild = discord.add_guild("Readers")
    channel, manager = (
        discord.add_channel(guild, "news"),
        discord.add_member(guild, "Sok", permissions={"manage_guild"}),
    )
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    await newsroom.says("telegram: ready")
    await discord.until(lambda: bool(discord.commands) and discord.gateway.connected)
    await newsroom.subscribe([f"telegram:{group.id}", f"discord:{channel.id}"])

    telegram.type(group, boss, "/pause")
    await telegram.until(lambda: bool(telegram.sent))
    assert "until an admin resumes it" in (telegram.sent[0].text or "")
    answer = await discord.command(channel, manager, "pause", time="2h")
    assert answer.content.startswith("Paused until ")
    for code in ("ONE", "TWO"):
        newsroom.write(f"{code}.md", post(code))
        await newsroom.says(f"new: {code}.md goes to 2")
    await newsroom.kill()
    _end_pauses(newsroom.database)
    await newsroom.start()

    # Discord's pause was over while newsbell was down; Telegram's ends by a word.
    await discord.until(lambda: [message.embeds[0]["title"] for message in channel.visible] == ["Post ONE", "Post TWO"])
    assert not [message for message in group.visible if message.photo]
    telegram.type(group, boss, "/resume")
    await telegram.until(lambda: len([message for message in group.visible if message.photo]) == 2)
    captions = [(message.caption or "").split("\n")[0] for message in group.visible if message.photo]
    assert captions == ["Post ONE", "Post TWO"]


def _end_pauses(database: Path) -> None:
    """Let the time of every pause that has one be over."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "UPDATE destinations SET paused_until = ? WHERE paused_until != ''",
            (datetime.now(UTC).isoformat(timespec="microseconds"),),
        )
