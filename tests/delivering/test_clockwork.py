"""What keeps the times: it looks when somebody sets the clock, and whatever fails, it goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.delivering.clockwork import Clockwork
from bot.errors import StoreBusy
from tests.delivering.virtual_time import virtually

HOUR = 3600.0


class Wall:
    """A clock that shows what the loop's does, and may be set."""

    set_by = 0.0

    def __call__(self) -> float:
        return asyncio.get_running_loop().time() + self.set_by


def looks_until(seconds: float, work: Callable[[], Awaitable[float | None]], wall: Wall) -> list[float]:
    """After how many seconds each look was taken, of those within `seconds`; after a minute somebody sets the clock."""

    async def watched() -> list[float]:
        loop, looks = asyncio.get_running_loop(), []
        began = loop.time()

        async def noted() -> float | None:
            looks.append(loop.time() - began)
            return await work()

        def set_the_clock() -> None:
            wall.set_by = HOUR

        loop.call_later(60.25, set_the_clock)
        keeping = asyncio.create_task(Clockwork("scheduled posts", noted, wall).run())
        await asyncio.sleep(seconds)
        assert not keeping.done()
        keeping.cancel()
        await asyncio.wait([keeping])
        return looks

    return virtually(watched())


def test_a_clock_that_is_set_is_noticed_within_a_second() -> None:
    async def nothing_for_hours() -> float:
        return HOUR

    looks = looks_until(65, nothing_for_hours, Wall())

    assert looks == pytest.approx([0, 30, 60, 61], abs=0.01)


@pytest.mark.parametrize("error", [ValueError("a poisonous post"), StoreBusy("somebody holds the database")])
def test_whatever_fails_is_tried_again(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    failures = [error, error]

    async def fails_twice() -> float:
        if failures:
            raise failures.pop()
        return HOUR

    assert looks_until(20, fails_twice, Wall()) == pytest.approx([0, 5, 10], abs=0.01)
    assert "scheduled posts wait" in caplog.text
