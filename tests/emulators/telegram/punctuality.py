"""How late the emulator itself is: the tests run in its process, and a pause there bunches what arrives meanwhile."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Final

TICK_SECONDS: Final = 0.01
MEMORY_SECONDS: Final = 1.1  # the window that a pause can disturb: Telegram's second, and a bit


class Punctuality:
    """Wakes every 10 ms and remembers how late it was woken."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ticked_at: float | None = None  # None: nobody ticks
        self._late: deque[tuple[float, float]] = deque()  # (when, seconds), of the last second
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Tick on the running loop until stopped."""
        self._task = self._task or asyncio.create_task(self._tick(), name="punctuality")

    async def stop(self) -> None:
        """Tick no more."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
        self._task = self._ticked_at = None

    def lag(self) -> float:
        """The longest pause of the last second, in seconds, one that is only just ending included."""
        if self._ticked_at is None:
            return 0.0
        now = self._clock()
        while self._late and self._late[0][0] < now - MEMORY_SECONDS:
            self._late.popleft()
        return max([now - self._ticked_at - TICK_SECONDS, 0.0, *(seconds for _, seconds in self._late)])

    async def _tick(self) -> None:
        self._ticked_at = self._clock()
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.note(self._clock())

    def note(self, now: float) -> None:
        """A tick, at `now`."""
        late = now - self._ticked_at - TICK_SECONDS if self._ticked_at is not None else 0.0
        if late > TICK_SECONDS:
            self._late.append((now, late))
        self._ticked_at = now
