"""Calls that take too long are forgotten when they end, and hold up no end of newsbell."""

import asyncio
import gc
import weakref

import pytest

from adapters.discord.transport import Calls
from bot.errors import OutcomeUnknown
from tests.patience import PATIENCE


class Answer:
    """Something that can be seen to be forgotten."""


async def test_a_call_that_ends_late_is_forgotten() -> None:
    late = asyncio.Event()
    answers: weakref.WeakSet[Answer] = weakref.WeakSet()
    ended = asyncio.Event()

    async def call() -> Answer:
        answer = Answer()
        answers.add(answer)
        await late.wait()
        asyncio.get_running_loop().call_soon(ended.set)
        return answer

    calls = Calls(0.01)
    with pytest.raises(OutcomeUnknown):
        await calls.make(call())
    assert len(answers) == 1
    late.set()
    await ended.wait()
    await asyncio.sleep(0)
    gc.collect()
    assert len(answers) == 0
    await calls.close()


async def test_an_end_gives_up_a_call_that_has_not_even_begun_and_leaves_nothing_of_it() -> None:
    calls = Calls(600)
    making = asyncio.create_task(calls.make(asyncio.Event().wait()))
    await asyncio.sleep(0)
    async with asyncio.timeout(PATIENCE):
        await calls.close()
    with pytest.raises(OutcomeUnknown, match="newsbell stops"):
        await making
    del making
    gc.collect()  # a coroutine that nobody awaited would be complained about here


async def test_an_end_gives_up_a_call_that_hangs() -> None:
    begun = asyncio.Event()

    async def hang() -> None:
        begun.set()
        await asyncio.Event().wait()

    calls = Calls(600)
    making = asyncio.create_task(calls.make(hang()))
    await begun.wait()
    await calls.close()
    with pytest.raises(OutcomeUnknown, match="newsbell stops"):
        await making


async def test_an_end_does_not_wait_for_a_call_that_can_not_be_given_up() -> None:
    released = asyncio.Event()

    async def stubborn() -> None:
        while not released.is_set():
            try:
                await released.wait()
            except asyncio.CancelledError:
                continue

    calls = Calls(0.01)
    with pytest.raises(OutcomeUnknown):
        await calls.make(stubborn())
    async with asyncio.timeout(PATIENCE):
        await calls.close(within=0.01)
    released.set()
