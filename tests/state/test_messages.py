"""Message ids that are known to stand in chats."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.delivering.wall_clock import SET_BACK
from bot.models import (
    DeliveryState,
    Destination,
    DestinationState,
    Outcome,
    Place,
    Receipt,
    Selector,
    SelectorKind,
    Shown,
    Subscription,
)
from bot.ports import Trail
from state.messages import sequence_of
from tests.state.making import BOT, NOON, Office, chat, later, post, publish, subscribe

CHANNEL, OTHER = -1001234567890, -1001234567891
BASIC, PERSON = -4000000001, 5000000001


def place(number: int, thread: str = "") -> Destination:
    return chat(number, thread, platform="telegram")


async def note(office: Office, number: int, *ids: int, after: float = 0) -> None:
    await office.store.deliveries.note_messages(
        "telegram", BOT, [(str(number), str(message_id)) for message_id in ids], later(after)
    )


async def trail(office: Office, where: Destination, after: float) -> Trail:
    return await office.store.deliveries.trail(where, "1-aa", later(after))


@pytest.mark.parametrize(
    ("chat_id", "sequence"),
    [
        ("5000000001", ""),
        ("-4000000001", ""),
        ("-1001234", ""),  # a basic group, too
        ("-1001234567890", "-1001234567890"),
        ("@news", "@news"),
    ],
)
def test_who_counts_for_itself(chat_id: str, sequence: str) -> None:
    assert sequence_of(chat_id) == sequence


async def test_the_floor_is_the_newest_id_from_before_the_send(office: Office) -> None:
    await note(office, CHANNEL, 7, 8)
    await note(office, OTHER, 99)
    await note(office, CHANNEL, 8, 9, 11, after=20)

    assert await trail(office, place(CHANNEL), 10) == Trail(8, frozenset({9, 11}), 11, floor_at=NOON)
    assert await trail(office, place(CHANNEL), 30) == Trail(11, frozenset(), 11, floor_at=later(20))
    assert await trail(office, place(CHANNEL), 0) == Trail(None, frozenset({7, 8, 9, 11}), 11)
    assert await trail(office, place(-1009999999999), 30) == Trail(None, frozenset(), 0)


@pytest.mark.parametrize("back", [5, 30, 59, 3600], ids=lambda seconds: f"{seconds} s")
async def test_what_is_heard_after_a_call_began_is_never_its_floor_however_the_clock_was_set_back_meanwhile(
    office: Office, back: float
) -> None:
    shelf = office.store.deliveries
    await subscribe(office.store, place(CHANNEL))
    await publish(office.store, post())
    await note(office, CHANNEL, 100)
    [delivery] = await shelf.due("telegram", BOT, later(10), limit=1, skip=())
    [claimed] = await shelf.claim({delivery.id: "1-aa"}, epoch=1, now=later(10))  # lost, as 101
    await note(office, CHANNEL, 102, after=10 - back)
    if back >= SET_BACK.total_seconds():  # the dispatcher has noticed
        await shelf.clock_set_back("telegram", timedelta(seconds=back), later(11 - back))
    await note(office, CHANNEL, 103, after=11 - back)

    [lost] = await shelf.with_ids([claimed.id])
    assert lost.tried_at
    found = await shelf.trail(place(CHANNEL), "1-aa", lost.tried_at)
    assert (found.floor, found.known - {100}) == (
        100 if back < SET_BACK.total_seconds() else None,
        frozenset({102, 103}),
    )


async def test_after_a_clock_was_set_back_what_is_heard_is_the_floor_of_later_calls_again(office: Office) -> None:
    shelf = office.store.deliveries
    await subscribe(office.store, place(CHANNEL))
    await publish(office.store, post())
    [delivery] = await shelf.due("telegram", BOT, later(3600), limit=1, skip=())
    [claimed] = await shelf.claim({delivery.id: "1-aa"}, epoch=1, now=later(3600))
    await office.end(claimed, DeliveryState.SETTLED, later(3601), shown=Shown(1, "print", Receipt(("41",))))

    await shelf.clock_set_back("telegram", timedelta(hours=1), later(2))
    await note(office, CHANNEL, 42, after=3)

    assert (await trail(office, place(CHANNEL), 4)).floor == 42


async def test_private_chats_and_basic_groups_share_their_ids(office: Office) -> None:
    await note(office, PERSON, 7)
    await note(office, BASIC, 9, after=20)

    assert await trail(office, place(PERSON), 10) == Trail(7, frozenset({9}), 9, shared=True, floor_at=NOON)


async def test_what_was_sent_is_known_and_another_unknown_of_the_chat_is_named(office: Office) -> None:
    shelf = office.store.deliveries
    await subscribe(office.store, place(CHANNEL, "3"))
    await publish(office.store, post())
    [delivery] = await shelf.due("telegram", BOT, NOON, limit=1, skip=())
    [claimed] = await shelf.claim({delivery.id: "2-bb"}, epoch=1, now=NOON)
    assert (await trail(office, place(CHANNEL), 10)).crowded
    assert not (await shelf.trail(place(CHANNEL), "2-bb", later(10))).crowded
    assert not (await trail(office, place(OTHER), 10)).crowded

    await office.end(claimed, DeliveryState.SETTLED, later(20), shown=Shown(1, "print", Receipt(("41",))))

    assert await trail(office, place(CHANNEL), 60) == Trail(41, frozenset(), 41, floor_at=later(20))


async def test_another_unknown_of_the_chat_may_be_about_the_same_post(office: Office) -> None:
    shelf = office.store.deliveries
    for topic in ("3", "4"):
        await subscribe(office.store, place(CHANNEL, topic))
    await publish(office.store, post())
    one, other = await shelf.due("telegram", BOT, NOON, limit=2, skip=())
    await shelf.claim({one.id: "2-bb", other.id: "2-cc"}, epoch=1, now=NOON)

    assert (await shelf.trail(place(CHANNEL, "3"), "2-bb", later(10))).twinned
    elsewhere = await shelf.trail(place(CHANNEL), "1-aa", later(10))
    assert (elsewhere.crowded, elsewhere.twinned) == (True, False)


async def test_a_day_later_only_the_newest_of_each_chat_is_known(office: Office) -> None:
    await note(office, CHANNEL, 7, 8)
    await note(office, OTHER, 3)
    await note(office, OTHER, 4, after=timedelta(days=1, hours=2).total_seconds())

    assert await office.store.prune(NOON + timedelta(days=1, hours=2), timedelta(days=30)) == 2

    with office.stranger() as connection:
        rows = connection.execute("SELECT sequence, message_id FROM messages ORDER BY 1 DESC, 2").fetchall()
    assert [tuple(row) for row in rows] == [(str(OTHER), 4), (str(CHANNEL), 8)]


@pytest.mark.parametrize(
    ("kind", "state", "lost"),
    [
        ("channel", DeliveryState.UNKNOWN, True),
        ("", DeliveryState.UNKNOWN, True),  # it may be one
        ("supergroup", DeliveryState.UNKNOWN, False),
        ("channel", DeliveryState.HELD, False),  # for a person's word, and that may be long in coming
    ],
)
async def test_whether_a_post_is_looked_for_in_a_channel(
    office: Office, kind: str, state: DeliveryState, lost: bool
) -> None:
    shelf, channel = office.store.deliveries, place(CHANNEL)
    wish = Subscription(channel, Selector(SelectorKind.ALL, ""), "", "", {})
    await office.store.subscriptions.add(wish, Place(channel, kind, "Readers"), "anna", NOON)
    await publish(office.store, post())
    [delivery] = await shelf.due("telegram", BOT, NOON, limit=1, skip=())
    [claimed] = await shelf.claim({delivery.id: "1-aa"}, epoch=1, now=NOON)
    assert not await shelf.is_lost(channel), "it is on its way"

    await office.end(claimed, state, later(1), nonce="1-aa", outcome=Outcome.UNKNOWN)

    assert await shelf.is_lost(channel) is lost
    assert not await shelf.is_lost(place(OTHER))
    await office.store.subscriptions.set_state(channel, DestinationState.SUSPENDED, "closed", later(2))
    assert not await shelf.is_lost(channel), "nothing is looked for there"


@pytest.mark.parametrize("state", [DeliveryState.UNKNOWN, DeliveryState.DUE, DeliveryState.HELD])
async def test_the_trail_of_an_open_send_stays_however_long_its_chat_is_paused(
    office: Office, state: DeliveryState
) -> None:
    shelf = office.store.deliveries
    await subscribe(office.store, place(CHANNEL))
    await publish(office.store, post())
    await note(office, CHANNEL, 7, 8)
    [delivery] = await shelf.due("telegram", BOT, later(10), limit=1, skip=())
    [claimed] = await shelf.claim({delivery.id: "1-aa"}, epoch=1, now=later(10))
    await office.end(claimed, state, later(20), nonce="1-aa", outcome=Outcome.UNKNOWN)
    await note(office, CHANNEL, 9, 11, after=30)
    before = await trail(office, place(CHANNEL), 10)
    assert before == Trail(8, frozenset({9, 11}), 11, floor_at=NOON)

    assert await office.store.prune(NOON + timedelta(days=2), timedelta(days=30)) == 1
    assert await trail(office, place(CHANNEL), 10) == before

    receipt = Receipt(("10",))
    await office.end(claimed, DeliveryState.SETTLED, later(40), shown=Shown(1, "print", receipt))
    assert await office.store.prune(NOON + timedelta(days=2), timedelta(days=30)) == 3


async def test_an_open_send_with_nothing_before_it_keeps_all_of_its_sequence_and_no_other(office: Office) -> None:
    shelf = office.store.deliveries
    await subscribe(office.store, place(PERSON))
    await publish(office.store, post())
    [delivery] = await shelf.due("telegram", BOT, NOON, limit=1, skip=())
    await shelf.claim({delivery.id: "1-aa"}, epoch=1, now=NOON)
    await note(office, BASIC, 9, 12, after=10)
    await note(office, CHANNEL, 7, 8, after=10)

    assert await office.store.prune(NOON + timedelta(days=2), timedelta(days=30)) == 1
    assert (await trail(office, place(PERSON), 0)).known == {9, 12}


async def test_where_ids_do_not_count_the_messages_of_deliveries_are_known_whatever_they_show(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await subscribe(office.store, chat(1, "2"))
    await publish(office.store, post())
    for number, delivery in enumerate(await office.due()):
        await office.send(delivery, message_id=f"10000000000000000{number}")
    await publish(office.store, post(title="Rain, mended"), later(5))

    assert await trail(office, chat(1), 10) == Trail(None, frozenset({10**17}), 10**17)
    assert (await trail(office, chat(1, "2"), 10)).known == {10**17 + 1}
    assert await trail(office, chat(9), 10) == Trail(None, frozenset(), 0)
