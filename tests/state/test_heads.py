"""Who is first in each line: the walk along the turns and the look at each destination say the same."""

from __future__ import annotations

from random import Random

import pytest

from bot.models import DeliveryState, DestinationState, Overrides
from state import heads
from tests.state.making import BOT, NOON, Office, chat, later, post, publish, subscribe

CHATS = 12


async def backlog(office: Office, chance: Random) -> None:
    """Many posts to many chats, in the middle of all that may become of them."""
    for number in range(1, CHATS + 1):
        await subscribe(office.store, chat(number), "category", "national")
        if number % 3:
            await subscribe(office.store, chat(number), "category", "sport")
    await publish(office.store, post("shown.md"))
    await office.send_all()
    for number in range(8):
        category = chance.choice(["National", "Sport"])
        await publish(office.store, post(f"{number}.md", categories=(category,)))
        for delivery in await office.due(limit=chance.randint(1, 4)):
            if chance.random() < 0.5:
                await office.send(delivery)
            else:
                claimed = await office.claim(delivery)
                await office.end(claimed, DeliveryState.DUE, due_at=later(chance.randrange(3) * 30))
    await publish(office.store, post("shown.md", title="Edited"))
    await publish(office.store, post("goal.md", categories=("Sport",), overrides=Overrides(breaking=True)))
    with office.stranger() as connection:
        connection.execute("UPDATE destinations SET waits_until = ? WHERE id % 5 = 0", (later(45).isoformat(),))
    for number in (1, 2):
        await office.store.subscriptions.set_state(chat(number), DestinationState.SUSPENDED, "kicked", NOON)


@pytest.mark.parametrize("seed", range(4))
async def test_both_ways_lead_to_the_same(office: Office, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    await backlog(office, Random(seed))
    terms = [(later(seconds), most) for seconds in (0, 40, 90) for most in (1, 5, 100)]

    async def asked(rows: int) -> list[list[int]]:
        monkeypatch.setattr(heads, "WALK", rows)
        return [
            [one.id for one in await office.store.deliveries.due("fake", BOT, now, limit=most, skip=(4,))]
            for now, most in terms
        ]

    by_turn = await asked(1000)
    assert max(map(len, by_turn)) > 5
    assert await asked(0) == by_turn
    monkeypatch.setattr(heads, "FEW", 0)
    assert await asked(0) == await asked(2) == by_turn


async def test_behind_many_that_wait_who_may_go_is_found(office: Office) -> None:
    for number in range(1, 2 * heads.WALK):
        await subscribe(office.store, chat(number))
    await publish(office.store, post())
    with office.stranger() as connection:
        connection.execute("UPDATE destinations SET waits_until = ? WHERE id < ?", (later(60).isoformat(), number))

    assert [delivery.destination_id for delivery in await office.due(limit=1)] == [number]
