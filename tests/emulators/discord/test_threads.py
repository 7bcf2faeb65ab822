"""Threads, forums and announcements."""

import discord

from tests.emulators.discord import Channel, DiscordEmulator, Guild
from tests.emulators.discord.client import Client, code_of, connected, place


async def test_a_forum_post_wears_tags(server: DiscordEmulator, guild: Guild) -> None:
    forum = server.add_channel(guild, "posts", "forum", tags=["National", "Sport"], require_tag=True)
    async with connected(server) as bot:
        target = bot.get_channel(forum.id)
        assert isinstance(target, discord.ForumChannel)
        assert await code_of(target.create_thread(name="Rain", content="It rains")) == 40067
        tag = target.available_tags[1]
        await target.create_thread(name="Rain", content="It rains", applied_tags=[tag])

        (thread,) = forum.threads
        assert (thread.name, thread.applied_tags, thread.visible[0].id) == ("Rain", [forum.tags[1].id], thread.id)
        server.update_thread(thread, archived=True)
        assert [found.name async for found in target.archived_threads()] == ["Rain"]
        assert server.violations == []
        assert await code_of(target.create_thread(name="x" * 101, content="x", applied_tags=[tag])) == 50035


async def test_threads_can_be_written_to_unless_archived_or_locked(
    server: DiscordEmulator, channel: Channel, bot: Client
) -> None:
    thread = server.add_thread(channel, "talk")
    await place(bot, thread).send("Rain")
    server.update_thread(thread, archived=True)
    assert await code_of(place(bot, thread).send("x")) == 50083
    server.update_thread(thread, archived=False, locked=True)
    assert await code_of(place(bot, thread).send("x")) == 160005


async def test_a_message_has_one_thread(server: DiscordEmulator, channel: Channel) -> None:
    async with connected(server) as bot:
        sent = place(bot, channel).get_partial_message((await place(bot, channel).send("Sun")).id)
        assert (await sent.create_thread(name="About the sun")).id == sent.id
        assert await code_of(sent.create_thread(name="Again")) == 160004


async def test_only_announcements_are_published_and_once(server: DiscordEmulator, guild: Guild, bot: Client) -> None:
    news, text = server.add_channel(guild, "news", "announcement"), server.add_channel(guild, "talk")
    sent = await place(bot, news).send("Rain")
    await sent.publish()
    assert news.visible[0].crossposted
    assert await code_of(sent.publish()) == 40033
    assert await code_of((await place(bot, text).send("Rain")).publish()) == 50024
