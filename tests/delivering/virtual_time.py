"""An event loop whose clock leaps from one timer to the next: hours of pacing pass in no time, and exactly."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Leaping(selectors.SelectSelector):
    """Where a loop would sleep, its clock is put forward."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits, and nothing will ever happen"
        self.now += max(
            timeout, 1e-7
        )  # some time always passes: else who waits for less than a float shows waits for ever
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """`pause` lets time pass in which nothing here runs, as when the machine is busy with others."""

    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        """Seconds."""
        return self._leaping.now

    def pause(self, seconds: float) -> None:
        """Nothing here runs for so long."""
        self._leaping.now += seconds


class SkippingLoop(asyncio.SelectorEventLoop):
    """Time passes as it does; what nobody has to see of it, `skip` leaves out. Sockets and threads work as ever."""

    def __init__(self) -> None:
        super().__init__()
        self._skipped = 0.0

    def time(self) -> float:
        """Seconds."""
        return super().time() + self._skipped

    def skip(self, seconds: float) -> None:
        """So much later it is, all at once."""
        self._skipped += seconds


def virtually(work: Coroutine[Any, Any, T]) -> T:
    """Run `work` to its end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)
