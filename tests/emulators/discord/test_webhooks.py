"""Webhooks: made, written with, and gone."""

import discord
import pytest

from tests.emulators.discord import Channel, DiscordEmulator, Guild
from tests.emulators.discord.client import Client, code_of


@pytest.fixture
async def webhook(server: DiscordEmulator, channel: Channel, bot: Client) -> discord.Webhook:
    """One of the bot's, as discord.py works with it."""
    made = server.add_webhook(channel, "newsbell")
    return discord.Webhook.partial(made.id, made.token, client=bot)


async def test_a_webhook_is_made_and_listed_with_its_token_by_who_may(
    server: DiscordEmulator, channel: Channel, bot: Client
) -> None:
    assert await code_of(bot.http.channel_webhooks(channel.id)) == 50013
    server.permit(channel, "manage_webhooks")
    made = await bot.http.create_webhook(channel.id, name="newsbell")
    [listed] = await bot.http.channel_webhooks(channel.id)
    assert (listed["id"], listed.get("token")) == (made["id"], channel.webhooks[0].token)
    for _ in range(14):
        server.add_webhook(channel, "other")
    assert await code_of(bot.http.create_webhook(channel.id, name="newsbell")) == 30007
    assert server.check_answers() == []


async def test_it_writes_under_any_name_but_some_and_changes_its_own_messages_alone(
    channel: Channel, webhook: discord.Webhook, bot: Client
) -> None:
    sent = await webhook.send("Rain", username="Mekong News", wait=True)
    await sent.edit(content="Sun")
    [message] = channel.visible
    assert (message.content, message.author.name, message.author.id) == ("Sun", "Mekong News", webhook.id)
    assert await code_of(webhook.send("Rain", username="Discord News")) == 50035
    own = await bot.get_partial_messageable(channel.id).send("Mine")
    assert await code_of(webhook.edit_message(own.id, content="x")) == 10008
    assert (
        await code_of(bot.get_partial_messageable(channel.id).get_partial_message(sent.id).edit(content="x")) == 50005
    )
    await sent.delete()
    assert [message.content for message in channel.visible] == ["Mine"]


async def test_it_begins_posts_in_a_forum_and_writes_in_threads(
    server: DiscordEmulator, guild: Guild, bot: Client
) -> None:
    forum = server.add_channel(guild, "posts", "forum")
    made = server.add_webhook(forum, "newsbell")
    webhook = discord.Webhook.partial(made.id, made.token, client=bot)
    assert await code_of(webhook.send("Rain")) == 220001
    sent = await webhook.send("Rain", thread_name="The rain", wait=True)
    [thread] = forum.threads
    assert (thread.name, thread.id, thread.owner and thread.owner.id) == ("The rain", sent.id, made.id)
    await webhook.send("More", thread=discord.Object(thread.id))
    assert [message.content for message in thread.visible] == ["Rain", "More"]


async def test_one_that_is_gone_is_not_known_and_its_messages_stay(
    server: DiscordEmulator, channel: Channel, webhook: discord.Webhook
) -> None:
    await webhook.send("Rain")
    server.delete_webhook(channel.webhooks[0])
    assert await code_of(webhook.send("Rain")) == 10015
    assert len(channel.visible) == 1


async def test_one_that_is_moved_writes_elsewhere_and_finds_its_messages_no_more(
    server: DiscordEmulator, guild: Guild, channel: Channel, webhook: discord.Webhook
) -> None:
    sent = await webhook.send("Rain", wait=True)
    elsewhere = server.add_channel(guild, "elsewhere")
    server.move_webhook(channel.webhooks[0], elsewhere)
    moved = await webhook.send("Sun", wait=True)
    assert (moved.channel.id, len(channel.visible)) == (elsewhere.id, 1)
    assert (channel.webhooks, [one.name for one in elsewhere.webhooks]) == ([], ["newsbell"])
    assert await code_of(webhook.edit_message(sent.id, content="x")) == 10008
