"""How long a start waits for a database that can't be used yet."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, TypeVar

from bot.complaints import Complaint
from bot.errors import InstanceRunning, StoreBusy, StoreError, StoreFull

T = TypeVar("T")

log = logging.getLogger(__name__)

BUSY_TRIES: Final = 6
"""How often a start tries to get at a database that is locked; each try waits for it some seconds itself."""

ROOM_SECONDS: Final = 5.0
"""Between two looks whether a full disk has room again, or another newsbell has ended."""


class Patience:
    """Waits for a lock for half a minute and, where it `awaits_room`, on a full disk until there is some.

    Where it `awaits_others`, it waits as long for another newsbell that took this one's place while it began anew. A
    service that ended for that would send nothing for a day; one that runs bears it. Once `stop` is set it waits for
    nothing.
    """

    def __init__(
        self, stop: asyncio.Event, *, awaits_room: bool, awaits_others: bool = False, pause: float = ROOM_SECONDS
    ) -> None:
        self._stop = stop
        self._awaits_room = awaits_room
        self._awaits_others = awaits_others
        self._pause = pause
        self._full, self._taken = Complaint(log), Complaint(log)

    async def until_done(self, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` comes to. Raises what it raises, where that is not waited for, or was for long enough."""
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
                await self._wait_out(error, self._full, "%s; newsbell starts once there is some", self._awaits_room)
            except InstanceRunning as error:
                words = "%s; or newsbell goes on once that one has ended"
                await self._wait_out(error, self._taken, words, self._awaits_others)
            else:
                self._full.over("the disk has room again")
                self._taken.over("the other newsbell has ended")
                return done

    async def _wait_out(self, error: StoreError, complaint: Complaint, words: str, awaits: bool) -> None:
        """Until the next look, or until newsbell is to stop. Raises `error` where its end is not waited for."""
        if self._stop.is_set() or not awaits:
            raise error
        complaint.say(words, error)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), self._pause)
