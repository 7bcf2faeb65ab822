"""The emulator's time: a clock that tests may move, ids that carry the time, and waiting for something to happen."""

import asyncio
import inspect
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

_DISCORD_EPOCH_SECONDS = 1_420_070_400  # 2015-01-01, the zero of every snowflake


class Clock:
    """The real time, plus what tests have added with `advance`."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once, for nonces, tokens, rate windows and the age of messages."""
        self._ahead += seconds

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    def monotonic(self) -> float:
        """Seconds; `time.monotonic`, moved by `advance`."""
        return time.monotonic() + self._ahead


class Snowflakes:
    """Discord's ids: milliseconds since 2015 in the upper bits, a counter below, so that newer is always greater."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counter = itertools.count(1)

    def next(self) -> int:
        """A new id."""
        milliseconds = int((self._clock.now().timestamp() - _DISCORD_EPOCH_SECONDS) * 1000)
        return (milliseconds << 22) | (next(self._counter) & 0x3FFFFF)


class Pulse:
    """Beats whenever the emulator's state may have changed; waiting needs no polling."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def beat(self) -> None:
        """Wake everyone who waits, to look again."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, condition: Callable[[], T], *, within: float, describe: Callable[[], str]) -> T:
        """The first true value of `condition`, which is asked again at every beat.

        Raises AssertionError after `within` seconds, with the condition's source and what `describe` tells.
        """
        deadline = time.monotonic() + within
        while not (value := condition()):
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not within {within:g} s: {_source(condition)}\n{describe()}")
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.add(future)
            try:
                await asyncio.wait([future], timeout=left)
            finally:
                self._waiting.discard(future)
        return value


def _source(condition: Callable[[], object]) -> str:
    try:
        return inspect.getsource(condition).strip()
    except (OSError, TypeError):
        return repr(condition)
