"""Admins type, newsbell answers: in a channel, in a group's topic, in a Discord channel; and says no to others."""

from __future__ import annotations

import pytest

from tests.emulators.discord import Refused
from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process


@pytest.fixture
async def running(world: World) -> World:
    """newsbell with posts in three categories, listening on both platforms."""
    for number, category in enumerate(["NATIONAL", "SPORT", "Weekly News"]):
        world.newsroom.write(f"{number}.md", post(f"OLD{number}", category=category))
    await world.newsroom.start()
    await world.newsroom.says("telegram: ready")
    return world


async def test_an_admin_subscribes_the_topic_in_which_the_command_was_typed(running: World) -> None:
    telegram = running.telegram
    forum = telegram.add_supergroup("Desk", forum=True)
    topic = telegram.add_topic(forum, "National")
    admin = telegram.add_user("Dara")
    telegram.promote(forum, admin)

    telegram.type(forum, admin, "/subscribe national", thread=topic)
    await telegram.until(lambda: len(telegram.sent) == 1)
    running.newsroom.write("new.md", post("NEW"))
    await telegram.until(lambda: any(message.photo for message in forum.visible))

    assert {message.thread_id for message in telegram.sent} == {topic}


async def test_an_anonymous_admin_is_an_admin(running: World) -> None:
    telegram = running.telegram
    group = telegram.add_supergroup("Desk")
    admin = telegram.add_user("Dara")
    telegram.promote(group, admin, is_anonymous=True)

    telegram.type(group, admin, "/subscribe sport", anonymous=True)
    await telegram.until(lambda: len(telegram.sent) == 1)

    assert running.newsroom.rows("SELECT kind, value FROM subscriptions") == [{"kind": "category", "value": "sport"}]


async def test_somebody_who_is_no_admin_is_refused_with_the_reason(running: World) -> None:
    telegram = running.telegram
    group = telegram.add_supergroup("Desk")
    reader = telegram.add_user("Bopha")
    telegram.join(group, reader)

    telegram.type(group, reader, "/subscribe national")
    await telegram.until(lambda: len(telegram.sent) == 1)

    assert "admin" in (telegram.sent[0].text or "").lower()
    assert running.newsroom.rows("SELECT * FROM subscriptions") == []


async def test_a_misspelt_category_is_met_with_a_suggestion(running: World) -> None:
    telegram = running.telegram
    channel = telegram.add_channel("National news")

    telegram.type(channel, None, "/subscribe natoinal")
    await telegram.until(lambda: len(telegram.sent) == 1)
    answer = telegram.sent[0]
    assert "Did you mean" in (answer.text or "")
    assert "NATIONAL" in (answer.text or "") + "".join(button.text for button in answer.buttons)
    assert running.newsroom.rows("SELECT * FROM subscriptions") == []


async def test_on_discord_the_command_knows_the_real_categories(running: World) -> None:
    discord = running.discord
    guild = discord.add_guild("Readers")
    channel = discord.add_channel(guild, "news")
    admin = discord.add_member(guild, "Sophea", permissions={"manage_guild"})
    reader = discord.add_member(guild, "Bopha")
    await discord.until(lambda: bool(discord.commands) and discord.gateway.connected)

    choices = await discord.autocomplete(channel, admin, "subscribe", category="week")
    reply = await discord.command(channel, admin, "subscribe", category=choices[0][1])
    running.newsroom.write("new.md", post("NEW", category="Weekly News"))
    await discord.until(lambda: any(message.embeds for message in channel.visible))

    assert choices[0][0].startswith("Weekly News")
    assert reply.ephemeral
    assert isinstance(await discord.command(channel, reader, "subscribe", category="sport"), Refused)
    misspelt = await discord.command(channel, admin, "subscribe", category="natoinal")
    assert "Did you mean" in misspelt.content


async def test_unsubscribing_ends_it(running: World) -> None:
    telegram = running.telegram
    reader = telegram.add_user("Dara")
    private = telegram.add_private(reader)
    other = telegram.add_channel("National news")
    telegram.type(other, None, "/subscribe all")
    telegram.type(private, reader, "/subscribe national")
    await telegram.until(lambda: len(telegram.sent) == 2)
    telegram.type(private, reader, "/unsubscribe national")
    await telegram.until(lambda: len(telegram.sent) == 3)

    running.newsroom.write("new.md", post("NEW"))
    await telegram.until(lambda: any(message.photo for message in other.visible))

    assert not any(message.photo for message in private.visible)
