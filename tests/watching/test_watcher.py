"""Whatever way a file is written, it is told once, whole and soon."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.watching.watched import SETTLE, Watched, stamp

Watch = Callable[..., Watched]


async def test_the_start_scan_comes_first_even_if_nothing_is_new(watch: Watch) -> None:
    watched = watch()

    await watched.started()

    assert watched.told[0].scanned
    assert watched.told[0].paths == ()
    assert watched.told[0].root_fault == ""


async def test_the_start_scan_tells_what_differs_from_what_is_known(root: Path, watch: Watch) -> None:
    for name in ("same.md", "changed.md", "new.md"):
        (root / name).write_text(name)
    known = {"same.md": stamp(root / "same.md"), "changed.md": stamp(root / "same.md")}

    watched = watch(known=known)
    await watched.until_told("changed.md", "new.md")

    assert sorted(watched.paths) == ["changed.md", "new.md"]


async def test_old_files_are_told_at_once_and_those_just_written_when_they_are_still(root: Path, watch: Watch) -> None:
    (root / "old.md").write_text("old")
    await asyncio.sleep(0.5)  # nobody can set the time at which a file was last changed
    (root / "new.md").write_text("new")

    watched = watch(settle=0.4)
    await watched.until_told("old.md", "new.md")

    first, *later = watched.told
    assert [path for path, _ in first.paths] == ["old.md"]
    assert first.waiting == 1
    assert [path for changes in later for path, _ in changes.paths] == ["new.md"]
    assert watched.told[-1].waiting == 0


async def test_a_written_file_is_told_with_its_stamp(watch: Watch) -> None:
    watched = watch()
    await watched.started()

    file = watched.write("national/rain.md")
    await watched.until_told("national/rain.md")

    assert dict(watched.told[-1].paths)["national/rain.md"] == stamp(file)
    assert not watched.told[-1].scanned or watched.told[-1].root_fault == ""


async def test_a_file_is_told_within_the_settling_time_and_50_milliseconds(watch: Watch) -> None:
    watched = watch()
    await watched.started()

    delays = []
    for number in range(8):
        watched.write(f"{number}.md")
        closed = time.perf_counter()
        await watched.until_told(f"{number}.md")
        delays.append(time.perf_counter() - closed)

    assert min(delays) >= SETTLE
    assert sorted(delays)[2] < SETTLE + 0.05


async def test_without_settling_a_closed_file_is_told_at_once(watch: Watch) -> None:
    watched = watch(settle=0)
    await watched.started()

    delays = []
    for number in range(8):
        watched.write(f"{number}.md")
        closed = time.perf_counter()
        await watched.until_told(f"{number}.md")
        delays.append(time.perf_counter() - closed)

    assert sorted(delays)[2] < 0.05


async def test_a_temporary_file_that_is_renamed_is_told_by_its_last_name(watch: Watch) -> None:
    watched = watch()
    await watched.started()

    for temporary in ("rain.md.tmp", ".rain.md.Xy12Zz", "draft.md"):
        watched.write(temporary, temporary).rename(watched.root / "rain.md")
        await watched.until(lambda watched: watched.recorded.get("rain.md") == stamp(watched.root / "rain.md"))

    assert set(watched.paths) == {"rain.md"}


async def test_a_file_that_is_moved_or_linked_in_is_told(watch: Watch, tmp_path: Path) -> None:
    watched = watch()
    await watched.started()
    for name in ("moved", "linked"):
        (tmp_path / f"{name}.txt").write_text("a post")

    (tmp_path / "moved.txt").rename(watched.root / "moved.md")
    os.link(tmp_path / "linked.txt", watched.root / "linked.md")

    await watched.until_told("moved.md", "linked.md")


async def test_a_file_in_folders_made_at_the_same_moment_is_told(watch: Watch) -> None:
    watched = watch()
    await watched.started()

    for number in range(20):
        watched.write(f"{number}/deep/down/rain.md")

    await watched.until_told(*(f"{number}/deep/down/rain.md" for number in range(20)))


async def test_a_folder_that_is_moved_in_is_told_and_watched(watch: Watch, tmp_path: Path) -> None:
    watched = watch()
    await watched.started()
    (tmp_path / "elsewhere/deep").mkdir(parents=True)
    (tmp_path / "elsewhere/deep/rain.md").write_text("rain")

    (tmp_path / "elsewhere").rename(watched.root / "national")
    await watched.until_told("national/deep/rain.md")
    watched.write("national/deep/vote.md")
    await watched.until_told("national/deep/vote.md")


async def test_none_of_a_burst_of_2000_files_is_lost(watch: Watch) -> None:
    watched = watch()
    await watched.started()
    names = [f"{number % 20}/{number}.md" for number in range(2000)]

    await asyncio.to_thread(lambda: [watched.write(name, name) for name in names])
    await watched.until_told(*names)

    assert watched.recorded == {name: stamp(watched.root / name) for name in names}
    assert watched.missing == []


async def test_files_that_are_still_together_come_together_and_in_order(root: Path, watch: Watch) -> None:
    for name in ("c.md", "a.md", "b/a.md"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(name)
    watched = watch(settle=0.3)

    await watched.until_told("a.md", "b/a.md", "c.md")

    assert [path for path, _ in watched.told[-1].paths] == ["a.md", "b/a.md", "c.md"]


async def test_a_slow_writer_is_waited_for(watch: Watch) -> None:
    watched = watch(settle=0.4)
    await watched.started()

    with (watched.root / "rain.md").open("w") as file:
        for _ in range(8):
            file.write("half a sentence, ")
            file.flush()
            await asyncio.sleep(0.08)
        assert watched.paths == []
    await watched.until_told("rain.md")
    await watched.settled()

    assert watched.paths == ["rain.md"]
    assert watched.recorded["rain.md"] == stamp(watched.root / "rain.md")


async def test_an_edited_file_is_told_again(watch: Watch) -> None:
    watched = watch()
    watched.write("rain.md", "first")
    await watched.until_told("rain.md")

    watched.write("rain.md", "second")
    await watched.until_told("rain.md", times=2)

    assert watched.recorded["rain.md"] == stamp(watched.root / "rain.md")


async def test_what_editors_leave_beside_a_post_is_not_told(watch: Watch) -> None:
    watched = watch(accepts=lambda path: True)
    await watched.started()

    for name in (".rain.md.swp", "4913", "rain.md~", "#rain.md#", "rain.sync-conflict-20260131-101500-ABCDEFG.md"):
        watched.write(name)
    watched.write(".git/rain.md")
    await watched.settled()

    assert watched.paths == []


async def test_a_touch_without_a_change_and_our_own_reading_are_not_told(watch: Watch) -> None:
    watched = watch()
    watched.write("rain.md")
    await watched.until_told("rain.md")

    with (watched.root / "rain.md").open("a"):
        pass
    (watched.root / "rain.md").read_bytes()
    await watched.settled()

    assert watched.paths == ["rain.md"]


async def test_a_file_whose_rights_change_is_told_for_it_may_be_readable_now(watch: Watch) -> None:
    watched = watch()
    watched.write("rain.md").chmod(0)
    await watched.until_told("rain.md")
    await watched.settled()
    before = watched.paths.count("rain.md")

    (watched.root / "rain.md").chmod(0o644)

    await watched.until_told("rain.md", times=before + 1)


async def test_a_file_is_told_again_when_that_is_asked_for(watch: Watch) -> None:
    watched = watch()
    watched.write("rain.md", "---\nhalf a header")
    await watched.until_told("rain.md")

    watched.watcher.retry("rain.md")
    await watched.until_told("rain.md", times=2)
    await watched.settled()

    assert watched.paths == ["rain.md", "rain.md"]


async def test_a_busy_consumer_is_told_the_last_state_of_each_file_only(watch: Watch) -> None:
    watched = watch()
    watched.free.clear()
    await watched.started()

    for text in ("one", "two", "three"):
        watched.write("rain.md", text)
        await asyncio.sleep(2 * SETTLE)  # long enough to be still each time
    watched.free.set()
    await watched.until_told("rain.md")
    await watched.settled()

    assert watched.paths == ["rain.md"]


async def test_a_watched_folder_says_how_it_goes(root: Path, watch: Watch) -> None:
    (root / "rain.md").write_text("rain")
    watched = watch()
    assert not watched.watcher.health.events_working

    await watched.started()

    health = watched.watcher.health
    assert health.events_working
    assert health.files == 1
    assert health.last_scan_at is not None
    assert health.last_scan_at.utcoffset() is not None
    assert health.root_fault == ""


async def test_a_scan_that_goes_wrong_is_said_and_tried_again(
    root: Path, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    watched = watch(accepts=refuses_once(), scan_interval=0.1)
    (root / "rain.md").write_text("rain")

    await watched.until_told("rain.md")

    assert "went wrong" in caplog.text


async def test_a_database_that_fails_at_a_hint_is_said_and_the_file_found_by_a_scan(
    watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    watched = watch(scan_interval=0.1)
    await watched.started()
    watched.known.fail_with = RuntimeError("the database is locked")
    watched.write("rain.md")

    await watched.until_told("rain.md")

    assert "could not be looked at" in caplog.text


def refuses_once() -> Callable[[str], bool]:
    calls = Counter[str]()

    def accepts(path: str) -> bool:
        calls["all"] += 1
        if calls["all"] == 1:
            raise RuntimeError("a predicate that is not ready yet")
        return True

    return accepts
