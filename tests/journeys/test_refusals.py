"""One answer that every chat gives: nobody loses the post for it."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process


async def test_a_refusal_by_every_chat_loses_nobody_the_post(world: World) -> None:
    newsroom, telegram = world.newsroom, world.telegram
    newsroom.write("old.md", post("OLD"))
    await newsroom.start()
    await newsroom.says("telegram: ready")
    crowd = [telegram.add_private(telegram.add_user(f"Reader {number}")) for number in range(12)]
    await newsroom.subscribe([f"telegram:{chat.id}" for chat in crowd])
    fault = telegram.fault(
        "answer", method="sendPhoto", status=400, description="Bad Request: SOMETHING_NEW", count=1000
    )

    newsroom.write("rain.md", post("RAIN"))
    await newsroom.says("one after the other")
    assert newsroom.standing() == {("telegram", "held"): 12}
    assert not any(chat.visible for chat in crowd)

    telegram.faults.all.remove(fault)
    code, output = await newsroom.command("release", "rain.md")
    assert code == 0, output
    assert output.endswith("✓ rain.md goes on: 12 deliveries are due\n")
    await newsroom.settles(12)
    assert [len(chat.visible) for chat in crowd] == [1] * 12
