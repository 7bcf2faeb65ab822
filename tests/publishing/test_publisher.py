"""From files to deliveries: the real reader, a real folder, the real store."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.delivering.clockwork import Clockwork
from bot.errors import StoreBusy
from bot.models import Destination
from bot.publishing.intake import take
from bot.publishing.publisher import Publisher
from bot.watching.walk import stamp_of
from state.memory import Memory
from state.posts import PostShelf
from tests.delivering.newsdesk import POST, Desk
from tests.delivering.service import Service
from tests.state.making import NOON, ROOT, chat, eventually, subscribe

HALF = "---\ntitle: Rain\ndate: 2026-11-0"


async def test_what_was_there_before_newsbell_is_no_news(desk: Desk) -> None:
    await desk.baseline(desk.write("a.md"), desk.write("b.md"), desk.write("readme.md", content="Only words."))

    assert await desk.service.store.posts.baseline_done()
    assert await desk.due() == []
    assert await desk.take_in(desk.write("c.md", "Wind")) == ()
    assert await desk.due() == ["Wind"]


async def test_an_interrupted_baseline_is_done_again_and_reads_only_what_is_left(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    broken = desk.write("broken.md", content="---\ntitle: [\n---\n")
    first = [(broken, stamp_of((desk.root / broken).stat()))]
    taken = take(*first[0], desk.site)
    assert taken
    await desk.service.store.posts.record_baseline([taken.record], NOON)

    await desk.baseline(broken, desk.write("a.md"))

    assert await desk.service.store.posts.counts() == {"known": 1}
    assert "broken.md" not in caplog.text, "it was reported the first time"


async def test_posts_are_sent_by_date_then_by_path(desk: Desk) -> None:
    paths = [
        desk.write("c.md", "Third", "2026-11-01 10:00"),
        desk.write("z.md", "First", "2026-10-31"),
        desk.write("b.md", "Second", "2026-11-01 10:00"),
    ]

    await desk.take_in(*paths)

    assert await desk.due() == ["First", "Second", "Third"]


async def test_an_edited_file_edits_and_an_unchanged_one_does_nothing(desk: Desk) -> None:
    path = desk.write("a.md")
    await desk.take_in(path)
    await desk.due()

    await desk.take_in(path)
    assert await desk.due() == []
    await desk.take_in(desk.write("a.md", "Rain, and wind"))
    assert await desk.due() == ["Rain, and wind"]


async def test_a_version_that_reads_more_of_a_post_edits_none_until_its_file_changes(desk: Desk) -> None:
    path = desk.write("a.md")
    await desk.take_in(path)
    await desk.due()
    with desk.service.office.stranger() as older:
        older.execute("UPDATE announcements SET content = json_set(content, '$.body', json('[]'))")

    touched = desk.write("a.md")
    assert touched == path
    await desk.take_in(touched)
    assert await desk.due() == []
    await desk.take_in(desk.write("a.md", "Rain, and wind"))
    assert await desk.due() == ["Rain, and wind"]


async def test_a_flood_of_new_posts_is_held_until_a_person_releases_it(
    service: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await service.subscribe()
    desk = Desk(service, tmp_path / "posts", flood=3)
    paths = [desk.write(f"{number}.md", f"Post {number}") for number in range(5)]

    await desk.take_in(*paths)
    assert await desk.due() == []
    assert "5 new posts are held" in caplog.text
    assert "newsbell send --held" in caplog.text
    [told] = desk.told.words
    assert told.startswith("New posts wait for your word: 5, for more than 3 new posts came")

    released = await desk.publisher.releases.release_held()
    assert len(released) == 5
    assert await desk.due() == [f"Post {number}" for number in range(5)]


async def test_posts_that_come_one_after_the_other_within_a_minute_are_a_flood_too(
    service: Service, tmp_path: Path
) -> None:
    await service.subscribe()
    desk = Desk(service, tmp_path / "posts", flood=3)
    for number in range(5):
        await desk.take_in(desk.write(f"{number}.md", f"Post {number}"))
    assert await desk.due() == ["Post 0", "Post 1", "Post 2"]

    desk.now += timedelta(seconds=61)
    await desk.take_in(desk.write("later.md", "Later"))
    assert await desk.due() == ["Later"]


async def test_edits_and_drafts_are_no_flood(service: Service, tmp_path: Path) -> None:
    await service.subscribe()
    desk = Desk(service, tmp_path / "posts", flood=1)
    await desk.baseline(*(desk.write(f"{number}.md") for number in range(5)))

    await desk.take_in(*(desk.write(f"{number}.md", "Edited") for number in range(5)), desk.write("new.md", "New"))

    assert await desk.due() == ["New"]


async def test_a_post_that_is_older_than_allowed_is_held(service: Service, tmp_path: Path) -> None:
    await service.subscribe()
    desk = Desk(service, tmp_path / "posts", max_age=timedelta(days=7))

    await desk.take_in(desk.write("old.md", "Old", "2019-01-01"), desk.write("new.md", "New"))

    assert await desk.due() == ["New"]


# --- files that are no post yet, or none any more


async def test_a_half_written_file_is_looked_at_again_and_sent_when_it_is_whole(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    assert await desk.take_in(desk.write("a.md", content=HALF)) == ("a.md",)
    assert await desk.service.store.posts.problems() == []

    assert await desk.take_in(desk.write("a.md", "Rain")) == ()
    assert await desk.due() == ["Rain"]
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


async def test_a_file_that_still_grows_is_left_alone_until_it_stops(desk: Desk) -> None:
    assert await desk.take_in(desk.write("a.md", content=HALF)) == ("a.md",)
    assert await desk.take_in(desk.write("a.md", content=HALF + "2")) == ("a.md",)
    assert await desk.service.store.posts.problems() == []


async def test_a_file_that_stays_half_written_is_reported_once(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    path = desk.write("a.md", content=HALF)
    await desk.take_in(path)

    assert await desk.take_in(path) == ()

    [problem] = await desk.service.store.posts.problems()
    assert problem.path == "a.md"
    assert len([record for record in caplog.records if "a.md" in record.message]) == 1


async def test_a_broken_file_is_a_problem_with_its_mend_and_stops_nobody(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    broken = desk.write("broken.md", content="---\ntitle: [\n---\n")

    await desk.take_in(broken, desk.write("a.md"))

    [problem] = await desk.service.store.posts.problems()
    assert problem.path == "broken.md"
    assert problem.mend
    assert f"broken.md:{problem.line}: {problem.what}" in caplog.text
    assert await desk.due() == ["Rain"]


async def test_a_file_that_is_gone_when_it_is_read_is_passed_over(desk: Desk) -> None:
    path = desk.write("a.md")
    stamp = stamp_of((desk.root / path).stat())
    (desk.root / path).unlink()

    assert await desk.publisher.take_in([(path, stamp)]) == ()
    assert await desk.service.store.posts.stamps() == {}


async def test_what_was_sent_of_a_removed_file_stays(desk: Desk) -> None:
    path = desk.write("a.md")
    await desk.take_in(path)
    await desk.due()

    await desk.publisher.forget([path])

    assert await desk.service.store.posts.stamps() == {}
    assert len(await desk.service.store.deliveries.shown_in(chat(1), limit=5)) == 1


# --- the schedule


async def test_a_scheduled_post_goes_out_at_its_time_to_those_subscribed_then(desk: Desk) -> None:
    await desk.take_in(desk.write("a.md", "Tomorrow", "2026-11-03 12:00"))
    assert await desk.due() == []
    assert await desk.publisher.releases.publish_scheduled() == 86400
    await subscribe(desk.service.store, chat(2))

    desk.now += timedelta(days=1)
    await desk.publisher.releases.publish_scheduled()

    assert await desk.due() == ["Tomorrow", "Tomorrow"]


async def test_a_post_is_published_while_the_schedule_is_kept(desk: Desk) -> None:
    clock = Clockwork("scheduled posts", desk.publisher.releases.publish_scheduled)
    desk.service.store.on_change(clock.look)
    keeping = asyncio.create_task(clock.run())
    soon = (desk.now + timedelta(seconds=2)).isoformat()
    await desk.take_in(desk.write("a.md", "Soon", soon))
    desk.now += timedelta(seconds=2)
    await desk.take_in(desk.write("b.md", "Far", "2026-12-24"))  # it looks at the schedule again

    await eventually(lambda: _is_due(desk))
    keeping.cancel()
    await asyncio.wait([keeping])


async def _is_due(desk: Desk) -> bool:
    return bool(await desk.service.office.due(desk.now))


async def test_a_scheduled_post_whose_file_is_gone_is_complained_of_once_and_kept(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    path = desk.write("a.md", "Tomorrow", "2026-11-03")
    await desk.take_in(path)
    desk.remove(path)
    desk.now += timedelta(days=2)

    waits = [await desk.publisher.releases.publish_scheduled() for _ in range(3)]

    assert waits == [5.0, 5.0, 5.0]
    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1


async def test_a_scheduled_post_whose_file_holds_another_post_now_publishes_neither(desk: Desk) -> None:
    await desk.take_in(desk.write("a.md", content=_coded("ONE", "2026-11-03")))
    await desk.take_in(desk.write("a.md", content=_coded("TWO", "2026-12-24")))
    desk.now += timedelta(days=2)

    assert await desk.publisher.releases.publish_scheduled() == 5.0, "and does not turn in circles"
    assert await desk.due() == []


def _coded(code: str, date: str) -> str:
    return POST.format(title=f"Post {code}", date=date).replace("---\n", f"---\ncode: {code}\n", 1)


async def test_a_known_post_is_sent_to_a_chat_by_hand(desk: Desk) -> None:
    await desk.baseline(desk.write("a.md"))
    known = await desk.service.store.posts.find("a.md")
    assert known

    to: list[Destination] = [chat(1)]
    assert await desk.publisher.releases.send_to(known, to) == 1
    assert await desk.publisher.releases.send_to(known, to) == 0
    assert await desk.due() == ["Rain"]


class BusyPosts(PostShelf):
    """Posts in a database that somebody else holds at the first look."""

    looks = 0

    async def next_scheduled_at(self) -> datetime | None:
        self.looks += 1
        if self.looks == 1:
            raise StoreBusy("the database could not be written")
        return await super().next_scheduled_at()


async def test_a_database_that_is_held_does_not_end_the_schedule(desk: Desk) -> None:
    memory = Memory(desk.service.office.path)
    shelf = BusyPosts(memory, ROOT)
    publisher = Publisher(shelf, desk.site, now=lambda: desk.now)
    clock = Clockwork("scheduled posts", publisher.releases.publish_scheduled)
    keeping = asyncio.create_task(clock.run())

    async def looked_at_twice() -> bool:
        clock.look()
        return shelf.looks >= 2

    await eventually(looked_at_twice)

    assert not keeping.done()
    keeping.cancel()
    await asyncio.wait([keeping])
    await memory.close()


CODED = """---
title: {title}
code: ART1
categories: [National]
---
It rained.
"""


async def test_a_copy_with_the_same_code_changes_no_message_of_the_original(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    await desk.take_in(desk.write("rain.md", content=CODED.format(title="Rain")))
    assert await desk.due() == ["Rain"]

    await desk.take_in(desk.write("wind.md", content=CODED.format(title="Wind")))

    assert await desk.due() == []
    [problem] = await desk.service.store.posts.problems()
    assert problem.path == "wind.md"
    assert "rain.md" in problem.what
    assert "wind.md:1" in caplog.text


async def test_a_file_that_moved_takes_its_post_along(desk: Desk) -> None:
    await desk.take_in(desk.write("rain.md", content=CODED.format(title="Rain")))
    assert await desk.due() == ["Rain"]

    (desk.root / "rain.md").rename(desk.root / "wind.md")
    await desk.take_in(desk.write("wind.md", content=CODED.format(title="Rain, and wind")))

    assert await desk.due() == ["Rain, and wind"]
    assert await desk.service.store.posts.problems() == []


async def test_what_was_held_as_a_flood_does_not_hold_what_comes_after(service: Service, tmp_path: Path) -> None:
    await service.subscribe()
    (tmp_path / "posts").mkdir()
    desk = Desk(service, tmp_path / "posts", flood=3)
    await desk.take_in(*[desk.write(f"{number}.md", f"Post {number}") for number in range(5)])
    assert await desk.due() == []

    await desk.take_in(desk.write("alone.md", "Alone"))

    assert await desk.due() == ["Alone"]


async def test_a_post_whose_file_becomes_empty_keeps_its_messages_and_is_named(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    text = (desk.root / await sent_now(desk, "rain.md")).read_text()
    desk.write("rain.md", content="\n")
    await desk.take_in("rain.md", desk.write("never.md", content="\n"))

    assert "rain.md: this was a post, and is none any more (it is empty, or has no front matter);" in caplog.text
    assert "never.md" not in caplog.text
    assert await desk.titles_shown() == ["Rain"]
    desk.write("rain.md", content=text.replace("Rain", "Snow"))
    await desk.scan()
    assert await desk.titles_shown() == ["Snow"]
    assert await desk.service.store.posts.problems() == []


async def sent_now(desk: Desk, path: str) -> str:
    await desk.take_in(desk.write(path))
    assert await desk.due() == ["Rain"]
    return path
