"""Calls that take too long hold up no end of newsbell, and nothing of them is kept but what is still asked for."""

import asyncio
import gc
import math
import weakref

import pytest
from discord.http import Route

from adapters.discord.meter import HEARD
from adapters.discord.stragglers import PATIENCE_SECONDS, Stragglers
from adapters.discord.transport import Calls, MessagesOf
from bot.delivering.decisions import ARRIVES_WITHIN
from bot.errors import DeliveryError, OutcomeUnknown, Rejected
from bot.models import Receipt
from tests.patience import PATIENCE

LATE = ARRIVES_WITHIN.total_seconds()


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
        await calls.make(call(), until=math.inf)
    assert len(answers) == 1
    late.set()
    await ended.wait()
    await asyncio.sleep(0)
    gc.collect()
    assert len(answers) == 0
    await calls.close()


@pytest.mark.parametrize("base", ["https://discord.com/api/v10", "http://127.0.0.1:8080", "http://127.0.0.1/a%20b"])
def test_the_route_to_a_channels_messages_is_discord_pys_own(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Route, "BASE", base)
    ours, theirs = MessagesOf(456), Route("POST", "/channels/{channel_id}/messages", channel_id=456)
    assert str(ours.url) == theirs.url
    assert (ours.method, ours.key, ours.major_parameters) == (theirs.method, theirs.key, theirs.major_parameters)


async def test_a_silent_request_is_hung_up_on_when_it_was_waited_for_and_not_sooner() -> None:
    """discord.py may have kept it back for most of the time that its call is waited for."""
    hung_up = asyncio.Event()

    async def kept_back() -> None:
        heard = HEARD.get()
        assert heard is not None
        await asyncio.sleep(0.05)
        heard.leave(asyncio.get_running_loop().time(), hung_up.set)
        await hung_up.wait()

    calls = Calls(0.1)
    with pytest.raises(OutcomeUnknown):
        await calls.make(kept_back(), until=math.inf)
    assert not hung_up.is_set()
    async with asyncio.timeout(PATIENCE):
        await hung_up.wait()
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
        await calls.make(stubborn(), until=math.inf)
    async with asyncio.timeout(PATIENCE):
        await calls.close(within=0.01)
    released.set()


@pytest.mark.parametrize(
    ("outcome", "receipt", "rest"),
    [
        (Receipt(("7",)), Receipt(("7",)), 0.0),
        (Rejected("no"), None, 0.0),
        (OutcomeUnknown("it broke off"), None, LATE),
    ],
    ids=["well", "refused", "lost"],
)
async def test_what_a_call_comes_to_decides(
    outcome: Receipt | DeliveryError, receipt: Receipt | None, rest: float
) -> None:
    calls, late = Calls(0.01), asyncio.Event()
    calls.stragglers = Stragglers(lambda: 0.0)

    async def call() -> Receipt:
        heard = HEARD.get()
        assert heard
        heard.leave(0.0, None)
        await late.wait()
        if isinstance(outcome, Receipt):
            return outcome
        raise outcome

    with pytest.raises(OutcomeUnknown):
        await calls.make(call(), once=True, about="1")
    assert calls.stragglers.rest("1") == math.inf
    running = set(calls._running)
    late.set()
    await asyncio.wait(running)
    await asyncio.sleep(0)
    assert (calls.stragglers.receipt("1"), calls.stragglers.rest("1")) == (receipt, rest)


async def test_an_end_of_newsbell_leaves_in_doubt_what_it_gives_up() -> None:
    calls = Calls(0.01)
    calls.stragglers = Stragglers(lambda: 0.0)
    with pytest.raises(OutcomeUnknown):
        await calls.make(asyncio.Event().wait(), about="1", until=math.inf)
    await calls.close()
    await asyncio.sleep(0)
    assert calls.stragglers.rest("1") == LATE


async def test_what_is_over_is_forgotten_and_what_runs_is_not() -> None:
    now = [0.0]
    stragglers = Stragglers(lambda: now[0])
    stragglers.lag("first")
    for number in range(3):
        stragglers.lose(f"{number}")
    now[0] = LATE - PATIENCE_SECONDS
    stragglers.lose("late")
    assert [stragglers.rest(about) for about in ("first", "0", "late", "other")] == [math.inf, 2.0, LATE, 0.0]

    stragglers.arrive("first")
    now[0] = 2 * LATE
    stragglers.lose("last")
    assert list(stragglers._doubts) == ["last"]
