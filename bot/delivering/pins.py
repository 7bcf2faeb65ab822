"""What newsbell has pinned: in memory only which deliveries, and which of a place; the rest is read when needed."""

from __future__ import annotations

import asyncio
from datetime import datetime

from bot.models import Destination
from bot.ports import Adapter, Deliveries
from bot.records import Pin

_Place = tuple[str, str]  # a chat, and its topic


class Pins:
    """The pins of one bot, as the store has them. Every method may raise a StoreError."""

    def __init__(self, adapter: Adapter, deliveries: Deliveries) -> None:
        self._adapter = adapter
        self._deliveries = deliveries
        self._there: set[int] = set()  # deliveries; posts may ask for a pin in each of 100,000 chats
        self._rotating: dict[_Place, set[int]] = {}
        self._is_read = False
        self._reading = asyncio.Lock()

    async def of(self, delivery: int) -> Pin | None:
        """The pin of a delivery, if there is one."""
        await self._read()
        return await self._deliveries.pin(delivery) if delivery in self._there else None

    async def before(self, delivery: int, destination: Destination) -> list[Pin]:
        """The others in its place that the subscription wanted pinned."""
        await self._read()
        others = sorted(self._rotating.get(_place(destination), set()) - {delivery})
        return [pin for other in others if (pin := await self._deliveries.pin(other)) is not None]

    async def note(self, pin: Pin, now: datetime) -> None:
        """It is being pinned, or is pinned for another reason."""
        await self._deliveries.note_pin(pin, now)
        await self._read()
        self._drop(pin)
        self._add(pin)

    async def forget(self, pin: Pin) -> None:
        """It is pinned no more."""
        await self._deliveries.forget_pin(pin.delivery)
        await self._read()
        self._drop(pin)

    async def _read(self) -> None:
        """Once, for all that ask meanwhile: what one of them notes would be unknown to what another one read before."""
        async with self._reading:
            if not self._is_read:
                for pin in await self._deliveries.pins(self._adapter.platform, self._adapter.bot):
                    self._add(pin)
                self._is_read = True

    def _add(self, pin: Pin) -> None:
        self._there.add(pin.delivery)
        if pin.rotates:
            self._rotating.setdefault(_place(pin.destination), set()).add(pin.delivery)

    def _drop(self, pin: Pin) -> None:
        self._there.discard(pin.delivery)
        place = _place(pin.destination)
        rotating = self._rotating.get(place, set())
        rotating.discard(pin.delivery)
        if not rotating:
            self._rotating.pop(place, None)


def _place(destination: Destination) -> _Place:
    return destination.chat_id, destination.thread_id
