"""A preview is never taken for a lost announcement, nor changed into one (docs/adr/0017)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace

import pytest

from bot.errors import NeverArrived, TryLater
from bot.models import Look, Picture, Reply, Specimen
from tests.adapters.telegram.conftest import FakeDesk, listening
from tests.adapters.telegram.posts import LOOK, RAIN, RICH
from tests.adapters.telegram.town import Town
from tests.emulators.telegram import Chat

NEWEST = replace(RAIN, title="Newest", pictures=(Picture(url="https://news.example/other.jpg"),))
EARLIER = replace(RAIN, title="Earlier")
LOOKS = pytest.mark.parametrize("look", [LOOK, RICH], ids=["photo", "article"])
KINDS = pytest.mark.parametrize("kind", ["member", "group", "private", "channel"])


@pytest.fixture
async def asked(town: Town, desk: FakeDesk) -> FakeDesk:
    """Who asks for a preview is shown the newest post."""
    await town.open()
    desk.reply = lambda _: Reply("So it looks:", specimen=Specimen(NEWEST, LOOK))
    return desk


async def ask_in_vain(town: Town, chat: Chat) -> None:
    """A preview is asked for, and its beginning has no answer: newsbell may as well have been killed."""
    town.telegram.fault("accept_then_close", chat=chat, method="sendMessage", skip=1)
    town.telegram.type(chat, None if chat.kind == "channel" else town.operator, "/preview")
    await town.telegram.until(lambda: words(chat)[-1:] == ["…"])


def words(chat: Chat) -> list[str]:
    return [message.content.words.split("\n")[0] for message in chat.from_bot]


@KINDS
async def test_a_preview_without_an_answer_is_left_alone(town: Town, asked: FakeDesk, kind: str) -> None:
    chat = town.chat(kind)
    async with listening(town.adapter, asked, town.telegram):
        await town.send(chat, EARLIER)
        began = await town.lose(chat, arrives=False)
        await ask_in_vain(town, chat)
        with pytest.raises(NeverArrived):
            await town.settle(chat, began)

    assert words(chat) == ["Earlier", "So it looks:", "…"]


@KINDS
@LOOKS
async def test_the_lost_one_is_found_beside_such_a_preview(town: Town, asked: FakeDesk, kind: str, look: Look) -> None:
    chat = town.chat(kind)
    async with listening(town.adapter, asked, town.telegram):
        await town.send(chat, EARLIER)
        await ask_in_vain(town, chat)
        began = await town.lose(chat, look=look)
        lost = chat.from_bot[-1]
        found = await town.settle(chat, began, look=look)

    assert found
    assert found.message_ids == (str(lost.id),)
    assert words(chat).count("Rain") == 1


async def test_a_preview_is_nothing_else_until_its_id_is_known(
    town: Town, asked: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, remember = asyncio.Event(), town.trails.note

    async def slowly(bot: str, messages: Collection[tuple[str, str]]) -> bool:
        if words(chat)[-1:] == ["…"]:
            await known.wait()
        return await remember(bot, messages)

    chat = town.chat("member")
    async with listening(town.adapter, asked, town.telegram):
        await town.send(chat, EARLIER)
        began = await town.lose(chat, arrives=False)
        monkeypatch.setattr(town.trails, "note", slowly)
        town.telegram.type(chat, town.operator, "/preview")
        await town.telegram.until(lambda: words(chat)[-1:] == ["…"])
        with pytest.raises(TryLater, match="on its way"):
            await town.settle(chat, began)
        assert words(chat)[-1] == "…"
        known.set()
        await town.telegram.until(lambda: words(chat)[-1] == "Newest")


async def test_a_preview_whose_id_is_not_remembered_goes_again(
    town: Town, asked: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(bot: str, messages: Collection[tuple[str, str]]) -> bool:
        return False

    chat = town.chat("private")
    async with listening(town.adapter, asked, town.telegram):
        monkeypatch.setattr(town.trails, "note", full)
        town.telegram.type(chat, town.operator, "/preview")
        await town.telegram.until(lambda: "deleteMessage" in [each.method for each in town.telegram.requests])

    assert [message.content.words for message in chat.visible if message in chat.from_bot] == ["So it looks:"]


async def test_a_preview_is_never_paid_for(town: Town, asked: FakeDesk) -> None:
    chat = town.chat("private")
    town.adapter._paying.rate = 100
    async with listening(town.adapter, asked, town.telegram):
        town.telegram.type(chat, town.operator, "/preview")
        await town.telegram.until(lambda: words(chat)[-1:] == ["Newest"])

    assert not any("allow_paid_broadcast" in each.parameters for each in town.telegram.requests)
