"""What a dispatcher asks its store, and when: not too often, and again where the answer did not hold."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from bot.delivering.dispatcher import Dispatcher
from bot.delivering.pacer import Pacer
from bot.errors import StoreError
from bot.models import Delivery
from bot.ports import Rate
from bot.records import Conclusion, NextUp
from state.deliveries import DeliveryShelf
from state.memory import Memory
from tests.delivering.service import Service
from tests.state.making import chat, eventually


class Asked(DeliveryShelf):
    """Counts how often it is asked who is next."""

    times = 0

    async def next_up(self, *place: Any, **terms: Any) -> NextUp:
        self.times += 1
        return await super().next_up(*place, **terms)


async def test_while_all_in_line_are_held_back_the_store_is_left_alone(service: Service) -> None:
    memory = Memory(service.office.path)
    shelf, pacer = Asked(memory), Pacer(asyncio.get_running_loop().time)
    service.adapter.limits = lambda destination, action: (Rate("chat", 1, 0.8),)
    await service.subscribe()
    await service.publish("rain.md", "wind.md")
    epoch = await service.store.begin_epoch(service.now)
    dispatcher = Dispatcher(service.adapter, shelf, pacer, epoch=epoch, now=lambda: service.now)

    running = asyncio.create_task(dispatcher.run())
    await service.adapter.until(lambda: len(service.adapter.calls) == 2)
    dispatcher.stop()
    await running
    await memory.close()

    assert shelf.times < 8  # at first, and when the first call had ended; 40 times, if it were asked at each glance


class Contested(DeliveryShelf):
    """Somebody else is quicker, once: what stood in line can't be claimed any more."""

    lost = False

    async def claim(self, *nonces: Any, **terms: Any) -> list[Delivery]:
        if not self.lost:
            self.lost = True
            return []
        return await super().claim(*nonces, **terms)


async def test_what_can_not_be_claimed_any_more_holds_up_nothing(service: Service) -> None:
    memory = Memory(service.office.path)
    shelf, pacer = Contested(memory), Pacer(asyncio.get_running_loop().time)
    await service.subscribe()
    await service.publish("rain.md")
    epoch = await service.store.begin_epoch(service.now)
    dispatcher = Dispatcher(service.adapter, shelf, pacer, epoch=epoch, now=lambda: service.now, in_flight=1)

    running = asyncio.create_task(dispatcher.run())
    async with asyncio.timeout(20):  # nobody wakes it: by itself it would look again after half a minute
        await service.adapter.until(lambda: len(service.adapter.calls) == 1)
    dispatcher.stop()
    await running
    await memory.close()

    assert shelf.lost


class Locked(DeliveryShelf):
    """A database that is locked, once, while something is to be claimed."""

    failed = False

    async def claim(self, *nonces: Any, **terms: Any) -> list[Delivery]:
        if not self.failed:
            self.failed = True
            raise StoreError("the database is locked by another program")
        return await super().claim(*nonces, **terms)


async def test_what_could_not_be_claimed_goes_a_moment_later_whoever_else_waits_in_line(service: Service) -> None:
    memory = Memory(service.office.path)
    shelf, pacer = Locked(memory), Pacer(asyncio.get_running_loop().time)
    service.adapter.limits = lambda destination, action: (Rate(destination.chat_id, 20, 60.0),)
    pacer.hold_keys(["9"], 3600.0)
    await service.subscribe(chat(1), chat(9))
    await service.publish("rain.md")
    epoch = await service.store.begin_epoch(service.now)
    dispatcher = Dispatcher(service.adapter, shelf, pacer, epoch=epoch, now=lambda: service.now)

    running = asyncio.create_task(dispatcher.run())
    async with asyncio.timeout(20):  # nobody wakes it: what stands in no line would lie for the whole hour
        await service.adapter.until(lambda: bool(service.adapter.titles(chat(1))))
    dispatcher.stop()
    await running
    await memory.close()

    assert shelf.failed


class Slow(DeliveryShelf):
    """Writes down nothing of what came of calls until it may."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        self.may_write = asyncio.Event()

    async def conclude(self, conclusions: Sequence[Conclusion]) -> None:
        await self.may_write.wait()
        await super().conclude(conclusions)


async def test_beside_what_ended_well_the_next_are_claimed_but_no_more_than_a_window(service: Service) -> None:
    memory = Memory(service.office.path)
    shelf, pacer = Slow(memory), Pacer(asyncio.get_running_loop().time)
    await service.subscribe(*(chat(number) for number in range(9)))
    await service.publish("rain.md")
    epoch = await service.store.begin_epoch(service.now)
    dispatcher = Dispatcher(service.adapter, shelf, pacer, epoch=epoch, now=lambda: service.now, in_flight=2)

    running = asyncio.create_task(dispatcher.run())
    await service.adapter.until(lambda: len(service.adapter.calls) == 4)
    for _ in range(3):  # each a way to the database and back: another claim would have come as far
        dispatcher.wake()
        await service.store.deliveries.counts()
    assert (len(service.adapter.calls), dispatcher.writing) == (4, 4)
    shelf.may_write.set()
    await eventually(dispatcher.idle)
    dispatcher.stop()
    await running
    await memory.close()

    assert len(service.adapter.calls) == 9


class Unhurried(DeliveryShelf):
    """Says what is due, but takes its time over it."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        self.asked, self.answered = asyncio.Event(), asyncio.Event()

    async def due(self, *place: Any, **terms: Any) -> list[Delivery]:
        found = await super().due(*place, **terms)
        self.asked.set()
        await self.answered.wait()
        return found


async def test_a_dispatcher_that_begins_a_call_while_the_store_says_nothing_is_due_is_not_idle(
    service: Service,
) -> None:
    memory = Memory(service.office.path)
    shelf, pacer = Unhurried(memory), Pacer(asyncio.get_running_loop().time)
    await service.subscribe()
    epoch = await service.store.begin_epoch(service.now)
    dispatcher = Dispatcher(service.adapter, shelf, pacer, epoch=epoch, now=lambda: service.now)
    service.store.on_change(dispatcher.wake)
    answer = service.adapter.hang()
    running = asyncio.create_task(dispatcher.run())

    asking = asyncio.create_task(dispatcher.idle())
    await shelf.asked.wait()
    await service.publish()
    await service.adapter.until(lambda: bool(service.adapter.calls))
    shelf.answered.set()
    assert not await asking

    answer.set()
    dispatcher.stop()
    await running
    await memory.close()
