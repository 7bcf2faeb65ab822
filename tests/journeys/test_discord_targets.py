"""Where posts go on Discord besides text channels, from the file to the server and over a kill."""

from __future__ import annotations

import pytest

from tests.emulators.discord import Guild
from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process


@pytest.fixture
def guild(world: World) -> Guild:
    """A server that newsbell was invited to."""
    return world.discord.add_guild("Mekong Readers")


async def test_a_forum_gets_one_thread_a_post_over_a_kill_and_it_follows_the_post(world: World, guild: Guild) -> None:
    newsroom, discord = world.newsroom, world.discord
    newsroom.settings["NEWSBELL_GRACE"] = "0.5"
    forum = discord.add_channel(guild, "posts", "forum", tags=["Sport", "National"], require_tag=True)
    discord.permit(forum, "manage_threads")
    newsroom.write("old.md", post("OLD"))
    await newsroom.start()
    await newsroom.subscribe([f"discord:{forum.id}"])
    discord.fault("accept_then_hang", method="POST", path=f"/channels/{forum.id}/threads")

    file = newsroom.write("river.md", post("ART1", title="The river rises"))
    [thread] = await discord.until(lambda: forum.threads)
    await newsroom.kill()
    await newsroom.start()
    await newsroom.settles(1)

    assert (forum.threads, thread.name) == ([thread], "The river rises")
    assert thread.applied_tags == [forum.tags[1].id]

    newsroom.write("river.md", post("ART1", title="The river falls"))
    await discord.until(lambda: thread.name == "The river falls")
    file.unlink()
    await discord.until(lambda: not forum.threads)


async def test_under_messages_threads_are_opened_and_in_announcement_channels_ten_an_hour_are_published(
    world: World, guild: Guild
) -> None:
    newsroom, discord = world.newsroom, world.discord
    discord.limits.speed = 20  # newsbell learns that its buckets take more
    talk = discord.add_channel(guild, "talk")
    headlines = discord.add_channel(guild, "headlines", "announcement")
    voice = discord.add_channel(guild, "studio", "voice")
    newsroom.write("old.md", post("OLD"))
    await newsroom.start()
    await newsroom.subscribe([f"discord:{channel.id}" for channel in (headlines, voice)])
    wish = [f"discord:{talk.id}", "SPORT", "--anyway", "--set", "thread=on"]
    code, output = await newsroom.command("subscriptions", "add", *wish)
    assert code == 0, output

    for number in range(12):
        newsroom.write(f"{number}.md", post(f"ART{number}"))
    newsroom.write("race.md", post("RACE", title="Boats race", category="SPORT"))
    await newsroom.settles(25)
    await discord.until(lambda: talk.threads)
    await discord.until(lambda: sum(message.crossposted for message in headlines.visible) == 10)

    assert [message.thread.name for message in talk.visible if message.thread] == ["Boats race"]
    assert len(voice.visible) == len(headlines.visible) == 12
    assert sum(request.path.endswith("/crosspost") for request in discord.requests) == 10
    assert not discord.hasty


async def test_under_a_name_of_the_sites_own_nothing_comes_twice_over_a_kill_and_a_webhook_that_is_gone(
    world: World, guild: Guild
) -> None:
    newsroom, discord = world.newsroom, world.discord
    news = discord.add_channel(guild, "news")
    discord.permit(news, "manage_webhooks")
    newsroom.write("old.md", post("OLD"))
    await newsroom.start()
    wish = [f"discord:{news.id}", "NATIONAL", "--set", "sender=Mekong News"]
    code, output = await newsroom.command("subscriptions", "add", *wish)
    assert code == 0, output
    hook = discord.add_webhook(news, "newsbell")
    writing = "/webhooks/{webhook_id}/{webhook_token}"
    limited = discord.fault("rate_limited", method="POST", path=writing, retry_after=0.1)
    lost = discord.fault("accept_then_hang", method="POST", path=writing)

    newsroom.write("river.md", post("ART1", title="The river rises"))
    await discord.until(lambda: news.visible)
    assert (limited.met, lost.met) == (1, 1)
    line = await newsroom.says("responded with 429")
    assert f"/webhooks/{hook.id}/" in line, "discord.py names the address"
    assert all(hook.token not in line for line in newsroom.log)
    await newsroom.kill()
    await newsroom.start()
    await newsroom.settles(1)
    discord.delete_webhook(hook)
    newsroom.write("rain.md", post("ART2", title="It rains"))
    await newsroom.settles(2)

    assert [(one.author.name, one.embeds[0]["title"]) for one in news.visible] == [
        ("Mekong News", "The river rises"),
        ("Mekong News", "It rains"),
    ]
    assert len(news.webhooks) == 1
    assert all(hook.token not in line for line in newsroom.log)
