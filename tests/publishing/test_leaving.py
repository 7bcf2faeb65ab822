"""A mass of posts went away, and waits for a word: nothing more of them is sent, also not what was in the air then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.models import Delivery, DeliveryState, Outcome, Receipt, Shown, Withdrawn
from bot.records import KnownPost
from tests.delivering.newsdesk import Desk
from tests.publishing.test_renames import RIVER, page
from tests.state.making import BOT, chat

DATED = "date: 2026-11-01 08:00"
NAMES = ("a", "b")
HOWS = ["a flood wait", "it never came", "to be repeated", "repeated before"]


def story(name: str, *more: str) -> str:
    return page(f"Story {name}", f"{name} {RIVER}", DATED, *more)


async def called(desk: Desk) -> list[Delivery]:
    """Two posts whose calls are in the air; one that goes may go unasked."""
    office = desk.service.office
    for name in NAMES:
        desk.write(f"{name}.md", content=story(name))
    await desk.scan()
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=1)
    claimed = []
    while due := await office.due(desk.now):  # one of each chat
        claimed.append(await office.claim(due[0], desk.now, f"nonce-{due[0].id}"))
    assert len(claimed) == 2
    return claimed


async def both_go(desk: Desk) -> list[KnownPost]:
    desk.remove(*(f"{name}.md" for name in NAMES))
    await desk.scan()
    leaving = await desk.service.store.posts.leaving()
    assert len(leaving) == 2
    return leaving


async def unknown(desk: Desk) -> list[Delivery]:
    return await desk.service.store.deliveries.unknown("fake", BOT, desk.now, limit=9)


async def gone_while_called(desk: Desk, how: str) -> list[KnownPost]:
    """The posts go while nobody knows what comes of their sends; and then they are to be sent again."""
    office, calls = desk.service.office, await called(desk)
    if how != "a flood wait":
        for each in calls:
            await office.end(each, DeliveryState.UNKNOWN, desk.now, outcome=Outcome.UNKNOWN, nonce=each.nonce)
        calls = await unknown(desk)
    leaving = await both_go(desk) if how != "repeated before" else []
    for each in calls:
        nonce = each.nonce if "repeated" in how else ""
        await office.end(each, DeliveryState.DUE, desk.now, outcome=Outcome.RETRY, nonce=nonce)
    return leaving or await both_go(desk)


@pytest.mark.parametrize("how", HOWS)
async def test_what_is_to_be_sent_again_is_held_and_goes_on_when_its_file_is_back(desk: Desk, how: str) -> None:
    shelf = desk.service.store.deliveries
    await gone_while_called(desk, how)

    assert await desk.service.office.due(desk.now) == []
    assert await shelf.retry([DeliveryState.HELD], desk.now) == 0
    [reason] = {each.reason for each in await shelf.listing([DeliveryState.HELD], limit=9)}
    assert "more than 1 post went away" in reason

    for name in NAMES:
        desk.write(f"{name}.md", content=story(name))
    await desk.scan()
    for each in await unknown(desk):
        assert "repeated" in how
        await desk.service.office.end(each, DeliveryState.DUE, desk.now, outcome=Outcome.RETRY)
    assert await desk.titles_shown() == ["Story a", "Story b"]


@pytest.mark.parametrize("how", HOWS)
async def test_what_is_to_be_sent_again_never_is_once_its_post_is_released(desk: Desk, how: str) -> None:
    for post in await gone_while_called(desk, how):
        await desk.service.store.posts.leave(post.subject, Withdrawn.DELETE, desk.now)

    assert await desk.due() == []
    for each in await unknown(desk):  # it may be there: then it goes
        assert "repeated" in how
        shown = Shown(1, "print", Receipt((str(each.id),)))
        await desk.service.office.end(each, DeliveryState.DUE, desk.now, shown=shown)
    assert await desk.titles_shown() == []
    assert await desk.service.store.deliveries.counts() == {("fake", "settled"): 2}


async def test_a_call_that_arrives_stands_until_the_word(desk: Desk) -> None:
    office, calls = desk.service.office, await called(desk)
    leaving = await both_go(desk)
    for each in calls:
        await office.end(each, DeliveryState.SETTLED, desk.now, shown=Shown(1, "print", Receipt((str(each.id),))))
    assert await desk.titles_shown() == ["Story a", "Story b"]

    for post in leaving:
        await desk.service.store.posts.leave(post.subject, Withdrawn.DELETE, desk.now)
    assert await desk.titles_shown() == []


async def test_what_is_given_up_meanwhile_is_tried_again_once_its_file_is_back(desk: Desk) -> None:
    shelf, calls = desk.service.store.deliveries, await called(desk)
    await both_go(desk)
    for each in calls:
        await desk.service.office.end(each, DeliveryState.FAILED, desk.now, outcome=Outcome.FAILED)
    assert await shelf.retry([DeliveryState.FAILED], desk.now) == 0

    for name in NAMES:
        desk.write(f"{name}.md", content=story(name))
    await desk.scan()
    assert await shelf.retry([DeliveryState.FAILED], desk.now) == 2
    assert await desk.titles_shown() == ["Story a", "Story b"]


@pytest.mark.parametrize("found_out", [True, False])
async def test_what_was_given_up_of_a_post_that_leaves_is_one_chat_and_sent_at_a_persons_word(
    desk: Desk, *, found_out: bool
) -> None:
    """Not `found_out`: it may be there, and is looked for first."""
    office = desk.service.office
    calls = await called(desk)
    for name in NAMES:
        desk.write(f"{name}.md", content=story(name, "draft: true"))
    await desk.scan()
    for each in calls:
        nonce = "" if found_out else each.nonce
        await office.end(each, DeliveryState.FAILED, desk.now, outcome=Outcome.FAILED, nonce=nonce)
    [post, _] = await desk.service.store.posts.leaving()

    assert await desk.publisher.releases.send_to(post, [chat(1)]) == 1

    for each in await unknown(desk):
        assert not found_out
        await office.end(each, DeliveryState.DUE, desk.now, outcome=Outcome.RETRY)
    assert await desk.due() == ["Story a"]


async def test_what_a_person_sends_of_a_post_that_leaves_is_sent_though_its_chat_has_to_wait(desk: Desk) -> None:
    office = desk.service.office
    await called(desk)
    for name in NAMES:
        desk.write(f"{name}.md", content=story(name, "draft: true"))
    await desk.scan()
    [post, _] = await desk.service.store.posts.leaving()
    await desk.service.subscribe(chat(2))
    assert await desk.publisher.releases.send_to(post, [chat(2)]) == 1
    [sent] = await office.due(desk.now)
    await office.end(await office.claim(sent, desk.now), DeliveryState.DUE, desk.now, outcome=Outcome.FLOOD)
    desk.now += timedelta(minutes=1)

    assert await desk.due() == ["Story a"]
