"""The two theories of Telegram's limits, with a clock of the test's own, and a real bot that meets them."""

import asyncio
from collections.abc import Callable

import pytest
from telegram.error import BadRequest, RetryAfter
from telegram.ext import ExtBot

from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.chats import Chat
from tests.emulators.telegram.limits import Limits, Theory
from tests.emulators.telegram.refusals import RefusedError

CHANNEL = Chat(-1001, "channel", "Daily News")


class Clock:
    """A clock that a test puts forward."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def private(number: int) -> Chat:
    return Chat(number, "private", "Dara")


def retry_after(refused: Callable[[], None]) -> float:
    with pytest.raises(RefusedError) as caught:
        refused()
    assert caught.value.status == 429
    seconds: float = caught.value.parameters["retry_after"]
    return seconds


def test_a_second_message_within_the_second_waits() -> None:
    clock = Clock()
    limits = Limits("strict", clock=clock)
    limits.take(private(1))
    clock.now += 0.5
    assert retry_after(lambda: limits.take(private(1))) == 1
    limits.take(private(2))
    clock.now += 0.5
    limits.take(private(1))
    assert limits.refusals == 1


def test_what_the_emulator_kept_back_counts_from_its_arrival() -> None:
    clock = Clock()
    limits = Limits("strict", clock=clock)
    limits.take(private(1))
    limits.take(private(1), kept_since=clock.now - 4)
    clock.now += 1
    limits.take(private(1))
    clock.now += 1
    limits.take(private(1), kept_since=clock.now - 0.5)
    assert retry_after(lambda: limits.take(private(1))) == 1


def test_a_channel_takes_twenty_in_any_minute() -> None:
    clock = Clock()
    limits = Limits("strict", clock=clock)
    for _ in range(20):
        limits.take(CHANNEL)
        clock.now += 1
    assert retry_after(lambda: limits.take(CHANNEL)) == 40
    clock.now += 40
    limits.take(CHANNEL)


def test_a_bot_sends_thirty_in_any_second_and_more_if_it_pays() -> None:
    limits = Limits("strict", clock=Clock())
    for number in range(30):
        limits.take(private(number))
    assert retry_after(lambda: limits.take(private(30))) == 1
    limits.take(private(31), paid=True)


def test_an_album_counts_as_its_pictures() -> None:
    limits = Limits("strict", clock=Clock())
    limits.take(CHANNEL, 10)
    other = Chat(-1002, "channel", "Evening News")
    limits.take(other, 10)
    limits.take(Chat(-1003, "channel", "Night News"), 10)
    assert retry_after(lambda: limits.take(private(1))) == 1


def test_a_bucket_lets_a_burst_through_and_refills() -> None:
    clock = Clock()
    limits = Limits("bucket", clock=clock)
    for _ in range(3):
        limits.take(private(1))
    assert retry_after(lambda: limits.take(private(1))) == 1
    clock.now += 1
    limits.take(private(1))
    assert retry_after(lambda: limits.take(private(1))) == 1


@pytest.mark.parametrize("theory", ["strict", "bucket"])
def test_scaled_limits_are_shorter_by_the_scale(theory: Theory) -> None:
    clock = Clock()
    limits = Limits(theory, scale=0.01, clock=clock)
    for _ in range(20):
        limits.take(CHANNEL)
        clock.now += 0.01
    assert 0 < retry_after(lambda: _exhaust(limits)) <= 0.6


def _exhaust(limits: Limits) -> None:
    for _ in range(20):
        limits.take(CHANNEL)


def test_limits_can_be_switched_off_and_on() -> None:
    limits = Limits("off", clock=Clock())
    for _ in range(100):
        limits.take(CHANNEL)
    limits.use("strict")
    limits.take(CHANNEL)
    assert retry_after(lambda: limits.take(CHANNEL)) == 1


async def test_a_burst_earns_429(bot: ExtBot[None], telegram: TelegramEmulator) -> None:
    telegram.limits.use("strict")
    channel = telegram.add_channel("Daily News")
    sends = [bot.send_message(channel.id, str(number)) for number in range(25)]
    refused = [
        answer for answer in await asyncio.gather(*sends, return_exceptions=True) if isinstance(answer, Exception)
    ]
    assert len(channel.visible) == 1
    assert {type(error) for error in refused} == {RetryAfter}
    assert telegram.refusals_429 == len(refused) == 24


async def test_what_changes_nothing_costs_nothing(bot: ExtBot[None], telegram: TelegramEmulator) -> None:
    telegram.limits.use("strict")
    channel = telegram.add_channel("Daily News")
    sent = await bot.send_message(channel.id, "Rain")
    for _ in range(3):
        with pytest.raises(BadRequest, match="not modified"):
            await sent.edit_text("Rain")
    assert telegram.refusals_429 == 0
