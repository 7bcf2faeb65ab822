"""By webhook, too, a message counts as the lost one only when all that people wrote is known, or nothing is touched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from bot.errors import OutcomeUnknown, TryLater
from tests.adapters.telegram.conftest import FakeDesk
from tests.adapters.telegram.hooks import House, open_house
from tests.adapters.telegram.town import Town


@pytest.fixture
async def house(town: Town, unused_tcp_port: int) -> AsyncIterator[House]:
    """The town's adapter hears by webhook."""
    await town.open()
    await town.adapter.close()
    async with open_house(House(town.telegram, unused_tcp_port, trails=town.trails)) as house:
        town.adapter = house.adapter
        town.grow_old()
        yield house


@pytest.fixture
async def hearing(house: House, town: Town, desk: FakeDesk) -> AsyncIterator[None]:
    serving = asyncio.create_task(house.adapter.serve(desk))
    await town.telegram.until(lambda: town.telegram.updates.webhook)
    yield
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


async def test_what_others_posted_is_known_before_a_post_is_taken_for_the_lost_one(town: Town, hearing: None) -> None:
    """With the right to edit others' posts, each looks like ours."""
    chat = town.chat("editor")
    await town.send(chat)
    began = await town.lose(chat)
    lost = chat.from_bot[-1]
    town.telegram.post(chat, "theirs")

    found = await town.settle(chat, began)

    assert found
    assert found.message_ids == (str(lost.id),)


async def test_while_updates_can_not_be_brought_nothing_is_taken_for_certain(
    town: Town, house: House, hearing: None
) -> None:
    chat = town.chat("editor")
    await town.send(chat)
    began = await town.lose(chat, arrives=False)
    await house.stop_serving()
    town.telegram.post(chat, "theirs")

    with town.nobody_touched():
        with pytest.raises(TryLater, match="is known yet"):
            await town.settle(chat, began)
        with pytest.raises(OutcomeUnknown):
            await town.settle(chat, began, after=77)


@pytest.mark.parametrize("trouble", ["another address", "no answer"])
async def test_where_telegram_does_not_say_what_is_still_to_come_nothing_is_certain(
    town: Town, hearing: None, trouble: str
) -> None:
    chat = town.chat("editor")
    await town.send(chat)
    began = await town.lose(chat, arrives=False)
    town.telegram.post(chat, "theirs", seen=False)
    if trouble == "no answer":
        town.telegram.fault("bad_gateway", method="getWebhookInfo", count=100)
    else:
        town.telegram.updates.webhook = "https://elsewhere.example/hook"

    with town.nobody_touched(), pytest.raises(TryLater, match="is known yet"):
        await town.settle(chat, began)


async def test_a_message_that_could_not_be_noted_makes_nothing_certain_any_more(
    town: Town, hearing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = town.chat("editor")
    await town.send(chat)
    began = await town.lose(chat, arrives=False)

    async def fail(*_: object) -> bool:
        return False

    with monkeypatch.context() as broken:
        broken.setattr(town.trails, "note", fail)
        town.telegram.post(chat, "theirs")
        await town.telegram.until(lambda: not town.telegram.updates.waiting)

    with town.nobody_touched(), pytest.raises(TryLater, match="is known yet"):
        await town.settle(chat, began)
