"""A database that can't be read says nothing of a message: what was not sent is known to be unsent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.delivering.caller import Caller
from bot.delivering.pacer import Pacer
from bot.errors import StoreBusy
from bot.models import Announcement, DeliveryState, Outcome
from state.deliveries import DeliveryShelf
from state.memory import Memory
from tests.delivering.service import Service


class Unreadable(DeliveryShelf):
    """Deliveries in a database whose announcements can't be read."""

    async def announcement(self, subject: int, revision: int) -> Announcement:
        raise StoreBusy("the database could not be read")


@pytest.fixture
async def caller(service: Service) -> AsyncIterator[Caller]:
    """Reads in vain. One post is published to one chat."""
    await service.subscribe()
    await service.publish()
    service.epoch = await service.store.begin_epoch(service.now)
    memory = Memory(service.office.path)
    pacer = Pacer(asyncio.get_running_loop().time)
    yield Caller(service.adapter, Unreadable(memory), pacer, epoch=service.epoch, now=lambda: service.now)
    await memory.close()


async def test_a_post_that_cannot_be_read_is_not_sent_and_tried_later(service: Service, caller: Caller) -> None:
    (turn,) = await caller.claim([await service.delivery()])
    await caller.carry_out(turn)

    assert service.adapter.calls == []
    assert await service.outcomes() == [Outcome.RETRY]
    left = await service.delivery()
    assert (left.state, left.nonce) == (DeliveryState.DUE, "")
    assert "nothing was sent" in left.reason


async def test_a_lost_message_that_cannot_be_read_is_looked_for_later(service: Service, caller: Caller) -> None:
    service.adapter.lose_answer()
    await service.start()
    unknown = await service.reaches(DeliveryState.UNKNOWN)
    await service.stop()

    service.pass_time(5)
    (turn,) = await caller.claim([unknown])
    await caller.carry_out(turn)

    left = await service.delivery()
    assert (left.state, left.nonce) == (DeliveryState.UNKNOWN, unknown.nonce)
    assert left.due_at > service.now
