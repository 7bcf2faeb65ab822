"""What stands in announcement channels is published: a few an hour, newest first, and no news of yesterday."""

from __future__ import annotations

from bot.models import Destination, Place
from bot.ports import Crosspost
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
