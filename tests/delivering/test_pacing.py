"""The pacer is exact, busy and fair: whole dispatchers at work with it, in virtual time."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivering.pacer import AIR_SECONDS, PATIENCE_SECONDS, Pacer
from bot.ports import Rate
from tests.delivering.departures import ROUNDING, Office
from tests.delivering.virtual_time import VirtualLoop, virtually

BOT = Rate("bot", 30, 1.0, even=True)
BEST_SECONDS = 1.0 / 30


def seconds_of(work: Callable[[Office], Awaitable[object]], **office: float) -> float:
    async def run() -> float:
        loop = asyncio.get_running_loop()
        began = loop.time()
        await work(Office(**office))  # type: ignore[arg-type]  # ints and floats by their names
        return loop.time() - began

    return virtually(run())


limits = st.builds(
    lambda number, amount, seconds, even: Rate(f"{number}", amount, seconds, even),
    st.integers(0, 3),
    st.integers(1, 6),
    st.sampled_from((0.5, 1.0, 5.1, 60.5)),
    st.booleans(),
)


@settings(max_examples=60)
@given(
    st.lists(limits, min_size=1, max_size=4, unique_by=lambda rate: rate.key),
    st.lists(st.tuples(st.sets(st.integers(0, 3), min_size=1), st.floats(0, 3)), min_size=1, max_size=30),
    st.floats(0, 0.4),
    st.lists(st.floats(0, 0.3), max_size=10),
    st.integers(0, 1000),
)
def test_no_window_ever_holds_more_calls_than_its_rate_allows(
    rates: list[Rate], calls: list[tuple[set[int], float]], slowest: float, pauses: list[float], seed: int
) -> None:
    async def run() -> Office:
        office = Office(seed=seed, slowest=slowest)
        async with asyncio.TaskGroup() as together:
            together.create_task(office.stumble(pauses))
            for wanted, pause in calls:
                await asyncio.sleep(pause)
                under = [rate for rate in rates if int(rate.key) in wanted]
                together.create_task(office.call(under, urgent=pause > 1))
        return office

    office = virtually(run())

    assert [rate for rate in rates if not office.keeps(rate)] == []


@given(st.integers(0, 1000))
@settings(max_examples=5)
def test_a_crowd_goes_out_at_the_ceiling_however_the_database_waits(seed: int) -> None:
    async def run() -> Office:
        office = Office(seed=seed, slowest=0.1)
        await office.dispatch([[BOT, Rate(f"chat:{number}", 1, 1.03)] for number in range(600)])
        return office

    office = virtually(run())

    times = sorted(office.left["bot"])
    assert office.keeps(BOT)
    assert times[-1] - times[0] <= 599 * BEST_SECONDS + 0.2, "never idle while something may go"


@pytest.mark.parametrize("claim_seconds", [0.002, 0.03])
def test_a_thousand_a_second_are_no_more_than_that_in_any_second(claim_seconds: float) -> None:
    """Starts so close are not kept apart one by one (the loop's timers could not do it), but all are counted."""
    paid = Rate("paid", 1000, 1.02, even=True)

    async def run() -> Office:
        office = Office()
        crowd = [[paid, Rate(f"chat:{number}", 1, 1.03)] for number in range(3500)]
        await office.dispatch_in_rounds(crowd, claim_seconds)
        return office

    office = virtually(run())

    times = sorted(office.left["paid"])
    assert office.keeps(paid)
    assert times[-1] - times[0] <= 3500 * 1.02 / 1000 + 0.1


@pytest.mark.parametrize("claim_seconds", [0.01, 0.06, 0.2])
def test_slow_commits_between_turns_cost_nothing(claim_seconds: float) -> None:
    async def run() -> Office:
        office = Office()
        crowd = [[BOT, Rate(f"chat:{number}", 1, 1.03)] for number in range(300)]
        await office.dispatch_in_rounds(crowd, claim_seconds)
        return office

    office = virtually(run())

    times = sorted(office.left["bot"])
    assert office.keeps(BOT)
    assert times[-1] - times[0] <= 299 * BEST_SECONDS + 0.5


def test_calls_of_before_a_restart_count_also_where_others_did_not_wait_to_hear_of_them() -> None:
    """An adapter logs in while they are read."""
    pair = Rate("bot", 2, 60.0, even=True)

    async def run() -> float:
        loop = asyncio.get_running_loop()
        pacer = Pacer(loop.time)
        await pacer.turn([pair], urgent=True)
        await pacer.start([pair])
        began = loop.time()
        pacer.recall([pair.key], ago=10.0)
        await pacer.turn([pair], urgent=True)
        await pacer.start([pair])
        return loop.time() - began

    assert virtually(run()) == pytest.approx(50.0)


def test_pauses_of_the_process_bunch_nothing_and_cost_little() -> None:
    async def run() -> Office:
        office = Office(slowest=0.02)
        async with asyncio.TaskGroup() as together:
            together.create_task(office.dispatch([[BOT, Rate(f"chat:{one}", 1, 1.03)] for one in range(300)]))
            together.create_task(office.stumble([0.08] * 10))
        return office

    office = virtually(run())

    times = sorted(office.left["bot"])
    assert office.keeps(BOT)
    assert times[-1] - times[0] <= 299 * BEST_SECONDS + 0.3, "what was missed is caught up with"


def test_what_may_burst_goes_at_once_and_what_may_not_goes_evenly() -> None:
    async def leave_six(rate: Rate) -> list[float]:
        office = Office()
        await asyncio.gather(*(office.call([rate]) for _ in range(6)))
        return [round(at - 1000, 4) for at in office.left["some"]]

    assert virtually(leave_six(Rate("some", 3, 1.0))) == [0, 0, 0, 1, 1, 1]
    evenly = virtually(leave_six(Rate("some", 3, 1.0, even=True)))
    gaps = [later - earlier for earlier, later in itertools.pairwise(evenly)]
    assert all(0.333 < gap < 0.334 for gap in gaps), gaps


def test_where_the_answer_counts_nothing_arrives_too_early_however_long_the_wire_is() -> None:
    chat, group = Rate("chat", 1, 1.0, answered=True), Rate("group", 5, 20.0, answered=True)

    async def run() -> list[tuple[float, float]]:
        office, chance = Office(slowest=0.1), random.Random(7)
        times = []
        for _ in range(17):
            await office.pacer.turn([BOT, chat, group], urgent=True)
            left = await office.leave([BOT, chat, group])
            await asyncio.sleep(chance.uniform(0, 0.5))
            office.pacer.end([BOT, chat, group])
            times.append((left, office.loop.time()))
        return times

    times = virtually(run())
    for amount, seconds in ((1, 1.0), (5, 20.0)):
        for (_, answered), (left, _) in zip(times, times[amount:], strict=False):
            assert left - answered >= seconds - ROUNDING
    assert times[-1][0] - times[0][0] < 68, "and nobody waits longer than for that"


@given(
    st.lists(st.tuples(st.floats(0, 2), st.floats(0, AIR_SECONDS - 0.1), st.booleans()), min_size=2, max_size=12),
    st.floats(0, 3),
)
@settings(max_examples=60)
def test_no_two_calls_to_a_chat_are_in_the_air_at_once_where_the_answer_counts(
    calls: list[tuple[float, float, bool]], slowest: float
) -> None:
    rates = [BOT, Rate("chat", 1, 1.0, answered=True)]

    async def run() -> list[tuple[float, float]]:
        office, times = Office(slowest=slowest), []

        async def call(wire: float, *, urgent: bool) -> None:
            left = await office.call(rates, urgent=urgent)
            await asyncio.sleep(wire)
            office.pacer.end(rates)
            times.append((left, office.loop.time()))

        async with asyncio.TaskGroup() as together:
            for pause, wire, urgent in calls:
                await asyncio.sleep(pause)
                together.create_task(call(wire, urgent=urgent))
        return sorted(times)

    times = virtually(run())
    assert all(left - answered >= 1.0 - ROUNDING for (_, answered), (left, _) in itertools.pairwise(times))


def test_two_calls_of_a_chat_that_wait_for_the_bot_together_still_keep_the_chats_pace() -> None:
    bot, chat = Rate("bot", 4, 4.0, even=True), Rate("chat", 1, 3.0)

    async def run() -> list[float]:
        office = Office()
        await office.leave([bot])
        await asyncio.gather(*(office.leave([bot, chat]) for _ in range(2)))
        return office.left["chat"]

    first, second = virtually(run())
    assert second - first >= chat.seconds


def test_who_comes_while_another_waits_at_the_door_does_not_overtake_it() -> None:
    """After a pause of the process both timers are over at once, and who came later runs first."""
    rate = Rate("some", 1, 1.0, even=True)

    async def run() -> list[float]:
        office = Office()
        assert isinstance(office.loop, VirtualLoop)
        await office.leave([rate])
        async with asyncio.TaskGroup() as together:
            together.create_task(office.leave([rate]))
            await asyncio.sleep(0.8)
            overtaker = asyncio.sleep(0.1)
            together.create_task(_after(overtaker, office, rate))
            await asyncio.sleep(0.05)
            office.loop.pause(0.3)
        return office.left["some"]

    gaps = [later - earlier for earlier, later in itertools.pairwise(virtually(run()))]
    assert len(gaps) == 2
    assert all(gap >= rate.seconds - ROUNDING for gap in gaps), gaps


async def _after(pause: Awaitable[object], office: Office, rate: Rate) -> None:
    await pause
    await office.pacer.start([rate])
    office.left["some"].append(office.loop.time())


def test_an_answer_that_does_not_come_is_waited_for_some_seconds_and_by_its_own_chat_only() -> None:
    async def run() -> list[float]:
        office = Office()
        chats = [[BOT, Rate(f"chat:{number}", 1, 1.0, answered=True)] for number in (0, 1)]
        left = await office.call(chats[0], urgent=True)
        return [await office.call(chats[number], urgent=True) - left for number in (1, 0)]

    other, same = virtually(run())
    assert other < 0.1
    assert AIR_SECONDS <= same < AIR_SECONDS + 0.2


async def _crowded(office: Office, others: Callable[[], Awaitable[None]]) -> None:
    """Posts to a thousand chats, and something else in the midst of them."""
    async with asyncio.TaskGroup() as together:
        together.create_task(office.dispatch([[BOT, Rate(f"chat:{number}", 1, 1.03)] for number in range(1000)]))
        await asyncio.sleep(10)
        await others()
        assert office.loop.time() < 1030, "the posts were not at an end meanwhile"


def test_replies_go_first_within_a_second_at_full_load_in_their_order() -> None:
    async def run() -> list[float]:
        office = Office(slowest=0.02)
        times: list[float] = []

        async def replies() -> None:
            asked = office.loop.time()
            calls = (office.call([BOT, Rate(f"asks:{number}", 1, 1.03)], urgent=True) for number in range(20))
            times.extend([at - asked for at in await asyncio.gather(*calls)])

        await _crowded(office, replies)
        return times

    times = virtually(run())
    assert max(times) < 1
    assert times == sorted(times)


def test_replies_go_first_in_a_chat_that_is_full_of_posts() -> None:
    chat, group = Rate("chat", 1, 1.03, answered=True), Rate("group", 20, 60.5, answered=True)
    rates = [BOT, chat, group]

    async def run() -> list[float]:
        office = Office(seed=3, slowest=0.1)
        waits = []

        async def posts() -> None:
            for _ in range(15):
                while blocked := office.pacer.blocker(rates):  # noqa: ASYNC110 - it is time that is waited for
                    await asyncio.sleep(blocked[1] - office.loop.time())
                office.pacer.count(rates)
                await office.leave(rates)
                await asyncio.sleep(0.2)
                office.pacer.end(rates)

        async with asyncio.TaskGroup() as together:
            together.create_task(posts())
            for _ in range(5):
                await asyncio.sleep(1.37)
                asked = office.loop.time()
                waits.append(await office.call(rates, urgent=True) - asked)
                office.pacer.end(rates)
        return waits

    assert max(virtually(run())) < 1.6, "the second of the post that is being sent, and no other"


def test_a_probe_lets_the_posts_go_first_but_not_for_ever() -> None:
    async def run() -> list[float]:
        office = Office(slowest=0.02)
        took: list[float] = []

        async def probes() -> None:
            for number in range(3):
                asked = office.loop.time()
                took.append(await office.call([BOT, Rate(f"probed:{number}", 1, 1.03)]) - asked)

        await _crowded(office, probes)
        return took

    assert all(took <= PATIENCE_SECONDS + 0.3 for took in virtually(run()))


def test_a_reply_that_waits_for_a_full_chat_holds_back_nobody() -> None:
    full = Rate("chat", 1, 3600.0)

    async def post_beside(office: Office) -> None:
        await office.call([BOT, full])
        reply = asyncio.create_task(office.call([BOT, full], urgent=True))
        await asyncio.sleep(0)
        await office.call([BOT])
        assert not reply.done()
        reply.cancel()

    assert seconds_of(post_beside) < 0.1
