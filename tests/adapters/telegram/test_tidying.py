"""Messages that are to go again go once, in time, and whatever stands in the way of one."""

import asyncio
import logging

import pytest

from adapters.telegram.tidying import Tidying
from bot.errors import Rejected
from bot.models import Destination
from tests.patience import PATIENCE

NEWS = Destination("telegram", "-1007")


class Removals:
    """Remembers what is removed, in order; number 13 can't be."""

    def __init__(self) -> None:
        self.done: asyncio.Queue[int] = asyncio.Queue()

    async def __call__(self, destination: Destination, message_id: int) -> None:
        if message_id == 13:
            raise Rejected("message can't be deleted")
        self.done.put_nowait(message_id)


async def test_a_message_goes_when_its_time_has_come() -> None:
    removals = Removals()
    Tidying(removals, after=0.01).later(NEWS, 1)
    assert await asyncio.wait_for(removals.done.get(), PATIENCE) == 1


async def test_a_message_that_is_named_again_stays_longer_and_goes_once() -> None:
    removals = Removals()
    tidying = Tidying(removals, after=0.05)
    for _ in range(3):
        tidying.later(NEWS, 1)
    tidying.later(NEWS, 2)
    assert [await asyncio.wait_for(removals.done.get(), PATIENCE) for _ in range(2)] == [1, 2]
    await tidying.finish()
    assert removals.done.empty()


async def test_at_the_end_all_go_at_once_even_if_one_cannot() -> None:
    removals = Removals()
    tidying = Tidying(removals, after=600)
    for message_id in (1, 13, 2):
        tidying.later(NEWS, message_id)
    await asyncio.wait_for(tidying.finish(), PATIENCE)
    assert {removals.done.get_nowait(), removals.done.get_nowait()} == {1, 2}


async def test_the_end_does_not_wait_for_a_removal_that_hangs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    never = asyncio.Event()

    async def hang(destination: Destination, message_id: int) -> None:
        await never.wait()

    tidying = Tidying(hang, after=600)
    tidying.later(NEWS, 1)
    await asyncio.wait_for(tidying.finish(within=0.01), PATIENCE)
    assert [record.message for record in caplog.records] == [
        "telegram: 1 commands and answers stay in channels: newsbell stops"
    ]
