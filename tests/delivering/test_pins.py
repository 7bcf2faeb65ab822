"""What is pinned while the pins are being read is not forgotten, and of many pins little is kept in memory."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import cast

from bot.delivering.pins import Pins
from bot.models import Destination
from bot.ports import Adapter, Deliveries
from bot.records import Pin
from tests.adapters.fake import FakeAdapter
from tests.state.making import NOON, chat


class Shelf:
    """Pins as a database has them: what is read is what was there when the read began."""

    def __init__(self) -> None:
        self.rows: dict[int, Pin] = {}
        self.reads = 0
        self.slow = asyncio.Event()

    async def pins(self, _platform: str, _bot: str) -> list[Pin]:
        self.reads += 1
        seen = list(self.rows.values())
        await self.slow.wait()
        return seen

    async def pin(self, delivery: int) -> Pin | None:
        return self.rows.get(delivery)

    async def note_pin(self, pin: Pin, _now: datetime) -> None:
        self.rows[pin.delivery] = pin

    async def forget_pin(self, delivery: int) -> None:
        self.rows.pop(delivery, None)


def pinning(shelf: Shelf) -> Pins:
    return Pins(cast(Adapter, FakeAdapter()), cast(Deliveries, shelf))


def of(delivery: int, place: Destination, *, rotates: bool = True) -> Pin:
    return Pin(delivery, place, str(delivery), rotates=rotates)


async def test_what_two_pin_at_first_is_known_of_both() -> None:
    shelf = Shelf()
    pins = pinning(shelf)
    asked = asyncio.create_task(pins.before(1, chat(1)))
    await asyncio.sleep(0)
    noted = [asyncio.create_task(pins.note(of(number, chat(number)), NOON)) for number in (1, 2)]
    await asyncio.sleep(0)
    shelf.slow.set()

    assert await asked == []
    await asyncio.gather(*noted)
    assert [await pins.before(9, chat(number)) for number in (1, 2)] == [[of(1, chat(1))], [of(2, chat(2))]]
    assert shelf.reads == 1


async def test_what_is_forgotten_while_the_pins_are_read_is_pinned_no_more() -> None:
    shelf = Shelf()
    shelf.rows[1] = of(1, chat(1))
    pins = pinning(shelf)
    asked = asyncio.create_task(pins.of(1))
    await asyncio.sleep(0)
    forgotten = asyncio.create_task(pins.forget(of(1, chat(1))))
    await asyncio.sleep(0)
    shelf.slow.set()
    await asyncio.gather(asked, forgotten)

    assert await pins.of(1) is None
    assert await pins.before(9, chat(1)) == []


async def test_only_what_its_subscription_wanted_pinned_in_the_same_place_gives_way() -> None:
    shelf = Shelf()
    shelf.slow.set()
    pins = pinning(shelf)
    for pin in (of(1, chat(1)), of(2, chat(1), rotates=False), of(3, chat(1, "7")), of(4, chat(2))):
        await pins.note(pin, NOON)

    assert await pins.before(9, chat(1)) == [of(1, chat(1))]
    assert await pins.before(1, chat(1)) == []
    await pins.note(of(1, chat(1), rotates=False), NOON)
    assert await pins.before(9, chat(1)) == []
    assert await pins.of(1) == of(1, chat(1), rotates=False)
