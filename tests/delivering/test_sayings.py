"""What is said is at hand when its call begins."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.delivering.dispatcher import Dispatcher
from bot.delivering.pacer import Pacer
from bot.models import Announcement, Delivery
from state.deliveries import DeliveryShelf
from state.memory import Memory
from tests.delivering.service import Service


class Unhurried(DeliveryShelf):
    """A claim takes until what is said was read."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        self._read = asyncio.Event()

    async def claim(self, *nonces: Any, **terms: Any) -> list[Delivery]:
        await self._read.wait()
        return await super().claim(*nonces, **terms)

    async def announcement(self, *place: Any) -> Announcement:
        self._read.set()
        return await super().announcement(*place)


async def test_what_is_said_is_read_while_the_claim_goes_to_the_disk(service: Service) -> None:
    memory = Memory(service.office.path)
    pacer = Pacer(asyncio.get_running_loop().time)
    await service.subscribe()
    await service.publish()
    epoch = await service.store.begin_epoch(service.now)
    dispatcher = Dispatcher(service.adapter, Unhurried(memory), pacer, epoch=epoch, now=lambda: service.now)

    running = asyncio.create_task(dispatcher.run())
    await service.adapter.until(lambda: len(service.adapter.calls) == 1)
    dispatcher.stop()
    await running
    await memory.close()
