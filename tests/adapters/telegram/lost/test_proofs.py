"""What proves a message to be the lost one changes nobody's message, and no other announcement's."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.delivering.trails import RememberedTrails
from bot.errors import NeverArrived, OutcomeUnknown, TryLater
from bot.models import Look, Receipt, Reply
from bot.ports import Trail
from tests.adapters.telegram.conftest import FakeDesk, listening, place
from tests.adapters.telegram.posts import CAPTION, LOOK, NONCE, RAIN, RICH, TEXT
from tests.adapters.telegram.town import EDITOR, Town
from tests.emulators.telegram import Chat, Message
from tests.patience import PATIENCE


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


@pytest.mark.parametrize("look", [LOOK, TEXT, RICH], ids=["photo", "text", "rich"])
async def test_a_protected_message_of_which_no_copy_can_be_made_is_proven_by_an_edit(
    town: Town, desk: FakeDesk, look: Look
) -> None:
    look = replace(look, protect=True)
    await town.open(operator=True)
    chat = town.chat("editor")
    async with listening(town.adapter, desk, town.telegram):
        await town.send(chat, replace(RAIN, title="Earlier"), look)
        began = await town.lose(chat, look=look)
        town.telegram.post(chat, "theirs")

        with town.nobody_touched():
            found = await town.settle(chat, began, look=look)

    assert found
    assert found.message_ids == (str(_last(chat).id),)
    assert _last(chat).protected


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
            with pytest.raises(TryLater, match="is known yet"):
                await town.settle(chat, began)
            with pytest.raises(NeverArrived):
                await town.settle(chat, began, after=23)
        else:
            with pytest.raises(TryLater, match="is known yet"):
                await town.settle(chat, began)
            with pytest.raises(OutcomeUnknown):
                await town.settle(chat, began, after=77)


async def test_while_the_answer_to_a_poll_is_on_its_way_a_post_of_others_is_never_edited(
    town: Town, desk: FakeDesk
) -> None:
    """A poll that waits need not wait for something to come: on a slow wire it may be here in a moment."""
    await town.open()
    chat = town.chat("editor")
    town.telegram.fault("slow_answer", method="getUpdates", seconds=PATIENCE, skip=1)
    async with listening(town.adapter, desk, town.telegram):
        await town.send(chat)
        began = await town.lose(chat, arrives=False, look=TEXT)
        town.telegram.post(chat, "theirs, heard")
        await town.telegram.until(lambda: not town.telegram.updates.waiting and town.telegram.updates.polled)
        town.telegram.post(chat, "theirs")

        with town.nobody_touched(), pytest.raises(TryLater, match="is known yet"):
            await town.settle(chat, began, look=TEXT)


async def test_what_an_older_database_announced_stays_whatever_is_found_before_it(town: Town) -> None:
    """Where nothing is known, a look tells nothing of where the new messages begin."""
    await town.open()
    chat = town.chat("member")
    town.telegram.post(chat, "theirs", seen=False)
    await town.adapter.send(replace(RAIN, title="Sport"), place(chat), LOOK, nonce="9-9")
    for _ in range(2):
        began = await town.lose(chat, arrives=False)
        with town.nobody_touched(), pytest.raises(OutcomeUnknown):
            await town.settle(chat, began)


@pytest.mark.parametrize("look", [LOOK, TEXT, RICH], ids=["photo", "text", "rich"])
@pytest.mark.parametrize(
    "crowded",
    [(True,), (False, True), (True, False)],
    ids=["both lost", "the other one is sent during the look", "the other one was given up during the look"],
)
async def test_no_announcement_is_taken_for_another_one(
    town: Town, monkeypatch: pytest.MonkeyPatch, crowded: tuple[bool, ...], look: Look
) -> None:
    says = iter(crowded)

    async def trail(*terms: Any) -> Trail:
        known = await RememberedTrails.trail(town.trails, *terms)
        return replace(known, crowded=next(says, crowded[-1]))

    await town.open()
    chat = town.chat("member")
    await town.send(chat)
    began = await town.lose(chat, arrives=False, look=look)
    await town.lose(chat, announcement=replace(RAIN, title="Wind"), look=look)
    monkeypatch.setattr(town.trails, "trail", trail)

    with town.nobody_touched(), pytest.raises(OutcomeUnknown, match="each may be"):
        await town.settle(chat, began, look=look)


@pytest.mark.parametrize("twinned", [(True,), (True, False)], ids=["both lost", "the other one is sent by then"])
async def test_the_same_post_in_another_topic_is_not_taken_for_the_lost_one(
    town: Town, monkeypatch: pytest.MonkeyPatch, twinned: tuple[bool, ...]
) -> None:
    says = iter(twinned)

    async def trail(*terms: Any) -> Trail:
        known = await RememberedTrails.trail(town.trails, *terms)
        both = next(says, twinned[-1])
        return replace(known, crowded=both, twinned=both)

    await town.open(operator=True)
    chat = town.chat("member")
    await town.send(chat, replace(RAIN, title="Earlier"))
    began = await town.lose(chat, arrives=False)
    await town.lose(chat)
    monkeypatch.setattr(town.trails, "trail", trail)

    with town.nobody_touched(), pytest.raises(OutcomeUnknown, match="each may be"):
        await town.settle(chat, began)


@pytest.mark.parametrize("first", [True, False], ids=["reply first", "reply last"])
@pytest.mark.parametrize("look", [LOOK, TEXT, RICH], ids=["photo", "text", "rich"])
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


@pytest.mark.parametrize("look", [TEXT, RICH], ids=["text", "rich"])
async def test_a_lost_reply_becomes_the_text_that_never_arrived(town: Town, look: Look) -> None:
    """It is said once, and nobody was harmed: whose question it answered asks again."""
    await town.open()
    chat = town.chat("member")
    await town.send(chat, replace(RAIN, title="Earlier"))
    began = await town.lose(chat, arrives=False, look=look)
    await town.lose_reply(chat)

    found = await town.settle(chat, began, look=look)

    assert found
    assert found.message_ids == (str(_last(chat).id),)
    assert _last(chat).content.words.startswith(RAIN.title)
    assert bool(_last(chat).article) == (look is RICH)


async def test_an_article_whose_picture_telegram_loads_anew_is_found_all_the_same(town: Town) -> None:
    """Then it is never "not modified"; whether it is so on the live platform nobody has seen."""
    town.telegram.keeps_article_photos = False
    await town.open()
    chat = town.chat("member")
    await town.send(chat, replace(RAIN, title="Earlier"))
    began = await town.lose(chat, look=RICH)
    lost = chat.from_bot[-1]
    words = lost.content.words

    found = await town.settle(chat, began, look=RICH)

    assert found
    assert found.message_ids == (str(lost.id),)
    assert (len(chat.from_bot), lost.content.words) == (2, words)


@pytest.mark.parametrize("operator", [False, True], ids=["alone", "operator"])
@pytest.mark.parametrize("knows", [False, True], ids=["an older server", "an article that was refused"])
async def test_what_went_out_in_place_of_an_article_is_found_after_a_restart(
    town: Town, desk: FakeDesk, knows: bool, operator: bool
) -> None:
    """The new process does not know yet that there are no articles."""
    town.telegram.knows_rich_messages = knows
    await town.open(operator=operator)
    chat = town.chat("editor" if operator else "member")
    async with listening(town.adapter, desk, town.telegram):
        await town.send(chat, replace(RAIN, title="Earlier"))
        town.telegram.fault("answer", method="sendRichMessage", status=400, description="Bad Request: RICH_MESSAGE_BAD")
        with pytest.raises(TryLater):
            await town.losing.send(RAIN, place(chat), RICH, nonce=NONCE)
        began = await town.lose(chat, look=RICH)
        lost = chat.from_bot[-1]

        with town.nobody_touched():
            found = await town.settle(chat, began, look=RICH)

    assert found
    assert (found.message_ids, lost.caption) == ((str(lost.id),), CAPTION)


@pytest.mark.parametrize("look", [LOOK, TEXT, RICH], ids=["photo", "text", "rich"])
@pytest.mark.parametrize("kind", ["admin", "group", "private"])
async def test_the_note_that_something_was_pinned_is_in_nobodys_way(town: Town, kind: str, look: Look) -> None:
    """It takes an id (telegram.md 5, 8.5), and whether a bot is told of its own is known to nobody."""
    await town.open()
    chat = town.chat(kind)
    if kind == "group":
        town.telegram.promote(chat, town.telegram.bot, can_pin_messages=True)
    await town.adapter.pin(place(chat), await town.send(chat, replace(RAIN, title="Earlier")))
    began = await town.lose(chat, look=look)
    lost = chat.from_bot[-1]
    await town.adapter.pin(place(chat), Receipt((str(lost.id),)))

    with town.nobody_touched():
        found = await town.settle(chat, began, look=look)

    assert found
    assert found.message_ids == (str(lost.id),)


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
