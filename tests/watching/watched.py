"""A folder that is really being watched, with a consumer that records what it is told."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Collection
from contextlib import aclosing
from pathlib import Path

from bot.ports import Notices
from bot.records import FileStamp, FolderId, StampRow
from bot.watching.changes import Changes
from bot.watching.walk import stamp_of
from bot.watching.watcher import Watcher

SETTLE = 0.05
GRACE = 0.3
NEVER = 3600.0
"""An interval that no test lives to see: what is found then was not found by the periodic scan."""


def is_markdown(path: str) -> bool:
    return path.endswith(".md")


def stamp(file: Path) -> FileStamp:
    return stamp_of(file.stat())


class Recorded:
    """bot.ports.Stamps on a plain dictionary, which may change. `fail_with` is raised once, for files asked for."""

    def __init__(self, files: dict[str, FileStamp]) -> None:
        self._files = files
        self.fail_with: Exception | None = None
        self.believed: FolderId | None = None

    async def stamp_rows(self, *, after: str = "", limit: int) -> list[StampRow]:
        paths = sorted(path for path in self._files if path > after)
        return [(path, *self._files[path]) for path in paths[:limit]]

    async def folder(self) -> FolderId | None:
        return self.believed

    async def believe(self, folder: FolderId | None) -> None:
        self.believed = folder

    async def stamps_of(self, paths: Collection[str]) -> dict[str, FileStamp]:
        if paths and (error := self.fail_with):
            self.fail_with = None
            raise error
        return {path: self._files[path] for path in paths if path in self._files}


class Watched:
    """The consumer of a Watcher: it records at once, and lets tests wait for what they expect."""

    def __init__(
        self,
        root: Path,
        *,
        known: dict[str, FileStamp] | None = None,
        believed: FolderId | None = None,
        settle: float = SETTLE,
        grace: float = GRACE,
        scan_interval: float = NEVER,
        root_interval: float = 0.05,
        accepts: Callable[[str], bool] = is_markdown,
        notices: Notices | None = None,
    ) -> None:
        self.root = root
        self.recorded: dict[str, FileStamp] = dict(known or {})
        self.known = Recorded(self.recorded)
        self.known.believed = believed
        self.told: list[Changes] = []
        self.free = asyncio.Event()  # cleared: the consumer is busy with what it was told last
        self.free.set()
        self.watcher = Watcher(
            root,
            settle=settle,
            accepts=accepts,
            known=self.known,
            grace=grace,
            scan_interval=scan_interval,
            root_interval=root_interval,
            notices=notices,
        )
        self._progress = asyncio.Condition()
        self._task = asyncio.create_task(self._consume())

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])

    @property
    def missing(self) -> list[str]:
        return [path for changes in self.told for path in changes.missing]

    @property
    def paths(self) -> list[str]:
        """Every path told as new or changed, in order."""
        return [path for changes in self.told for path, _ in changes.paths]

    def write(self, path: str, text: str = "a post") -> Path:
        """Write a file below the root, and its folders where they are missing."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    async def until(self, expected: Callable[[Watched], bool]) -> None:
        """Wait until what was told is as `expected`; TimeoutError after some seconds."""
        async with asyncio.timeout(20), self._progress:
            await self._progress.wait_for(lambda: self._task.done() or expected(self))
        if self._task.done():
            self._task.result()

    async def started(self) -> None:
        await self.until(lambda watched: bool(watched.told))

    async def until_told(self, *paths: str, times: int = 1) -> None:
        """Wait until each of `paths` was told so many times."""
        await self.until(lambda watched: all(watched.paths.count(path) >= times for path in paths))

    async def until_missing(self, *paths: str) -> None:
        await self.until(lambda watched: set(paths) <= set(watched.missing))

    async def settled(self) -> None:
        """Wait until everything that happened before is told: a file written now comes last."""
        name = f"last-{len(self.told)}.md"
        self.write(name)
        await self.until_told(name)
        self.told[:] = [_without(changes, name) for changes in self.told]

    async def _consume(self) -> None:
        try:
            async with aclosing(self.watcher.changes()) as changes:
                async for told in changes:
                    await self._record(told)
                    await self.free.wait()
        finally:
            async with self._progress:
                self._progress.notify_all()

    async def _record(self, told: Changes) -> None:
        self.recorded.update(told.paths)
        for path in told.missing:
            self.recorded.pop(path, None)
        async with self._progress:
            self.told.append(told)
            self._progress.notify_all()


def _without(changes: Changes, name: str) -> Changes:
    paths = tuple((path, seen) for path, seen in changes.paths if path != name)
    return Changes(paths, changes.missing, changes.scanned, changes.root_fault, changes.waiting)


def unreadable_folder(root: Path) -> str:
    """Make folders so deep that the last one can't be opened by its path, whoever asks; returns that path.

    Taking the right to read away would not keep a superuser out.
    """
    parts: list[str] = []
    descriptor = os.open(root, os.O_DIRECTORY)
    while len(os.fsencode(root)) + sum(len(part) + 1 for part in parts) < os.pathconf(root, "PC_PATH_MAX"):
        part = f"{len(parts)}-" + "d" * 200
        os.mkdir(part, dir_fd=descriptor)
        below = os.open(part, os.O_DIRECTORY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
        parts.append(part)
    os.close(descriptor)
    return "/".join(parts)
