"""A group that became a supergroup: its subscriptions and deliveries follow, and nobody gets a post twice."""

from __future__ import annotations

import pytest

from bot.models import (
    Delivery,
    DeliveryState,
    Destination,
    DestinationState,
    OnUnknown,
    Outcome,
    Place,
    Receipt,
    Selector,
    SelectorKind,
    Shown,
)
from tests.state.making import BOT, NOON, Office, announcement, chat, later, post, publish, record, subscribe

OLD, NEW = chat("-1"), chat("-1001")


async def test_a_moved_chat_keeps_its_subscriptions_deliveries_and_threads(office: Office) -> None:
    for place in (chat("-1"), chat("-1", "7"), chat("-1", bot="bot-2")):
        await subscribe(office.store, place)
    await publish(office.store, post())

    await office.store.subscriptions.move(chat("-1"), "-1001")

    assert sorted(str(one.destination) for one in await office.due()) == ["fake:-1001", "fake:-1001/7"]
    assert [str(wish.destination) for wish in await office.store.subscriptions.of(chat("-1001", "7"))] == [
        "fake:-1001/7"
    ]
    assert await office.store.subscriptions.place(chat("-1", bot="bot-2")) is not None, "another bot's chat"


async def test_a_chat_that_moves_onto_a_known_one_is_merged_and_nobody_gets_a_post_twice(office: Office) -> None:
    for place in (chat("-1"), chat("-1", "7"), chat("-1001")):
        await subscribe(office.store, place)
    await subscribe(office.store, chat("-1"), "category", "sport", excerpt=50)
    await publish(office.store, post("both.md"))
    await office.store.subscriptions.remove(chat("-1001"), Selector(SelectorKind.ALL))
    await publish(office.store, post("old only.md"))
    await subscribe(office.store, chat("-1001"), excerpt=99)

    await office.store.subscriptions.move(chat("-1"), "-1001")

    merged = await office.store.subscriptions.of(chat("-1001"))
    assert {wish.selector.kind: wish.options for wish in merged} == {
        SelectorKind.ALL: {"excerpt": 99},
        SelectorKind.CATEGORY: {"excerpt": 50},
    }
    assert [str(place.destination) for place in await office.store.subscriptions.places()] == [
        "fake:-1001/7",
        "fake:-1001",
    ]
    sent = await office.send_all()
    assert sorted((str(one.destination), one.subject) for one in sent) == [
        ("fake:-1001", 1),
        ("fake:-1001", 2),
        ("fake:-1001/7", 1),
        ("fake:-1001/7", 2),
    ]


@pytest.mark.parametrize("new", [None, OnUnknown.RESEND])
async def test_a_policy_goes_along_unless_the_new_chat_has_one(office: Office, new: OnUnknown | None) -> None:
    for place in (OLD, NEW):
        await subscribe(office.store, place)
    await office.store.subscriptions.set_on_unknown(OLD, OnUnknown.HOLD)
    await office.store.subscriptions.set_on_unknown(NEW, new)

    await office.store.subscriptions.move(OLD, "-1001")

    [merged] = await office.store.subscriptions.places()
    assert merged.on_unknown is (new or OnUnknown.HOLD)


async def test_moving_a_chat_that_was_never_heard_of_changes_nothing(office: Office) -> None:
    await office.store.subscriptions.move(chat("-1"), "-1001")

    assert await office.store.subscriptions.places() == []


async def move(office: Office) -> None:
    await office.store.subscriptions.move(OLD, NEW.chat_id)


async def test_a_chat_that_is_said_to_move_to_itself_stays(office: Office) -> None:
    await subscribe(office.store, OLD)
    await publish(office.store, post())

    await office.store.subscriptions.move(OLD, OLD.chat_id)

    assert len(await office.store.subscriptions.of(OLD)) == len(await office.due()) == 1


async def test_what_was_shown_in_the_old_group_is_neither_edited_nor_sent_again(office: Office) -> None:
    await subscribe(office.store, OLD)
    await publish(office.store, post())
    await office.send_all()

    await move(office)
    await publish(office.store, post(title="Rain and wind"))

    assert await office.due() == []
    story = await office.one()
    assert (story.state, story.shown, story.destination) == (DeliveryState.SETTLED, None, NEW)
    assert "before the group became a supergroup" in story.reason
    await publish(office.store, post("later.md"))
    assert await office.due_chats() == [NEW.chat_id]


async def both_have_it(office: Office) -> None:
    """A post that is due under both ids."""
    for place in (OLD, NEW):
        await subscribe(office.store, place)
    await publish(office.store, post())


async def deliveries(office: Office) -> dict[int, str]:
    with office.stranger() as connection:
        return dict(connection.execute("SELECT destination, state FROM deliveries").fetchall())


async def test_of_two_that_are_due_one_is_sent(office: Office) -> None:
    await both_have_it(office)
    await move(office)

    assert [str(one.destination) for one in await office.send_all()] == ["fake:-1001"]


async def test_what_readers_saw_in_the_old_group_is_not_sent_in_the_new_one(office: Office) -> None:
    await both_have_it(office)
    [old] = [one for one in await office.due() if one.destination == OLD]
    await office.send(old)
    await move(office)

    assert await office.due() == []
    assert await deliveries(office) == {2: "settled"}


async def test_what_was_shown_in_the_new_one_stays_editable(office: Office) -> None:
    await both_have_it(office)
    await office.send_all()
    await move(office)
    await publish(office.store, post(title="Rain and wind"))

    [edit] = await office.due()
    assert edit.destination == NEW
    assert edit.shown


@pytest.mark.parametrize(("outcome", "state"), [(Outcome.SENT, "settled"), (Outcome.MOVED, "due")])
async def test_a_call_in_the_air_during_the_move_is_neither_lost_nor_doubled(
    office: Office, outcome: Outcome, state: str
) -> None:
    await both_have_it(office)
    [old] = [one for one in await office.due() if one.destination == OLD]
    claimed = await office.claim(old)
    await move(office)
    assert await office.due() == []

    if outcome is Outcome.SENT:
        shown = Shown(1, "print", Receipt(("77",)))
        await office.end(claimed, DeliveryState.SETTLED, shown=shown)
    else:
        await office.end(claimed, DeliveryState.DUE, outcome=outcome, move_to=NEW.chat_id)

    assert await deliveries(office) == {2: state}
    await publish(office.store, post(title="Rain and wind"))
    assert [one.shown for one in await office.due()] == ([None] if state == "due" else [])


async def test_a_refusal_by_the_old_group_does_not_suspend_the_new_one(office: Office) -> None:
    await subscribe(office.store, OLD)
    await publish(office.store, post())
    claimed = await office.claim(await office.one())
    await move(office)
    await office.end(claimed, DeliveryState.DUE, outcome=Outcome.SUSPENDED, suspend="the bot is not in the group")

    assert await office.due_chats() == [NEW.chat_id]


async def test_an_edit_in_the_air_during_the_move_leaves_nothing_to_do(office: Office) -> None:
    await subscribe(office.store, OLD)
    await publish(office.store, post())
    await office.send_all()
    await publish(office.store, post(title="Rain and wind"))
    claimed = await office.claim(await office.one())
    await move(office)
    await office.end(claimed, DeliveryState.DUE, outcome=Outcome.RETRY, due_at=later(5))

    assert await office.due(later(60)) == []
    assert (await office.one()).state is DeliveryState.SETTLED


async def test_told_in_either_order_and_more_than_once_it_is_one_move(office: Office) -> None:
    await subscribe(office.store, OLD)
    await publish(office.store, post())
    for _ in range(3):
        await move(office)

    assert [str(place.destination) for place in await office.store.subscriptions.places()] == ["fake:-1001"]
    assert await office.due_chats() == [NEW.chat_id]


ACTIVE, PAUSED, SUSPENDED = DestinationState.ACTIVE, DestinationState.PAUSED, DestinationState.SUSPENDED


@pytest.mark.parametrize(
    ("old", "new", "after"),
    [
        (SUSPENDED, None, ACTIVE),  # by the old chat: the new one is asked
        (PAUSED, None, PAUSED),
        (ACTIVE, ACTIVE, ACTIVE),
        (SUSPENDED, ACTIVE, ACTIVE),
        (ACTIVE, SUSPENDED, SUSPENDED),
        (PAUSED, ACTIVE, PAUSED),
        (PAUSED, SUSPENDED, PAUSED),
        (ACTIVE, PAUSED, PAUSED),
        (SUSPENDED, PAUSED, PAUSED),
    ],
)
async def test_a_persons_word_goes_before_the_platforms_and_the_new_chat_before_the_old(
    office: Office, old: DestinationState, new: DestinationState | None, after: DestinationState
) -> None:
    shelf = office.store.subscriptions
    await subscribe(office.store, OLD)
    await shelf.set_state(OLD, old, f"{old} there", NOON)
    if new:
        await subscribe(office.store, NEW)
        await shelf.set_state(NEW, new, f"{new} here", NOON)
    await publish(office.store, post())

    await move(office)

    place = await shelf.place(NEW)
    assert place is not None
    assert place.state is after
    assert place.reason == ("" if after is ACTIVE else f"{after} {'there' if old is after else 'here'}")
    assert bool(await office.due()) is (after is ACTIVE)


async def test_a_pause_that_ends_by_itself_does_so_in_the_new_chat(office: Office) -> None:
    shelf = office.store.subscriptions
    for place in (OLD, NEW):
        await subscribe(office.store, place)
    await shelf.set_state(OLD, PAUSED, "a person's word", NOON, until=later(60))
    await move(office)

    assert [place.destination for place in await shelf.end_pauses(later(60))] == [NEW]


async def test_the_new_place_keeps_its_name_and_language_and_takes_over_what_it_lacks(office: Office) -> None:
    shelf = office.store.subscriptions
    await shelf.remember(Place(OLD, "group", "Old readers", "km"), NOON)
    await shelf.remember(Place(NEW, "supergroup", "Readers"), NOON)
    await move(office)

    assert await shelf.place(NEW) == Place(NEW, "supergroup", "Readers", "km")


async def test_a_message_that_somebody_removed_in_the_old_group_is_not_sent_in_the_new_one(office: Office) -> None:
    await both_have_it(office)
    [old] = [one for one in await office.due() if one.destination == OLD]
    claimed = await office.claim(old)
    await office.end(claimed, DeliveryState.SETTLED, outcome=Outcome.GONE, gone=True)
    await move(office)

    assert await office.due() == []


async def test_a_post_sent_by_hand_to_the_old_group_arrives_in_the_new_one(office: Office) -> None:
    await office.store.subscriptions.remember(Place(OLD), NOON)
    await office.store.posts.send_to(record(post()), announcement(post()), [OLD], NOON)
    await move(office)

    assert await office.due_chats() == [NEW.chat_id]


async def test_a_thread_that_was_known_by_its_id_alone_gets_no_post_twice(office: Office) -> None:
    """On Discord an operator can name it so, before somebody subscribes in it."""
    alone = Destination("discord", "7", bot=BOT)
    thread = Destination("discord", "456", "7", BOT)
    await subscribe(office.store, alone)
    await subscribe(office.store, thread, "category", "NATIONAL")
    await publish(office.store, post())

    [due] = await office.store.deliveries.due("discord", BOT, NOON, limit=9, skip=())
    assert due.destination == thread
    assert len(await office.store.subscriptions.of(thread)) == 2
    assert await office.store.subscriptions.place(alone) is None


ALONE, THREAD = Destination("discord", "7", bot=BOT), Destination("discord", "456", "7", BOT)


async def in_the_air_while_its_thread_becomes_known(office: Office) -> Delivery:
    await subscribe(office.store, ALONE)
    await publish(office.store, post())
    [delivery] = await office.store.deliveries.due("discord", BOT, NOON, limit=9, skip=())
    claimed = await office.claim(delivery)
    await office.store.subscriptions.remember(Place(THREAD, "thread"), NOON)
    return claimed


async def test_what_is_sent_to_a_thread_while_it_becomes_known_by_its_channel_stays_editable(office: Office) -> None:
    claimed = await in_the_air_while_its_thread_becomes_known(office)
    shown = Shown(1, "print", Receipt(("77",)))
    await office.end(claimed, DeliveryState.SETTLED, shown=shown)
    await publish(office.store, post(title="Rain and wind"))

    [edit] = await office.store.deliveries.due("discord", BOT, NOON, limit=9, skip=())
    assert (edit.destination, edit.shown, edit.wanted) == (THREAD, shown, 2)


async def test_a_refusal_by_such_a_thread_is_one_by_the_place_that_it_is_known_as(office: Office) -> None:
    claimed = await in_the_air_while_its_thread_becomes_known(office)
    await office.end(claimed, DeliveryState.DUE, outcome=Outcome.SUSPENDED, suspend="the bot may not write there")

    place = await office.store.subscriptions.place(THREAD)
    assert place is not None
    assert (place.state, place.reason) == (SUSPENDED, "the bot may not write there")


async def test_elsewhere_a_topic_and_a_chat_of_the_same_number_are_two_places(office: Office) -> None:
    for place in (chat("7"), chat("456", "7")):
        await subscribe(office.store, place)

    assert len(await office.store.subscriptions.places()) == 2


@pytest.mark.parametrize("is_sent", [True, False])
@pytest.mark.parametrize("digested", [OLD, NEW])
async def test_what_a_digest_tells_in_one_of_two_merged_chats_is_not_told_once_more(
    office: Office, digested: Destination, is_sent: bool
) -> None:
    await two_posts(office, digested)
    if is_sent:
        await office.send_all()
    await office.store.subscriptions.move(OLD, "-1001")
    await office.store.subscriptions.set_state(NEW, DestinationState.ACTIVE, "", NOON)

    assert [delivery.subject for delivery in await office.send_all()] == ([] if is_sent else [3])


async def test_what_a_digest_that_was_given_up_was_to_tell_is_told_where_it_is_due(office: Office) -> None:
    await two_posts(office, OLD)
    [digest] = await office.due()
    await office.end(await office.claim(digest), DeliveryState.FAILED)
    await office.store.subscriptions.move(OLD, "-1001")
    await office.store.deliveries.digest_above(0)
    await office.store.subscriptions.set_state(NEW, DestinationState.ACTIVE, "", NOON)

    assert [delivery.subject for delivery in await office.send_all()] == [1, 2]


async def two_posts(office: Office, digested: Destination) -> None:
    """They are due one by one in the one chat, which is paused, and in a digest, the third subject, in the other."""
    for place in (OLD, NEW):
        await subscribe(office.store, place)
    paused = NEW if digested == OLD else OLD
    await office.store.subscriptions.set_state(paused, DestinationState.PAUSED, "asked", NOON)
    await office.store.deliveries.digest_above(1)
    for path in ("a.md", "b.md"):
        await publish(office.store, post(path))
    assert await office.store.deliveries.gather(NOON, before=NOON) == 1


async def test_an_old_id_leads_to_the_new_one_of_the_same_bot_also_for_topics(office: Office) -> None:
    shelf = office.store.subscriptions
    await shelf.move(chat("-1"), "-1001")
    await shelf.move(chat("-1001"), "-1002")

    assert await shelf.moved_to(chat("-1", "7")) == chat("-1002", "7")
    assert await shelf.moved_to(chat("-1001")) == chat("-1002")
    assert await shelf.moved_to(chat("-1", bot="bot-2")) == chat("-1", bot="bot-2")

    await shelf.move(chat("-1002"), "-1")

    assert {str(await shelf.moved_to(chat(each))) for each in ("-1", "-1001", "-1002")} == {"fake:-1"}
