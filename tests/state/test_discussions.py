"""Which threads are to be opened under messages, and closed when these are gone."""

from __future__ import annotations

import pytest

from bot.models import Destination, Place
from bot.ports import Discussion
from tests.state.making import BOT, NOON, Office, chat, later, post, publish, subscribe

DAY = 86400.0


async def announce(
    office: Office, *paths: str, to: Destination, kind: str = "text", thread: bool = True
) -> list[Discussion]:
    """Send posts to a channel, and what is to be opened then."""
    await subscribe(office.store, to, thread=thread)
    await office.store.subscriptions.remember(Place(to, kind), NOON)
    for path in paths:
        await publish(office.store, post(path))
    await office.send_all()
    return await due(office)


async def due(office: Office, seconds: float = 0) -> list[Discussion]:
    return await office.store.discussions.due("fake", BOT, later(seconds))


async def test_a_thread_is_to_be_opened_under_each_message_the_oldest_first(office: Office) -> None:
    [oldest] = await announce(office, "a.md", "b.md", to=chat(1), kind="announcement")
    assert (oldest.chat_id, oldest.message_id, oldest.title, oldest.closes) == (chat(1).chat_id, "77", "A", False)
    await office.store.discussions.done(oldest)

    [second] = await due(office)
    assert second.title == "B"
    await office.store.discussions.drop(second)
    assert await due(office) == []


@pytest.mark.parametrize(
    ("to", "kind", "thread"),
    [(chat(1), "text", False), (chat(1, "5"), "thread", True), (chat(1), "forum", True), (chat(1), "voice", True)],
    ids=["not wanted", "thread", "forum", "voice"],
)
async def test_none_is_opened_where_nobody_wants_it_or_there_can_be_none(
    office: Office, to: Destination, kind: str, thread: bool
) -> None:
    assert await announce(office, "a.md", to=to, kind=kind, thread=thread) == []


async def test_a_channel_that_has_to_wait_waits_alone_and_with_all_its_threads(office: Office) -> None:
    await announce(office, "a.md", "b.md", to=chat(1))
    first, other = await announce(office, "c.md", to=chat(2))
    await office.store.discussions.postpone(first, later(1800))

    assert await due(office) == [other]
    assert [one.chat_id for one in await due(office, 1800)] == [first.chat_id, other.chat_id]


async def test_under_news_of_yesterday_none_is_opened(office: Office) -> None:
    assert await announce(office, "a.md", to=chat(1)) != []
    assert len(await due(office, DAY)) == 1
    assert await due(office, DAY + 1) == []
    assert await due(office) == [], "it is given up for good"


@pytest.mark.parametrize("opened", [True, False])
async def test_when_its_message_goes_a_thread_is_to_be_closed_also_one_that_may_be_opened_just_now(
    office: Office, opened: bool
) -> None:
    [discussion] = await announce(office, "a.md", to=chat(1))
    if opened:
        await office.store.discussions.done(discussion)
    await office.store.posts.forget(["a.md"], NOON)
    await office.store.posts.withdraw_missing(NOON)
    await office.send_all()

    [closing] = await due(office)
    assert (closing.message_id, closing.closes) == ("77", True)
    await office.store.discussions.done(discussion)  # the answer to a call that was in the air
    assert await due(office) == [closing]
    await office.store.discussions.done(closing)
    assert await due(office) == []
