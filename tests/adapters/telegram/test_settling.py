"""A send whose answer was lost is found, or known never to have arrived, and nobody's message is changed by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.telegram.looks import PROBES
from bot.delivering.trails import RememberedTrails
from bot.errors import DestinationLost, NeverArrived, OutcomeUnknown, TryLater
from bot.models import Look, Receipt, Reply
from bot.ports import Trail
from state import open_store
from tests.adapters.telegram.conftest import FakeDesk, FakePace, listening, place
from tests.adapters.telegram.posts import LOOK, NONCE, RAIN, TEXT
from tests.adapters.telegram.town import EDITOR, Town
from tests.emulators.telegram import Chat, Message, TelegramEmulator

KINDS = ["channel", "editor", "member", "admin", "group", "private"]
SEEN = {"channel", "editor", "admin", "private"}
"""Where the bot is told of what others write."""


@pytest.fixture
async def town(telegram: TelegramEmulator, pace: FakePace, tmp_path: Path) -> AsyncIterator[Town]:
    store = await open_store(f"sqlite:///{tmp_path}/newsbell.db", "/srv/posts")
    town = Town(telegram, store, pace, telegram.add_user("Operator"))
    yield town
    await town.adapter.close()
    await store.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens, nothing is waited for."""
    monkeypatch.setattr("adapters.telegram.listening.PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr("adapters.telegram.listening.QUIET_SECONDS", 0.05)


@pytest.mark.parametrize("operator", [False, True], ids=["alone", "operator"])
@pytest.mark.parametrize("look", [LOOK, TEXT], ids=["photo", "text"])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_message_that_arrived_is_found_among_those_of_others(
    town: Town, desk: FakeDesk, kind: str, look: Look, operator: bool
) -> None:
    await town.open(operator=operator)
    chat = town.chat(kind)
    async with listening(town.adapter, desk, town.telegram):
        await town.send(chat, replace(RAIN, title="Earlier"), look)
        town.telegram.post(chat, "before")
        began = await town.lose(chat, look=look)
        lost = chat.from_bot[-1]
        town.telegram.erase(town.telegram.post(chat, "erased"))
        await town.adapter.notify(place(chat), Reply("A menu of ours"))
        town.telegram.post(chat, "after")

        with town.nobody_touched():
            found = await town.settle(chat, began, look=look)

    assert found
    assert found.message_ids == (str(lost.id),)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_never_arrived_is_believed_at_the_second_look(town: Town, desk: FakeDesk, kind: str) -> None:
    await town.open()
    chat = town.chat(kind)
    async with listening(town.adapter, desk, town.telegram):
        await town.send(chat)
        town.telegram.post(chat, "before")
        began = await town.lose(chat, arrives=False)
        town.telegram.post(chat, "after")

        with town.nobody_touched():
            with pytest.raises(TryLater, match="still be on its way") as early:
                await town.settle(chat, began, after=2)
            with pytest.raises(TryLater, match="looking again") as first:
                await town.settle(chat, began, after=6)
            with pytest.raises(NeverArrived):
                await town.settle(chat, began, after=20)

    assert early.value.retry_after == pytest.approx(3)
    assert first.value.retry_after
    assert 5 < first.value.retry_after <= 14


async def test_what_arrives_between_the_looks_is_found(town: Town) -> None:
    await town.open()
    chat = town.chat("member")
    await town.send(chat, replace(RAIN, title="Earlier"))
    began = await town.lose(chat, arrives=False)
    with pytest.raises(TryLater):
        await town.settle(chat, began, after=6)
    late = await town.adapter.send(RAIN, place(chat), LOOK, nonce=NONCE)

    assert await town.settle(chat, began) == replace(late, media_id="")


async def test_what_arrives_during_a_look_at_an_id_that_was_asked_about_is_found(
    town: Town, pace: FakePace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing stood there a moment before; others write behind it at once."""
    await town.open()
    chat = town.chat("member")
    await town.send(chat, replace(RAIN, title="Earlier"))
    began = await town.lose(chat, arrives=False)
    late: list[Receipt] = []

    async def turn(*_terms: object, **_more: object) -> None:
        if not late:
            late.append(await town.adapter.send(RAIN, place(chat), LOOK, nonce=NONCE))
            town.telegram.post(chat, "after")

    with monkeypatch.context() as patch:
        patch.setattr(pace, "turn", turn)
        with pytest.raises(TryLater):
            await town.settle(chat, began, after=6)

    assert str(town.probes[0]) == late[0].message_ids[0]
    assert await town.settle(chat, began) == replace(late[0], media_id="")


async def test_a_forwarded_copy_gives_the_pictures_id_and_leaves_nothing_behind(town: Town, desk: FakeDesk) -> None:
    await town.open(operator=True)
    chat = town.chat("editor")
    async with listening(town.adapter, desk, town.telegram):
        await town.send(chat, replace(RAIN, title="Earlier"))
        began = await town.lose(chat)

        found = await town.settle(chat, began)

    assert found
    assert found.media_id
    assert town.private.visible == []
    assert [each.silent for each in town.private.messages.values()] == [True]


@pytest.mark.parametrize("operator", [False, True])
async def test_a_post_of_others_that_no_update_told_of_is_never_edited(town: Town, operator: bool) -> None:
    """With the right to edit others' posts, each looks like ours."""
    await town.open(operator=operator)
    chat = town.chat("editor")
    await town.send(chat)
    began = await town.lose(chat, arrives=False)
    town.telegram.post(chat, "theirs", seen=False)

    with town.nobody_touched():
        if operator:
            with pytest.raises(NeverArrived):
                await town.settle(chat, began)
        else:
            with pytest.raises(TryLater, match="is known yet"):
                await town.settle(chat, began)
            with pytest.raises(OutcomeUnknown):
                await town.settle(chat, began, after=77)


async def test_however_long_newsbell_was_away_it_looks_for_a_minute(town: Town, pace: FakePace) -> None:
    """Telegram's limits let no look get through a long list of ids at once."""
    await town.open()
    chat = town.chat("member")
    await town.send(chat, replace(RAIN, title="Earlier"))
    for _ in range(PROBES):
        town.telegram.post(chat, "before")
    began = await town.lose(chat)
    lost = chat.from_bot[-1]
    for _ in range(20):
        town.telegram.post(chat, "after")

    with pytest.raises(TryLater, match="looking on"):
        await town.settle(chat, began, after=3600)
    found = None
    for after in (3625, 3650):
        with suppress(TryLater):
            found = found or await town.settle(chat, began, after=after)

    assert found
    assert found.message_ids == (str(lost.id),)


async def test_of_two_lost_announcements_none_is_taken_for_the_other(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crowded(*terms: Any) -> Trail:
        return replace(await RememberedTrails.trail(town.trails, *terms), crowded=True)

    await town.open()
    chat = town.chat("member")
    await town.send(chat)
    began = await town.lose(chat, look=TEXT)
    await town.lose(chat, announcement=replace(RAIN, title="Wind"), look=TEXT)
    monkeypatch.setattr(town.trails, "trail", crowded)

    with town.nobody_touched(), pytest.raises(OutcomeUnknown, match="each may be"):
        await town.settle(chat, began, look=TEXT)


@pytest.mark.parametrize("first", [True, False], ids=["reply first", "reply last"])
@pytest.mark.parametrize("look", [LOOK, TEXT], ids=["photo", "text"])
async def test_beside_a_lost_reply_the_lost_message_is_found_and_stays_alone(
    town: Town, look: Look, first: bool
) -> None:
    await town.open()
    chat = town.chat("member")
    await town.send(chat, replace(RAIN, title="Earlier"))
    began = town.now
    if first:
        await town.lose_reply(chat)
    await town.lose(chat, look=look)
    lost = chat.from_bot[-1]
    if not first:
        await town.lose_reply(chat)
    was = lost.content

    found = await town.settle(chat, began, look=look)

    assert found
    assert found.message_ids == (str(lost.id),)
    assert lost.content == was
    assert [message.html for message in chat.from_bot].count(lost.html) == 1


async def test_a_lost_reply_is_not_taken_for_a_picture(town: Town) -> None:
    await town.open()
    chat = town.chat("member")
    await town.send(chat, replace(RAIN, title="Earlier"))
    began = await town.lose(chat, arrives=False)
    await town.lose_reply(chat)

    with town.nobody_touched(), pytest.raises(NeverArrived):
        await town.settle(chat, began)


async def test_a_lost_reply_becomes_the_text_that_never_arrived(town: Town) -> None:
    """It is said once, and nobody was harmed: whose question it answered asks again."""
    await town.open()
    chat = town.chat("member")
    await town.send(chat, replace(RAIN, title="Earlier"))
    began = await town.lose(chat, arrives=False, look=TEXT)
    await town.lose_reply(chat)

    found = await town.settle(chat, began, look=TEXT)

    assert found
    assert found.message_ids == (str(_last(chat).id),)
    assert RAIN.title in (_last(chat).text or "")


async def test_a_reply_that_is_on_its_way_is_waited_for(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    noting, noted = asyncio.Event(), asyncio.Event()

    async def slowly(*terms: Any) -> bool:
        noting.set()
        await noted.wait()
        return await RememberedTrails.note(town.trails, *terms)

    await town.open()
    chat = town.chat("member")
    await town.send(chat, replace(RAIN, title="Earlier"))
    began = await town.lose(chat, arrives=False, look=TEXT)
    monkeypatch.setattr(town.trails, "note", slowly)
    replying = asyncio.create_task(town.adapter.notify(place(chat), Reply("A menu of ours")))
    await noting.wait()

    with town.nobody_touched():
        with pytest.raises(TryLater, match="reply of newsbell is on its way"):
            await town.settle(chat, began, look=TEXT)
        noted.set()
        await replying
        with pytest.raises(NeverArrived):
            await town.settle(chat, began, look=TEXT)


async def test_ids_of_other_private_chats_are_skipped(town: Town) -> None:
    await town.open()
    chat, other = town.chat("private"), town.chat("private")
    await town.send(other)
    began = await town.lose(chat)
    for _ in range(5):
        await town.send(other)

    found = await town.settle(chat, began)

    assert found
    assert found.message_ids == (str(chat.from_bot[0].id),)
    assert town.probes == [2]


@pytest.mark.parametrize("kind", ["member", "group", "private"])
async def test_among_many_messages_that_are_not_heard_it_is_found_in_one_look(
    town: Town, pace: FakePace, kind: str
) -> None:
    """A minute has 20 calls in a group, but what is refused before anything is changed counts as none of them."""
    await town.open()
    chat = town.chat(kind)
    known = chat if kind == "member" else town.chat("private")
    await town.send(known)
    began = await town.lose(chat, arrives=False)
    for _ in range(20):
        town.telegram.post(chat, "what others say")
    late = await town.adapter.send(RAIN, place(chat), LOOK, nonce=NONCE)
    for _ in range(20):
        town.telegram.post(chat, "what others say")
    await town.send(known)
    pace.turns.clear()

    assert await town.settle(chat, began) == replace(late, media_id="")
    assert len(town.probes) > 20
    *probing, proving = [keys for keys, _ in pace.turns]
    assert set(probing) == {("bot", f"chat:{chat.id}")}
    assert (f"group:{chat.id}" in proving) == (kind != "private")


async def test_where_no_id_is_known_absence_is_no_proof(town: Town) -> None:
    await town.open()
    chat = town.chat("channel")
    began = await town.lose(chat, arrives=False)

    with pytest.raises(OutcomeUnknown, match="where the new messages"):
        await town.settle(chat, began)


async def test_every_probe_but_the_first_waits_for_its_turn(town: Town, pace: FakePace) -> None:
    await town.open()
    chat = town.chat("channel")
    await town.send(chat)
    began = await town.lose(chat, arrives=False)
    pace.turns.clear()

    with pytest.raises(NeverArrived):
        await town.settle(chat, began)

    assert len(town.probes) == 3
    assert len(pace.turns) == 2


async def test_a_chat_that_is_gone_says_so(town: Town) -> None:
    await town.open()
    chat = town.chat("channel")
    await town.send(chat)
    began = await town.lose(chat)
    town.telegram.kick(chat)

    with pytest.raises(DestinationLost):
        await town.settle(chat, began)


@pytest.mark.parametrize("fault", ["close", "flood", "restart_before"])
async def test_a_look_that_fails_is_made_again(town: Town, fault: str) -> None:
    await town.open()
    chat = town.chat("channel")
    await town.send(chat)
    began = await town.lose(chat)
    for method in ("stopMessageLiveLocation", "getChatMember", "editMessageCaption"):
        town.telegram.fault(fault, method=method)
        with pytest.raises(TryLater):
            await town.settle(chat, began)

    assert await town.settle(chat, began) == Receipt((str(_last(chat).id),))


async def test_a_pause_that_telegram_asks_for_is_no_time_in_which_it_was_looked_for(town: Town) -> None:
    await town.open()
    chat = town.chat("member")
    await town.send(chat)
    began = await town.lose(chat, arrives=False)
    for _ in range(3 * PROBES):
        town.telegram.post(chat, "theirs")
    with pytest.raises(TryLater, match="looking on"):
        await town.settle(chat, began)
    town.telegram.fault("flood", method="stopMessageLiveLocation", retry_after=300)
    for after in (24, 325):  # the second look would be the last: what comes of it, then, is a message sent again
        with pytest.raises(TryLater):
            await town.settle(chat, began, after=after)


async def test_a_right_that_is_given_meanwhile_counts(town: Town, desk: FakeDesk) -> None:
    await town.open()
    chat = town.chat("channel")
    async with listening(town.adapter, desk, town.telegram):
        await town.send(chat)
        began = await town.lose(chat, arrives=False)
        with pytest.raises(TryLater):
            await town.settle(chat, began, after=6)
        town.telegram.promote(chat, town.telegram.bot, **dict.fromkeys(EDITOR, True))
        town.telegram.post(chat, "theirs", seen=False)
        town.telegram.post(chat, "theirs, too", seen=False)

        with town.nobody_touched(), pytest.raises(OutcomeUnknown):
            await town.settle(chat, began, look=TEXT)


def _last(chat: Chat) -> Message:
    return chat.from_bot[-1]
