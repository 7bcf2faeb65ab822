"""A post that is public no more takes its messages with it; too many at once, and nothing is touched without a word."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from bot.models import GONE, Delivery, DeliveryState, Outcome, Receipt, Shown, Withdrawn
from bot.records import PostState
from tests.delivering.newsdesk import Desk
from tests.publishing.test_renames import MARKET, RIVER, page
from tests.state.making import chat

DATED = "date: 2026-11-01 08:00"
DRAFT = "draft: true"


@pytest.fixture
async def desk(desk: Desk) -> Desk:
    """With newsbell's own settings."""
    desk.publish_as(withdrawn=Withdrawn.DELETE)
    return desk


async def sent(desk: Desk, *names: str) -> None:
    for name in names:
        desk.write(f"{name}.md", content=page(f"Story {name}", f"{name} {RIVER}", DATED))
    await desk.scan()
    assert len(await desk.due()) == len(names)


async def wanted(desk: Desk) -> list[int]:
    """What is to be done now: the revision wanted, GONE for a deletion; it is done."""
    return [delivery.wanted for delivery in await desk.service.office.send_all(desk.now)]


@pytest.mark.parametrize("how", ["removed", "drafted", "moved to drafts"])
async def test_the_messages_of_a_post_that_goes_are_deleted(desk: Desk, how: str) -> None:
    await sent(desk, "a")
    if how == "removed":
        desk.remove("a.md")
    elif how == "drafted":
        desk.write("a.md", content=page("Story a", f"a {RIVER}", DATED, DRAFT))
    else:
        desk.move("a.md", "_drafts/a.md")
    await desk.scan()

    assert await wanted(desk) == [GONE]
    assert await desk.service.store.posts.counts() == {"withdrawn": 1}


async def test_what_comes_back_is_sent_anew_once(desk: Desk) -> None:
    await sent(desk, "a")
    text = (desk.root / "a.md").read_text()
    desk.remove("a.md")
    await desk.scan()
    assert await wanted(desk) == [GONE]
    desk.write("a.md", content=text)
    await desk.scan()
    await desk.scan()

    assert await desk.titles_shown() == ["Story a"]
    assert await desk.states() == {"a.md": "published"}


async def test_what_comes_back_before_it_was_deleted_stays(desk: Desk) -> None:
    await sent(desk, "a")
    text = (desk.root / "a.md").read_text()
    desk.remove("a.md")
    await desk.scan()
    desk.write("a.md", content=text)
    await desk.scan()

    assert GONE not in await wanted(desk)
    assert await desk.titles_shown() == ["Story a"]


async def test_what_is_unsent_is_not_sent(desk: Desk) -> None:
    desk.write("a.md", content=page("Story a", RIVER, DATED))
    await desk.scan()
    desk.remove("a.md")
    await desk.scan()

    assert await wanted(desk) == []
    desk.write("a.md", content=page("Story a", RIVER, DATED))
    await desk.scan()
    assert await desk.titles_shown() == ["Story a"]


async def test_marked_messages_say_so_and_come_back(desk: Desk) -> None:
    desk.publish_as(withdrawn=Withdrawn.MARK)
    await sent(desk, "a")
    text = (desk.root / "a.md").read_text()
    desk.remove("a.md")
    await desk.scan()
    assert await desk.titles_shown() == ["Withdrawn: Story a"]
    desk.write("a.md", content=text)
    await desk.scan()

    assert await desk.titles_shown() == ["Story a"]


async def test_kept_messages_stay_and_are_not_doubled(desk: Desk) -> None:
    desk.publish_as(withdrawn=Withdrawn.KEEP)
    await sent(desk, "a")
    text = (desk.root / "a.md").read_text()
    desk.remove("a.md")
    await desk.scan()
    assert await desk.titles_shown() == ["Story a"]
    desk.write("a.md", content=text)
    await desk.scan()

    assert await desk.titles_shown() == ["Story a"]


@pytest.mark.parametrize("how", ["removed", "drafted"])
async def test_a_mass_withdrawal_touches_nothing_without_a_word(
    desk: Desk, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    await sent(desk, "a", "b", "c")
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
    texts = {name: (desk.root / f"{name}.md").read_text() for name in "abc"}
    for name in "abc":
        if how == "removed":
            desk.remove(f"{name}.md")
        else:
            desk.write(f"{name}.md", content=texts[name].replace("---\n", f"---\n{DRAFT}\n", 1))
    await desk.scan()

    assert await wanted(desk) == []
    assert "newsbell release --leaving" in caplog.text
    [word] = desk.told.words
    assert word.startswith(
        "Posts went away or were unpublished at once: 3. Those with messages that stay until your word: 3, for"
    )
    assert "newsbell release --leaving" in word
    leaving = await desk.service.store.posts.leaving()
    assert [post.path for post in leaving] == ["a.md", "b.md", "c.md"]

    await desk.service.store.posts.leave(leaving[0].subject, Withdrawn.DELETE, desk.now)
    assert await wanted(desk) == [GONE]
    for name in "bc":
        desk.write(f"{name}.md", content=texts[name])
    await desk.scan()
    assert await desk.service.store.posts.leaving() == []
    assert await desk.titles_shown() == ["Story b", "Story c"]


@pytest.mark.parametrize("how", ["touched", "edited", "an hour later", "at the next start"])
async def test_a_mass_withdrawal_waits_on_however_often_its_files_are_read(desk: Desk, how: str) -> None:
    await sent(desk, "a", "b", "c")
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
    for name in "abc":
        desk.write(f"{name}.md", content=page(f"Story {name}", f"{name} {RIVER}", DATED, DRAFT))
    await desk.scan()
    if how == "an hour later":
        desk.now += timedelta(hours=1)
    if how == "at the next start":
        desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
    for number, name in enumerate("abc"):
        if how == "edited":
            desk.write(f"{name}.md", content=page(f"Tale {name}", f"{name} {RIVER}", DATED, DRAFT))
        else:
            os.utime(desk.root / f"{name}.md", (1, number))
        await desk.scan()

    assert await desk.titles_shown() == ["Story a", "Story b", "Story c"]
    leaving = await desk.service.store.posts.leaving()
    assert [post.path for post in leaving] == ["a.md", "b.md", "c.md"]
    assert all("more than 2 posts went away" in post.reason for post in leaving)
    for post in leaving:
        await desk.service.store.posts.leave(post.subject, Withdrawn.DELETE, desk.now)
    assert await desk.titles_shown() == []
    assert await desk.service.store.posts.leaving() == []


async def test_what_was_sent_by_hand_after_a_takeback_waits_on_with_its_mass(desk: Desk) -> None:
    await sent(desk, "a", "b", "c", "d")
    posts = desk.service.store.posts
    known = await posts.find("d.md")
    assert known
    await posts.take_back(known.subject, Withdrawn.DELETE, desk.now)
    assert await desk.publisher.releases.send_to(known, [chat(1)])
    assert await desk.titles_shown() == ["Story a", "Story b", "Story c", "Story d"]
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
    for title in ("Story", "Tale"):
        for name in "abcd":
            desk.write(f"{name}.md", content=page(f"{title} {name}", f"{name} {RIVER}", DATED, DRAFT))
        await desk.scan()
        desk.now += timedelta(hours=1)

    assert await wanted(desk) == []
    assert [post.path for post in await posts.leaving()] == ["a.md", "b.md", "c.md", "d.md"]


async def test_a_mass_withdrawal_holds_what_is_unsent(desk: Desk) -> None:
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
    for name in "ab":
        desk.write(f"{name}.md", content=page(f"Story {name}", f"{name} {RIVER}", DATED))
    await desk.scan()
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=1)
    texts = {name: (desk.root / f"{name}.md").read_text() for name in "ab"}
    desk.remove("a.md", "b.md")
    await desk.scan()
    assert await wanted(desk) == []
    assert await desk.service.store.deliveries.retry([DeliveryState.HELD], desk.now) == 0
    for name in "ab":
        desk.write(f"{name}.md", content=texts[name])
    await desk.scan()

    assert await desk.titles_shown() == ["Story a", "Story b"]


async def test_a_mass_edit_touches_no_message_without_a_word(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    await sent(desk, "a", "b", "c")
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
    for name in "abc":
        desk.write(f"{name}.md", content=page(f"Tale {name}", f"{name} {RIVER}", DATED))
    await desk.scan()

    assert await wanted(desk) == []
    assert "newsbell release --edits" in caplog.text
    [word] = desk.told.words
    assert word.startswith(
        "Posts were edited at once: 3. Those with messages that stay as they are until your word: 3,"
    )
    assert "newsbell release --edits" in word
    [waiting] = await desk.service.store.deliveries.held_edits()
    assert (waiting.posts, waiting.messages) == (3, 3)
    assert "more than 2 posts were edited" in waiting.reason
    assert await desk.service.store.deliveries.release_edits(desk.now) == 3
    assert await desk.service.store.deliveries.held_edits() == []
    assert await desk.titles_shown() == ["Tale a", "Tale b", "Tale c"]


async def test_edits_of_old_messages_wait_and_are_told_together(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    await sent(desk, "a", "b")
    desk.now += timedelta(days=15)
    desk.publish_as(edit_age=timedelta(days=14))
    for name in "ab":
        desk.write(f"{name}.md", content=page(f"Tale {name}", f"{name} {RIVER}", DATED))
    await desk.scan()

    assert await wanted(desk) == []
    assert "b.md was edited; messages too old to follow it by themselves (NEWSBELL_EDIT_DAYS): 1;" in caplog.text
    [word] = desk.told.words
    assert "until your word: 2, for their messages are older than NEWSBELL_EDIT_DAYS allows" in word
    assert await desk.service.store.deliveries.release_edits(desk.now) == 2
    assert await desk.titles_shown() == ["Tale a", "Tale b"]


async def test_a_mass_edit_sends_nothing_that_was_given_up(desk: Desk) -> None:
    office = desk.service.office
    for name in "abc":
        desk.write(f"{name}.md", content=page(f"Story {name}", f"{name} {RIVER}", DATED))
    await desk.scan()
    while due := await office.due(desk.now):
        await office.end(await office.claim(due[0], desk.now), DeliveryState.FAILED, reason="no such chat")
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
    for name in "abc":
        desk.write(f"{name}.md", content=page(f"Tale {name}", f"{name} {RIVER}", DATED))
    await desk.scan()

    assert await wanted(desk) == []
    assert await desk.service.store.deliveries.retry([DeliveryState.FAILED], desk.now) == 3
    assert await desk.titles_shown() == ["Tale a", "Tale b", "Tale c"]


async def in_the_air(desk: Desk, *names: str) -> list[Delivery]:
    """Posts whose calls are made, and have no answer yet, when all of them are edited."""
    office = desk.service.office
    for name in names:
        desk.write(f"{name}.md", content=page(f"First {name}", f"{name} {RIVER}", DATED))
    await desk.scan()
    claimed = []
    while due := await office.due(desk.now):
        claimed.append(await office.claim(due[0], desk.now, f"n-{due[0].id}"))
    assert len(claimed) == len(names)
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
    for name in names:
        desk.write(f"{name}.md", content=page(f"Tale {name}", f"{name} {RIVER}", DATED))
    await desk.scan()
    return claimed


@pytest.mark.parametrize("unknown", [False, True])
async def test_a_mass_edit_touches_no_message_whose_send_was_in_the_air(desk: Desk, unknown: bool) -> None:
    office, shelf = desk.service.office, desk.service.store.deliveries
    for number, delivery in enumerate(await in_the_air(desk, "a", "b", "c")):
        if unknown:
            await office.end(delivery, DeliveryState.UNKNOWN, desk.now, outcome=Outcome.UNKNOWN, nonce=delivery.nonce)
        shown = Shown(delivery.wanted, "print", Receipt((str(number),)))
        await office.end(delivery, DeliveryState.SETTLED, desk.now, shown=shown)

    assert await wanted(desk) == []
    [waiting] = await shelf.held_edits()
    assert (waiting.posts, waiting.messages) == (3, 3)
    assert "more than 2 posts were edited" in waiting.reason
    assert await shelf.release_edits(desk.now) == 3
    assert await desk.titles_shown() == ["Tale a", "Tale b", "Tale c"]


async def test_the_word_for_a_mass_edit_holds_for_what_is_still_in_the_air(desk: Desk) -> None:
    office, shelf = desk.service.office, desk.service.store.deliveries
    claimed = await in_the_air(desk, "a", "b", "c")
    await shelf.release_edits(desk.now)
    for delivery in claimed:
        await office.end(delivery, DeliveryState.SETTLED, desk.now, shown=Shown(1, "print", Receipt(("7",))))

    assert await desk.titles_shown() == ["Tale a", "Tale b", "Tale c"]


async def test_a_send_that_never_arrived_says_what_a_mass_edit_says(desk: Desk) -> None:
    """It is a send, and no edit."""
    for delivery in await in_the_air(desk, "a", "b", "c"):
        await desk.service.office.end(delivery, DeliveryState.DUE, desk.now, outcome=Outcome.RETRY)

    assert await desk.titles_shown() == ["Tale a", "Tale b", "Tale c"]
    assert await desk.service.store.deliveries.held_edits() == []


async def test_a_mass_edit_over_an_edit_that_a_kill_cut_off_waits_too(desk: Desk) -> None:
    office, shelf = desk.service.office, desk.service.store.deliveries
    await sent(desk, "a", "b", "c")
    await in_the_air(desk, "a", "b", "c")
    await shelf.orphans(office.epoch + 1, desk.now)

    assert await wanted(desk) == []
    assert await shelf.release_edits(desk.now) == 3


async def test_a_mass_edit_that_shows_nowhere_holds_nothing(desk: Desk) -> None:
    await sent(desk, "a", "b", "c")
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
    for name in "abc":
        desk.write(f"{name}.md", content=page(f"Story {name}", f"{name} {RIVER}", DATED, "layout: wide"))
    await desk.scan()

    assert await desk.service.store.deliveries.listing([DeliveryState.HELD], limit=9) == []


async def test_a_scheduled_post_whose_file_goes_waits_for_it(desk: Desk) -> None:
    desk.write("a.md", content=page("Market", MARKET, "date: 2026-11-03 12:00"))
    await desk.scan()
    assert await desk.states() == {"a.md": PostState.SCHEDULED}
    desk.remove("a.md")
    await desk.scan()

    assert await desk.service.store.posts.counts() == {"unpublished": 1}
