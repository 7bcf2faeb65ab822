"""What else newsbell says in a channel is not lost beside a post (docs/adr/0017)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.models import (
    DeliveryState,
    Destination,
    Outcome,
    Place,
    Receipt,
    Reply,
    Selector,
    SelectorKind,
    Shown,
    Subscription,
)
from tests.adapters.telegram.conftest import FakeDesk, listening, place
from tests.adapters.telegram.posts import NONCE, RAIN, TEXT
from tests.adapters.telegram.town import Town
from tests.state.making import NOON, Office, post, publish


async def test_a_reply_whose_answer_would_be_lost_too_is_no_second_candidate(town: Town, desk: FakeDesk) -> None:
    """Where the bot may edit others' posts and no operator has a chat with it, of two texts none would be proven."""
    await town.open()
    chat = town.chat("editor")
    channel = place(chat)
    everything = Subscription(channel, Selector(SelectorKind.ALL))
    await town.store.subscriptions.add(everything, Place(channel, "channel", "News"), "anna", NOON)
    await publish(town.store, post())
    office = Office(town.store, Path())
    async with listening(town.adapter, desk, town.telegram):
        await town.send(chat, replace(RAIN, title="Earlier"), TEXT)
        [delivery] = await town.store.deliveries.due("telegram", channel.bot, NOON, limit=1, skip=())
        claimed = await office.claim(delivery, nonce=NONCE)
        began = await town.lose(chat, look=TEXT)
        lost = chat.from_bot[-1]
        await office.end(claimed, DeliveryState.UNKNOWN, nonce=NONCE, outcome=Outcome.UNKNOWN)
        unlucky = town.telegram.fault("accept_then_close", chat=chat, method="sendMessage")
        town.telegram.type(chat, None, "/help")
        await town.telegram.until(lambda: desk.commands)

        found = await town.settle(chat, began, look=TEXT)

        assert found == Receipt((str(lost.id),))
        assert not unlucky.hits
        await office.end(claimed, DeliveryState.SETTLED, shown=Shown(1, "print", found))
        await town.telegram.until(lambda: unlucky.hits)


class Loss:
    """A post that is lost until it is found."""

    def __init__(self) -> None:
        self.found = False
        self.asked = asyncio.Event()
        self.about: list[Destination] = []

    async def is_lost(self, destination: Destination) -> bool:
        self.about.append(destination)
        self.asked.set()
        return not self.found


@pytest.fixture
def loss(town: Town, monkeypatch: pytest.MonkeyPatch) -> Loss:
    loss = Loss()
    monkeypatch.setattr(town.trails, "is_lost", loss.is_lost)
    monkeypatch.setattr("adapters.telegram.replies.KNOCK_SECONDS", 0.01)
    return loss


@pytest.mark.parametrize("kind", ["channel", "editor"])
async def test_a_new_message_waits_until_the_lost_post_is_found(town: Town, loss: Loss, kind: str) -> None:
    await town.open()
    chat = town.chat(kind)
    saying = asyncio.create_task(town.adapter.notify(place(chat), Reply("A menu of ours")))
    await loss.asked.wait()
    loss.asked.clear()
    await loss.asked.wait()
    assert not saying.done()
    assert chat.from_bot == []

    loss.found = True
    await saying

    assert [message.content.words for message in chat.from_bot] == ["A menu of ours"]
    assert set(loss.about) == {Destination("telegram", str(chat.id), bot="123456789")}


async def test_it_waits_for_a_minute_at_most(town: Town, loss: Loss, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.telegram.replies.LOST_SECONDS", 0.05)
    await town.open()
    chat = town.chat("editor")

    await town.adapter.notify(place(chat), Reply("A menu of ours"))

    assert loss.about
    assert len(chat.from_bot) == 1


@pytest.mark.parametrize("kind", ["group", "private"])
async def test_who_can_be_no_channel_waits_for_nothing(town: Town, loss: Loss, kind: str) -> None:
    await town.open()
    chat = town.chat(kind)

    await town.adapter.notify(place(chat), Reply("A menu of ours"))

    assert loss.about == []
    assert len(chat.from_bot) == 1


async def test_when_newsbell_stops_it_waits_no_longer(town: Town, loss: Loss, desk: FakeDesk) -> None:
    await town.open()
    chat = town.chat("editor")
    async with listening(town.adapter, desk, town.telegram):
        saying = asyncio.create_task(town.adapter.notify(place(chat), Reply("A menu of ours")))
        await loss.asked.wait()
    await saying

    assert len(chat.from_bot) == 1
