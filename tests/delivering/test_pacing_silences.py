"""The silence that a platform asks for is kept, in its scope: whole calls, in virtual time."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivering.pacer import FLOODS_TOGETHER_SECONDS
from bot.errors import Scope, TryLater
from bot.ports import Rate
from tests.delivering.departures import Office
from tests.delivering.virtual_time import virtually

BOT = Rate("bot", 30, 1.0, even=True)


def test_the_platforms_silence_is_kept_in_its_scope_by_replies_too() -> None:
    chat, other = [BOT, Rate("chat:1", 1, 1.0)], [BOT, Rate("chat:2", 1, 1.0)]

    async def run(scope: Scope) -> list[int]:
        office = Office()
        office.pacer.hold(chat, 30.0, scope)
        calls = (office.call(rates, urgent=True) for rates in (chat, other))
        return [round(at - 1000) for at in await asyncio.gather(*calls)]

    assert virtually(run(Scope.ROUTE)) == [30, 0]
    assert virtually(run(Scope.DESTINATION)) == [30, 0]
    assert virtually(run(Scope.UNSAID)) == [30, 0]
    assert virtually(run(Scope.BOT)) == [30, 30]


def test_what_had_its_turn_before_a_silence_ends_does_not_leave_in_it() -> None:
    """The line gives turns out early, and the platform may ask for silence between a turn and its start."""
    chat = Rate("chat", 1, 1.0)
    group = Rate("group", 3, 60.0)

    async def left_at(*rates: Rate, held: Rate) -> float:
        office = Office()
        office.pacer.hold_keys([held.key], 5.0)
        return await office.leave(rates) - 1000

    assert all(5.0 <= virtually(left_at(BOT, chat, group, held=held)) < 5.1 for held in (BOT, chat, group))


def test_a_silence_that_begins_while_a_call_waits_at_the_door_is_kept() -> None:
    async def run() -> float:
        office = Office()
        await office.leave([BOT])
        async with asyncio.TaskGroup() as together:
            together.create_task(office.leave([BOT]))
            await asyncio.sleep(0.001)
            office.pacer.hold_keys([BOT.key], 5.0)
        return office.left["bot"][-1] - 1000

    assert virtually(run()) >= 5.0


def test_who_has_less_patience_than_a_silence_lasts_is_told_how_long_it_is() -> None:
    async def run() -> tuple[float | None, float]:
        office = Office()
        office.pacer.hold_keys([BOT.key], 5.0)
        with pytest.raises(TryLater) as silence:
            await office.pacer.start([BOT], patience=1.0)
        await asyncio.sleep(4.5)
        await office.pacer.start([BOT], patience=1.0)
        return silence.value.retry_after, office.loop.time() - 1000

    silence, left_at = virtually(run())
    assert silence == pytest.approx(5.0, abs=0.001)
    assert left_at >= 5.0


def test_who_queues_at_the_door_when_a_silence_begins_does_not_wait_for_its_end_there() -> None:
    """They are told one after the other, and go back: who stayed would be claimed, and out of reach of every brake."""

    async def run() -> tuple[list[float], float]:
        office, put_off = Office(), []

        async def impatient(number: int) -> None:
            with pytest.raises(TryLater):
                await office.pacer.start([BOT, Rate(f"chat:{number}", 1, 1.0)], patience=1.0)
            put_off.append(office.loop.time() - 1000)

        await office.leave([BOT])
        async with asyncio.TaskGroup() as together:
            for number in range(5):
                together.create_task(impatient(number))
            await asyncio.sleep(0.005)
            office.pacer.hold_keys([BOT.key], 300.0)
            reply = together.create_task(office.leave([BOT]))
        return put_off, reply.result() - 1000

    put_off, replied_at = virtually(run())
    assert len(put_off) == 5
    assert max(put_off) < 1.0
    assert 300.0 <= replied_at < 301.0


def test_who_has_no_turn_yet_is_told_of_a_silence_as_well() -> None:
    async def run() -> float | None:
        office = Office()
        office.pacer.hold_keys([BOT.key], 5.0)
        with pytest.raises(TryLater) as silence:
            await office.pacer.turn([BOT], patience=1.0)
        assert office.loop.time() < 1001
        return silence.value.retry_after

    assert virtually(run()) == pytest.approx(5.0, abs=0.001)


def test_a_kind_of_call_without_a_rate_of_its_own_silences_nobody_else() -> None:
    async def run() -> float:
        office = Office()
        assert office.pacer.hold([BOT], 30.0, Scope.ROUTE) == []
        return await office.call([BOT])

    assert virtually(run()) < 1001


def test_two_chats_that_are_told_to_wait_at_once_mean_the_bot_where_nobody_says_what_is_meant() -> None:
    chats = [[BOT, Rate(f"chat:{number}", 1, 1.0)] for number in range(3)]

    async def third_waits(apart: float, *scopes: Scope, same: bool = False) -> int:
        office = Office()
        for number, scope in enumerate(scopes):
            office.pacer.hold(chats[0 if same else number], 40.0, scope)
            await asyncio.sleep(apart)
        asked = office.loop.time()
        return round(await office.call(chats[2]) - asked)

    unsaid = (Scope.UNSAID, Scope.UNSAID)
    assert virtually(third_waits(5, *unsaid)) == 35
    assert virtually(third_waits(5, *unsaid, same=True)) == 0
    assert virtually(third_waits(FLOODS_TOGETHER_SECONDS + 1, *unsaid)) == 0
    assert virtually(third_waits(5, Scope.DESTINATION, Scope.DESTINATION)) == 0
