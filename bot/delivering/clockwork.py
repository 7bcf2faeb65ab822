"""Does what is due when its time comes, and looks again whenever somebody says that times have changed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Final

from bot.complaints import Complaint
from bot.errors import StoreError

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS: Final = 30.0
"""Never longer, whatever nobody was told of."""

GLANCE_SECONDS: Final = 1.0
"""So often it is seen whether somebody set the clock on the wall: a post goes out within two seconds after its time."""

LEAP_SECONDS: Final = 0.5
"""What is less is no setting: a clock that is kept right by small steps."""

PAUSE_SECONDS: Final = 5.0
"""After what failed."""

BEHIND_SECONDS: Final = 0.05
"""So long after a change it looks: what the change made due goes first, and changes seldom come alone."""


class Clockwork:
    """`work` does what is due now, and returns the seconds until there is more; None: nobody knows of any."""

    def __init__(
        self, name: str, work: Callable[[], Awaitable[float | None]], wall: Callable[[], float] = time.time
    ) -> None:
        """`name` is what waits where the database can't be read: "scheduled posts". `wall` tells the time, in seconds.

        That is the clock by which things are due, and somebody may set it; the loop sleeps by another one.
        """
        self._name = name
        self._work = work
        self._wall = wall
        self._changed = asyncio.Event()
        self._complaint = Complaint(log)
        self._behind: asyncio.TimerHandle | None = None

    def look(self) -> None:
        """Times may have changed: look in a moment. Nothing is woken before: what sends has the loop to itself."""
        if self._behind is None:
            self._behind = asyncio.get_running_loop().call_later(BEHIND_SECONDS, self._look_now)

    def _look_now(self) -> None:
        self._behind = None
        self._changed.set()

    async def run(self) -> None:
        """Work until cancelled, whatever fails: what goes wrong is said, and tried again."""
        while True:
            self._changed.clear()  # before the work: what changes during it is looked at once more
            try:
                wait = await self._work()
                self._complaint.over("%s wait no longer", self._name)
            except StoreError as error:
                self._complaint.say("%s wait: %s", self._name, error)
                wait = PAUSE_SECONDS
            except Exception:
                log.exception("%s wait: looking after them failed; beginning again", self._name)
                wait = PAUSE_SECONDS
            await self._sleep(LONGEST_WAIT_SECONDS if wait is None else min(max(wait, 0.0), LONGEST_WAIT_SECONDS))

    async def _sleep(self, seconds: float) -> None:
        """So long, or until times change, or the clock does."""
        seconds_of = asyncio.get_running_loop().time
        until, zero = seconds_of() + seconds, self._wall() - seconds_of()
        while (left := until - seconds_of()) > 0:
            try:
                async with asyncio.timeout(min(left, GLANCE_SECONDS)):
                    await self._changed.wait()
            except TimeoutError:
                if abs(self._wall() - seconds_of() - zero) <= LEAP_SECONDS:
                    continue
            return
