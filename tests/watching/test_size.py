"""An archive of any size: a warm start reads only what changed, and holds next to nothing of what did not."""

from __future__ import annotations

import asyncio
import gc
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from watchdog.events import FileOpenedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from benchmarks import warm_scan
from bot.watching import survey as surveying
from bot.watching.survey import survey
from bot.watching.walk import Walk
from state import open_store
from tests.journeys.newsroom import Newsroom, post
from tests.watching.watched import Recorded, is_markdown, stamp

MANY = 20_000


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """MANY files, all of them known."""
    newsroom = Newsroom(tmp_path_factory.mktemp("archive"))
    warm_scan.write_files(newsroom.posts, MANY)
    asyncio.run(warm_scan.remember(newsroom))
    return newsroom


async def test_a_warm_start_reads_exactly_the_changed_files(tmp_path: Path) -> None:
    newsroom = Newsroom(tmp_path, NEWSBELL_SETTLE="0.1")
    warm_scan.write_files(newsroom.posts, 2000)
    await warm_scan.remember(newsroom)
    files = [path for path, _ in Walk(newsroom.posts, is_markdown).files()]
    changed = [files[0], files[1234], "section-19/new.md"]
    for path in changed:
        newsroom.write(path, post(f"CHANGED{changed.index(path)}"))

    with opened_files(newsroom.posts) as opened:
        await newsroom.start()
        await newsroom.says("new: section-19/new.md")
        await newsroom.stop()

    assert sorted(set(opened)) == sorted(changed)


async def test_what_a_scan_holds_does_not_grow_with_the_files(archive: Newsroom) -> None:
    store = await open_store(f"sqlite:///{archive.database}", str(archive.posts))
    await survey(archive.posts, is_markdown, store.posts)  # what is allocated once is not what is asked here

    with traced() as sizes:
        seen = await survey(archive.posts, is_markdown, store.posts)

    await store.close()
    assert (seen.files, seen.changed, seen.missing) == (MANY, {}, frozenset())
    assert sizes["peak"] / surveying.PAGE < 1000  # of the files of two pages, their rows
    assert sizes["peak"] / MANY < 200
    assert sizes["rest"] / MANY < 20


def test_a_first_walk_holds_the_names_of_one_folder(archive: Newsroom) -> None:
    with traced() as sizes:
        count = sum(1 for _ in Walk(archive.posts, is_markdown).files())

    assert count == MANY
    assert sizes["peak"] / MANY < 20


async def test_pages_of_recorded_files_fit_together(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveying, "PAGE", 3)
    names = [f"{number:02}.md" for number in range(0, 20, 2)]
    for name in (*names, "00-first.md", "05-new.md", "99-last.md"):
        (root / name).write_text(name)
    known = {name: stamp(root / name) for name in names} | {"04.md": stamp(root / "06.md")}
    known |= dict.fromkeys(("01.md", "13.md", "98.md"), known["00.md"])

    seen = await survey(root, is_markdown, Recorded(known))

    assert set(seen.changed) == {"00-first.md", "04.md", "05-new.md", "99-last.md"}
    assert seen.new == {"00-first.md", "05-new.md", "99-last.md"}
    assert seen.missing == {"01.md", "13.md", "98.md"}
    assert seen.files == len(names) + 3


async def test_what_is_known_and_unchanged_is_not_asked_about_again(root: Path) -> None:
    """A changed setting withdraws nothing; what it leaves out is let go of when it changes."""
    for name in ("same.md", "changed.md"):
        (root / name).write_text(name)
    known = {"same.md": stamp(root / "same.md"), "changed.md": stamp(root / "same.md")}

    seen = await survey(root, lambda path: False, Recorded(known))

    assert seen.changed == {}
    assert seen.missing == {"changed.md"}
    assert seen.files == 1


async def test_the_benchmark_measures_at_any_size() -> None:
    rows = [str(row) for row in await warm_scan.measure(files=300, rounds=1)]

    assert rows[0].startswith("warm scan of 300 known posts: ")
    assert "ratio" in rows[0]
    assert all("an empty start" in row for row in rows[1:])


@contextmanager
def opened_files(root: Path) -> Iterator[list[str]]:
    """The files below `root` that anybody opens in this block, as the kernel tells."""
    opened: list[str] = []
    last = threading.Event()

    class Handler(FileSystemEventHandler):
        def on_opened(self, event: FileSystemEvent) -> None:
            path = str(event.src_path).removeprefix(f"{root}/")
            if path == "the last one":
                last.set()
            opened.append(path)

    observer = Observer()
    observer.schedule(Handler(), str(root), recursive=True, event_filter=[FileOpenedEvent])
    observer.start()
    try:
        yield opened
    finally:
        (root / "the last one").write_text("")
        assert last.wait(20), "the kernel tells of nothing"
        observer.stop()
        observer.join()
        opened.remove("the last one")


@contextmanager
def traced() -> Iterator[dict[str, int]]:
    """Bytes that this block holds at its peak and keeps in the end."""
    sizes: dict[str, int] = {}
    gc.collect()
    tracemalloc.start()
    try:
        yield sizes
        sizes["peak"] = tracemalloc.get_traced_memory()[1]
        gc.collect()
        sizes["rest"] = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
