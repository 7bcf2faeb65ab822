"""The folder itself may go, come, be swapped or go silent: nothing is lost, and nothing is withdrawn by mistake."""

from __future__ import annotations

import asyncio
import logging
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from watchdog.observers.inotify_c import InotifyFD

from bot.records import FileStamp, FolderId
from bot.watching.survey import survey
from bot.watching.walk import identity
from tests.fakes import FakeNotices
from tests.watching.watched import Recorded, Watched, is_markdown, stamp, unreadable_folder

Watch = Callable[..., Watched]

OLD = FileStamp(1, 1, 1, 1)


async def test_a_missing_root_is_told_and_waited_for(watch: Watch, tmp_path: Path) -> None:
    watched = watch(tmp_path / "later")
    await watched.started()
    assert not watched.told[0].scanned
    assert "later is missing" in watched.told[0].root_fault
    assert "NEWSBELL_POSTS" in watched.told[0].root_fault
    assert "later is missing" in watched.watcher.health.root_fault

    watched.write("rain.md")
    await watched.until_told("rain.md")
    watched.write("vote.md")
    await watched.until_told("vote.md")

    assert watched.told[-1].root_fault == ""
    assert any(changes.scanned for changes in watched.told)


async def test_a_deleted_root_withdraws_nothing_and_is_watched_again_when_it_is_back(watch: Watch) -> None:
    watched = watch()
    watched.write("rain.md")
    await watched.until_told("rain.md")

    shutil.rmtree(watched.root)
    await watched.until(lambda watched: "is missing" in watched.told[-1].root_fault)
    watched.write("rain.md")
    await watched.until_told("rain.md", times=2)
    watched.write("vote.md")
    await watched.until_told("vote.md")

    assert watched.missing == []


async def test_the_operators_are_told_once_that_the_folder_is_emptied(watch: Watch) -> None:
    told = FakeNotices()
    watched = watch(notices=told, scan_interval=0.05)
    watched.write("rain.md")
    await watched.until_told("rain.md")

    (watched.root / "rain.md").unlink()
    await watched.until(lambda watched: "holds no post at all" in watched.told[-1].root_fault)
    before = watched.watcher.health.last_scan_at
    while watched.watcher.health.last_scan_at == before:  # noqa: ASYNC110 - a scan that finds nothing new tells nobody
        await asyncio.sleep(0.005)

    [word] = told.words
    assert word.startswith("The folder of posts needs you: ")
    assert "holds no post at all, but 1 were there" in word


async def test_a_root_that_is_replaced_by_another_folder_is_noticed(watch: Watch, tmp_path: Path) -> None:
    watched = watch()
    watched.write("rain.md")
    await watched.until_told("rain.md")
    (tmp_path / "next").mkdir()
    for name in ("rain.md", "vote.md"):
        (tmp_path / "next" / name).write_text("the next release")

    watched.root.rename(tmp_path / "before")
    (tmp_path / "next").rename(watched.root)
    await watched.until_told("vote.md")
    await watched.until_told("rain.md", times=2)
    watched.write("dam.md")
    await watched.until_told("dam.md")
    (tmp_path / "before/old.md").write_text("nobody looks here any more")
    await watched.settled()

    assert "old.md" not in watched.paths
    assert watched.missing == []


async def test_a_root_that_is_emptied_withdraws_nothing(watch: Watch) -> None:
    watched = watch()
    watched.write("rain.md")
    watched.write("vote.md")
    await watched.until_told("rain.md", "vote.md")

    (watched.root / "rain.md").unlink()
    (watched.root / "vote.md").unlink()
    await watched.until(lambda watched: "holds no post at all, but 2 were there" in watched.told[-1].root_fault)
    watched.write("rain.md")
    await watched.until_missing("vote.md")

    assert watched.missing == ["vote.md"]


async def test_a_root_that_is_no_folder_is_told(watch: Watch, tmp_path: Path) -> None:
    (tmp_path / "posts.zip").write_text("not unpacked")

    watched = watch(tmp_path / "posts.zip")
    await watched.started()

    assert "is no folder" in watched.told[0].root_fault


async def test_what_lies_in_an_unreadable_folder_is_not_missing(
    root: Path, watch: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    (root / "vote.md").write_text("vote")
    hidden = f"{unreadable_folder(root)}/rain.md"
    known = dict.fromkeys((hidden, "vote.md", "dam.md"), stamp(root / "vote.md"))

    watched = watch(known=known)
    await watched.until_missing("dam.md")

    assert watched.missing == ["dam.md"]
    assert "can't be looked at" in caplog.text


ELSEWHERE = (-1, -1)
"""The device and inode of no folder."""


def known_of(*paths: str, folder: FolderId | None = ELSEWHERE) -> Recorded:
    known = Recorded(dict.fromkeys(paths, OLD))
    known.believed = folder
    return known


async def test_a_root_on_another_device_withdraws_nothing_and_tells_of_nothing_new(root: Path) -> None:
    (root / "vote.md").write_text("vote")

    seen = await survey(root, is_markdown, known_of("rain.md", "vote.md"))

    assert "on another device than before, and 1 of 2 files are missing" in seen.fault
    assert "newsbell release --folder" in seen.fault
    assert seen.missing == frozenset()
    assert seen.changed == {}


async def test_a_root_that_moved_to_another_device_with_all_posts_is_believed(root: Path) -> None:
    (root / "vote.md").write_text("vote")

    seen = await survey(root, is_markdown, known_of("vote.md"))

    assert seen.fault == ""
    assert set(seen.changed) == {"vote.md"}


async def test_a_root_in_a_container_may_miss_a_few_files_after_a_restart(root: Path) -> None:
    """Its device has another number after each start."""
    names = [f"{number}.md" for number in range(9)]
    for name in names[3:]:
        (root / name).write_text("a post")

    assert (await survey(root, is_markdown, known_of(*names), few=3)).missing == set(names[:3])
    assert "on another device" in (await survey(root, is_markdown, known_of(*names), few=2)).fault


async def test_a_root_whose_disk_has_another_number_now_is_the_same(root: Path) -> None:
    (root / "vote.md").write_text("vote")
    _, inode = identity(root)

    seen = await survey(root, is_markdown, known_of("rain.md", "vote.md", folder=(-1, inode)))

    assert seen.fault == ""
    assert seen.missing == {"rain.md"}


async def test_a_mount_that_is_not_there_after_a_restart_is_waited_for(
    watch: Watch, root: Path, tmp_path: Path
) -> None:
    (root / "rain.md").write_text("rain")
    (root / "vote.md").write_text("vote")
    known = {name: stamp(root / name) for name in ("rain.md", "vote.md")}
    put_aside(root, tmp_path / "mounted")
    (root / "stray.md").write_text("left on the mount point")

    watched = watch(known=known, believed=ELSEWHERE)
    await watched.started()
    assert "on another device" in watched.told[0].root_fault
    watched.write("more.md")
    put_aside(root, tmp_path / "bare", tmp_path / "mounted")
    await watched.until(lambda watched: not watched.told[-1].root_fault)
    await watched.settled()

    assert watched.paths == []
    assert watched.missing == []
    assert watched.known.believed == identity(root)


async def test_a_persons_word_lets_another_folder_be_believed(watch: Watch, root: Path) -> None:
    (root / "vote.md").write_text("vote")
    watched = watch(known={"rain.md": OLD, "vote.md": OLD}, believed=ELSEWHERE)
    await watched.started()
    assert watched.paths == []

    await watched.known.believe(None)
    await watched.until_missing("rain.md")

    assert watched.paths == ["vote.md"]


async def test_lost_events_are_made_up_for_by_a_scan(watch: Watch) -> None:
    watched = watch()
    watched.write("rain.md", "a post")
    await watched.until_told("rain.md")

    with (watched.root / "rain.md").open("a") as file:
        file.write(", and more")
        file.flush()  # no event of interest: the file is not closed
        logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; events were lost")
        await watched.until_told("rain.md", times=2)

    assert watched.told[-1].scanned or watched.told[-2].scanned


async def test_where_no_events_come_in_the_scan_finds_everything(watch: Watch) -> None:
    watched = watch(scan_interval=0.1)
    await watched.started()
    await deafen()

    watched.write("rain.md")
    await watched.until_told("rain.md")
    (watched.root / "rain.md").unlink()
    watched.write("vote.md")
    await watched.until_missing("rain.md")


async def test_that_no_events_come_in_is_found_out_and_said(watch: Watch, caplog: pytest.LogCaptureFixture) -> None:
    watched = watch(scan_interval=0.1)
    await watched.started()
    assert watched.watcher.health.events_working
    await deafen()

    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1)):  # the event had time enough to come
        watched.write("rain.md")
        await watched.until_told("rain.md")

    assert not watched.watcher.health.events_working
    assert "no events told of new files" in caplog.text


def put_aside(root: Path, aside: Path, other: Path | None = None) -> None:
    """Put the `other` folder in the place of `root`; None: a new one."""
    root.rename(aside)
    other.rename(root) if other else root.mkdir()


async def deafen() -> None:
    """End the threads that read events, as an error in watchdog would (#1388): it does not notice itself."""
    for thread in threading.enumerate():
        if isinstance(thread, InotifyFD):
            await asyncio.to_thread(thread.stop)
