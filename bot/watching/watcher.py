"""Watches a folder: tells which files are new or changed and still, and which are gone."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.ports import Notices, Stamps
from bot.records import FileStamp, Problem
from bot.texts import sentence
from bot.watching.changes import Changes
from bot.watching.findings import Findings
from bot.watching.hints import Hints
from bot.watching.schedule import RETRY_DELAY, Hearing, ScanSchedule
from bot.watching.stillness import MOMENT
from bot.watching.survey import FEW, Survey, survey
from bot.watching.walk import look_at

FOLDER_LOST: Final = sentence("The folder of posts needs you: {reason}")

log = logging.getLogger(__name__)

_HINTED_SCAN_DELAY: Final = 0.2  # seconds: a hint to scan seldom comes alone


@dataclass(frozen=True, slots=True)
class Health:
    """How the watching goes."""

    events_working: bool = False  # False: changes are found by scanning only
    last_scan_at: datetime | None = None  # aware UTC
    last_scan_seconds: float = 0.0
    files: int = 0
    root_fault: str = ""


class Watcher:
    """Watches the folder `root` for files whose relative path `accepts` takes; `known` says what is recorded of them.

    A file is told once it was still for `settle` seconds, and counts as missing once it was away for `grace` seconds.
    The folder is scanned every `scan_interval` seconds, and whenever events hint that something may be missed.
    Whether the right folder stands at `root` is looked at every `root_interval` seconds.
    """

    def __init__(
        self,
        root: Path,
        *,
        settle: float,
        accepts: Callable[[str], bool],
        known: Stamps,
        grace: float = 10.0,
        scan_interval: float = 60.0,
        root_interval: float = 1.0,
        few: int = FEW,
        notices: Notices | None = None,
    ) -> None:
        """More than a `few` files are not missing by chance. `notices` tell the operators when the folder is lost."""
        self._root = root
        self._accepts = accepts
        self._known = known
        self._root_interval = root_interval
        self._few = few
        self._notices = notices
        self._hints = Hints(root, accepts, self._wake_from_thread)
        self._findings = Findings(settle=settle, grace=grace)
        self._schedule = ScanSchedule(scan_interval)
        self._hearing = Hearing()
        self._problems: frozenset[Problem] = frozenset()
        self._last_scan = Health()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._scanned_once = asyncio.Event()
        self._hinted = asyncio.Event()
        self._rescheduled = asyncio.Event()
        self._news = asyncio.Event()

    @property
    def health(self) -> Health:
        """How the watching goes now."""
        return replace(self._last_scan, events_working=self._hears)

    @property
    def _hears(self) -> bool:
        return self._hints.working and not self._hearing.deaf

    def retry(self, path: str) -> None:
        """Look at `path` again: it is told once more after it was still, even if it has not changed."""
        self._findings.look_again(path)
        self._hints.touch(path, closed=False)

    async def changes(self) -> AsyncGenerator[Changes, None]:
        """Tell what changes, until closed. The first Changes are those of the start scan, even if there are none.

        Can be called once. Take the iterator into `contextlib.aclosing`: closing it is what ends the watching.
        """
        self._loop = asyncio.get_running_loop()
        watching = asyncio.create_task(self._watch(), name=f"watching {self._root}")
        watching.add_done_callback(lambda _: self._news.set())
        try:
            while True:
                await self._news.wait()
                self._news.clear()
                if watching.done():
                    watching.result()
                    return
                yield self._findings.take()
        finally:
            watching.cancel()
            await asyncio.wait([watching])
            await asyncio.to_thread(self._hints.close)

    async def _watch(self) -> None:
        async with asyncio.TaskGroup() as loops:
            loops.create_task(self._follow_hints())
            loops.create_task(self._scan_again_and_again())
            loops.create_task(self._guard_root())

    # --- hints -------------------------------------------------------------------------------------------------------

    async def _follow_hints(self) -> None:
        await self._scanned_once.wait()  # before that, everything would look like news
        while True:
            await _wait(self._hinted, until=self._findings.next_look())
            touched = self._hints.take()
            if touched.files:
                self._hearing.heard(time.time())
            if touched.scan:
                self._hearing.doubt()
            if touched.scan or (touched.files and self._last_scan.root_fault):
                self._ask_for_scan(self._now() + _HINTED_SCAN_DELAY)
            due = self._findings.due_looks(self._now())
            await self._look_at(dict.fromkeys(due, False) | touched.files, touched.seen)

    async def _look_at(self, paths: Mapping[str, bool], seen: Mapping[str, FileStamp | None]) -> None:
        """Look at `paths` (True: the writer is done with it), if they were not `seen`; take in what stands there."""
        if not paths:
            return
        try:
            if unseen := paths.keys() - seen.keys():
                seen = {**seen, **await asyncio.to_thread(look_at, self._root, unseen)}
            # A file that was written and closed is not asked for: if it is no news, its bytes will say so.
            recorded = await self._known.stamps_of([path for path in paths if not (paths[path] and seen.get(path))])
        except Exception:
            log.exception("%d files of %s could not be looked at; it is scanned instead", len(paths), self._root)
            seen, recorded = {}, {}
            self._ask_for_scan(self._now() + RETRY_DELAY)
        now = self._now()
        for path, closed in paths.items():
            if path in seen:
                self._findings.looked(path, seen[path], now, closed=closed, recorded=recorded.get(path))
            else:
                self._findings.could_not_look(path)
        self._ask_for_scan(self._findings.next_scan())
        self._tell_news()

    # --- scans -------------------------------------------------------------------------------------------------------

    async def _scan_again_and_again(self) -> None:
        while True:
            while self._schedule.next_at > self._now():
                await _wait(self._rescheduled, until=self._schedule.next_at)
            await self._scan_or_log()

    async def _guard_root(self) -> None:
        while True:
            await asyncio.sleep(self._root_interval)
            if bool(self._last_scan.root_fault) or await asyncio.to_thread(self._hints.stale):
                self._ask_for_scan(self._now())

    async def _scan_or_log(self) -> None:
        try:
            await self._scan()
        except Exception:
            log.exception("the scan of %s went wrong; it is tried again in some seconds", self._root)
            self._schedule.failed(self._now())

    async def _scan(self) -> None:
        if await asyncio.to_thread(self._hints.renew_if_needed):  # before the walk, so that nothing falls between
            self._hearing.doubt()
        told = self._findings.told
        self._findings.begin_scan(await self._known.stamps_of(told.paths()))
        began, began_at = self._now(), time.time()
        seen = await survey(self._root, self._accepts, self._known, told=told, few=self._few)
        if not (seen.fault or seen.replaced) and seen.folder != await self._known.folder():
            await self._known.believe(seen.folder)
        now, now_at = self._now(), time.time()
        unheard = self._findings.scanned(seen, began=began, now=now, wall_clock=now_at)
        newly_deaf = self._hearing.scanned(began_at, now_at, unheard)
        newly_lost = bool(seen.fault) and seen.fault != self._last_scan.root_fault
        self._report(seen, now - began, newly_deaf=newly_deaf)
        if newly_lost and self._notices:
            await self._notices.tell_operators("the folder is lost", FOLDER_LOST, reason=seen.fault)
        self._schedule.scanned(began, now, hearing=self._hears)
        self._ask_for_scan(self._findings.next_scan())
        self._scanned_once.set()
        self._hinted.set()  # the next look may be due earlier now
        self._tell_news()
        if seen.folder is None or newly_deaf:
            await asyncio.to_thread(self._hints.let_go)  # to be started anew before the next scan

    def _report(self, seen: Survey, seconds: float, *, newly_deaf: bool) -> None:
        """Say what is new about the folder itself, once."""
        if seen.fault and seen.fault != self._last_scan.root_fault:
            log.warning("%s", seen.fault)
        if self._last_scan.root_fault and not seen.fault:
            log.info("%s is back, with %d files", self._root, seen.files)
        if newly_deaf:
            log.warning(
                "no events told of new files in %s (a network mount? fs.inotify.max_user_watches too low?);"
                " it is scanned more often instead",
                self._root,
            )
        for problem in sorted(set(seen.problems) - self._problems, key=lambda problem: problem.path):
            log.warning("%s: %s; %s", problem.path, problem.what, problem.mend)
        self._problems = frozenset(seen.problems)
        self._last_scan = Health(False, datetime.now(UTC), seconds, seen.files, seen.fault)

    # --- time and waking ---------------------------------------------------------------------------------------------

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _ask_for_scan(self, at: float | None) -> None:
        if at is not None and self._schedule.ask(at):
            self._rescheduled.set()

    def _tell_news(self) -> None:
        if self._findings.news:
            self._news.set()

    def _wake_from_thread(self, at_once: bool) -> None:
        """A file that is being written is looked at a moment later; most often it is closed by then."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens any more
                self._loop.call_soon_threadsafe(self._hinted.set if at_once else self._wake_soon)

    def _wake_soon(self) -> None:
        asyncio.get_running_loop().call_later(MOMENT, self._hinted.set)


async def _wait(event: asyncio.Event, *, until: float | None) -> None:
    """Wait for `event` and clear it, or for the loop's time `until`."""
    with suppress(TimeoutError):
        async with asyncio.timeout_at(until):
            await event.wait()
    event.clear()
