"""The main journey, on the real libraries: a file is written, and those who subscribed see it, once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process

SENTENCES = (
    "The river rose by half a metre in the night, and boats were pulled ashore in three villages before first light. "
    "The district office asked people along the bank to keep their animals on higher ground until the week's end."
)


async def test_only_subscribers_of_its_category_get_it_once(world: World) -> None:
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    admin = telegram.add_user("Dara")
    national, sport = telegram.add_channel("National news"), telegram.add_channel("Sport news")
    guild = discord.add_guild("Readers")
    channel, elsewhere = discord.add_channel(guild, "news"), discord.add_channel(guild, "sport")
    member = discord.add_member(guild, "Sophea", permissions={"manage_guild"})
    newsroom.write("old.md", post("OLD1"))
    newsroom.write("game.md", post("OLD2", category="SPORT"))
    await newsroom.start()
    await discord.until(lambda: bool(discord.commands) and discord.gateway.connected)

    telegram.type(national, None, "/subscribe national")
    telegram.type(sport, None, "/subscribe sport")
    await telegram.until(lambda: len(telegram.sent) == 2)
    await discord.command(channel, member, "subscribe", category="National")
    await discord.command(elsewhere, member, "subscribe", category="Sport")
    newsroom.write("2026-11-02-river.md", post("ART1", title="River rises", text=SENTENCES))

    await telegram.until(lambda: any(message.photo for message in national.visible))
    await discord.until(lambda: any(message.embeds for message in channel.visible))
    [photo] = [message for message in national.visible if message.photo]
    assert photo.photo is not None
    assert photo.photo.url == "https://pictures.example.org/art1.jpg"
    assert photo.caption == f"River rises\n\n{SENTENCES}\n\n#National"
    assert photo.buttons[0].url == "https://example.org/national/art1"
    [embed] = [message.embeds[0] for message in channel.visible if message.embeds]
    assert embed["title"] == "River rises"
    assert embed["description"] == SENTENCES
    assert embed["url"] == "https://example.org/national/art1"
    assert embed["image"]["url"] == "https://pictures.example.org/art1.jpg"
    assert not any(message.photo for message in sport.visible)
    assert not any(message.embeds for message in elsewhere.visible)

    await newsroom.says("sent River rises", times=2)
    rows = newsroom.rows("SELECT platform, state, message_ids FROM deliveries ORDER BY platform")
    assert [(row["platform"], row["state"]) for row in rows] == [("discord", "settled"), ("telegram", "settled")]
    assert rows[1]["message_ids"] == f'["{photo.id}"]'

    assert await newsroom.stop() == 0
    before = Counter(call.method for call in telegram.requests if call.method.startswith("send"))
    await newsroom.start()
    newsroom.write("2026-11-03-second.md", post("ART2"))
    await telegram.until(lambda: len([message for message in national.visible if message.photo]) == 2)
    after = Counter(call.method for call in telegram.requests if call.method.startswith("send"))
    assert (after - before) == Counter({"sendPhoto": 1})
    assert admin.id  # nobody had to be an administrator of a channel to post in it


async def test_an_edited_file_edits_its_messages(world: World) -> None:
    newsroom, telegram = world.newsroom, world.telegram
    channel = telegram.add_channel("National news")
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    telegram.type(channel, None, "/subscribe national")
    await telegram.until(lambda: len(telegram.sent) == 1)
    newsroom.write("river.md", post("ART1", title="River rises"))
    await telegram.until(lambda: any(message.photo for message in channel.visible))

    newsroom.write("river.md", post("ART1", title="River rises further"))
    await telegram.until(lambda: any("further" in (message.caption or "") for message in channel.visible))

    [photo] = [message for message in channel.visible if message.photo]
    assert len(photo.edits) == 1


async def test_a_scheduled_post_goes_out_at_its_time(world: World) -> None:
    newsroom, telegram = world.newsroom, world.telegram
    channel = telegram.add_channel("National news")
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    telegram.type(channel, None, "/subscribe national")
    await telegram.until(lambda: len(telegram.sent) == 1)
    at = datetime.now(UTC) + timedelta(seconds=3)
    newsroom.write("later.md", post("ART1", date=at.isoformat()))

    await newsroom.says("scheduled")
    await telegram.until(lambda: any(message.photo for message in channel.visible))

    assert datetime.now(UTC) >= at
