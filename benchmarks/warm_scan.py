"""A scan of a folder in which nothing changed, and a start on it: what an archive of known posts costs."""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.engine import POST
from benchmarks.rows import Row
from bot.ports import Store
from bot.reading.site import Site
from bot.records import FileRecord, FileStamp
from bot.watching.survey import survey
from bot.watching.walk import Walk
from state import open_store
from tests.journeys.newsroom import Newsroom, post

FILES = 100_000
FILES_A_FOLDER = 250
ROUNDS = 9
BATCH = 5000


@dataclass(frozen=True, slots=True)
class Memory:
    """What a warm start takes beside an empty one: at its highest, and when all is quiet. In KiB, of the process."""

    files: int
    empty: dict[str, int]
    warm: dict[str, int]

    def __str__(self) -> str:
        peak, rest = (self.warm[name] - self.empty[name] for name in ("VmHWM", "VmRSS"))
        return (
            f"memory of a warm start on {self.files} known posts: {self.warm['VmHWM'] / 1024:.1f} MiB at its highest\n"
            f"    floor, an empty start: {self.empty['VmHWM'] / 1024:.1f} MiB   difference {peak / 1024:.1f} MiB, "
            f"{rest / 1024:.1f} MiB when it rests"
        )


async def measure(files: int = FILES, rounds: int = ROUNDS) -> list[Row | Memory]:
    """The scan in wall milliseconds, beside the plainest walk; the memory of the whole program, where /proc tells."""
    with tempfile.TemporaryDirectory() as home:
        warm = Newsroom(Path(home))
        write_files(warm.posts, files)
        await remember(warm)
        rows: list[Row | Memory] = [await _scans(warm, files, rounds)]
        if sys.platform == "linux":
            with tempfile.TemporaryDirectory() as bare:
                empty = await _started(Newsroom(Path(bare)))
            rows.append(Memory(files, empty, await _started(warm)))
    return rows


def write_files(root: Path, files: int) -> None:
    """Small posts below `root`, in folders of years, with paths of some 60 characters."""
    for number in range(files):
        folder = root / f"section-{number // FILES_A_FOLDER % 20:02}" / f"archive-{number // FILES_A_FOLDER // 20:04}"
        if number % FILES_A_FOLDER == 0:
            folder.mkdir(parents=True)
        slug = "the-river-rises" if number % 2 else "Boats-Ashore"
        (folder / f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}-{slug}-{number}.md").write_text("---\ntitle: Rain\n")


async def remember(newsroom: Newsroom) -> None:
    """Make all files known as posts, as a first scan does, but without reading them."""
    store = await _open(newsroom)
    batch: list[FileRecord] = []
    for path, stamp in Walk(newsroom.posts, lambda _: True).files():
        batch.append(_record(path, stamp))
        if len(batch) == BATCH:
            await store.posts.record_baseline(batch, _now())
            batch.clear()
    await store.posts.record_baseline(batch, _now())
    await store.posts.finish_baseline(_now())
    await store.close()


def _record(path: str, stamp: FileStamp) -> FileRecord:
    known = replace(POST, key=f"path:{path}", path=path, title=path, url=f"https://example.org/{path}")
    return FileRecord(path, stamp, f"{stamp.inode:032x}", post=known)


async def _scans(newsroom: Newsroom, files: int, rounds: int) -> Row:
    store = await _open(newsroom)
    site = Site(newsroom.posts)

    async def ours() -> None:
        seen = await survey(site.root, site.is_post, store.posts)
        assert (seen.files, seen.changed, seen.missing) == (files, {}, frozenset())

    with closing(sqlite3.connect(newsroom.database)) as index:

        async def floor() -> None:
            _walk(newsroom.posts)
            for _ in index.execute("SELECT path, size, mtime_ns, ctime_ns, inode FROM files WHERE root = 1"):
                pass

        took = {work: [await _milliseconds(work)] for work in (floor, ours)}
        for _ in range(rounds - 1):
            for work, series in took.items():
                series.append(await _milliseconds(work))
    await store.close()
    return Row(f"warm scan of {files} known posts", took[ours], "scandir, stat, one SELECT of the index", took[floor])


def _walk(root: Path) -> None:
    folders = [str(root)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    entry.stat(follow_symlinks=False)


async def _milliseconds(work: Callable[[], Coroutine[Any, Any, None]]) -> float:
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


async def _started(newsroom: Newsroom) -> dict[str, int]:
    """The memory of `newsbell run` on this folder, once its first scan is over and one new post was read."""
    await newsroom.start()
    newsroom.write("new.md", post("NEW"))
    await newsroom.says("new: new.md")
    memory = _memory(newsroom.pid)
    await newsroom.stop()
    return memory


def _memory(process: int) -> dict[str, int]:
    sizes = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    return {name: int(sizes[name].split()[0]) for name in ("VmHWM", "VmRSS")}


async def _open(newsroom: Newsroom) -> Store:
    return await open_store(f"sqlite:///{newsroom.database}", str(newsroom.posts.resolve()))


def _now() -> datetime:
    return datetime.now(UTC)
