"""When to scan, and whether to rely on events in between. Pure: the time is handed in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.records import FileStamp

RETRY_DELAY: Final = 5.0
"""Seconds until what went wrong is tried again."""

_SHORTEST_PAUSE: Final = 0.3  # seconds between two scans, however much is hinted
_SHARE: Final = 4  # a pause is at least so many times as long as the scan took: hints can't keep a core busy
_DEAF_INTERVAL: Final = 5.0  # seconds between scans where events don't come in
_DEAF_SHARE: Final = 20
_LATEST_EVENT: Final = 5.0  # seconds; watchdog was seen 3.7 s behind in a burst of 10,000 renames


class ScanSchedule:
    """The next scan: after the interval, or earlier where something asks for it. Times are the event loop's."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._not_before = 0.0
        self.next_at = 0.0

    def ask(self, at: float) -> bool:
        """Scan at `at`, or as soon after it as the pause allows. Returns whether the next scan is earlier now."""
        at = max(at, self._not_before)
        earlier = at < self.next_at
        self.next_at = min(at, self.next_at)
        return earlier

    def scanned(self, began: float, now: float, *, hearing: bool) -> None:
        """A scan has ended; `hearing` says that events come in meanwhile."""
        took = now - began
        self._not_before = now + max(_SHORTEST_PAUSE, _SHARE * took)
        interval = self._interval if hearing else min(self._interval, max(_DEAF_INTERVAL, _DEAF_SHARE * took))
        self.next_at = max(now + interval, self._not_before)

    def failed(self, now: float) -> None:
        """A scan went wrong: try again soon."""
        self.next_at = now + min(self._interval, RETRY_DELAY)


class Hearing:
    """Whether events can be relied upon, judged by what a scan finds that they should have told.

    Network mounts, Docker Desktop's shares and folders beyond the inotify limit are silent without any error. Times
    are the wall clock's, as files bear them.
    """

    def __init__(self) -> None:
        self._complete_since: float | None = None
        self._heard_at = 0.0
        self.deaf = False

    def heard(self, now: float) -> None:
        """Events come in."""
        self._heard_at = now

    def doubt(self) -> None:
        """Events may have been lost for a known reason: what the next scan finds proves nothing."""
        self._complete_since = None

    def scanned(self, began: float, now: float, unheard: Iterable[FileStamp]) -> bool:
        """A scan found new files that no event had told of. Returns whether that reveals that events don't come in."""
        revealed = not self.deaf and any(self._missed(stamp, now) for stamp in unheard)
        self.deaf = self.deaf or revealed
        self._complete_since = began
        return revealed

    def _missed(self, stamp: FileStamp, now: float) -> bool:
        """Whether events had the time to tell of this file, and are not just late."""
        latest = now - _LATEST_EVENT
        return (
            self._complete_since is not None
            and self._complete_since < stamp.ctime_ns / 1e9 < latest
            and self._heard_at < latest
        )
