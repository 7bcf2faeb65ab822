"""The pacer keeps every call inside its limits: proved on a clock that only the test moves."""

from __future__ import annotations

import asyncio
import itertools

from hypothesis import given
from hypothesis import strategies as st

from bot.delivering.line import Line
from bot.delivering.pacer import Pacer
from bot.models import Delivery, DeliveryState, Lane
from bot.ports import Rate
from tests.state.making import NOON, chat

ROUNDING = 1e-6


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def go_as_early_as_possible(pacer: Pacer, clock: Clock, rates: list[Rate]) -> float:
    while blocked := pacer.blocker(rates):
        assert blocked[1] > clock.now
        clock.now = blocked[1]
    pacer.count(rates)
    return clock.now


limits = st.builds(
    lambda number, amount, seconds, even: Rate(f"{number}", amount, seconds, even),
    st.integers(0, 3),
    st.integers(1, 6),
    st.sampled_from((0.5, 1.0, 5.1, 60.5)),
    st.booleans(),
)


@given(
    st.lists(limits, min_size=1, max_size=4, unique_by=lambda rate: rate.key),
    st.lists(st.tuples(st.sets(st.integers(0, 3), min_size=1), st.floats(0, 3)), min_size=1, max_size=40),
)
def test_no_window_ever_holds_more_calls_than_its_rate_allows(
    rates: list[Rate], calls: list[tuple[set[int], float]]
) -> None:
    clock = Clock()
    pacer = Pacer(clock)
    counted: dict[str, list[float]] = {rate.key: [] for rate in rates}

    for wanted, pause in calls:
        clock.now += pause
        under = [rate for rate in rates if int(rate.key) in wanted]
        at = go_as_early_as_possible(pacer, clock, under)
        for rate in under:
            counted[rate.key].append(at)

    for rate in rates:
        times = counted[rate.key]
        for earlier, later in zip(times, times[rate.amount :], strict=False):
            assert later - earlier >= rate.seconds - ROUNDING
        if rate.even:
            for earlier, later in itertools.pairwise(times):
                assert later - earlier >= rate.seconds / rate.amount - ROUNDING


def test_a_burst_goes_at_once_where_it_may_and_evenly_where_it_must() -> None:
    for even, expected in ((False, [0, 0, 0, 1, 1, 1]), (True, [0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3])):
        clock = Clock()
        pacer = Pacer(clock)
        times = [go_as_early_as_possible(pacer, clock, [Rate("bot", 3, 1.0, even)]) - 100 for _ in range(6)]
        assert all(abs(time - wanted) < ROUNDING for time, wanted in zip(times, expected, strict=True))


def test_calls_of_before_a_restart_count() -> None:
    clock = Clock()
    pacer = Pacer(clock)
    rate = Rate("group", 2, 60.0)
    for ago in (50.0, 20.0):
        pacer.recall([rate.key], ago=ago)

    assert pacer.blocker([rate]) == (rate, 110.0)


def test_a_thousand_silent_chats_are_forgotten_and_a_busy_one_is_not() -> None:
    clock = Clock()
    pacer = Pacer(clock)
    busy = Rate("busy", 1, 60.0)
    for number in range(5000):
        pacer.count([Rate(f"chat:{number}", 1, 1.0)])
    clock.now += 200
    pacer.count([busy])

    assert len(pacer._windows) < 10
    assert pacer.blocker([busy]) is not None


async def test_a_reply_goes_before_everything_that_waits_for_the_bot() -> None:
    loop = asyncio.get_running_loop()
    pacer = Pacer(loop.time)
    bot = Rate("bot", 20, 1.0, even=True)
    order: list[str] = []

    async def call(name: str, *, urgent: bool = False) -> None:
        await pacer.turn([bot], urgent=urgent)
        order.append(name)

    await call("first")
    async with asyncio.timeout(5), asyncio.TaskGroup() as together:
        for name in ("post", "another post"):
            together.create_task(call(name))
        together.create_task(call("reply", urgent=True))

    assert order[:2] == ["first", "reply"]
    assert sorted(order[2:]) == ["another post", "post"]


async def test_a_reply_that_waits_for_a_full_chat_holds_back_nobody() -> None:
    loop = asyncio.get_running_loop()
    pacer = Pacer(loop.time)
    bot, full = Rate("bot", 1000, 1.0, even=True), Rate("chat", 1, 3600.0)
    pacer.count([bot, full])
    reply = asyncio.create_task(pacer.turn([bot, full], urgent=True))
    await asyncio.sleep(0)

    async with asyncio.timeout(1):
        await pacer.turn([bot])
    assert not reply.done()
    reply.cancel()
    await asyncio.wait([reply])


# --- the line


def test_calls_do_not_bunch_when_the_database_kept_one_of_them_waiting_after_its_turn() -> None:
    clock = Clock()
    pacer = Pacer(clock)
    bot, chat, group = Rate("bot", 20, 1.0, even=True), Rate("chat:1", 1, 1.0), Rate("group:-1", 20, 60.0)
    starts = []
    for now in (0.04, 0.05, 0.10, 0.19, 0.20):
        clock.now = 100 + now
        starts.append(round(pacer.reserve_start([bot, group]) - 100, 3))
    assert starts == [0.04, 0.089, 0.138, 0.19, 0.239], "and what was late is caught up with, slowly"
    assert round(pacer.reserve_start([bot, chat]) - 100, 3) == 0.288
    assert round(pacer.reserve_start([bot, chat]) - 100, 3) == 1.268


def delivery(number: int, *, to: int, lane: Lane = Lane.POST, position: int = 1) -> Delivery:
    return Delivery(number, 1, chat(to), to, 1, None, DeliveryState.DUE, lane, position, NOON)


def line_of(clock: Clock, *deliveries: Delivery, chats: float = 1.0, bot: float = 1000.0) -> Line:
    pacer = Pacer(clock)
    line = Line(pacer, lambda one: (Rate("bot", int(bot), 1.0, even=True), Rate(str(one.destination), 1, chats)), clock)
    line.join(deliveries)
    return line


def test_the_line_goes_by_lane_then_position_then_age() -> None:
    clock = Clock()
    line = line_of(
        clock,
        delivery(1, to=1, lane=Lane.EDIT, position=1),
        delivery(5, to=5, position=2),
        delivery(4, to=4, position=2),
        delivery(3, to=3, position=9, lane=Lane.BREAKING),
    )

    assert [one.id for one in drain(line, clock)] == [3, 4, 5, 1]


def drain(line: Line, clock: Clock) -> list[Delivery]:
    gone = []
    while (turn := line.next()) is not None:
        if isinstance(turn, float):
            assert turn > clock.now
            clock.now = turn
        else:
            gone.append(turn)
    return gone


def test_a_destination_stands_in_line_once() -> None:
    line = line_of(Clock(), delivery(1, to=1), delivery(2, to=1))

    assert len(line) == 1
    assert line.destinations == {1}


def test_a_full_chat_lets_the_others_pass_and_keeps_its_place_for_later() -> None:
    clock = Clock()
    line = line_of(clock, delivery(1, to=1), delivery(9, to=9, position=5), chats=30.0)
    assert line.next() == delivery(1, to=1)
    line.join([delivery(2, to=1, position=2)])

    clock.now += 0.01
    assert line.next() == delivery(9, to=9, position=5)
    assert line.next() == 130.0
    clock.now = 130.0
    assert line.next() == delivery(2, to=1, position=2)
    assert line.next() is None


def test_when_the_bot_has_to_pause_everybody_waits_for_the_first() -> None:
    clock = Clock()
    line = line_of(clock, *(delivery(number, to=number) for number in (1, 2, 3)), bot=10)

    assert line.next() == delivery(1, to=1)
    assert line.next() == 100.1
    assert [one.id for one in drain(line, clock)] == [2, 3]
    assert abs(clock.now - 100.2) < ROUNDING


def test_a_cleared_line_is_empty_also_of_those_held_back() -> None:
    clock = Clock()
    line = line_of(clock, delivery(1, to=1), delivery(2, to=2), chats=30.0)
    line.next()
    line.join([delivery(3, to=1)])
    clock.now += 0.01
    line.next()
    line.next()

    line.clear()

    assert (len(line), line.next()) == (0, None)
