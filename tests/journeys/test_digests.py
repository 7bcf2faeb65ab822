"""Posts whose time came while newsbell was down: in order, or as one digest a chat; held ones likewise."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process

PILE = 5
TITLE = f"{PILE} new posts"


@pytest.fixture
async def begun(world: World) -> World:
    """newsbell that makes digests of more than four posts and holds more than six, with one post known; stopped."""
    newsroom = world.newsroom
    newsroom.settings |= {"NEWSBELL_DIGEST": "4", "NEWSBELL_FLOOD": "6"}
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    await newsroom.says("telegram: ready")
    await newsroom.says("discord: ready")
    return world


async def test_many_come_as_one_digest_and_few_in_order_after_a_crash(begun: World) -> None:
    newsroom, telegram, discord = begun.newsroom, begun.telegram, begun.discord
    channel, room = telegram.add_channel("National news"), discord.add_channel(discord.add_guild("Readers"), "news")
    sport = telegram.add_channel("Sport")
    await newsroom.subscribe([f"telegram:{channel.id}", f"discord:{room.id}"])
    assert (await newsroom.command("subscriptions", "add", f"telegram:{sport.id}", "sport", "--anyway"))[0] == 0
    # Two are scheduled, and their time comes while newsbell is down; the others are written then.
    soon = datetime.now(UTC) + timedelta(seconds=3)
    for number in range(2):
        newsroom.write(f"{number}.md", post(f"NEW{number}", date=soon.isoformat()))
        await newsroom.says(f"scheduled: {number}.md")
    await newsroom.kill()
    assert not channel.visible
    for number in range(2, PILE):
        newsroom.write(f"{number}.md", post(f"NEW{number}"))
    for number in range(2):
        newsroom.write(f"sport-{number}.md", post(f"GAME{number}", category="SPORT"))
    newsroom.write("flood.md", post("FLOOD").replace("---\n", "---\nbreaking: true\n", 1))
    await asyncio.sleep((soon - datetime.now(UTC)).total_seconds())  # while it is down, a clock alone tells

    await newsroom.start()
    await newsroom.settles(2 * PILE + 2 + 2 + 2)
    assert [(message.content.words or "").split("\n")[0] for message in channel.visible] == ["Post FLOOD", TITLE]
    assert [message.embeds[0]["title"] for message in room.visible] == ["Post FLOOD", TITLE]
    assert all(f"Post NEW{number}" in room.visible[1].embeds[0]["description"] for number in range(PILE))
    assert [(message.caption or "").split("\n")[0] for message in sport.visible] == ["Post GAME0", "Post GAME1"]
    assert "settled: shown in a digest, message " in (await newsroom.command("why", "NEW1"))[1]


async def test_a_flood_waits_for_a_word_and_comes_as_one_digest(begun: World) -> None:
    newsroom, telegram, discord = begun.newsroom, begun.telegram, begun.discord
    channel, room = telegram.add_channel("National news"), discord.add_channel(discord.add_guild("Readers"), "news")
    await newsroom.subscribe([f"telegram:{channel.id}", f"discord:{room.id}"])
    await newsroom.kill()
    for number in range(7):
        newsroom.write(f"{number}.md", post(f"NEW{number}"))
    await newsroom.start()
    await newsroom.says("newsbell send --held")
    assert not channel.visible

    code, output = await newsroom.command("send", "--held")
    assert (code, "2 chats get them as one digest" in output) == (0, True)
    await newsroom.settles(2 * 7 + 2)
    title = "7 new posts"
    assert [(message.content.words or "").split("\n")[0] for message in channel.visible] == [title]
    assert [message.embeds[0]["title"] for message in room.visible] == [title]
