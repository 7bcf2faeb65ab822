"""A post with a date to come: it goes out at its time, wherever that is moved, and whatever happens over it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest

from bot.publishing.publisher import Publisher
from bot.reading.site import Site
from bot.records import FileRecord, PostState, Published
from state.memory import Memory
from state.posts import PostShelf
from tests.delivering.newsdesk import Desk
from tests.publishing.test_renames import MARKET, RIVER, page
from tests.state.making import NOON, ROOT, chat, subscribe

SOON, LATER, PAST = "2026-11-02 13:00", "2026-11-02 18:00", "2026-11-02 11:00"


async def dated(desk: Desk, date: str, *, seen: bool = True) -> None:
    """Save the post with this date; `seen`: newsbell runs, and takes it in."""
    desk.write("rain.md", content=page("Rain", RIVER, f"date: {date}"))
    if seen:
        await desk.scan()


async def at(desk: Desk, hours: float) -> list[str]:
    """What goes out when it is so many hours after noon."""
    desk.now = NOON + timedelta(hours=hours)
    await desk.publisher.releases.publish_scheduled()
    return await desk.due()


async def test_a_later_date_moves_it(desk: Desk) -> None:
    await dated(desk, SOON)
    await dated(desk, LATER)

    assert await at(desk, 1) == []
    assert await at(desk, 6) == ["Rain"]
    assert await at(desk, 7) == []


async def test_an_earlier_date_moves_it(desk: Desk) -> None:
    await dated(desk, LATER)
    await dated(desk, SOON)

    assert await at(desk, 1) == ["Rain"]


async def test_a_date_in_the_past_sends_it_at_once(desk: Desk) -> None:
    await dated(desk, SOON)
    await dated(desk, PAST)

    assert await desk.due() == ["Rain"]


@pytest.mark.parametrize("scan_first", [True, False])
async def test_a_date_that_was_changed_while_newsbell_was_down_counts(desk: Desk, *, scan_first: bool) -> None:
    await dated(desk, SOON)
    await dated(desk, LATER, seen=False)
    desk.now = NOON + timedelta(hours=2)
    if scan_first:
        await desk.scan()

    assert await at(desk, 2) == [], "its file says later now, whoever looks first"
    await desk.scan()
    assert await at(desk, 6) == ["Rain"]


async def test_a_date_that_was_moved_to_the_past_while_newsbell_was_down_sends_it_at_the_start(desk: Desk) -> None:
    await dated(desk, LATER)
    await dated(desk, PAST, seen=False)
    await desk.scan()

    assert await desk.due() == ["Rain"]
    assert await at(desk, 6) == []


async def test_a_crash_over_its_time_sends_it_late_once_to_those_subscribed_then(desk: Desk) -> None:
    await dated(desk, SOON)
    await subscribe(desk.service.store, chat(2))
    desk.publish_as()  # a new process, hours later

    assert await at(desk, 5) == ["Rain", "Rain"]
    await desk.scan()
    assert await at(desk, 6) == []


async def test_one_that_can_not_be_read_at_its_time_holds_up_no_other(desk: Desk) -> None:
    await dated(desk, SOON)
    desk.write("sun.md", content=page("Sun", RIVER, "date: 2026-11-02 13:00:02"))
    await desk.scan()
    desk.write("rain.md", content="---\ntitle: [broken\n---\n")
    desk.now = NOON + timedelta(hours=1)

    assert await desk.publisher.releases.publish_scheduled() == 2.0
    desk.now += timedelta(seconds=2)
    assert await desk.publisher.releases.publish_scheduled() == 5.0
    assert await desk.due() == ["Sun"]


class BrokenPosts(PostShelf):
    """Newsbell fails over posts of these paths."""

    broken: frozenset[str] = frozenset()

    async def take_in(self, record: FileRecord, *terms: Any, **more: Any) -> Published:
        if record.path in self.broken:
            raise ValueError("nobody has thought of that")
        return await super().take_in(record, *terms, **more)


async def test_an_error_over_one_at_its_time_holds_up_no_other_and_fills_no_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    memory = Memory(desk.service.office.path)
    posts = BrokenPosts(memory, ROOT)
    desk.publisher = Publisher(posts, desk.site, now=lambda: desk.now)
    await dated(desk, SOON)
    desk.write("sun.md", content=page("Sun", MARKET, "date: 2026-11-02 13:00:02"))
    await desk.scan()
    posts.broken = frozenset({"rain.md"})
    caplog.clear()

    assert await at(desk, 1.1) == ["Sun"]
    assert await at(desk, 1.2) == []
    [told] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert told.getMessage() == (
        "rain.md can't be published, newsbell failed: ValueError('nobody has thought of that'); trying again"
    )
    assert told.exc_info, "with the place"

    posts.broken = frozenset()
    assert await at(desk, 1.3) == ["Rain"]
    assert "rain.md is past that error" in caplog.messages
    await memory.close()


def story(number: int, date: str) -> str:
    return page(f"Story {number}", f"{number} {RIVER}", f"date: {date}")


async def test_a_flood_of_dated_posts_waits_for_a_word_and_goes_out_at_its_date(desk: Desk) -> None:
    desk.publish_as(flood=3)
    for number in range(5):
        desk.write(f"{number}.md", content=story(number, SOON))
    await desk.scan()
    assert await at(desk, 2) == []
    [word] = desk.told.words
    assert "wait for your word: 5, for more than 3 new posts came" in word
    assert "each with a date to come at its date" in word

    desk.now = NOON
    assert len(await desk.publisher.releases.release_held()) == 5
    assert await desk.due() == []
    assert set((await desk.states()).values()) == {PostState.SCHEDULED}
    for number in range(5):
        desk.write(f"{number}.md", content=story(number, LATER))
    await desk.scan()
    assert set((await desk.states()).values()) == {PostState.SCHEDULED}, "that word was given"
    assert await at(desk, 1) == []
    assert len(await at(desk, 6)) == 5


async def test_what_the_flood_guard_holds_gets_away_by_no_later_date(desk: Desk) -> None:
    desk.publish_as(flood=3)
    for date in (PAST, SOON):
        for number in range(5):
            desk.write(f"{number}.md", content=story(number, date))
        await desk.scan()

    assert await at(desk, 2) == []
    assert set((await desk.states()).values()) == {PostState.HELD}


@pytest.mark.parametrize("date", ["2026-11-02", "2026-11-02 00:00", "2026-11-02T00:00:00", "2026-11-02T00:00:00+07:00"])
async def test_today_is_not_the_future(desk: Desk, date: str) -> None:
    desk.site = Site(desk.root, timezone="Asia/Phnom_Penh")
    desk.now = NOON.replace(hour=0, minute=1)  # seven hours into the day there
    desk.publish_as()
    await dated(desk, date)

    assert await desk.due() == ["Rain"]


async def test_tomorrow_is_the_future_and_begins_by_the_sites_clock(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    desk.site = Site(desk.root, timezone="Asia/Phnom_Penh")
    desk.publish_as()
    await dated(desk, "2026-11-03")
    assert await desk.states() == {"rain.md": PostState.SCHEDULED}
    assert "scheduled: rain.md for 2026-11-03 00:00 UTC+07" in caplog.messages

    assert await at(desk, 4.9) == []
    assert await at(desk, 5) == ["Rain"]


async def test_a_date_to_come_of_a_post_that_was_sent_sends_nothing_and_is_told_once(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await dated(desk, PAST)
    assert await desk.due() == ["Rain"]
    await desk.service.office.send_all(desk.now)
    await dated(desk, SOON)
    await desk.scan()

    told = [message for message in caplog.messages if "sends nothing: its messages stay" in message]
    assert len(told) == 1
    assert "rain.md was sent already, so its new date (2026-11-02 13:00 UTC)" in told[0]
    assert await at(desk, 2) == []
    assert len(await desk.titles_shown()) == 1


@pytest.mark.parametrize("beside", [False, True])
async def test_a_post_that_was_withdrawn_over_an_error_is_complained_about_anew(
    desk: Desk, caplog: pytest.LogCaptureFixture, *, beside: bool
) -> None:
    """`beside`: another one fails all the time."""
    memory = Memory(desk.service.office.path)
    posts = BrokenPosts(memory, ROOT)
    desk.publisher = Publisher(posts, desk.site, now=lambda: desk.now)
    if beside:
        desk.write("sun.md", content=page("Sun", MARKET, f"date: {SOON}"))
    for hours in (1.1, 1.3):
        desk.now, posts.broken = NOON, frozenset()
        await dated(desk, SOON)
        posts.broken = frozenset({"rain.md", "sun.md"})
        assert await at(desk, hours) == []
        desk.remove("rain.md")
        await desk.scan()
        assert await at(desk, hours + 0.1) == []

    told = [record.getMessage().partition(" ")[0] for record in caplog.records if record.levelno == logging.ERROR]
    assert told.count("rain.md") == 2
    assert told.count("sun.md") == beside
    await memory.close()
