"""A withdrawn post is there again: it is news for all who want it and have nothing of it."""

from __future__ import annotations

import logging

import pytest

from bot.models import GONE, DeliveryState, Outcome, Withdrawn
from tests.delivering.newsdesk import Desk
from tests.publishing.test_renames import RIVER, page
from tests.state.making import chat, subscribe

DATED = "date: 2026-11-01 08:00"
NO_PROOF = "there is no proof"


@pytest.fixture
async def desk(desk: Desk) -> Desk:
    """With newsbell's own settings."""
    desk.publish_as(withdrawn=Withdrawn.DELETE)
    return desk


async def goes(desk: Desk) -> None:
    desk.remove("a.md")
    await desk.scan()


async def comes(desk: Desk) -> None:
    desk.write("a.md", content=page("Story a", f"a {RIVER}", DATED))
    await desk.scan()


async def given_up_in_the_first_of_two_chats(desk: Desk) -> None:
    office = desk.service.office
    await desk.service.subscribe(chat(1), chat(2))
    await comes(desk)
    first, second = await office.due(desk.now)
    await office.end(await office.claim(first, desk.now), DeliveryState.FAILED, desk.now, reason="it is too long")
    await office.send(second, desk.now)


async def shown(desk: Desk) -> list[int]:
    """How many messages of the post stand in each chat, once all that is due is done."""
    await desk.service.office.send_all(desk.now)
    shelf = desk.service.store.deliveries
    return [len(await shelf.shown_in(chat(number), limit=9)) for number in (1, 2)]


@pytest.mark.parametrize("how", list(Withdrawn))
async def test_a_chat_in_which_it_was_given_up_gets_it_as_every_chat_that_has_nothing(
    desk: Desk, how: Withdrawn
) -> None:
    """Whoever takes a post out and puts it back expects it everywhere, and once."""
    desk.publish_as(withdrawn=how)
    await given_up_in_the_first_of_two_chats(desk)
    await goes(desk)
    assert await shown(desk) == [0, 0 if how is Withdrawn.DELETE else 1]
    await comes(desk)

    assert await shown(desk) == [1, 1]
    story = await desk.service.store.deliveries.of_post(1)
    [given_up] = [delivery.reason for delivery, _ in story if "given up" in delivery.reason]
    assert given_up == "its post was withdrawn; it had been given up: it is too long"


async def test_what_was_given_up_stays_so_where_the_post_never_left(desk: Desk) -> None:
    """The guard held its withdrawal, and its file is back: nothing has happened, so there is no news."""
    await given_up_in_the_first_of_two_chats(desk)
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=0)
    await goes(desk)
    await comes(desk)

    assert await shown(desk) == [0, 1]
    [given_up] = await desk.service.store.deliveries.listing([DeliveryState.FAILED], limit=9)
    assert given_up.reason == "it is too long"


@pytest.mark.parametrize("before", [DeliveryState.UNKNOWN, DeliveryState.HELD])
async def test_what_may_stand_there_is_looked_for_and_not_sent_beside_it(desk: Desk, before: DeliveryState) -> None:
    office = desk.service.office
    await comes(desk)
    [due] = await office.due(desk.now)
    claimed = await office.claim(due, desk.now)
    lost = {"outcome": Outcome.UNKNOWN, "nonce": claimed.nonce}
    await office.end(claimed, DeliveryState.UNKNOWN, desk.now, **lost)
    await goes(desk)
    assert (await office.one()).wanted == GONE
    if before is DeliveryState.HELD:  # nothing proved that it is there, and nobody could take it back
        await office.end(await office.one(), DeliveryState.HELD, desk.now, reason=NO_PROOF, **lost)
    await comes(desk)

    back = await office.one()
    assert (back.state, back.wanted, back.nonce) == (DeliveryState.UNKNOWN, 1, claimed.nonce)


async def test_who_lost_it_with_its_category_gets_it_with_the_category_again(desk: Desk) -> None:
    sports = chat(2)
    await subscribe(desk.service.store, sports, "category", "Sport")
    both = page("Story a", f"a {RIVER}", DATED).replace("[National]", "[National, Sport]")
    desk.write("a.md", content=both)
    await desk.scan()
    assert await shown(desk) == [1, 1]
    await goes(desk)
    assert await shown(desk) == [0, 0]
    await comes(desk)
    assert await shown(desk) == [1, 0]

    desk.write("a.md", content=both)
    await desk.scan()
    assert await shown(desk) == [1, 1]


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (Withdrawn.KEEP, "back: a.md; no message changes"),
        (Withdrawn.MARK, "back: a.md; 2 messages follow"),
        (Withdrawn.DELETE, "new: a.md goes to 2 destinations"),
    ],
)
async def test_the_log_calls_new_only_what_is_sent_anew(
    desk: Desk, caplog: pytest.LogCaptureFixture, how: Withdrawn, told: str
) -> None:
    caplog.set_level(logging.INFO)
    desk.publish_as(withdrawn=how)
    await desk.service.subscribe(chat(1), chat(2))
    await comes(desk)
    await shown(desk)
    await goes(desk)
    await shown(desk)
    caplog.clear()

    await comes(desk)

    assert told in caplog.messages


async def test_who_subscribed_meanwhile_gets_what_comes_back_and_the_log_tells_both(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    desk.publish_as(withdrawn=Withdrawn.MARK)
    await desk.service.subscribe(chat(1))
    await comes(desk)
    await shown(desk)
    await goes(desk)
    await shown(desk)
    await desk.service.subscribe(chat(2))

    await comes(desk)

    assert "back: a.md; 1 message follows, and it goes to 1 destination" in caplog.messages
