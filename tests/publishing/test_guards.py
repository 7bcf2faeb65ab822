"""The guards see a mass as it is: each post once, whatever is tried again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import StoreBusy
from bot.models import Withdrawn
from bot.publishing import publisher
from bot.publishing.publisher import Publisher
from bot.records import FileRecord, Gone, PostState, Published
from state.memory import Memory
from state.posts import PostShelf
from tests.delivering.newsdesk import Desk
from tests.fakes import FakeNotices
from tests.publishing.test_renames import RIVER, page
from tests.state.making import ROOT

DRAFT = "draft: true"
KNOWN = 412
SENT = 2
DATED = "date: 2026-11-01 08:00"


def story(name: str, title: str = "Story", *more: str) -> str:
    return page(f"{title} {name}", f"{name} {RIVER}", DATED, *more)


class FullDisk(PostShelf):
    """Posts on a disk that is full while `full` is set: no post is taken in, and none withdrawn."""

    full = False

    async def take_in(self, *terms: Any, **more: Any) -> Published:
        if self.full:
            raise StoreBusy("the disk is full")
        return await super().take_in(*terms, **more)

    async def withdraw_missing(self, *terms: Any) -> list[Gone]:
        if self.full:
            raise StoreBusy("the disk is full")
        return await super().withdraw_missing(*terms)


@pytest.fixture
async def disk(desk: Desk) -> AsyncIterator[FullDisk]:
    """That of the desk's publisher, which lets two things happen at once."""
    memory = Memory(desk.service.office.path)
    disk = FullDisk(memory, ROOT)
    desk.told = FakeNotices()
    desk.publisher = Publisher(
        disk, desk.site, now=lambda: desk.now, flood=2, withdrawn=Withdrawn.DELETE, notices=desk.told
    )
    yield disk
    await memory.close()


async def tried_again_and_again(desk: Desk, disk: FullDisk) -> None:
    """The folder is taken in, at the sixth time with success."""
    disk.full = True
    for _ in range(5):
        with pytest.raises(StoreBusy):
            await desk.scan()
    disk.full = False
    await desk.scan()
    await desk.publisher.resume()


async def test_what_is_tried_again_on_a_full_disk_is_no_mass(desk: Desk, disk: FullDisk) -> None:
    for name in "ab":
        desk.write(f"{name}.md", content=story(name))
    await tried_again_and_again(desk, disk)
    assert await desk.titles_shown() == ["Story a", "Story b"]

    for name in "ab":
        desk.write(f"{name}.md", content=story(name, "Tale"))
    await tried_again_and_again(desk, disk)
    assert await desk.titles_shown() == ["Tale a", "Tale b"]

    desk.remove("a.md")
    desk.write("b.md", content=story("b", "Tale", DRAFT))
    await tried_again_and_again(desk, disk)
    assert await desk.titles_shown() == []
    assert desk.told.words == []


async def test_the_last_few_of_a_flood_are_part_of_it(desk: Desk) -> None:
    """They are read in batches of 200."""
    await desk.take_in(*(desk.write(f"{number:03}.md", f"Post {number}") for number in range(205)))

    assert await desk.due() == []


async def many_known_and_few_sent(desk: Desk) -> None:
    """412 posts that were there before newsbell, and two that were sent since; the guard lets two go at once."""
    await desk.baseline(*(desk.write(f"{number:03}.md", content=story(f"{number:03}")) for number in range(KNOWN)))
    for number in range(SENT):
        desk.write(f"sent-{number}.md", content=story(f"sent-{number}"))
    await desk.scan()
    assert len(await desk.due()) == SENT
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)


def everything(desk: Desk) -> list[str]:
    return sorted(file.name for file in desk.root.iterdir())


async def test_an_edit_of_everything_is_one_however_few_messages_there_are(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await many_known_and_few_sent(desk)
    before = await desk.titles_shown()
    for name in everything(desk):
        desk.write(name, content=story(name.removesuffix(".md"), "Tale"))
    await desk.scan()

    assert await desk.titles_shown() == before
    [word] = desk.told.words
    assert word.startswith(
        "Posts were edited at once: 414. Those with messages that stay as they are until your word: 2,"
    )
    assert [record.message for record in caplog.records if "--edits" in record.message] == [word]
    assert await desk.service.store.deliveries.release_edits(desk.now) == SENT


@pytest.mark.parametrize("how", ["removed", "drafted"])
async def test_half_of_a_folder_that_goes_is_a_mass_however_few_messages_there_are(
    desk: Desk, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    await many_known_and_few_sent(desk)
    before = await desk.titles_shown()
    for name in [*everything(desk)[:KNOWN:2], *everything(desk)[-SENT:]]:
        if how == "removed":
            desk.remove(name)
        else:
            desk.write(name, content=story(name.removesuffix(".md"), "Story", DRAFT))
    await desk.scan()

    assert await desk.titles_shown() == before
    [word] = desk.told.words
    assert word.startswith("Posts went away or were unpublished at once: 208. Those with messages that stay")
    assert "until your word: 2, for more than 2 posts went away" in word
    assert [record.message for record in caplog.records if "--leaving" in record.message] == [word]
    assert len(await desk.service.store.posts.leaving()) == SENT


@pytest.mark.parametrize("how", ["edited", "removed", "drafted"])
async def test_a_mass_without_a_message_is_nobodys_business(
    desk: Desk, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.baseline(*(desk.write(f"{number}.md", content=story(f"{number}")) for number in range(9)))
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
    for name in everything(desk)[:8]:
        if how == "removed":
            desk.remove(name)
        else:
            drafted = [DRAFT] if how == "drafted" else []
            desk.write(name, content=story(name.removesuffix(".md"), "Tale", *drafted))
    await desk.scan()

    assert desk.told.words == []
    assert "newsbell release" not in caplog.text
    assert await desk.service.store.posts.leaving() == []


async def test_what_a_flood_left_behind_waits_for_no_word_once_its_file_is_gone(desk: Desk) -> None:
    desk.publish_as(flood=1)
    for name in "abc":
        desk.write(f"{name}.md", content=story(name))
    await desk.scan()
    text = (desk.root / "a.md").read_text()
    desk.remove("a.md", "b.md")
    await desk.scan()

    posts = desk.service.store.posts
    assert [post.path for post in await posts.waiting(PostState.HELD)] == ["c.md"]
    assert await posts.counts() == {"held": 1, "unpublished": 2}
    desk.write("a.md", content=text)
    await desk.scan()
    assert [post.path for post in await desk.publisher.releases.release_held()] == ["a.md", "c.md"]


async def test_a_mass_that_a_kill_cut_in_two_is_one_still(desk: Desk) -> None:
    """The files are marked as away in a transaction of its own; the next start withdraws."""
    await many_known_and_few_sent(desk)
    before = await desk.titles_shown()
    gone = [*everything(desk)[:KNOWN:2], "sent-0.md"]
    desk.remove(*gone)
    await desk.service.store.posts.forget(gone, desk.now)
    desk.now += timedelta(hours=8)
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
    await desk.publisher.resume()

    assert await desk.titles_shown() == before


class Busy(PostShelf):
    """Posts in a database that somebody else holds when one file is taken in."""

    busy_at = ""

    async def take_in(self, record: FileRecord, *terms: Any, **more: Any) -> Published:
        if record.path == self.busy_at:
            raise StoreBusy("somebody else holds the database")
        return await super().take_in(record, *terms, **more)


@pytest.fixture
async def busy(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Busy]:
    """That of the desk's publisher, which lets two things happen at once, and takes in three files at once."""
    monkeypatch.setattr(publisher, "BATCH", 3)
    memory = Memory(desk.service.office.path)
    busy = Busy(memory, ROOT)
    yield busy
    await memory.close()


def begin(desk: Desk, shelf: PostShelf) -> None:
    """As a process begins."""
    desk.told = FakeNotices()
    desk.publisher = Publisher(
        shelf, desk.site, now=lambda: desk.now, flood=2, withdrawn=Withdrawn.DELETE, notices=desk.told
    )


SIX = [f"{name}.md" for name in "abcdef"]


@pytest.mark.parametrize("then", ["at once", "hours later", "a new process", "a new process hours later"])
@pytest.mark.parametrize("how", ["edited", "drafted"])
async def test_the_rest_of_a_mass_that_an_error_cut_in_two_is_held_with_it(
    desk: Desk, busy: Busy, how: str, then: str
) -> None:
    for path in SIX:
        desk.write(path, content=story(path[0]))
    await desk.scan()
    assert len(await desk.due()) == 6
    begin(desk, busy)
    for path in SIX:
        desk.write(path, content=story(path[0], "Tale") if how == "edited" else story(path[0], "Story", DRAFT))
    busy.busy_at = "e.md"
    with pytest.raises(StoreBusy):
        await desk.take_in(*SIX)
    busy.busy_at = ""
    if "process" in then:
        begin(desk, busy)
    if "later" in then:
        desk.now += timedelta(hours=8)
    await desk.scan()

    assert await desk.titles_shown() == [f"Story {name}" for name in "abcdef"]
    store = desk.service.store
    waiting = sum(each.posts for each in await store.deliveries.held_edits()) + len(await store.posts.leaving())
    assert waiting == 6
    desk.now += timedelta(hours=8)
    desk.write("g.md", content=story("g"))
    begin(desk, busy)
    await desk.scan()
    desk.write("g.md", content=story("g", "Tale"))
    await desk.scan()
    assert (await desk.titles_shown())[-1] == "Tale g", "a mass that was taken in is over"


async def test_the_rest_of_a_mass_edit_within_a_minute_of_it_waits_with_it_at_the_next_start(desk: Desk) -> None:
    for path in SIX:
        desk.write(path, content=story(path[0]))
    await desk.scan()
    assert len(await desk.due()) == 6
    for paths in (SIX[:4], SIX[4:]):
        desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
        for path in paths:
            desk.write(path, content=story(path[0], "Tale"))
        await desk.take_in(*paths)
        desk.now += timedelta(seconds=20)

    assert await desk.titles_shown() == [f"Story {name}" for name in "abcdef"]


@pytest.mark.parametrize("then", ["at once", "hours later", "a new process", "a new process hours later"])
@pytest.mark.parametrize("how", ["new", "drafts before"])
async def test_the_rest_of_a_flood_that_an_error_cut_in_two_is_held_with_it(
    desk: Desk, busy: Busy, how: str, then: str
) -> None:
    if how == "drafts before":
        for path in SIX:
            desk.write(path, content=story(path[0], "Story", DRAFT))
        await desk.scan()
        desk.now += timedelta(hours=8)
    begin(desk, busy)
    for path in SIX:
        desk.write(path, content=story(path[0]))
    busy.busy_at = "e.md"
    with pytest.raises(StoreBusy):
        await desk.scan()
    busy.busy_at = ""
    if "process" in then:
        begin(desk, busy)
    if "later" in then:
        desk.now += timedelta(hours=8)
    await desk.scan()

    assert await desk.due() == []
    desk.write("g.md", content=story("g"))
    await desk.scan()
    assert await desk.due() == ["Story g"]
    begin(desk, busy)
    desk.write("h.md", content=story("h"))
    await desk.scan()
    assert (await desk.due())[-1] == "Story h", "a flood that was taken in is over"


async def test_new_posts_within_a_minute_of_others_count_with_them_at_the_next_start_too(desk: Desk) -> None:
    for paths in (["a.md", "b.md"], ["c.md", "d.md"]):
        desk.publish_as(flood=2)
        for path in paths:
            desk.write(path, content=story(path[0]))
        await desk.scan()
        desk.now += timedelta(seconds=20)
    assert await desk.due() == ["Story a", "Story b"]

    assert len(await desk.publisher.releases.release_held()) == 2
    desk.now += timedelta(seconds=30)
    desk.publish_as(flood=2)
    desk.write("e.md", content=story("e"))
    await desk.scan()
    assert (await desk.due())[-1] == "Story e", "what went out by a word counts for nothing"


async def test_what_came_before_the_clock_was_set_back_counts_no_longer_than_what_comes_now(desk: Desk) -> None:
    desk.publish_as(flood=2)
    for name, seconds in ("a", 0), ("b", 0), ("c", -3600), ("d", 61):
        desk.now += timedelta(seconds=seconds)
        desk.write(f"{name}.md", content=story(name))
        await desk.scan()

    assert await desk.states() == {f"{name}.md": "held" if name == "c" else "published" for name in "abcd"}


async def test_many_files_come_out_in_the_order_of_all_their_dates_beside_what_is_edited(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "BATCH", 2)
    desk.write("old.md", content=story("old"))
    await desk.scan()
    await desk.due()
    desk.write("old.md", content=story("old", "Tale"))
    for day, name in enumerate("gfedcba", 1):
        desk.write(f"{name}.md", content=page(f"Story {name}", f"{name} {RIVER}", f"date: 2026-10-0{day}"))
    await desk.scan()

    assert [title for title in await desk.due() if title != "Tale old"] == [f"Story {name}" for name in "gfedcba"]
    assert "Tale old" in await desk.titles_shown()


async def test_the_first_few_of_a_flood_of_many_files_are_part_of_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first batch holds no more than may go out."""
    monkeypatch.setattr(publisher, "BATCH", 2)
    desk.publish_as(flood=2)
    for path in SIX:
        desk.write(path, content=story(path[0]))
    await desk.scan()

    assert await desk.due() == []


async def test_a_slow_mass_edit_is_told_in_a_few_lines(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Edits are quick, so the first few of it are made; the others are counted as they come."""
    for number in range(12):
        desk.write(f"{number:02}.md", content=story(f"{number:02}"))
    await desk.scan()
    assert len(await desk.due()) == 12
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=2)
    for number in range(12):
        desk.write(f"{number:02}.md", content=story(f"{number:02}", "Tale"))
        desk.now += timedelta(seconds=2)
        await desk.scan()

    assert [title for title in await desk.titles_shown() if "Tale" in title] == ["Tale 00", "Tale 01"]
    told = [record.message.partition(", for")[0] for record in caplog.records if "--edits" in record.message]
    so_far = "Posts were edited at once: {}. Those with messages that stay as they are until your word: {}"
    assert told == [so_far.format(3, 1), so_far.format(6, 4), so_far.format(12, 10)]
