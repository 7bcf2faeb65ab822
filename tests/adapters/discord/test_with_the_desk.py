"""The adapter together with the core's own desk: what people of a server really read."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.models import Category, DestinationState, Selector, SelectorKind
from bot.subscribing.desk import SubscriptionDesk
from tests.adapters.discord.conftest import Server
from tests.fakes import FakeNewsstand, FakePosts, FakeStories, FakeSubscriptions
from tests.state.making import eventually

NATIONAL = Selector(SelectorKind.CATEGORY, "national")


@pytest.fixture
async def subscriptions(server: Server) -> AsyncIterator[FakeSubscriptions]:
    """The shelf behind the desk, while the adapter listens."""
    shelf = FakeSubscriptions()
    posts = FakePosts([Category("national", "NATIONAL", 131), Category("sport", "Sport", 12)], shelf, ["en", "km"])
    desk = SubscriptionDesk(posts, shelf, lambda: datetime.now(UTC), stories=FakeStories(), stand=FakeNewsstand(posts))
    serving = asyncio.create_task(server.adapter.serve(desk))
    await server.listening()
    yield shelf
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_an_admin_subscribes_what_autocompletion_offered(
    server: Server, subscriptions: FakeSubscriptions
) -> None:
    choices = await server.discord.autocomplete(server.news, server.boss, "subscribe", category="nat")
    (national,) = [value for name, value in choices if name == "NATIONAL (131)"]
    reply = await server.discord.command(server.news, server.boss, "subscribe", category=national)
    assert reply.ephemeral
    assert "Mekong Readers › #news" in reply.content
    (subscribed,) = await subscriptions.of(server.destination)
    assert subscribed.selector == NATIONAL


async def test_all_options_of_subscribe_are_kept_with_the_subscription(
    server: Server, subscriptions: FakeSubscriptions
) -> None:
    readers = server.discord.add_role(server.guild, "Readers", mentionable=True)
    other = server.discord.add_channel(server.guild, "other")
    languages = await server.discord.autocomplete(server.news, server.boss, "subscribe", category="sport", language="")
    assert languages == [("English", "en"), ("Khmer", "km")]
    reply = await server.discord.command(
        server.news, server.boss, "subscribe", category="sport", channel=other, language="km", mention=readers
    )
    assert reply.content == "Subscribed to Sport (only in Khmer). New posts will arrive in Mekong Readers › #other."
    (subscribed,) = await subscriptions.of(server.place(other))
    assert (subscribed.language, subscribed.options) == ("km", {"mention": str(readers.id)})
    offered = await server.discord.autocomplete(server.news, server.boss, "unsubscribe", channel=other, category="")
    assert offered == [("Sport (only in Khmer)", "sport")]


async def test_a_role_that_newsbell_may_not_mention_is_told_at_once(
    server: Server, subscriptions: FakeSubscriptions
) -> None:
    readers = server.discord.add_role(server.guild, "Readers")
    server.discord.forbid(server.news, "mention_everyone")
    asked = await server.discord.command(server.news, server.boss, "subscribe", category="natonal", mention=readers)
    (button,) = [one for one in asked.controls if one["label"] == "NATIONAL"]
    reply = await server.discord.press(asked, button["custom_id"], server.boss)
    assert "the role that is mentioned hears nothing; or let anyone @mention this role" in reply.content
    (subscribed,) = await subscriptions.of(server.destination)
    assert subscribed.options == {"mention": str(readers.id)}


async def test_a_slip_is_mended_by_a_button_but_only_by_admins(
    server: Server, subscriptions: FakeSubscriptions
) -> None:
    asked = await server.discord.command(server.news, server.boss, "subscribe", category="natonal")
    (button,) = [one for one in asked.controls if one["label"] == "NATIONAL"]
    refused = await server.discord.press(asked, button["custom_id"], server.reader)
    assert "Only admins" in refused.content
    assert await subscriptions.all() == []
    await server.discord.press(asked, button["custom_id"], server.boss)
    assert [one.selector for one in await subscriptions.of(server.destination)] == [NATIONAL]


async def test_a_channel_is_suspended_while_it_cannot_be_written_to(
    server: Server, subscriptions: FakeSubscriptions
) -> None:
    await server.discord.command(server.news, server.boss, "subscribe", category="all")
    server.discord.remove_guild(server.guild)

    async def is_suspended() -> bool:
        return subscriptions.known[server.destination].state is DestinationState.SUSPENDED

    await eventually(is_suspended)
    place = subscriptions.known[server.destination]
    assert place.reason == "newsbell was removed from the server; invite it again"
