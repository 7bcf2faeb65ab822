"""What every platform promises the core, proved on each: the real libraries against the emulators, and the fake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import DestinationLost, MessageGone, OutcomeUnknown, Rejected
from bot.models import Announcement, Look, Picture, Shown, Span
from tests.adapters import stages
from tests.adapters.stages import ContractDesk, Stage

RAIN = Announcement(
    title="Rain at last",
    body=(Span("The first "), Span("heavy", bold=True), Span(" rain of the year fell on <Monday>.")),
    url="https://example.org/rain",
    pictures=(
        Picture(url="https://pictures.example.org/rain.jpg"),
        Picture(url="https://pictures.example.org/sky.jpg"),
    ),
    label="National",
    hashtags=("National",),
    published_at=datetime(2026, 11, 2, 8, 30, tzinfo=UTC),
)
LOOK = Look()


@pytest.fixture(params=["telegram", "discord", "console", "fake"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    build: Callable[[], AbstractAsyncContextManager[Stage]] = getattr(stages, request.param)
    async with build() as ready:
        yield ready
        assert not ready.complaints()


async def shown(stage: Stage, announcement: Announcement = RAIN, *, nonce: str = "1-aa") -> Shown:
    receipt = await stage.adapter.send(announcement, stage.destination, LOOK, nonce=nonce)
    return Shown(1, stage.adapter.fingerprint(announcement, LOOK), receipt)


async def test_what_is_sent_stands_in_the_chat_with_its_picture(stage: Stage) -> None:
    sent = await shown(stage)

    [seen] = await stage.seen()
    assert "Rain at last" in seen.text
    assert "heavy rain of the year fell on <Monday>." in seen.text.replace("**", "").replace("\\", "")
    assert "rain.jpg" in seen.picture
    assert sent.receipt.message_ids


async def test_the_next_rung_is_the_next_picture_and_the_last_is_none(stage: Stage) -> None:
    await stage.adapter.send(RAIN, stage.destination, LOOK, nonce="1-aa", rung=2)
    await stage.adapter.send(RAIN, stage.destination, LOOK, nonce="2-aa", rung=4)

    second, none = await stage.seen()
    assert "sky.jpg" in second.picture
    assert none.picture == ""
    assert "Rain at last" in none.text


async def test_an_edit_changes_the_text_in_place(stage: Stage) -> None:
    before = await shown(stage)

    await stage.adapter.edit(replace(RAIN, title="Rain, and wind"), stage.destination, LOOK, before)

    [seen] = await stage.seen()
    assert "Rain, and wind" in seen.text
    assert "rain.jpg" in seen.picture


async def test_an_edit_changes_the_picture_in_place(stage: Stage) -> None:
    before = await shown(stage)
    pictures = (Picture(url="https://pictures.example.org/other.jpg"),)

    await stage.adapter.edit(replace(RAIN, pictures=pictures), stage.destination, LOOK, before)

    [seen] = await stage.seen()
    assert "other.jpg" in seen.picture
    assert "Rain at last" in seen.text


async def test_an_edit_that_changes_nothing_succeeds(stage: Stage) -> None:
    before = await shown(stage)

    receipt = await stage.adapter.edit(RAIN, stage.destination, LOOK, before)

    assert receipt.message_ids == before.receipt.message_ids
    assert len(await stage.seen()) == 1


async def test_an_edit_of_what_is_not_known_leaves_nothing_of_it(stage: Stage) -> None:
    """An edit whose answer was lost shows in no fingerprint; the next one says all anew."""
    before = await shown(stage)
    pictures = (Picture(url="https://pictures.example.org/wrong.jpg"),)
    await stage.adapter.edit(replace(RAIN, title="Wind", pictures=pictures), stage.destination, LOOK, before)

    await stage.adapter.edit(RAIN, stage.destination, LOOK, replace(before, fingerprint=""))

    [seen] = await stage.seen()
    assert "Rain at last" in seen.text
    assert "rain.jpg" in seen.picture


async def test_what_is_prepared_is_not_sent_before_it_is_sent(stage: Stage) -> None:
    stage.adapter.prepare(RAIN, LOOK)
    assert await stage.seen() == []

    await shown(stage)
    [seen] = await stage.seen()
    assert "Rain at last" in seen.text


async def test_equal_announcements_have_equal_fingerprints_and_others_do_not(stage: Stage) -> None:
    fingerprint = stage.adapter.fingerprint

    assert fingerprint(RAIN, LOOK) == fingerprint(replace(RAIN), LOOK)
    assert fingerprint(RAIN, LOOK) != fingerprint(replace(RAIN, title="Wind"), LOOK)
    assert fingerprint(RAIN, LOOK) == fingerprint(RAIN, LOOK, rung=1), "the same picture, on another way"
    assert fingerprint(RAIN, LOOK) != fingerprint(RAIN, LOOK, rung=2)


async def test_what_is_deleted_stands_there_no_more(stage: Stage) -> None:
    sent = await shown(stage)

    await stage.adapter.delete(stage.destination, sent)

    assert await stage.seen() == []


async def test_a_message_that_a_moderator_removed_is_gone(stage: Stage) -> None:
    sent = await shown(stage)
    await stage.remove(sent.receipt)

    with pytest.raises(MessageGone):
        await stage.adapter.edit(replace(RAIN, title="Wind"), stage.destination, LOOK, sent)
    with pytest.raises(MessageGone):
        await stage.adapter.delete(stage.destination, sent)
    assert await stage.seen() == []


async def test_a_chat_that_cannot_be_written_to_is_lost(stage: Stage) -> None:
    with pytest.raises(DestinationLost):
        await stage.adapter.send(RAIN, stage.closed, LOOK, nonce="1-aa")


async def test_an_answer_that_never_comes_leaves_the_outcome_unknown(stage: Stage) -> None:
    """Where no answer can be lost, there is always proof instead: the other half of the same promise."""
    now = datetime.now(UTC)
    if stage.lose_answer is None:
        receipt = (await shown(stage)).receipt
    else:
        stage.lose_answer()
        with pytest.raises(OutcomeUnknown):
            await shown(stage)
        receipt = None
    assert len(await stage.seen()) == 1

    for after in (timedelta(seconds=5), timedelta(minutes=5)):
        try:
            found = await stage.adapter.settle(
                RAIN, stage.destination, LOOK, nonce="1-aa", tried_at=now, now=now + after
            )
        except OutcomeUnknown:
            continue  # no proof either way: the destination's policy decides
        if found is None:  # sending again is safe
            found = (await shown(stage)).receipt
        receipt = receipt or found
        assert found == receipt or found.message_ids == receipt.message_ids
        assert len(await stage.seen()) == 1


async def test_what_never_arrived_is_never_taken_for_sent(stage: Stage) -> None:
    now = datetime.now(UTC)
    try:
        found = await stage.adapter.settle(
            RAIN, stage.destination, LOOK, nonce="9-ff", tried_at=now, now=now + timedelta(minutes=5)
        )
    except OutcomeUnknown:
        return
    assert found is None


async def test_a_message_can_answer_an_earlier_one(stage: Stage) -> None:
    first = await shown(stage)

    await stage.adapter.send(
        replace(RAIN, title="More rain"),
        stage.destination,
        LOOK,
        nonce="2-aa",
        reply_to=first.receipt.message_ids[0],
    )

    assert [seen.answers for seen in await stage.seen()] == ["", first.receipt.message_ids[0]]


async def test_a_message_whose_answered_one_is_gone_is_sent_all_the_same(stage: Stage) -> None:
    first = await shown(stage)
    await stage.remove(first.receipt)

    await stage.adapter.send(RAIN, stage.destination, LOOK, nonce="2-aa", reply_to=first.receipt.message_ids[0])

    [seen] = await stage.seen()
    assert "Rain at last" in seen.text


async def test_a_pinned_message_is_pinned_however_often_and_stays_so_when_edited(stage: Stage) -> None:
    other = await shown(stage)
    sent = await shown(stage, nonce="2-aa")

    await stage.adapter.pin(stage.destination, sent.receipt)
    await stage.adapter.pin(stage.destination, sent.receipt)
    await stage.adapter.edit(replace(RAIN, title="Wind"), stage.destination, LOOK, sent)

    assert other.receipt != sent.receipt
    assert [seen.pinned for seen in await stage.seen()] == [False, True]


async def test_a_pin_is_taken_back_however_often_and_no_other_goes_with_it(stage: Stage) -> None:
    stays, goes = await shown(stage), await shown(stage, nonce="2-aa")
    for sent in (stays, goes):
        await stage.adapter.pin(stage.destination, sent.receipt)

    await stage.adapter.unpin(stage.destination, goes.receipt)
    await stage.adapter.unpin(stage.destination, goes.receipt)

    assert [seen.pinned for seen in await stage.seen()] == [True, False]


async def test_a_message_that_is_gone_can_not_be_pinned_nor_unpinned(stage: Stage) -> None:
    sent = await shown(stage)
    await stage.remove(sent.receipt)

    for change in (stage.adapter.pin, stage.adapter.unpin):
        with pytest.raises(MessageGone):
            await change(stage.destination, sent.receipt)


async def test_where_the_bot_may_not_pin_it_says_so_and_the_message_stands(stage: Stage) -> None:
    sent = await shown(stage)
    if stage.forbid_pinning is None:
        return
    stage.forbid_pinning()

    for change in (stage.adapter.pin, stage.adapter.unpin):
        with pytest.raises(Rejected, match="pin"):
            await change(stage.destination, sent.receipt)
    assert [seen.pinned for seen in await stage.seen()] == [False]


async def test_words_of_its_own_a_mention_and_a_picture_are_the_posts_to_decide(stage: Stage) -> None:
    own = replace(
        RAIN,
        pictures=(),
        image=False,
        mention=False,
        texts=(("", (Span("Our own words."),)), ("elsewhere", (Span("Not here."),))),
    )
    look = Look(excerpt=0, mention="77")

    await stage.adapter.send(own, stage.destination, look, nonce="1-aa")

    [seen] = await stage.seen()
    assert "Our own words." in seen.text
    assert not any(part in seen.text for part in ("first heavy rain", "Not here", "77"))
    assert seen.picture == ""
    assert stage.adapter.fingerprint(own, look) != stage.adapter.fingerprint(replace(own, texts=()), look)


async def test_a_typed_command_gets_its_reply(stage: Stage) -> None:
    desk = ContractDesk()
    serving = asyncio.create_task(stage.adapter.serve(desk))

    assert await stage.type("/subscribe weekly news", desk) == "heard subscribe weekly news"

    [command] = desk.commands
    assert command.admin
    assert command.place.destination == stage.destination
    serving.cancel()
    await asyncio.wait([serving])


async def test_a_second_close_does_no_harm(stage: Stage) -> None:
    await stage.adapter.close()
    await stage.adapter.close()
