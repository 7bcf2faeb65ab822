"""What is said is at hand when its call begins."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.delivering.dispatcher import Dispatcher
from bot.delivering.pacer import Pacer
from bot.models import Announcement, Picture
from state.deliveries import DeliveryShelf
from state.memory import Memory
from tests.adapters.fake import FakeAdapter
from tests.delivering.service import Service
from tests.state.making import post


class Read(DeliveryShelf):
    """Counts what is read for one call alone."""

    times = 0

    async def announcement(self, *place: Any) -> Announcement:
        self.times += 1
        return await super().announcement(*place)

    async def media_id(self, *place: Any) -> str:
        self.times += 1
        return await super().media_id(*place)


async def test_between_the_claim_of_a_new_post_and_its_call_nothing_is_read(service: Service) -> None:
    memory = Memory(service.office.path)
    shelf, pacer = Read(memory), Pacer(asyncio.get_running_loop().time)
    await service.subscribe()
    await service.publish_post(post(pictures=(Picture("https://example.org/rain.jpg"),)))
    epoch = await service.store.begin_epoch(service.now)
    dispatcher = Dispatcher(service.adapter, shelf, pacer, epoch=epoch, now=lambda: service.now)

    running = asyncio.create_task(dispatcher.run())
    await service.adapter.until(lambda: len(service.adapter.calls) == 1)
    dispatcher.stop()
    await running
    await memory.close()

    assert shelf.times == 0
    assert service.adapter.prepared == ["Rain"], "while the claim was on its way to the disk"


class Clumsy(FakeAdapter):
    """Can't make anything before it is to be sent."""

    def prepare(self, *what: Any, **terms: Any) -> None:
        raise ValueError("no picture there")


async def test_what_can_not_be_prepared_is_sent_all_the_same(service: Service) -> None:
    clumsy = Service(service.office, Clumsy())
    await clumsy.subscribe()
    await clumsy.publish("rain.md")
    await clumsy.start()
    await clumsy.adapter.until(lambda: len(clumsy.adapter.calls) == 1)
    await clumsy.stop()
