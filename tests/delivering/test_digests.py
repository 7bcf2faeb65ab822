"""What piled up goes out as one digest: nothing of it is lost, nothing doubled, and it stays right until it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.models import GONE, Announcement, Delivery, DeliveryState, DestinationState, Withdrawn
from bot.records import PostState
from tests.delivering.newsdesk import Desk
from tests.publishing.test_renames import RIVER, page
from tests.state.making import NOON, chat, subscribe

DATED = "date: 2026-11-01 08:00"
MOST = 3
NAMES = "abcd"
ALL = [f"Story {name}" for name in reversed(NAMES)]


@pytest.fixture
async def desk(desk: Desk) -> Desk:
    """With newsbell's own settings, but a lower limit."""
    desk.publish_as(withdrawn=Withdrawn.DELETE)
    await desk.service.store.deliveries.digest_above(MOST)
    return desk


def write(desk: Desk, name: str, title: str = "", *more: str) -> None:
    link = f"permalink: https://example.org/{name}"
    desk.write(f"{name}.md", content=page(title or f"Story {name}", f"{name} {RIVER}", DATED, link, *more))


async def pile(desk: Desk, names: str = NAMES) -> None:
    """Posts that came while newsbell was down, taken in by the first scan."""
    desk.publisher.pile.begin()
    for name in names:
        write(desk, name)
    await desk.scan()


async def said(desk: Desk, deliveries: Sequence[Delivery]) -> list[Announcement]:
    shelf = desk.service.store.deliveries
    return [await shelf.announcement(each.subject, each.wanted) for each in deliveries if each.wanted != GONE]


async def sent(desk: Desk) -> list[Announcement]:
    """What is to be said now; it is done."""
    return await said(desk, await desk.service.office.send_all(desk.now))


def listed(digest: Announcement) -> list[str]:
    """The titles in a digest."""
    return [span.text for span in digest.own_words("telegram") if span.link]


async def gathered(desk: Desk) -> int:
    return await desk.service.store.deliveries.gather(desk.now)


async def test_many_posts_become_one_message_with_the_newest_first(desk: Desk) -> None:
    await pile(desk)
    assert await sent(desk) == []
    assert await gathered(desk) == 1

    [digest] = await sent(desk)
    assert digest.title == "4 new posts"
    assert listed(digest) == ALL
    assert next(span.link for span in digest.own_words("discord") if span.link) == "https://example.org/d"
    assert await sent(desk) == []
    [(covered, _)] = await desk.service.store.deliveries.of_post(1)
    assert covered.reason == "it is in a digest of 4 posts"


async def test_up_to_the_limit_they_come_one_by_one_in_order(desk: Desk) -> None:
    await pile(desk, "abc")
    assert await gathered(desk) == 0

    assert [each.title for each in await sent(desk)] == ["Story a", "Story b", "Story c"]


async def test_without_a_limit_there_are_no_digests(desk: Desk) -> None:
    await desk.service.store.deliveries.digest_above(0)
    await pile(desk)
    assert await gathered(desk) == 0

    assert len(await sent(desk)) == len(NAMES)


async def test_what_was_piled_up_goes_out_by_itself_should_nobody_gather_it(desk: Desk) -> None:
    await pile(desk)
    assert await sent(desk) == []
    desk.now += timedelta(seconds=20)

    assert len(await sent(desk)) == len(NAMES)
    write(desk, "e")
    await desk.scan()
    assert [each.title for each in await sent(desk)] == ["Story e"], "and nothing is piled up any more"


async def test_a_breaking_post_stands_for_itself_and_goes_first(desk: Desk) -> None:
    desk.publisher.pile.begin()
    write(desk, "e", "", "breaking: true")
    await pile(desk)
    assert [each.title for each in await sent(desk)] == ["Story e"]
    await gathered(desk)

    [digest] = await sent(desk)
    assert listed(digest) == ALL


async def test_chats_with_the_same_pile_share_a_digest_and_others_have_their_own(desk: Desk) -> None:
    store = desk.service.store
    await subscribe(store, chat(2))
    await subscribe(store, chat(3), "category", "Sport")
    await pile(desk)
    desk.write("e.md", content=page("Story e", f"e {RIVER}", DATED).replace("[National]", "[National, Sport]"))
    await desk.scan()
    assert await gathered(desk) == 2

    told = await desk.service.office.send_all(desk.now)
    titles = {str(each.destination): (await said(desk, [each]))[0].title for each in told}
    assert titles == {
        "fake:1": "5 new posts",
        "fake:2": "5 new posts",
        "fake:3": "Story e",
    }
    assert len({each.subject for each in told}) == 2


async def test_late_news_of_before_the_stop_is_gathered_and_what_is_quick_is_not(desk: Desk) -> None:
    for name in NAMES:
        write(desk, name)
    await desk.scan()
    shelf = desk.service.store.deliveries
    assert await shelf.gather(desk.now, before=desk.now - timedelta(minutes=10)) == 0
    desk.now += timedelta(minutes=10)

    assert await shelf.gather(desk.now, before=desk.now - timedelta(minutes=10)) == 1
    assert len(await sent(desk)) == 1


@pytest.mark.parametrize("state", [DestinationState.PAUSED, DestinationState.SUSPENDED])
async def test_a_chat_that_receives_again_gets_what_waited_as_one(desk: Desk, state: DestinationState) -> None:
    subscriptions = desk.service.store.subscriptions
    await subscriptions.set_state(chat(1), state, "because", desk.now)
    for name in NAMES:
        write(desk, name)
    await desk.scan()
    assert await gathered(desk) == 0, "it would not be the last one"
    assert await sent(desk) == []
    await subscriptions.set_state(chat(1), DestinationState.ACTIVE, "", desk.now)

    [digest] = await sent(desk)
    assert listed(digest) == ALL


async def test_a_pause_that_ends_by_itself_gathers_too(desk: Desk) -> None:
    subscriptions = desk.service.store.subscriptions
    until = desk.now + timedelta(hours=1)
    await subscriptions.set_state(chat(1), DestinationState.PAUSED, "asked", desk.now, until=until)
    for name in NAMES:
        write(desk, name)
    await desk.scan()
    desk.now = until
    await subscriptions.end_pauses(until)

    assert len(await sent(desk)) == 1


async def test_an_edit_of_a_post_changes_the_digest_and_sends_no_post(desk: Desk) -> None:
    await pile(desk)
    await gathered(desk)
    write(desk, "a", "Tale a")
    await desk.scan()
    [digest] = await sent(desk)
    assert listed(digest) == [*ALL[:3], "Tale a"]

    write(desk, "b", "Tale b")
    await desk.scan()
    [digest] = await sent(desk)
    assert listed(digest) == ["Story d", "Story c", "Tale b", "Tale a"]
    write(desk, "b", "Tale b", "layout: wide")
    await desk.scan()
    assert await sent(desk) == []


async def test_a_withdrawn_post_leaves_the_digest_and_comes_back_for_itself(desk: Desk) -> None:
    await pile(desk)
    await gathered(desk)
    desk.remove("a.md")
    await desk.scan()
    [digest] = await sent(desk)
    assert (digest.title, listed(digest)) == ("3 new posts", ALL[:3])

    desk.remove("b.md")
    await desk.scan()
    [digest] = await sent(desk)
    assert listed(digest) == ALL[:2]
    write(desk, "b")
    await desk.scan()
    desk.publisher.pile.end()
    await gathered(desk)
    assert [each.title for each in await sent(desk)] == ["Story b"]


async def test_a_digest_of_nothing_goes(desk: Desk) -> None:
    await pile(desk)
    await gathered(desk)
    await sent(desk)
    desk.remove(*(f"{name}.md" for name in NAMES))
    await desk.scan()

    assert [each.wanted for each in await desk.service.office.send_all(desk.now)] == [GONE]


async def test_a_digest_of_nothing_is_not_sent(desk: Desk) -> None:
    await pile(desk)
    await gathered(desk)
    desk.remove(*(f"{name}.md" for name in NAMES))
    await desk.scan()

    assert await desk.service.office.send_all(desk.now) == []


async def test_kept_messages_keep_their_digest(desk: Desk) -> None:
    await pile(desk)
    await gathered(desk)
    await sent(desk)
    desk.publish_as(withdrawn=Withdrawn.KEEP)
    desk.remove("a.md")
    await desk.scan()
    assert await sent(desk) == []
    write(desk, "a")
    await desk.scan()

    assert await sent(desk) == [], "who has it in the digest gets it no second time"

    desk.remove("a.md")
    await desk.scan()
    write(desk, "a", "Tale a")
    await desk.scan()
    [digest] = await sent(desk)
    assert listed(digest) == [*ALL[:3], "Tale a"], "and it says what the post says by then"


async def test_a_held_post_leaves_the_digest_that_nobody_has_and_waits(desk: Desk) -> None:
    posts = desk.service.store.posts
    await pile(desk)
    await gathered(desk)
    await posts.hold(1, desk.now)
    [digest] = await sent(desk)
    assert listed(digest) == ALL[:3]

    await posts.free(1, desk.now)
    assert [each.title for each in await sent(desk)] == ["Story a"]


async def test_a_post_that_left_a_digest_and_is_back_is_not_sent_once_more_after_a_hold(desk: Desk) -> None:
    posts = desk.service.store.posts
    await pile(desk)
    await gathered(desk)
    desk.publisher.pile.end()
    await sent(desk)
    desk.remove("a.md")
    await desk.scan()
    await sent(desk)
    write(desk, "a")
    await desk.scan()
    assert [each.title for each in await sent(desk)] == ["Story a"]

    await posts.hold(1, desk.now)
    await posts.free(1, desk.now)
    assert await sent(desk) == []


async def test_a_held_post_of_a_digest_that_was_given_up_is_not_sent_for_itself(desk: Desk) -> None:
    await pile(desk)
    await gathered(desk)
    office, posts = desk.service.office, desk.service.store.posts
    [digest] = await office.due(desk.now)
    await office.end(await office.claim(digest, desk.now), DeliveryState.FAILED, reason="no such chat")

    await posts.hold(1, desk.now)
    await posts.free(1, desk.now)
    assert await sent(desk) == []
    [(given_up, _)] = await desk.service.store.deliveries.of_post(1)
    assert (given_up.state, given_up.reason) == (DeliveryState.FAILED, "no such chat")


async def test_a_post_taken_back_leaves_the_digest_that_stands(desk: Desk) -> None:
    await pile(desk)
    await gathered(desk)
    await sent(desk)
    await desk.service.store.posts.take_back(1, Withdrawn.DELETE, desk.now)

    [digest] = await sent(desk)
    assert listed(digest) == ALL[:3]


async def test_who_unsubscribes_from_one_of_two_keeps_the_digest_and_from_all_loses_it(desk: Desk) -> None:
    store = desk.service.store
    await subscribe(store, chat(1), "category", "National")
    await pile(desk)
    await gathered(desk)
    everything, national = await store.subscriptions.of(chat(1))
    await store.subscriptions.remove(chat(1), national.selector)
    assert len(await desk.service.office.due(desk.now)) == 1
    await store.subscriptions.remove(chat(1), everything.selector)

    assert await sent(desk) == []


async def test_scheduled_posts_whose_time_passed_meanwhile_are_gathered(desk: Desk) -> None:
    for name in NAMES:
        desk.write(
            f"{name}.md", content=page(f"Story {name}", f"{name} {RIVER}", f"date: 2026-11-02 13:0{ord(name) % 9}")
        )
    await desk.scan()
    desk.now = NOON + timedelta(hours=3)
    desk.publisher.pile.begin()
    await desk.publisher.releases.publish_scheduled()
    await gathered(desk)

    assert [each.title for each in await sent(desk)] == ["4 new posts"]
    assert set((await desk.states()).values()) == {PostState.PUBLISHED}


async def test_the_digest_speaks_the_chats_language(desk: Desk) -> None:
    place = await desk.service.store.subscriptions.place(chat(1))
    assert place is not None
    await desk.service.store.subscriptions.remember(type(place)(chat(1), language="km"), desk.now)
    await pile(desk)
    await gathered(desk)

    [digest] = await sent(desk)
    assert digest.title == "អត្ថបទថ្មី 4"


async def test_a_chat_that_has_a_post_in_a_digest_has_it(desk: Desk) -> None:
    await pile(desk)
    await gathered(desk)
    await sent(desk)
    known = await desk.service.store.posts.find("a.md")
    assert known is not None

    assert await desk.publisher.releases.send_to(known, [chat(1)]) == 0
    assert await sent(desk) == []
