"""What fails again and again is said once, then ever more seldom, and once when it is over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

FIRST_PAUSE: Final = 60.0
LONGEST_PAUSE: Final = 3600.0
"""Seconds between two complaints about the same: each pause is twice as long as the one before."""


class Complaint:
    """One thing that may fail for hours, many times a second: a disk that is full, a database that is locked."""

    def __init__(self, log: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._said = ""
        self._next_at = self._pause = 0.0

    def say(self, message: str, *values: object, error: Exception | None = None) -> None:
        """Log the error, if it is another one than before, or the last word about it is long ago.

        `error` is one of newsbell's own: where it comes from is logged as well.
        """
        now, what = self._clock(), message % values
        if what == self._said and now < self._next_at:
            return
        self._pause = min(2 * self._pause, LONGEST_PAUSE) if what == self._said else FIRST_PAUSE
        self._said, self._next_at = what, now + self._pause
        self._log.error("%s", what, exc_info=error)

    def over(self, message: str, *values: object) -> None:
        """Log that it works again, if anybody was told that it does not."""
        if self._said:
            self._log.info(message, *values)
        self._said = ""
