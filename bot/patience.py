"""How long a start waits for a database that can't be used yet."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, TypeVar

from bot.complaints import Complaint
from bot.errors import StoreBusy, StoreFull

T = TypeVar("T")

log = logging.getLogger(__name__)

BUSY_TRIES: Final = 6
"""How often a start tries to get at a database that is locked; each try waits for it some seconds itself."""

ROOM_SECONDS: Final = 5.0
"""Between two looks whether a full disk has room again."""


class Patience:
    """Waits for a lock for half a minute and, where it `awaits_room`, on a full disk until there is some.

    A service that ended for that would send nothing for a day; one that runs bears it. Once `stop` is set it waits for
    neither.
    """

    def __init__(self, stop: asyncio.Event, *, awaits_room: bool, pause: float = ROOM_SECONDS) -> None:
        self._stop = stop
        self._awaits_room = awaits_room
        self._pause = pause
        self._complaint = Complaint(log)

    async def until_done(self, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` comes to. Raises what it raises: StoreBusy and StoreFull when it was waited for long enough."""
        tries = BUSY_TRIES
        while True:
            try:
                done = await work()
            except StoreBusy as error:
                tries -= 1
                if self._stop.is_set() or not tries:
                    raise
                log.warning("%s; trying again", error)
            except StoreFull as error:
                if self._stop.is_set() or not self._awaits_room:
                    raise
                self._complaint.say("%s; newsbell starts once there is some", error)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), self._pause)
            else:
                self._complaint.over("the disk has room again")
                return done
