"""What newsbell pinned is remembered by its delivery, and forgotten with what it stood for."""

from __future__ import annotations

from pathlib import Path

from bot.records import Pin
from tests.state.making import BOT, NOON, chat, open_office, post, publish, subscribe


async def test_pins_are_remembered_and_forgotten_one_by_one(tmp_path: Path) -> None:
    office = await open_office(tmp_path / "newsbell.db")
    shelf = office.store.deliveries
    await subscribe(office.store, chat(1))
    await subscribe(office.store, chat(2, "7"))
    await publish(office.store, post("a.md"))
    one, other = [
        Pin(delivery.id, delivery.destination, str(70 + delivery.id), rotates=number == 0)
        for number, delivery in enumerate(await office.due())
    ]

    for pin in (one, other):
        await shelf.note_pin(pin, NOON)
    assert sorted(await shelf.pins("fake", BOT), key=lambda pin: pin.delivery) == [one, other]
    assert await shelf.pins("fake", "another") == []
    assert (await shelf.pin(one.delivery), await shelf.pin(other.delivery)) == (one, other)

    await shelf.forget_pin(one.delivery)
    await shelf.forget_pin(one.delivery)
    assert await shelf.pins("fake", BOT) == [other]
    assert await shelf.pin(one.delivery) is None
    await office.store.close()
