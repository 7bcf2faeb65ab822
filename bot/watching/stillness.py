"""Files that were touched, until nobody writes to them any more. Pure: looks and the time are handed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.records import FileStamp

SHORTEST: Final = 0.1
"""Seconds that a file must be still, even where no settling is wanted, unless its writer is known to be done."""

MOMENT: Final = 0.02
"""Seconds: what settles within a moment comes in one batch, in path order."""


@dataclass(frozen=True, slots=True)
class _Wait:
    stamp: FileStamp
    until: float


class Stillness:
    """Waits for each file to look the same twice, `settle` seconds apart.

    With `settle` 0 a file that was closed or renamed is still at once. Times are those of the event loop, in seconds.
    """

    def __init__(self, settle: float) -> None:
        self._settle = settle
        self._waits: dict[str, _Wait] = {}  # ordered by `until`: every wait is equally long, and starts at its end

    def __len__(self) -> int:
        return len(self._waits)

    def __contains__(self, path: object) -> bool:
        return path in self._waits

    @property
    def seconds(self) -> float:
        """How long a file has to be still."""
        return self._settle or SHORTEST

    def looked(self, path: str, stamp: FileStamp, now: float, *, closed: bool = False) -> bool:
        """Note a look at `path`, and say whether it is still by now. If so, it is waited for no longer."""
        wait = self._waits.get(path)
        same = wait is not None and wait.stamp == stamp
        if (closed and not self._settle) or (same and wait is not None and wait.until <= now):
            self.drop(path)
            return True
        if not same:
            self.drop(path)
            self._waits[path] = _Wait(stamp, now + self.seconds)
        return False

    def drop(self, path: str) -> None:
        """Wait for `path` no longer."""
        self._waits.pop(path, None)

    def due(self, now: float) -> list[str]:
        """The paths whose second look is due."""
        paths = []
        for path, wait in self._waits.items():
            if wait.until > now:
                break
            paths.append(path)
        return paths

    def next_due(self) -> float | None:
        """When to look at files a second time: a moment late, so that those written together are told together."""
        return next((wait.until + MOMENT for wait in self._waits.values()), None)
