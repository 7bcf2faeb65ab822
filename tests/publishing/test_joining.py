"""A young post whose categories change goes to those who want it now; a mass of such posts waits for a word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.models import GONE, Withdrawn
from tests.delivering.newsdesk import Desk
from tests.publishing.test_renames import RIVER, page
from tests.publishing.test_withdrawals import DATED, sent, wanted
from tests.state.making import chat, subscribe


@pytest.fixture
async def desk(desk: Desk) -> Desk:
    """With newsbell's own settings."""
    desk.publish_as(withdrawn=Withdrawn.DELETE)
    return desk


async def test_other_categories_reach_those_who_want_them_while_the_post_is_young(desk: Desk) -> None:
    store = desk.service.store
    await subscribe(store, chat(2), "category", "Sport")
    await subscribe(store, chat(3), "category", "Culture")
    await sent_to_one(desk)

    desk.write("a.md", content=page("Story a", RIVER, DATED).replace("[National]", "[Sport]"))
    await desk.scan()
    told = await desk.service.office.send_all(desk.now)
    assert {str(delivery.destination) for delivery in told} == {str(chat(1)), str(chat(2))}

    desk.now += timedelta(days=1, seconds=1)
    desk.write("a.md", content=page("Story a", RIVER, DATED).replace("[National]", "[Culture]"))
    await desk.scan()
    told = await desk.service.office.send_all(desk.now)
    assert {str(delivery.destination) for delivery in told} == {str(chat(1)), str(chat(2))}


@pytest.fixture
async def recategorised(desk: Desk) -> Desk:
    """Three posts of an hour ago that somebody moved to Sport all at once, which chat 2 asks for."""
    await subscribe(desk.service.store, chat(2), "category", "Sport")
    await sent(desk, "a", "b", "c")
    desk.now += timedelta(hours=1)
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
    await categorised(desk, "National, Sport")
    assert await wanted(desk) == []
    [word] = desk.told.words
    assert "Posts were edited at once: 3." in word
    return desk


async def categorised(desk: Desk, categories: str) -> None:
    for name in "abc":
        content = page(f"Story {name}", f"{name} {RIVER}", DATED)
        desk.write(f"{name}.md", content=content.replace("[National]", f"[{categories}]"))
    await desk.scan()


async def reached_by_the_word(desk: Desk) -> set[str]:
    """The chats that get anything once a person lets the edits go."""
    await desk.service.store.deliveries.release_edits(desk.now)
    assert await desk.service.store.deliveries.held_edits() == []
    return {str(delivery.destination) for delivery in await desk.service.office.send_all(desk.now)}


async def test_a_mass_of_other_categories_reaches_nobody_without_a_word(recategorised: Desk) -> None:
    [waiting] = await recategorised.service.store.deliveries.held_edits()
    assert (waiting.posts, waiting.reason[:24]) == (3, "more than 2 posts were e")

    assert await reached_by_the_word(recategorised) == {str(chat(1)), str(chat(2))}
    in_sport = await recategorised.service.store.deliveries.shown_in(chat(2), limit=9)
    assert [said.title for _, said in in_sport] == ["Story a", "Story b", "Story c"]


async def test_by_the_time_of_the_word_the_posts_may_be_young_no_more(recategorised: Desk) -> None:
    recategorised.now += timedelta(days=1)

    assert await reached_by_the_word(recategorised) == {str(chat(1))}


async def test_by_the_time_of_the_word_the_categories_may_be_what_they_were(recategorised: Desk) -> None:
    await categorised(recategorised, "National")

    assert await reached_by_the_word(recategorised) == {str(chat(1))}


async def test_what_waits_to_join_goes_with_its_post(recategorised: Desk) -> None:
    recategorised.now += timedelta(hours=1)
    recategorised.remove("a.md")
    await recategorised.scan()
    assert await wanted(recategorised) == [GONE]

    await reached_by_the_word(recategorised)
    in_sport = await recategorised.service.store.deliveries.shown_in(chat(2), limit=9)
    assert [said.title for _, said in in_sport] == ["Story b", "Story c"]


async def sent_to_one(desk: Desk) -> None:
    desk.write("a.md", content=page("Story a", RIVER, DATED))
    await desk.scan()
    assert await desk.due() == ["Story a"]
