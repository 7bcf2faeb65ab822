"""Listens to the file system's events and turns them into hints where to look. Nothing here is the truth.

What watchdog can't see or loses: changes made on the other side of a network mount; whatever overflows the kernel's
queue (it says so in a log line only); a root that was replaced by another folder. Its observer stays "alive" after
the thread that reads the events has ended. So everything is checked from outside, and the scan makes up for the rest.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import stat
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver

from bot.records import FileStamp
from bot.watching.ignore import in_ignored_folder, is_ignored
from bot.watching.observing import new_observer
from bot.watching.walk import is_utf8, look_at, real

log = logging.getLogger(__name__)

_OVERFLOW_LOGS: Final = ("watchdog.observers.inotify_c", "watchdog.observers.inotify")  # watchdog #654: the only sign

_LIMITS: Final = {errno.ENOSPC: "fs.inotify.max_user_watches", errno.EMFILE: "fs.inotify.max_user_instances"}


def events_of_interest(platform: str = sys.platform) -> list[type[FileSystemEvent]]:
    """The events that can mean news. Opening and reading are left out: our own reading would come back as events.

    Only Linux tells when a writer closes a file, and of its rights; elsewhere each change has to do. Of the rights of a
    folder the next scan learns: a program that sets those of all folders must not bring a scan for each.
    """
    events: list[type[FileSystemEvent]] = [FileClosedEvent, FileMovedEvent, FileCreatedEvent, FileDeletedEvent]
    events.append(FileAttribEvent if platform == "linux" else FileModifiedEvent)
    return [*events, DirCreatedEvent, DirMovedEvent, DirDeletedEvent]


@dataclass(slots=True)
class Touched:
    """What happened since the last look: files by path (True: its writer is done with it), and whether to scan.

    `seen` is what stood there (see `look_at`) when some of them were touched last.
    """

    files: dict[str, bool] = field(default_factory=dict)
    scan: bool = False
    seen: dict[str, FileStamp | None] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        """Whether nothing happened."""
        return not self.files and not self.scan


class Hints:
    """Collects hints about one folder from watchdog's threads, and keeps watchdog going.

    `wake` is called, from another thread, when the first hint arrives after a `take()`, and once more when the first
    file is closed: with True where there is something to look at now, False where a moment later will do. That file is
    looked at here, for whoever is woken would ask a thread to. What waits between two takes is bounded by the number of
    paths. Whatever starts or stops the observing blocks: call it in a thread.
    """

    def __init__(self, root: Path, accepts: Callable[[str], bool], wake: Callable[[bool], None]) -> None:
        self._root = root
        self._accepts = accepts
        self._wake = wake
        self._lock = threading.Lock()  # of what is touched
        self._touched = Touched()
        self._hurries = False  # one of the files was closed
        self._changing = threading.Lock()  # of the observer: renewing and closing may be asked for at the same time
        self._closed = False
        self._observer: BaseObserver | None = None
        self._observed: tuple[int, int] | None = None  # device and inode of the folder that is being observed
        self._overflow = _Overflow(self.scan)
        self._warned = False

    @property
    def working(self) -> bool:
        """Whether events of a folder come in at present."""
        return self._observer is not None

    def take(self) -> Touched:
        """What was hinted at since the last call."""
        with self._lock:
            touched, self._touched = self._touched, Touched()
            self._hurries = False
        return touched

    def touch(self, path: str, *, closed: bool | None) -> None:
        """Hint that `path` may have changed. Blocking, if it is `closed`, which says that its writer is done with it.

        None: nothing was written, so that whoever was done with it still is.
        """
        # Only the first: while many come, the kernel's queue must not fill. They are looked at together, in a thread.
        seen = look_at(self._root, [path]) if closed and not self._hurries else {}
        with self._lock:
            first = self._touched.nothing
            if closed is None:
                closed = self._touched.files.get(path, False)
            hurries = closed and not self._hurries
            self._touched.files[path] = closed
            self._touched.seen.pop(path, None)  # from before this change
            self._touched.seen |= seen
            self._hurries = self._hurries or closed
        if first or hurries:
            self._wake(closed)

    def scan(self) -> None:
        """Hint that something changed, nobody knows where."""
        with self._lock:
            first = self._touched.nothing
            self._touched.scan = True
        if first:
            self._wake(True)

    def stale(self) -> bool:
        """Whether the root that stands there now is not the one being observed, or the observing has ended."""
        with self._changing:
            return self._stale()

    def renew_if_needed(self) -> bool:
        """Observe the folder that stands at the root now, unless that is so already. Returns whether it was not.

        Where it can't be observed, that is said once and left to the scan.
        """
        with self._changing:
            if self._closed or (self.working and not self._stale()):
                return False
            self._let_go()
            self._observed = _identity(self._root)
            if self._observed is not None:
                self._start()
            return True

    def let_go(self) -> None:
        """Stop observing until the next renewal."""
        with self._changing:
            self._let_go()

    def close(self) -> None:
        """Stop observing for good. Safe to call twice."""
        with self._changing:
            self._closed = True
            self._let_go()

    def _stale(self) -> bool:
        if _identity(self._root) != self._observed:
            return True
        observer = self._observer
        return observer is not None and not (observer.is_alive() and all(e.is_alive() for e in observer.emitters))

    def _let_go(self) -> None:
        for name in _OVERFLOW_LOGS:
            logging.getLogger(name).removeHandler(self._overflow)
        observer, self._observer, self._observed = self._observer, None, None
        if observer is not None:
            _stop(observer)

    def _start(self) -> None:
        for name in _OVERFLOW_LOGS:
            logging.getLogger(name).addHandler(self._overflow)
        try:
            self._observer = self._observe(real(self._root))
        except OSError as error:
            self._warn(error)

    def _observe(self, folder: Path) -> BaseObserver:
        # Said when a folder is watched twice in a race; harmless, but treated as an error it ends the reading thread.
        warnings.filterwarnings("ignore", message="Callback with id .* already exists", category=RuntimeWarning)
        observer = new_observer()
        handler = _Handler(self, folder, self._accepts)
        observer.schedule(handler, folder, recursive=True, event_filter=events_of_interest())
        try:
            observer.start()
        except OSError:
            _stop(observer)  # its reading thread runs since it was made
            raise
        return observer

    def _warn(self, error: OSError) -> None:
        if self._warned:
            return
        self._warned = True
        limit = _LIMITS.get(error.errno or 0)
        mend = f"raise the limit: sysctl -w {limit}=524288" if limit else "see whether its file system supports inotify"
        log.warning("%s can't be watched (%s); posts are found by scanning only; %s", self._root, error.strerror, mend)


class _Handler(FileSystemEventHandler):
    """Sorts events into hints, in watchdog's thread."""

    def __init__(self, hints: Hints, folder: Path, accepts: Callable[[str], bool]) -> None:
        self._hints = hints
        self._prefix = os.path.join(folder, "")  # noqa: PTH118 - a prefix ends with a separator, a Path never does
        self._accepts = accepts

    def on_any_event(self, event: FileSystemEvent) -> None:
        closed = isinstance(event, FileClosedEvent)
        if event.is_directory:
            self._folder(os.fsdecode(event.src_path))
            self._folder(os.fsdecode(event.dest_path))
        elif isinstance(event, FileMovedEvent):
            self._file(os.fsdecode(event.src_path), closed=False)
            self._file(os.fsdecode(event.dest_path), closed=True)
        else:
            self._file(os.fsdecode(event.src_path), closed=None if isinstance(event, FileAttribEvent) else closed)

    def _file(self, full: str, *, closed: bool | None) -> None:
        path = self._relative(full)
        if path and is_utf8(path) and not is_ignored(path) and self._accepts(path):
            self._hints.touch(path, closed=closed)

    def _folder(self, full: str) -> None:
        path = self._relative(full)
        if full and not (path and in_ignored_folder(path)):
            self._hints.scan()

    def _relative(self, full: str) -> str:
        return full.removeprefix(self._prefix).replace(os.sep, "/") if full.startswith(self._prefix) else ""


class _Overflow(logging.Handler):
    """Hears that events were lost, and hints at a scan. watchdog calls no handler then, it only writes a log line."""

    def __init__(self, scan: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._scan = scan

    def emit(self, record: logging.LogRecord) -> None:
        self._scan()


def _identity(root: Path) -> tuple[int, int] | None:
    """What tells the folder at `root` from another one put in its place."""
    try:
        seen = root.stat()
    except OSError:
        return None
    return (seen.st_dev, seen.st_ino) if stat.S_ISDIR(seen.st_mode) else None


def _stop(observer: BaseObserver) -> None:
    with contextlib.suppress(OSError):
        observer.stop()
    if observer.is_alive():
        observer.join()
