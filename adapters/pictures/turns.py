"""The turns of downloads: few at once, and none while enough of what was downloaded waits in memory to be shrunk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from adapters.fetching.fetcher import Unfetchable
from bot.texts import Reason, sentence

_NO_TURN: Final = sentence("other pictures are slow to load, and it had no turn within {seconds} seconds")

AT_ONCE: Final = 4

WAITING_BYTES: Final = 32 * 1024 * 1024
"""Of downloads that wait to be shrunk: a dozen photographs. What was on its way by then comes on top."""


class Turns:
    """Whoever downloads has one; whoever waits to be shrunk has none, but takes up room."""

    def __init__(self, wait: float) -> None:
        """For other downloads a turn waits `wait` seconds at most; for those that wait to be shrunk, as it must."""
        self._wait = wait
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._has_room = asyncio.Event()
        self._has_room.set()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """A turn to download. Raises Unfetchable."""
        await self._take()
        try:
            yield
        finally:
            self._free.release()

    async def _take(self) -> None:
        while True:
            await self._has_room.wait()
            try:
                async with asyncio.timeout(self._wait):
                    await self._free.acquire()
            except TimeoutError as error:
                raise Unfetchable(Reason(_NO_TURN, seconds=f"{self._wait:g}")) from error
            if self._has_room.is_set():
                return
            self._free.release()  # those before it have filled the room meanwhile

    @contextmanager
    def waits(self, size: int) -> Iterator[None]:
        """So many bytes wait to be shrunk, until they are."""
        self._waits(size)
        try:
            yield
        finally:
            self._waits(-size)

    def _waits(self, more: int) -> None:
        self._waiting += more
        if self._waiting < WAITING_BYTES:
            self._has_room.set()
        else:
            self._has_room.clear()
