"""What the pacer remembers, and the line before it, on a clock that only the test moves. Its exactness: test_pacing."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.delivering.darkroom import Darkroom
from bot.delivering.gates import Gates
from bot.delivering.line import AHEAD, Line
from bot.delivering.pacer import Pacer
from bot.models import Delivery, DeliveryState, Lane
from bot.ports import Rate
from tests.delivering.virtual_time import virtually
from tests.state.making import NOON, chat

ROUNDING = 1e-6


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_calls_of_before_a_restart_count() -> None:
    clock = Clock()
    pacer = Pacer(clock)
    rate = Rate("group", 2, 60.0)
    for ago in (50.0, 20.0):
        pacer.recall([rate.key], ago=ago)

    assert pacer.blocker([rate]) == (rate, 110.0)


def test_thousands_of_silent_chats_are_forgotten_and_a_busy_one_is_not() -> None:
    clock = Clock()
    pacer = Pacer(clock)
    busy = Rate("busy", 1, 600.0)
    pacer.count([busy])
    for number in range(20_000):
        clock.now += 0.01
        pacer.count([Rate(f"chat:{number}", 1, 1.0), Rate(f"group:{number}", 20, 60.0)])

    assert len(pacer._turns) + len(pacer._windows) < 15_000
    assert pacer.blocker([busy]) == (busy, 700.0)


# --- the line


def delivery(number: int, *, to: int, lane: Lane = Lane.POST, position: int = 1) -> Delivery:
    return Delivery(number, 1, chat(to), to, 1, None, DeliveryState.DUE, lane, position, NOON)


class Daylight(Darkroom):
    """No picture has to be made ready."""

    def __init__(self) -> None: ...

    def admit(self, delivery: Delivery) -> Delivery:
        return delivery

    def enter(self, delivery: Delivery) -> None: ...

    def opened(self) -> set[str]:
        return set()


def test_who_stands_in_line_stands_there_once_whatever_destination_it_is_found_to_go_to() -> None:
    clock = Clock()
    line = line_of(clock, delivery(1, to=1))
    line.join([delivery(1, to=2)])

    assert line.next() == delivery(1, to=1)
    assert line.next() is None

    line.join([delivery(1, to=2)])
    clock.now += 1
    assert line.next() == delivery(1, to=2), "its turn is over"


def line_of(clock: Clock, *deliveries: Delivery, chats: float = 1.0, bot: float = 1000.0) -> Line:
    pacer = Pacer(clock)

    def rates(one: Delivery) -> tuple[Rate, ...]:
        return Rate("bot", int(bot), 1.0, even=True), Rate(str(one.destination), 1, chats)

    line = Line(pacer, rates, Gates(clock, in_one_sequence=True), clock, Daylight())
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


@pytest.mark.parametrize("amount", [20, 30, 44, 100])
def test_who_goes_before_the_line_is_not_passed_by_turns_that_are_given_out_before_their_time(amount: int) -> None:
    rate = Rate("bot", amount, 1.0, even=True)

    async def run() -> float:
        loop = asyncio.get_running_loop()
        pacer = Pacer(loop.time)
        line = Line(pacer, lambda _: (rate,), Gates(loop.time, in_one_sequence=True), loop.time, Daylight())
        line.join(delivery(number, to=number) for number in range(5 * amount))

        async def dispatch() -> None:
            while (turn := line.next()) is not None:
                if isinstance(turn, float):
                    await asyncio.sleep(turn - loop.time())

        async def ask() -> float:
            await asyncio.sleep(1.0)
            asked = loop.time()
            await pacer.turn([rate], urgent=True)
            return loop.time() - asked

        waited, _ = await asyncio.gather(ask(), dispatch())
        return waited

    assert virtually(run()) <= AHEAD + 1.0 / amount + ROUNDING


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
    assert line.next() == 100.1 - AHEAD, "what goes next is claimed before its turn"
    assert [one.id for one in drain(line, clock)] == [2, 3]
    assert abs(clock.now - (100.2 - AHEAD)) < ROUNDING


def test_turns_that_are_given_out_ahead_are_as_far_apart_as_others() -> None:
    clock = Clock()
    line = line_of(clock, *(delivery(number, to=number) for number in range(50)), bot=100)

    at_once = 0
    while isinstance(line.next(), Delivery):
        at_once += 1

    assert at_once == 3, "no more than start within the next moment"


def test_turns_that_follow_each_other_closely_are_given_out_in_bunches() -> None:
    """Each bunch is one claim, and one commit; one by one, as the chats' answers come, they would be twenty."""
    clock = Clock()
    line = line_of(clock, *(delivery(number, to=number) for number in range(200)), bot=1000)

    bunches = []
    for _ in range(5):
        bunch = 0
        while isinstance(turn := line.next(), Delivery):
            bunch += 1
        bunches.append(bunch)
        clock.now += 0.001
        assert line.next() == turn, "whoever asks meanwhile has to wait as well"
        assert turn is not None
        clock.now = turn
    assert min(bunches) >= 15
    assert max(bunches) <= 27, "none more than AHEAD before its turn"


def test_edits_come_after_posts_but_get_every_eighth_turn() -> None:
    clock = Clock()
    posts = [delivery(number, to=number) for number in range(1, 17)]
    edits = [delivery(number, to=number, lane=Lane.EDIT) for number in range(17, 20)]
    line = line_of(clock, *edits, *posts)

    lanes = [one.lane for one in drain(line, clock)]

    assert [place for place, lane in enumerate(lanes, 1) if lane is Lane.EDIT] == [8, 16, 19]


def test_looks_for_lost_messages_come_last_but_get_every_eighth_turn_whatever_there_is() -> None:
    clock = Clock()
    posts = [delivery(number, to=number) for number in range(1, 15)]
    edits = [delivery(number, to=number, lane=Lane.EDIT) for number in range(15, 17)]
    lost = [delivery(17, to=17, lane=Lane.BREAKING), *(delivery(number, to=number) for number in (18, 19))]
    line = line_of(clock, *(replace(one, state=DeliveryState.UNKNOWN) for one in lost), *edits, *posts)
    assert line.looks == 3

    turns = [one.id for one in drain(line, clock)]

    assert [turns.index(number) + 1 for number in (17, 18, 19)] == [9, 17, 19]
    assert [turns.index(number) + 1 for number in (15, 16)] == [8, 16]
    assert line.looks == 0


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
