"""What stands in announcement channels is published: a few an hour, newest first, and no news of yesterday."""

from __future__ import annotations

import pytest

from bot.models import (
    Destination,
    DestinationState,
    Place,
    Selector,
    SelectorKind,
    Subscription,
    Visibility,
    Withdrawn,
)
from bot.ports import Crosspost
from bot.records import Changes
from tests.state.making import BOT, NOON, Office, chat, later, post, publish, subscribe

HOUR = 3600.0


async def announce(office: Office, *paths: str, to: Destination, seconds: float = 0) -> None:
    """Send posts to an announcement channel."""
    await subscribe(office.store, to)
    await office.store.subscriptions.remember(Place(to, "announcement"), NOON)
    for path in paths:
        await publish(office.store, post(path), later(seconds))
    await office.send_all(later(seconds))


async def due(office: Office, seconds: float = 0) -> list[Crosspost]:
    return await office.store.crossposts.due("fake", BOT, later(seconds))


async def test_what_is_sent_to_an_announcement_channel_is_to_be_published_newest_first(office: Office) -> None:
    await announce(office, "a.md", "b.md", to=chat(1))

    [newest] = await due(office)
    await office.store.crossposts.done(newest, NOON)
    [older] = await due(office)
    await office.store.crossposts.drop(older)

    assert newest.chat_id == older.chat_id == chat(1).chat_id
    assert newest.id > older.id
    assert await due(office) == []


async def test_nothing_else_is_published(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    await office.send_all()
    assert await due(office) == []


async def test_frames_are_not_published_for_followers_would_get_them_empty(office: Office) -> None:
    await subscribe(office.store, chat(1), style="components")
    await announce(office, "a.md", to=chat(2))
    await office.store.subscriptions.remember(Place(chat(1), "announcement"), NOON)
    await publish(office.store, post("b.md"))
    await office.send_all()

    assert {crosspost.chat_id for crosspost in await due(office)} == {chat(2).chat_id}


async def test_what_came_under_a_name_of_the_sites_own_is_marked(office: Office) -> None:
    await subscribe(office.store, chat(1), sender="Mekong News")
    await announce(office, "a.md", to=chat(2))
    await office.store.subscriptions.remember(Place(chat(1), "announcement"), NOON)
    await publish(office.store, post("b.md"))
    await office.send_all()

    marks = {crosspost.chat_id: crosspost.signed for crosspost in await due(office)}
    assert marks == {chat(1).chat_id: True, chat(2).chat_id: False}


async def test_an_hour_takes_ten_in_each_channel_whatever_process_counts(office: Office) -> None:
    await announce(office, *(f"{number:02}.md" for number in range(12)), to=chat(1))
    for _ in range(10):
        [crosspost] = await due(office)
        await office.store.crossposts.done(crosspost, NOON)

    assert await due(office, HOUR - 1) == []
    assert len(await due(office, HOUR + 1)) == 1


async def test_a_channel_that_has_to_wait_waits_with_all_its_messages_and_alone(office: Office) -> None:
    await announce(office, "a.md", "b.md", to=chat(1))
    await announce(office, "c.md", to=chat(2))
    mine = next(one for one in await due(office) if one.chat_id == chat(1).chat_id)

    await office.store.crossposts.postpone(mine, later(1800))

    assert [one.chat_id for one in await due(office, 1799)] == [chat(2).chat_id]
    assert len(await due(office, 1800)) == 2


async def test_after_a_day_it_is_given_up(office: Office) -> None:
    await announce(office, "a.md", to=chat(1))
    assert len(await due(office, 24 * HOUR)) == 1
    assert await due(office, 24 * HOUR + 1) == []
    assert await due(office) == []


async def test_nothing_of_a_held_post_is_published_until_it_is_released(office: Office) -> None:
    await announce(office, "a.md", "b.md", to=chat(1))
    [newest] = await due(office)

    await office.store.posts.hold(2, NOON)

    assert not await office.store.crossposts.may_go(newest)
    [older] = await due(office)
    assert older.id < newest.id
    await office.store.posts.hold(1, NOON)
    assert await due(office) == []

    await office.store.posts.free(2, NOON)
    assert await due(office) == [newest]
    assert await office.store.crossposts.may_go(newest)


@pytest.mark.parametrize("how", Withdrawn)
async def test_what_is_taken_back_is_published_no_more(office: Office, how: Withdrawn) -> None:
    await announce(office, "a.md", to=chat(1))

    await office.store.posts.take_back(1, how, NOON)
    assert await due(office) == []

    await office.send_all()
    assert await due(office) == [], "nor is the word that it was withdrawn"


@pytest.mark.parametrize("how", Withdrawn)
async def test_a_post_that_is_withdrawn_is_published_no_more_until_it_is_back(office: Office, how: Withdrawn) -> None:
    await announce(office, "a.md", to=chat(1))

    await publish(office.store, post("a.md", visibility=Visibility.DRAFT), same=1, changes=Changes(how))
    await office.send_all()
    assert await due(office) == []

    await publish(office.store, post("a.md"), same=1)
    await office.send_all()
    assert len(await due(office)) == 1


async def test_of_a_post_that_was_deleted_and_is_back_the_new_message_alone_is_published(office: Office) -> None:
    await announce(office, "a.md", to=chat(1))
    await publish(office.store, post("a.md", visibility=Visibility.DRAFT), same=1)
    await office.send_all()
    await publish(office.store, post("a.md"), same=1)
    [anew] = await office.due()
    await office.send(anew, message_id="78")

    [crosspost] = await due(office)
    await office.store.crossposts.done(crosspost, NOON)

    assert crosspost.message_id == "78"
    assert await due(office) == []


async def test_what_waits_to_be_withdrawn_at_a_word_is_not_published(office: Office) -> None:
    await announce(office, "a.md", to=chat(1))

    mass = Changes(Withdrawn.DELETE, hold="too many went away at once")
    await publish(office.store, post("a.md", visibility=Visibility.DRAFT), same=1, changes=mass)

    assert await due(office) == []


@pytest.mark.parametrize("state", [DestinationState.PAUSED, DestinationState.SUSPENDED])
async def test_in_a_channel_that_is_paused_or_suspended_nothing_is_published(
    office: Office, state: DestinationState
) -> None:
    await announce(office, "a.md", to=chat(1))
    await announce(office, "b.md", to=chat(2))
    await office.store.subscriptions.set_state(chat(1), state, "anna", NOON)

    assert {one.chat_id for one in await due(office)} == {chat(2).chat_id}

    await office.store.subscriptions.set_state(chat(1), DestinationState.ACTIVE, "", NOON)
    assert {one.chat_id for one in await due(office)} == {chat(1).chat_id, chat(2).chat_id}


async def test_a_channel_waits_as_long_as_discord_said_whatever_is_held_there(office: Office) -> None:
    await announce(office, "a.md", "b.md", to=chat(1))
    [newest] = await due(office)
    await office.store.crossposts.postpone(newest, later(1800))

    await office.store.posts.hold(2, NOON)

    assert await due(office, 1799) == []
    assert len(await due(office, 1800)) == 1


NEWS = Destination("discord", "55", bot=BOT)
"""A channel that the operator subscribed by its id alone."""


async def sent_to_news(office: Office, *paths: str) -> None:
    await office.store.subscriptions.add(Subscription(NEWS, Selector(SelectorKind.ALL)), Place(NEWS), "operator", NOON)
    for path in paths:
        await publish(office.store, post(path))
        [delivery] = await office.store.deliveries.due("discord", BOT, NOON, limit=9, skip=())
        await office.send(delivery)


async def test_a_channel_of_no_known_kind_waits_until_it_is_known(office: Office) -> None:
    shelf = office.store.crossposts
    await sent_to_news(office, "a.md", "b.md")
    assert await shelf.due("discord", BOT, NOON) == []
    [newest] = await shelf.unfamiliar("discord", BOT, NOON)

    await shelf.learn(newest, "announcement")

    assert await shelf.unfamiliar("discord", BOT, NOON) == []
    assert await shelf.due("discord", BOT, NOON) == [newest]
    place = await office.store.subscriptions.place(NEWS)
    assert place
    assert place.kind == "announcement"


async def test_a_channel_that_is_none_for_announcements_is_asked_for_once(office: Office) -> None:
    shelf = office.store.crossposts
    await sent_to_news(office, "a.md", "b.md")
    [newest] = await shelf.unfamiliar("discord", BOT, NOON)

    await shelf.learn(newest, "text")
    await sent_to_news(office, "c.md")

    assert await shelf.unfamiliar("discord", BOT, NOON) == []
    assert await shelf.due("discord", BOT, NOON) == []
