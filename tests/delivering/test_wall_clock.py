"""The clock on the wall is set back while newsbell runs: nothing waits for the time that it named before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.delivering.wall_clock import WallClock
from bot.errors import DeliveryError, OutcomeUnknown, Scope, TryLater
from bot.models import Action
from tests.delivering.service import Service
from tests.state.making import NOON, chat, eventually


class Clocks:
    """Two clocks that only the test moves."""

    def __init__(self) -> None:
        self.wall = NOON
        self.seconds = 1000.0

    def pass_time(self, seconds: float, *, step: float = 0.0) -> None:
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds + step)


def test_a_step_back_is_seen_until_it_is_heeded() -> None:
    clocks = Clocks()
    clock = WallClock(lambda: clocks.wall, lambda: clocks.seconds)
    clocks.pass_time(30)
    assert not clock.set_back

    clocks.pass_time(30, step=-3600)
    assert clock.set_back == timedelta(hours=1)
    clocks.pass_time(30)
    assert clock.set_back == timedelta(hours=1)
    clock.heeded(clock.set_back)
    assert not clock.set_back


@pytest.mark.parametrize("step", [3600.0, -59.0])
def test_a_small_step_or_one_ahead_is_nothing_and_hides_none_that_follows(step: float) -> None:
    clocks = Clocks()
    clock = WallClock(lambda: clocks.wall, lambda: clocks.seconds)
    clocks.pass_time(30, step=step)
    assert not clock.set_back

    clocks.pass_time(30, step=-120)
    assert clock.set_back == timedelta(seconds=120)


@pytest.mark.parametrize(
    "error",
    [
        TryLater("down"),
        OutcomeUnknown("no answer came"),
        TryLater("too many", 20, flood=True),
        TryLater("too many", 20, flood=True, scope=Scope.BOT),
    ],
    ids=["a retry", "an unknown", "a chat that waits", "a bot that waits"],
)
async def test_nothing_waits_for_as_long_as_the_clock_was_set_back(
    service: Service, error: DeliveryError, caplog: pytest.LogCaptureFixture
) -> None:
    await service.subscribe(chat(1))
    await service.start()
    service.adapter.fail(error, action=Action.SEND)
    await service.publish("a.md")
    await service.adapter.until(lambda: bool(service.adapter.calls))
    await service.quiet()

    async def seen() -> bool:
        return "the clock was set back by 3600 s" in caplog.text

    service.pass_time(-3600)
    await service.publish("b.md")
    await eventually(seen)
    service.pass_time(65)
    await service.adapter.until(lambda: service.adapter.titles(chat(1)) == ["A", "B"])
