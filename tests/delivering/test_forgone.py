"""Who had a turn and makes no call in it leaves its place to others: nothing is lost by it, and nothing exceeded."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivering.caller import Caller
from bot.delivering.remembering import RememberedPace
from bot.delivering.turn import Turn
from bot.errors import StoreError, TryLater
from bot.models import Action, Delivery, DeliveryState, Destination, Outcome, Withdrawn
from bot.ports import Rate
from tests.delivering.departures import Office
from tests.delivering.service import LONG_AGO, Service
from tests.delivering.test_unknown import caller_of
from tests.delivering.virtual_time import virtually

BOT = Rate("bot", 30, 1.0, even=True)
CHAT = Rate("chat", 3, 5.0)

SENDS, EDITS, DELETIONS = (
    Rate(f"chat:{action.value}", 2, 3600.0) for action in (Action.SEND, Action.EDIT, Action.DELETE)
)


def test_a_call_that_is_put_off_in_a_silence_costs_its_chat_nothing_afterwards() -> None:
    async def run() -> list[float]:
        office = Office()
        for _ in range(5):
            await office.pacer.turn([BOT, CHAT])
            office.pacer.hold_keys([BOT.key], 300.0)
            with pytest.raises(TryLater):
                await office.pacer.start([BOT, CHAT], patience=1.0)
            await asyncio.sleep(300.1)
        began = office.loop.time()
        return [await office.call([BOT, CHAT], urgent=True) - began for _ in range(9)]

    assert [round(left) for left in virtually(run())] == [0, 0, 0, 5, 5, 5, 10, 10, 10]


def test_a_look_counts_from_its_turn_for_its_calls_are_the_adapters() -> None:
    async def run() -> tuple[bool, list[float]]:
        office = Office()
        for _ in range(3):
            office.pacer.count([CHAT], starts=True)
        full = office.pacer.blocker([CHAT]) is not None
        await asyncio.sleep(5.1)
        began = office.loop.time()
        return full, [await office.call([CHAT], urgent=True) - began for _ in range(6)]

    full, left = virtually(run())
    assert full
    assert [round(at) for at in left] == [0, 0, 0, 5, 5, 5]


@settings(max_examples=40)
@given(st.integers(0, 1000))
def test_whoever_forgoes_a_turn_no_window_holds_too_many_calls_and_in_the_end_none_too_few(seed: int) -> None:
    """Each takes one place away, and gives one back: twice, and another one's would be taken by a third."""
    chance = random.Random(seed)

    async def run() -> tuple[Office, list[float]]:
        office = Office()

        async def call(claim_seconds: float, comes_to: str) -> None:
            await office.pacer.turn([CHAT])
            await asyncio.sleep(claim_seconds)
            if comes_to == "made":
                await office.leave([CHAT])
            elif comes_to == "forgone":
                office.pacer.forgo([CHAT])
            else:
                office.pacer.hold_keys([CHAT.key], 0.5)
                await _in_vain(office, cancelled=comes_to == "cancelled")

        async with asyncio.TaskGroup() as together:
            for _ in range(40):
                await asyncio.sleep(chance.choice((0, 0.3, 1.7)))
                comes_to = chance.choice(("made", "made", "made", "forgone", "silenced", "cancelled"))
                together.create_task(call(chance.choice((0, 0.4, 2.0)), comes_to))
        await asyncio.sleep(10)
        began = office.loop.time()
        return office, [round(await office.call([CHAT], urgent=True) - began) for _ in range(6)]

    office, afterwards = virtually(run())
    assert office.keeps(CHAT)
    assert afterwards == [0, 0, 0, 5, 5, 5]


async def _in_vain(office: Office, *, cancelled: bool) -> None:
    if not cancelled:
        with pytest.raises(TryLater):
            await office.pacer.start([CHAT], patience=0.1)
        return
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await office.pacer.start([CHAT])


# --- deliveries


def limits(_: Destination, action: Action) -> tuple[Rate, ...]:
    return {Action.SEND: (SENDS,), Action.EDIT: (EDITS,), Action.DELETE: (DELETIONS,)}.get(action, ())


def places(service: Service, rate: Rate) -> int:
    """How many more calls may be made now; their turns are taken."""
    taken = 0
    while service.pacer.blocker([rate]) is None:
        service.pacer.count([rate])
        taken += 1
    return taken


async def in_line(service: Service) -> tuple[Caller, Delivery]:
    """One that has its turn by now, and nobody else at work."""
    await service.stop()
    (delivery,) = await service.store.deliveries.due("fake", service.adapter.bot, service.now, limit=9, skip=())
    service.pacer.count(limits(delivery.destination, Action.SEND if delivery.shown is None else Action.EDIT))
    return caller_of(service), delivery


async def sent(service: Service, *, begun: bool = True) -> None:
    service.adapter.limits = limits
    await service.subscribe()
    await service.start()
    if begun:
        await service.publish()
        await service.idle()
    else:
        await service.stop()
        await service.publish()


async def test_who_is_not_claimed_after_all_leaves_its_turn(service: Service) -> None:
    await sent(service, begun=False)
    caller, delivery = await in_line(service)
    await service.store.posts.hold(1, service.now)

    assert await caller.claim([delivery]) == []
    assert places(service, SENDS) == 2


async def test_nor_is_a_turn_lost_where_nothing_can_be_written(service: Service) -> None:
    await sent(service, begun=False)
    caller, delivery = await in_line(service)
    await service.office.store.close()

    with pytest.raises(StoreError):
        await caller.claim([delivery])
    assert places(service, SENDS) == 2


async def test_who_may_not_be_begun_any_more_leaves_its_turn(service: Service) -> None:
    await sent(service, begun=False)
    caller, delivery = await in_line(service)
    (turn,) = await caller.claim([delivery])

    await caller.carry_out_late(turn, resting=True)

    assert service.adapter.calls == []
    assert places(service, SENDS) == 2
    assert await service.outcomes() == [Outcome.PUT_OFF]
    assert (await service.delivery()).reason == "the request was not made: the bot had to pause meanwhile"
    assert await service.store.deliveries.attempts_since("fake", LONG_AGO) == [], "it counts after a restart as little"


async def test_a_send_that_is_found_when_its_turn_to_be_repeated_comes_leaves_it(service: Service) -> None:
    service.adapter.lose_answer()
    await sent(service, begun=False)
    caller, delivery = await in_line(service)
    (turn,) = await caller.claim([delivery])
    await caller.carry_out(turn)
    lost = await service.delivery()
    assert lost.state is DeliveryState.UNKNOWN
    assert lost.nonce

    repeat = replace(lost, state=DeliveryState.DUE)
    service.pacer.count([SENDS])
    service.pass_time(5)
    (look,) = await caller.claim([repeat])
    assert look == Turn(repeat), "it is looked into first"
    await caller.carry_out(look)

    assert (await service.delivery()).state is DeliveryState.SETTLED
    assert places(service, SENDS) == 1, "one was sent"


async def test_an_edit_that_is_claimed_as_a_deletion_leaves_its_turn_and_takes_one_of_those(service: Service) -> None:
    await sent(service)
    await service.publish(title="Storm")
    caller, edit = await in_line(service)
    await service.store.posts.take_back(1, Withdrawn.DELETE, service.now)
    (turn,) = await caller.claim([edit])
    await caller.carry_out(turn)

    assert len(service.adapter.calls_of(Action.DELETE)) == 1
    assert places(service, EDITS) == 2
    assert places(service, DELETIONS) == 1


async def test_a_reply_for_which_nobody_waits_any_more_leaves_its_turn(service: Service) -> None:
    await service.start()
    pace = RememberedPace(service.pacer, service.store.deliveries, "fake", lambda: service.now)
    reply = asyncio.create_task(pace.turn([SENDS], urgent=True))
    await asyncio.sleep(0)
    assert len(service.pacer._windows[SENDS.key].turns) == 1, "it is written down now"

    reply.cancel()
    await asyncio.wait([reply])

    assert places(service, SENDS) == 2
