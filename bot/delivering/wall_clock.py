"""Sees when somebody sets the clock back: what waits is written down by it, and would wait as much longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

SET_BACK: Final = timedelta(minutes=1)
"""From here on; what is less keeps nothing waiting for long."""


class WallClock:
    """The clock on the wall beside one that nobody can set, and that counts `seconds`."""

    def __init__(self, now: Callable[[], datetime], seconds: Callable[[], float]) -> None:
        self._now = now
        self._seconds = seconds
        self._zero = self._zero_now()

    @property
    def set_back(self) -> timedelta:
        """By how much the clock was set back and not yet `heeded`; zero: it was not."""
        back = self._zero - self._zero_now()
        if back >= SET_BACK:
            return back
        self._zero -= back
        return timedelta()

    def heeded(self, back: timedelta) -> None:
        """What waits waits for the new time."""
        self._zero -= back

    def _zero_now(self) -> datetime:
        """When the seconds began, by the clock on the wall."""
        return self._now() - timedelta(seconds=self._seconds())
