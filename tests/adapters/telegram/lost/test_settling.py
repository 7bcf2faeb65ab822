"""A send whose answer was lost is found, or known never to have arrived, and nobody's message is changed by it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.telegram.searches import PROBES
from adapters.telegram.sweeping import ABREAST, FAR
from bot.errors import DestinationLost, NeverArrived, OutcomeUnknown, TryLater
from bot.models import Kind, Look, Picture, PictureFile, PictureLimits, Receipt, Reply
from tests.adapters.telegram.conftest import FakeDesk, FakePace, listening, place
from tests.adapters.telegram.posts import LOOK, NONCE, RAIN, RICH, TEXT
from tests.adapters.telegram.town import Town
from tests.drawing import drawn
from tests.emulators.telegram import Chat, Message

KINDS = ["channel", "editor", "member", "admin", "group", "private"]
SEEN = {"channel", "editor", "admin", "private"}
"""Where the bot is told of what others write."""


@pytest.mark.parametrize("operator", [False, True], ids=["alone", "operator"])
@pytest.mark.parametrize("look", [LOOK, TEXT, RICH], ids=["photo", "text", "rich"])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_message_that_arrived_is_found_among_those_of_others(
    town: Town, desk: FakeDesk, kind: str, look: Look, operator: bool
) -> None:
    await town.open(operator=operator)
    chat = town.chat(kind)
    async with listening(town.adapter, desk, town.telegram):
        await town.send(chat, replace(RAIN, title="Earlier"), look)
        await town.hear(chat, "before")
        began = await town.lose(chat, look=look)
        lost = chat.from_bot[-1]
        town.telegram.erase(town.telegram.post(chat, "erased"))
        await town.adapter.notify(place(chat), Reply("A menu of ours"))
        town.telegram.post(chat, "after")

        with town.nobody_touched():
            found = await town.settle(chat, began, look=look)

    assert found
    assert found.message_ids == (str(lost.id),)


@pytest.mark.parametrize("look", [LOOK, TEXT, RICH], ids=["photo", "text", "rich"])
@pytest.mark.parametrize("kind", sorted({*KINDS} - {"editor"}))
async def test_a_message_behind_an_album_that_was_deleted_is_found(town: Town, kind: str, look: Look) -> None:
    """And behind some more: where so many ids have nothing, a chat seems to be at its end."""
    await town.open()
    chat = town.chat(kind)
    await town.send(chat, replace(RAIN, title="Earlier"), look)
    town.telegram.erase(*(town.telegram.post(chat, "spam", seen=False) for _ in range(15)))
    began = await town.lose(chat, look=look)

    with town.nobody_touched():
        with suppress(TryLater):
            await town.settle(chat, began, after=6, look=look)
        found = await town.settle(chat, began, after=21, look=look)

    assert found == Receipt((str(_last(chat).id),))


@pytest.mark.parametrize("kind", KINDS)
async def test_what_never_arrived_is_believed_at_the_second_look(town: Town, desk: FakeDesk, kind: str) -> None:
    await town.open()
    chat = town.chat(kind)
    async with listening(town.adapter, desk, town.telegram):
        await town.send(chat)
        await town.hear(chat, "before")
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


async def test_a_clock_that_is_set_makes_no_message_old(town: Town) -> None:
    """Nor does a process that stood still between its claim and its call."""
    await town.open()
    chat = town.chat("channel")
    await town.send(chat)
    began = await town.lose(chat, arrives=False, by=town.adapter)

    with pytest.raises(TryLater, match="still be on its way"):
        await town.settle(chat, began, after=3600)


class SlowPictures:
    """Brings a picture, which takes so long by the loop's clock as a slow line does."""

    def __init__(self, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
        self._seconds = seconds
        self._monkeypatch = monkeypatch

    async def fetch(self, _picture: Picture, _limits: PictureLimits, *, again: bool = False) -> PictureFile:
        loop = asyncio.get_running_loop()
        clock, self._seconds, later = loop.time, 0.0, self._seconds
        self._monkeypatch.setattr(loop, "time", lambda: clock() + later)
        return PictureFile(drawn(), Kind.JPEG)

    async def close(self) -> None: ...


@pytest.mark.parametrize("fault", ["close", "bad_gateway"], ids=["broken", "failed"])
async def test_a_call_that_took_long_to_leave_may_still_have_its_effect(
    town: Town, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """A picture that is brought and uploaded on a slow line takes longer than a lost message does to arrive."""
    await town.open(pictures=SlowPictures(25, monkeypatch))
    chat = town.chat("channel")
    await town.send(chat, look=TEXT)
    began = await town.lose(chat, by=town.adapter, fault=fault)

    with pytest.raises(TryLater, match="still be on its way"):
        await town.settle(chat, began, after=25.2)


async def test_the_time_for_which_an_answer_was_waited_for_counts(town: Town) -> None:
    await town.open(read_timeout=0.5)
    chat = town.chat("channel")
    began = await town.lose(chat, by=town.adapter, fault="hang")

    with pytest.raises(TryLater, match="still be on its way") as early:
        await town.settle(chat, began, after=0)

    assert early.value.retry_after
    assert early.value.retry_after <= 4.5


async def test_the_call_of_a_process_that_was_killed_may_have_left_until_the_next_one_began(town: Town) -> None:
    """Its upload may have ended in the moment of the kill, however long before it began."""
    await town.open(just_now=True)
    chat = town.chat("channel")
    await town.send(chat)
    began = await town.lose(chat, arrives=False)

    with pytest.raises(TryLater, match="still be on its way"):
        await town.settle(chat, began, after=60)


async def test_what_was_found_in_a_chat_says_nothing_of_the_one_that_it_became(town: Town) -> None:
    await town.open()
    group = town.chat("group")
    began = await town.lose(group, arrives=False)
    town.telegram.post(group, "theirs")
    with pytest.raises(TryLater):
        await town.settle(group, began, after=6)
    before = town.probes

    with pytest.raises(OutcomeUnknown):
        await town.settle(town.chat("member"), began, after=21)

    assert town.probes[len(before) :] == [1, 2, 3]


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


async def test_after_an_hour_away_a_lost_message_is_looked_for_where_it_would_stand(town: Town, pace: FakePace) -> None:
    """Nobody knows what came in between. The process that looks began only now, and that is another time."""
    await town.open(just_now=True)
    chat = town.chat("member")
    town.ago = timedelta(seconds=3700)
    await town.send(chat, replace(RAIN, title="Earlier"))
    town.ago = timedelta(seconds=3600)
    for _ in range(8):
        town.telegram.post(chat, "before")
    began = await town.lose(chat)
    lost = chat.from_bot[-1]
    for _ in range(300):
        town.telegram.post(chat, "after")
    town.grow_old(seconds=21)

    found = await town.settle(chat, began, after=3600)
    assert found
    assert found.message_ids == (str(lost.id),)
    assert len(town.probes) < 40


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
    assert not pace.in_air


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

    assert len(town.probes) == FAR
    assert len(pace.turns) == FAR - 1


async def test_no_probe_waits_for_the_answer_to_the_one_before_it(
    town: Town, pace: FakePace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a wire that takes a second, a minute would not be enough for as many ids as the pace allows."""
    await town.open()
    chat = town.chat("member")
    await town.send(chat, replace(RAIN, title="Earlier"))
    for _ in range(13):
        town.telegram.post(chat, "before")
    began = await town.lose(chat)
    lost = chat.from_bot[-1]
    for _ in range(15):
        town.telegram.post(chat, "after")
    asking, most = 0, 0

    async def turn(*_terms: object, **_more: object) -> None:
        nonlocal asking, most
        asking += 1
        most = max(most, asking)
        await asyncio.sleep(0)  # who asks at the same time does it now
        asking -= 1

    monkeypatch.setattr(pace, "turn", turn)

    assert await town.settle(chat, began) == Receipt((str(lost.id),))
    assert most == ABREAST


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


def _last(chat: Chat) -> Message:
    return chat.from_bot[-1]
