"""A pause of the emulator's own is not the client's haste."""

from tests.emulators.telegram.chats import Chat
from tests.emulators.telegram.limits import Limits
from tests.emulators.telegram.punctuality import MEMORY_SECONDS, Punctuality
from tests.emulators.telegram.test_limits import Clock, retry_after


def test_a_pause_counts_while_it_can_disturb_a_window() -> None:
    clock = Clock()
    punctuality = Punctuality(clock)
    assert punctuality.lag() == 0
    punctuality.note(clock.now)
    clock.now += 0.31
    assert round(punctuality.lag(), 3) == 0.3, "one that has not ended yet"
    punctuality.note(clock.now)
    clock.now += 0.01
    assert round(punctuality.lag(), 3) == 0.3
    clock.now += MEMORY_SECONDS
    punctuality.note(clock.now - 0.01)
    punctuality.note(clock.now)
    clock.now += MEMORY_SECONDS
    punctuality.note(clock.now)
    assert punctuality.lag() > 1, "nobody ticked for a second"


def test_what_came_early_by_less_than_the_pause_passes_and_what_came_earlier_does_not() -> None:
    clock, lag = Clock(), 0.1
    limits = Limits("strict", clock=clock, lag=lambda: lag)
    chat = Chat(1, "private", "Dara")
    limits.take(chat)
    clock.now += 0.9
    limits.take(chat)
    clock.now += 0.8
    assert retry_after(lambda: limits.take(chat)) == 1
    [early] = limits.refused
    assert str(early) == f"{clock.now:.3f} private 1: 0.180 s too early for 1 in 1 s; the emulator itself lags 0.100 s"
    assert not limits.hasty


def test_a_busy_machine_explains_no_call_that_follows_at_once() -> None:
    clock = Clock()
    limits = Limits("strict", clock=clock)
    chat = Chat(1, "private", "Dara")
    limits.take(chat)
    for pause in (0.4, 0.2):
        clock.now += pause
        retry_after(lambda: limits.take(chat))
    assert [round(early.seconds, 2) for early in limits.hasty] == [0.58]
