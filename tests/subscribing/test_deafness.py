"""Commands that are not heard: the operators hear of it when it lasts, and of its end."""

from __future__ import annotations

import pytest

from bot.subscribing.deafness import Deafness
from tests.fakes import FakeNotices

CAUSE = "telegram can't be polled"


class Street:
    """A deafness, and a clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.notices = FakeNotices()
        self.deafness = Deafness(self.notices, "telegram", CAUSE, after=300, clock=lambda: self.now)

    async def noise(self, *, at: float) -> None:
        self.now = 1000 + at
        await self.deafness.lasts("Telegram can't be reached in time")


@pytest.fixture
def street() -> Street:
    return Street()


async def test_who_looks_after_newsbell_is_told_when_it_has_lasted(street: Street) -> None:
    for at in (0, 60, 299):
        await street.noise(at=at)
    assert street.notices.told == []

    for at in (301, 400, 500):
        await street.noise(at=at)

    assert street.notices.told == [
        (CAUSE, "For 5 min newsbell has not heard what people type on Telegram: Telegram can't be reached in time")
    ]


async def test_what_is_over_in_time_is_nobodys_business_and_the_next_time_begins_anew(street: Street) -> None:
    await street.noise(at=0)
    await street.deafness.over()
    await street.noise(at=400)
    await street.noise(at=500)

    assert street.notices.told == []


async def test_its_end_is_said_once(street: Street) -> None:
    await street.deafness.over()  # as a process before this one may have told of it
    await street.noise(at=0)
    await street.noise(at=400)
    for _ in range(3):
        await street.deafness.over()

    assert street.notices.ended == [(CAUSE, "newsbell hears again what people type on Telegram.")] * 2


async def test_it_knows_why_nothing_is_heard(street: Street) -> None:
    assert street.deafness.reason == ""
    await street.noise(at=0)
    assert street.deafness.reason == "Telegram can't be reached in time"
    await street.deafness.over()
    assert street.deafness.reason == ""
