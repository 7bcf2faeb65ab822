"""A post waits until its public page answers, and no longer than it is told to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.models import Withdrawn
from bot.ports import Pages
from bot.publishing.pages import AT_ONCE, LONGEST_WAIT, PageWatch, UnseenPages
from bot.publishing.publisher import Publisher
from bot.records import KnownPost, PostState
from tests.delivering.newsdesk import Desk
from tests.fakes import FakeNotices
from tests.publishing.test_renames import MARKET, RIVER, page

DATED = "date: 2026-11-01 08:00"
PATIENCE = timedelta(minutes=10)
RAIN = "https://example.org/rain"


class FakePages(Pages):
    """Pages that are there once the test says so."""

    def __init__(self, desk: Desk) -> None:
        self.there: set[str] = set()
        self.broken: set[str] = set()
        self.asked: list[str] = []
        self.seconds = 0.0  # that an answer takes
        self._desk = desk

    async def fault(self, url: str) -> str:
        self.asked.append(url)
        self._desk.now += timedelta(seconds=self.seconds)
        if url in self.broken:
            raise ValueError("nobody has thought of that")
        return "" if url in self.there else "it answers 404"

    async def close(self) -> None:
        """Nothing to let go of."""


class Office:
    """A desk whose posts wait for their pages."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.pages = FakePages(desk)
        self.told = FakeNotices()
        desk.publish_as(withdrawn=Withdrawn.DELETE)
        self.start()

    def start(self, patience: timedelta | None = PATIENCE) -> None:
        """As after a start of newsbell: nothing is in memory."""
        desk = self.desk
        posts = desk.service.store.posts
        desk.publisher = Publisher(
            posts, desk.site, now=lambda: desk.now, page_wait=patience, withdrawn=Withdrawn.DELETE
        )
        self.watch = PageWatch(
            posts,
            self.pages if patience else UnseenPages(),
            self.told,
            desk.publisher.releases.release,
            now=lambda: desk.now,
            patience=patience or timedelta(0),
        )

    async def write(self, title: str = "Rain", *more: str, date: str = DATED) -> None:
        self.desk.write("rain.md", content=page(title, RIVER, f"permalink: {RAIN}", date, *more))
        await self.desk.scan()

    async def wait(self, seconds: float) -> float | None:
        self.desk.now += timedelta(seconds=seconds)
        return await self.watch.look()

    async def known(self) -> KnownPost:
        found = await self.desk.service.store.posts.find("rain.md")
        assert found is not None
        return found


@pytest.fixture
async def office(desk: Desk) -> Office:
    return Office(desk)


async def test_a_post_goes_out_when_its_page_answers(office: Office) -> None:
    await office.write()
    assert await office.watch.look() == 1
    assert await office.desk.due() == []
    known = await office.known()
    assert (known.state, known.page, known.page_until) == (PostState.WAITING, RAIN, office.desk.now + PATIENCE)

    office.pages.there.add(RAIN)
    assert await office.wait(1) is None
    assert await office.desk.due() == ["Rain"]
    known = await office.known()
    assert (known.state, known.page, known.page_until) == (PostState.PUBLISHED, "", None)


async def test_looks_become_seldom_but_not_too_seldom(office: Office) -> None:
    await office.write()
    waits = [await office.watch.look()]
    for _ in range(7):
        waits.append(await office.wait(waits[-1] or 0))

    assert waits == [1, 2, 4, 8, 15, 15, 15, 15]
    assert LONGEST_WAIT.total_seconds() == 15
    assert office.pages.asked == [RAIN] * 8
    await office.watch.look()  # woken by something else
    assert len(office.pages.asked) == 8


async def test_a_clock_that_is_set_back_puts_off_no_look(office: Office) -> None:
    await office.write()
    await office.watch.look()
    office.pages.there.add(RAIN)

    assert await office.wait(-3600) == 2
    await office.wait(2)
    assert await office.desk.due() == ["Rain"]


async def test_after_its_time_it_goes_out_all_the_same_with_a_word(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    await office.write()
    await office.watch.look()
    office.start()  # the time that it has waited is not forgotten
    assert await office.wait(599) == 1
    assert await office.desk.due() == []

    assert await office.wait(1) is None
    assert await office.desk.due() == ["Rain"]
    assert "does not answer after 10 minutes (it answers 404); it is sent all the same" in caplog.text
    assert office.told.words == [
        "Posts were sent although their pages did not answer in time (10 min): 1, the last one Rain (it answers 404). "
        "Readers who follow the link find nothing until the site is built."
    ]


async def test_edits_change_what_is_sent_and_prolong_nothing(office: Office) -> None:
    await office.write()
    until = (await office.known()).page_until
    await office.wait(300)
    await office.write("Heavy rain")
    assert (await office.known()).page_until == until

    office.pages.there.add(RAIN)
    await office.wait(60)
    assert await office.desk.due() == ["Heavy rain"]


@pytest.mark.parametrize("how", ["draft", "removed", "later"])
async def test_what_is_taken_away_meanwhile_does_not_go_out(office: Office, how: str) -> None:
    await office.write()
    if how == "removed":
        office.desk.remove("rain.md")
        await office.desk.scan()
    elif how == "draft":
        await office.write("Rain", "draft: true")
    else:
        await office.write(date="date: 2026-11-02 18:00")
    office.pages.there.add(RAIN)

    assert await office.wait(3600) is None
    assert await office.desk.due() == []
    await office.write()
    assert (await office.known()).page_until == office.desk.now + PATIENCE
    await office.watch.look()
    assert await office.desk.due() == ["Rain"]


async def test_a_scheduled_post_waits_for_its_page_from_its_time_on(office: Office) -> None:
    await office.write(date="date: 2026-11-02 13:00")
    assert (await office.known()).state is PostState.SCHEDULED
    await office.wait(3600)
    await office.desk.publisher.releases.publish_scheduled()
    known = await office.known()
    assert (known.state, known.page_until) == (PostState.WAITING, office.desk.now + PATIENCE)

    office.pages.there.add(RAIN)
    await office.watch.look()
    assert await office.desk.due() == ["Rain"]


async def test_a_breaking_post_waits_as_well(office: Office) -> None:
    await office.write("Rain", "breaking: true")
    await office.watch.look()

    assert (await office.known()).state is PostState.WAITING


async def test_what_has_no_page_and_what_was_sent_waits_for_none(office: Office) -> None:
    office.desk.site = type(office.desk.site)(office.desk.root)
    office.start()
    office.desk.write("rain.md", content=page("Rain", RIVER, DATED))
    await office.desk.scan()
    assert await office.desk.due() == ["Rain"]

    office.desk.write("rain.md", content=page("Heavy rain", RIVER, f"permalink: {RAIN}", DATED))
    await office.desk.scan()
    assert await office.desk.due() == ["Heavy rain"]


async def test_a_persons_word_waits_for_nothing(office: Office) -> None:
    await office.write()
    assert await office.desk.publisher.releases.release(await office.known())
    assert await office.desk.due() == ["Rain"]


async def test_a_hold_goes_before_a_page(office: Office) -> None:
    await office.write()
    await office.desk.service.store.posts.hold((await office.known()).subject, office.desk.now)
    office.pages.there.add(RAIN)
    assert await office.wait(3600) is None
    assert await office.desk.due() == []

    await office.desk.service.store.posts.free((await office.known()).subject, office.desk.now)
    assert await office.desk.publisher.releases.release(await office.known())
    await office.watch.look()
    assert await office.desk.due() == ["Rain"]


async def test_a_flood_is_held_first_and_an_edit_of_what_waits_is_none(office: Office) -> None:
    await office.write()
    office.desk.publisher = Publisher(
        office.desk.service.store.posts, office.desk.site, now=lambda: office.desk.now, flood=0, page_wait=PATIENCE
    )
    office.desk.write("market.md", content=page("Market", MARKET, DATED))
    await office.write("Heavy rain")

    assert await office.desk.states() == {"market.md": PostState.HELD, "rain.md": PostState.WAITING}


async def test_when_the_setting_is_off_again_nothing_waits(office: Office) -> None:
    await office.write()
    office.start(patience=None)
    await office.watch.look()

    assert await office.desk.due() == ["Rain"]
    assert not office.told.words


async def write_six(office: Office) -> list[str]:
    """Six posts that wait for their pages, which are returned."""
    urls = [f"https://example.org/{name}" for name in "abcdef"]
    for url in urls:
        text = page(f"Story {url[-1]}", f"{url[-1]} {RIVER}", f"permalink: {url}", DATED)
        office.desk.write(f"{url[-1]}.md", content=text)
    await office.desk.scan()
    return urls


async def test_few_are_asked_at_a_time_and_all_in_turn(office: Office) -> None:
    urls = await write_six(office)

    assert await office.watch.look() == 0
    assert len(office.pages.asked) == AT_ONCE
    await office.watch.look()
    assert sorted(office.pages.asked) == urls


async def test_late_posts_that_cannot_be_read_are_asked_about_as_seldom_as_others(office: Office) -> None:
    urls = await write_six(office)
    for path in office.desk.root.glob("*.md"):
        path.unlink()  # the mount is gone: nobody said yet that the posts are
    office.desk.now += PATIENCE

    assert await office.watch.look() == 0
    assert await office.watch.look() == 1
    assert await office.watch.look() == 1  # woken by something else
    assert sorted(office.pages.asked) == urls


async def test_one_run_asks_each_page_once_however_long_they_take(office: Office) -> None:
    urls = await write_six(office)
    office.pages.seconds = 60  # by then the first would have their turn again

    await office.watch.look_at_each()
    assert sorted(office.pages.asked) == urls


# --- one page's error ------------------------------------------------------------------------------------------------


async def test_an_error_over_one_page_keeps_no_other_post_waiting(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    first, *others = await write_six(office)
    office.pages.broken, office.pages.there = {first}, {*others}

    assert await office.watch.look() == 0
    assert await office.watch.look() == 1
    assert sorted(await office.desk.due()) == [f"Story {name}" for name in "bcdef"]
    assert f"a.md: looking at its page {first} failed; it is looked at again" in caplog.text

    office.pages.broken, office.pages.there = set(), {first}
    await office.wait(1)
    assert "Story a" in await office.desk.due()


async def test_a_page_over_which_newsbell_fails_to_the_end_is_sent_with_a_word(office: Office) -> None:
    await office.write()
    office.pages.broken = {RAIN}
    await office.watch.look()
    await office.wait(PATIENCE.total_seconds())
    assert await office.desk.due() == ["Rain"]
    assert "(newsbell failed: “ValueError('nobody has thought of that')”)" in office.told.words[0]


async def test_one_run_goes_on_over_such_a_page(office: Office) -> None:
    first, *others = await write_six(office)
    office.pages.broken, office.pages.there = {first}, {*others}

    await office.watch.look_at_each()
    assert sorted(await office.desk.due()) == [f"Story {name}" for name in "bcdef"]


async def test_a_post_that_can_not_be_published_is_tried_again_behind_the_others(office: Office) -> None:
    office.pages.there = {*await write_six(office)}
    broken = True
    publish = office.desk.publisher.releases.release

    async def stumbles(post: KnownPost) -> bool:
        if broken and post.path == "a.md":
            raise ValueError("nobody has thought of that")
        return await publish(post)

    store, desk = office.desk.service.store, office.desk
    watch = PageWatch(store.posts, office.pages, office.told, stumbles, now=lambda: desk.now, patience=PATIENCE)
    with pytest.raises(ValueError, match="nobody"):
        await watch.look()
    while await watch.look() == 0:
        pass
    assert sorted(await desk.due()) == [f"Story {name}" for name in "bcdef"]

    broken = False
    desk.now += timedelta(seconds=1)
    await watch.look()
    assert "Story a" in await desk.due()
