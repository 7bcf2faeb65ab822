"""What is said is at hand when its call begins."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.delivering.dispatcher import Dispatcher
from bot.delivering.pacer import Pacer
from bot.models import Announcement, Picture
from state.deliveries import DeliveryShelf
from state.memory import Memory
from tests.adapters.fake import FakeAdapter
from tests.delivering.service import Service
from tests.state.making import chat, eventually, post


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


class Forgetful(DeliveryShelf):
    """Fails, by a mistake of its own, to keep the ids of pictures."""

    async def remember_media(self, *place: Any) -> None:
        raise ValueError("a mistake")


async def test_what_fails_once_a_call_is_written_down_stops_nobody(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    memory = Memory(service.office.path)
    pacer = Pacer(asyncio.get_running_loop().time)
    await service.subscribe()
    for path in ("rain.md", "wind.md"):
        await service.publish_post(post(path, pictures=(Picture(f"https://example.org/{path}.jpg"),)))
    epoch = await service.store.begin_epoch(service.now)
    dispatcher = Dispatcher(service.adapter, Forgetful(memory), pacer, epoch=epoch, now=lambda: service.now)

    running = asyncio.create_task(dispatcher.run())
    await eventually(dispatcher.idle)
    dispatcher.stop()
    await running
    await memory.close()

    assert service.adapter.titles(chat(1)) == ["Rain", "Wind"], "though its clock stands still"
    assert [one.getMessage() for one in caplog.records if "what was to follow failed" in one.getMessage()]
