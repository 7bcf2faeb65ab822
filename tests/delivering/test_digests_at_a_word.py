"""Digests that stand, and follow their posts only at a person's word, or not at all: what waits, and what does not."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from bot.models import DeliveryState, Receipt, Shown, Withdrawn
from tests.delivering.newsdesk import Desk
from tests.delivering.test_digests import ALL, MOST, NAMES, gathered, listed, pile, sent, write
from tests.state.making import chat, subscribe


@pytest.fixture
async def waiting(desk: Desk) -> Desk:
    """A digest of four posts is due."""
    desk.publish_as(withdrawn=Withdrawn.DELETE)
    await desk.service.store.deliveries.digest_above(MOST)
    await pile(desk)
    await gathered(desk)
    return desk


@pytest.fixture
async def digested(waiting: Desk) -> Desk:
    """It is sent."""
    await sent(waiting)
    return waiting


async def edited_together(desk: Desk) -> None:
    """Edits of all four posts, which wait for a word."""
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=3)
    for name in NAMES:
        write(desk, name, f"Tale {name}")
    await desk.scan()
    assert await sent(desk) == []


@pytest.mark.parametrize("act", ["takeback", "removal"])
async def test_what_is_public_no_more_leaves_also_a_digest_whose_edit_waits_for_a_word(
    digested: Desk, act: str
) -> None:
    await edited_together(digested)
    if act == "takeback":
        await digested.service.store.posts.take_back(1, Withdrawn.DELETE, digested.now)
    else:
        digested.remove("a.md")
        digested.now += timedelta(minutes=2)
        await digested.scan()

    [digest] = await sent(digested)
    assert listed(digest) == ["Tale d", "Tale c", "Tale b"], "an edit is of the whole message"
    assert await digested.service.store.deliveries.held_edits() == []


async def test_a_post_leaves_a_digest_whose_call_was_in_the_air_when_its_edit_had_to_wait(waiting: Desk) -> None:
    office, posts = waiting.service.office, waiting.service.store.posts
    [due] = await office.due(waiting.now)
    claimed = await office.claim(due, waiting.now)
    await edited_together(waiting)
    await posts.take_back(1, Withdrawn.DELETE, waiting.now)
    await office.end(claimed, DeliveryState.SETTLED, waiting.now, shown=Shown(claimed.wanted, "print", Receipt(("7",))))

    [digest] = await sent(waiting)
    assert listed(digest) == ["Tale d", "Tale c", "Tale b"]


async def test_an_old_digest_follows_at_the_word_for_one_of_its_posts(digested: Desk) -> None:
    store = digested.service.store
    digested.publish_as(withdrawn=Withdrawn.DELETE, edit_age=timedelta(days=7))
    digested.now += timedelta(days=8)
    write(digested, "a", "Tale a")
    await digested.scan()
    assert await sent(digested) == []
    [waiting] = await store.deliveries.held_edits()
    assert (waiting.posts, waiting.digests, waiting.messages) == (0, 1, 1)

    assert await store.posts.free(1, digested.now) == 1
    [digest] = await sent(digested)
    assert listed(digest) == [*ALL[:3], "Tale a"]


async def test_a_held_post_is_told_of_as_before_until_it_goes_on(digested: Desk) -> None:
    posts = digested.service.store.posts
    await posts.hold(1, digested.now)
    write(digested, "a", "Under hold")
    await digested.scan()
    assert await sent(digested) == []
    write(digested, "b", "Tale b")
    await digested.scan()
    [digest] = await sent(digested)
    assert listed(digest) == ["Story d", "Story c", "Tale b", "Story a"], "others are not held"

    assert await posts.free(1, digested.now) == 1
    [digest] = await sent(digested)
    assert listed(digest) == ["Story d", "Story c", "Tale b", "Under hold"]


@pytest.mark.parametrize("together", [False, True])
async def test_an_edit_that_no_chat_has_seen_is_held_with_its_post(digested: Desk, together: bool) -> None:
    store = digested.service.store
    digested.now += timedelta(minutes=5)
    if together:
        await edited_together(digested)
    else:
        write(digested, "a", "Tale a")
        write(digested, "b", "Tale b")
        await digested.scan()
    await store.posts.hold(1, digested.now)
    await store.deliveries.release_edits(digested.now)
    [digest] = await sent(digested)
    rest = ["Tale d", "Tale c"] if together else ALL[:2]
    assert listed(digest) == [*rest, "Tale b", "Story a"]

    await store.posts.free(1, digested.now)
    [digest] = await sent(digested)
    assert listed(digest) == [*rest, "Tale b", "Tale a"]


async def test_a_post_that_a_digest_tells_of_as_before_is_not_forgotten_so(digested: Desk) -> None:
    posts = digested.service.store.posts
    await posts.hold(1, digested.now)
    for title in ("Tale a", "Under hold"):
        write(digested, "a", title)
        await digested.scan()
    await digested.service.store.prune(digested.now + timedelta(days=2), timedelta(days=1))
    write(digested, "b", "Tale b")
    await digested.scan()

    [digest] = await sent(digested)
    assert listed(digest) == ["Story d", "Story c", "Tale b", "Story a"]


async def test_the_log_counts_digests_among_the_messages_that_follow(
    digested: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    write(digested, "a", "Tale a")
    await digested.scan()

    assert "edited: a.md; 1 message follows" in caplog.text


async def test_a_post_sent_somewhere_by_hand_says_what_it_says_now_in_its_digest_too(digested: Desk) -> None:
    await subscribe(digested.service.store, chat(2), "category", "Sport")
    write(digested, "a", "Tale a")
    known = await digested.service.store.posts.find("a.md")
    assert known is not None

    assert await digested.publisher.releases.send_to(known, [chat(2)]) == 1
    told = {each.title: each for each in await sent(digested)}
    assert set(told) == {"Tale a", "4 new posts"}
    assert listed(told["4 new posts"]) == [*ALL[:3], "Tale a"]


async def edited(desk: Desk, name: str, title: str) -> None:
    """A while later its file says something else."""
    desk.now += timedelta(minutes=1)
    write(desk, name, title)
    await desk.scan()


@pytest.mark.parametrize("further", [False, True])
async def test_a_second_hold_falls_back_to_what_the_digest_told_under_the_first(digested: Desk, further: bool) -> None:
    posts = digested.service.store.posts
    digested.now += timedelta(minutes=1)
    await posts.hold(1, digested.now)
    await edited(digested, "a", "Under hold")
    await edited(digested, "b", "Tale b")
    [digest] = await sent(digested)
    assert listed(digest) == ["Story d", "Story c", "Tale b", "Story a"]

    digested.now += timedelta(minutes=1)
    await posts.free(1, digested.now)
    if further:
        await edited(digested, "a", "Third")
    digested.now += timedelta(seconds=1)
    await posts.hold(1, digested.now)
    await edited(digested, "b", "Saga b")
    [digest] = await sent(digested)
    assert listed(digest) == ["Story d", "Story c", "Saga b", "Story a"]


async def test_what_a_digest_shows_of_a_post_is_not_forgotten_while_its_edit_waits(digested: Desk) -> None:
    store = digested.service.store
    await edited(digested, "a", "Tale a")
    await sent(digested)
    digested.publish_as(withdrawn=Withdrawn.DELETE, edit_age=timedelta(days=7))
    digested.now += timedelta(days=8)
    await edited(digested, "a", "Third")
    digested.now += timedelta(days=2)
    await store.prune(digested.now, timedelta(days=1))

    await store.posts.hold(1, digested.now)
    assert await store.deliveries.held_edits() == [], "what stands is what is wanted"
    assert await store.deliveries.release_edits(digested.now) == 0
    assert await sent(digested) == []
    await store.posts.free(1, digested.now)
    [digest] = await sent(digested)
    assert listed(digest) == [*ALL[:3], "Third"]
