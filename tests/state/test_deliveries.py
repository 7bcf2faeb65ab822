"""Deliveries: who is next, claims, conclusions, and what a dead process leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.models import (
    GONE,
    Action,
    DeliveryState,
    Destination,
    DestinationState,
    Lane,
    Outcome,
    Overrides,
    Picture,
    Receipt,
    Shown,
)
from tests.state.making import BOT, NOON, Office, announcement, chat, later, post, publish, record, subscribe

SHOWN = Shown(1, "print 1", Receipt(("77", "78"), "media-1"))


async def test_one_delivery_comes_for_each_destination_by_lane_then_position(office: Office) -> None:
    for number in (1, 2):
        await subscribe(office.store, chat(number), "category", f"for {number}")
    await publish(office.store, post("first.md", categories=("For 2",)))
    await publish(office.store, post("second.md", categories=("For 1",)))
    await publish(office.store, post("third.md", categories=("For 1", "For 2"), overrides=Overrides(breaking=True)))

    assert [(one.destination.chat_id, one.lane) for one in await office.due()] == [
        ("1", Lane.BREAKING),
        ("2", Lane.BREAKING),
    ]
    assert [one.subject for one in await office.send_all()] == [3, 3, 1, 2]


async def test_an_edit_comes_after_what_is_new(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post("a.md"))
    await office.send_all()
    await publish(office.store, post("a.md", title="Edited"))
    await publish(office.store, post("b.md"))

    assert [one.subject for one in await office.send_all()] == [2, 1]


async def test_no_more_come_than_are_asked_for_and_none_of_the_skipped(office: Office) -> None:
    for number in range(1, 6):
        await subscribe(office.store, chat(number))
    await publish(office.store, post())

    first, second = await office.due(limit=2)
    assert (first.destination.chat_id, second.destination.chat_id) == ("1", "2")
    rest = await office.due(limit=2, skip=(first.destination_id, second.destination_id))
    assert [one.destination.chat_id for one in rest] == ["3", "4"]


async def test_each_platform_and_bot_has_its_own(office: Office) -> None:
    for place in (chat(1), chat(2, platform="other"), chat(3, bot="bot-2")):
        await subscribe(office.store, place)
    await publish(office.store, post())

    assert await office.due_chats() == ["1"]
    [other] = await office.store.deliveries.due("other", BOT, NOON, limit=9, skip=())
    assert str(other.destination) == "other:2"


@pytest.mark.parametrize("state", [DestinationState.PAUSED, DestinationState.SUSPENDED])
async def test_a_destination_that_does_not_receive_is_passed_over_and_loses_nothing(
    office: Office, state: DestinationState
) -> None:
    for number in (1, 2):
        await subscribe(office.store, chat(number))
    await publish(office.store, post())
    [first, _] = await office.due()

    await office.store.subscriptions.set_state(chat(1), state, "", NOON)
    assert await office.due_chats() == ["2"]
    assert await office.store.deliveries.claim({first.id: "n"}, epoch=1, now=NOON) == []

    await office.store.subscriptions.set_state(chat(1), DestinationState.ACTIVE, "", NOON)
    assert await office.due_chats() == ["1", "2"]


async def test_a_claim_is_taken_once_and_says_how_the_delivery_stands_now(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    [seen] = await office.due()
    await publish(office.store, post(title="Wind"))

    claimed = await office.claim(seen, nonce="1-abc")

    assert (claimed.state, claimed.wanted, claimed.tried) == (DeliveryState.CLAIMED, 2, 2)
    assert (claimed.nonce, claimed.tried_at) == ("1-abc", NOON)
    assert await office.store.deliveries.claim({seen.id: "x"}, epoch=1, now=NOON) == []
    assert await office.due() == []


async def test_a_send_that_is_repeated_under_its_nonce_says_what_it_said_the_first_time(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    first = await office.claim(await office.one())
    await office.end(first, DeliveryState.DUE, nonce=first.nonce, outcome=Outcome.UNKNOWN)
    await publish(office.store, post(title="Wind"))

    again = await office.claim(await office.one(), later(9), nonce=first.nonce)
    assert (again.wanted, again.tried, again.tried_at) == (2, 1, NOON)

    await office.end(again, DeliveryState.DUE)  # now it is known not to be there
    fresh = await office.claim(await office.one(), later(10), nonce="2-new")
    assert (fresh.tried, fresh.tried_at) == (2, later(10))


async def test_a_settled_delivery_shows_what_was_sent(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    claimed = await office.claim(await office.one())

    await office.end(claimed, DeliveryState.SETTLED, shown=SHOWN)

    settled = await office.one()
    assert (settled.state, settled.shown, settled.nonce) == (DeliveryState.SETTLED, SHOWN, "")
    [attempt] = await office.attempts()
    assert (attempt.action, attempt.outcome, attempt.began_at) == (Action.SEND, Outcome.SENT, NOON)
    assert [(one.id, said.title) for one, said in await office.store.deliveries.shown_in(chat(1), limit=5)] == [
        (settled.id, "Rain")
    ]


async def test_of_calls_that_end_together_each_is_written_down_as_it_ended(office: Office) -> None:
    for number in range(4):
        await subscribe(office.store, chat(number))
    await publish(office.store, post())
    first, lost, refused, last = [await office.claim(one, nonce=f"n-{one.id}") for one in await office.due()]
    other = Shown(1, "print 1", Receipt(("79",), "media-2"))

    await office.store.deliveries.conclude(
        [
            office.conclusion(first, DeliveryState.SETTLED, later(1), shown=SHOWN),
            office.conclusion(lost, DeliveryState.UNKNOWN, later(2), nonce=lost.nonce, outcome=Outcome.UNKNOWN),
            office.conclusion(refused, DeliveryState.FAILED, later(2), reason="no", outcome=Outcome.FAILED),
            office.conclusion(last, DeliveryState.SETTLED, later(3), shown=other),
        ]
    )

    ended = {one.id: (one, attempts[-1]) for one, attempts in await office.store.deliveries.of_post(1)}
    assert [
        (now.state, now.shown, now.nonce, now.reason, attempt.outcome, attempt.ended_at)
        for now, attempt in (ended[one.id] for one in (first, lost, refused, last))
    ] == [
        (DeliveryState.SETTLED, SHOWN, "", "", Outcome.SENT, later(1)),
        (DeliveryState.UNKNOWN, None, lost.nonce, "", Outcome.UNKNOWN, later(2)),
        (DeliveryState.FAILED, None, "", "no", Outcome.FAILED, later(2)),
        (DeliveryState.SETTLED, other, "", "", Outcome.SENT, later(3)),
    ]


async def test_an_edit_that_arrives_while_the_call_is_in_the_air_leaves_something_to_do(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    claimed = await office.claim(await office.one())
    await publish(office.store, post(title="Wind"))

    await office.end(claimed, DeliveryState.SETTLED, shown=SHOWN, rung=1)

    left = await office.one()
    assert (left.state, left.lane, left.wanted, left.shown) == (DeliveryState.DUE, Lane.EDIT, 2, SHOWN)
    assert left.rung == 0, "the new revision has its own pictures"


async def test_a_message_that_a_person_removed_stays_away_even_when_an_edit_came_meanwhile(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    await office.send_all()
    await publish(office.store, post(title="Wind"))
    claimed = await office.claim(await office.one())
    await publish(office.store, post(title="Storm"))

    await office.end(claimed, DeliveryState.SETTLED, shown=None, gone=True, outcome=Outcome.GONE)
    await publish(office.store, post(title="Sun"))

    left = await office.one()
    assert (left.state, left.wanted, left.shown) == (DeliveryState.SETTLED, GONE, None)


async def test_a_suspension_keeps_the_reason_and_the_delivery_but_not_a_persons_pause(office: Office) -> None:
    for number in (1, 2):
        await subscribe(office.store, chat(number))
    await publish(office.store, post())
    claims = [await office.claim(delivery) for delivery in await office.due()]
    await office.store.subscriptions.set_state(chat(2), DestinationState.PAUSED, "asked for", NOON)

    for claimed in claims:
        await office.end(claimed, DeliveryState.DUE, suspend="kicked")

    first, second = await office.store.subscriptions.places()
    assert (first.state, first.reason) == (DestinationState.SUSPENDED, "kicked")
    assert (second.state, second.reason) == (DestinationState.PAUSED, "asked for")
    assert await office.store.deliveries.counts() == {("fake", "due"): 2}


async def test_what_was_given_up_unsent_waits_for_a_persons_word_whatever_is_edited(office: Office) -> None:
    for number in (1, 2):
        await subscribe(office.store, chat(number), "category", f"for {number}")
    for number in (1, 2):
        await publish(office.store, post(f"{number}.md", categories=(f"For {number}",)))
    for delivery in await office.due():
        await office.end(await office.claim(delivery), DeliveryState.FAILED, reason="too long", tries=2)
    failed = await office.store.deliveries.listing([DeliveryState.FAILED], limit=10)
    assert [(one.subject, one.reason) for one in failed] == [(2, "too long"), (1, "too long")]

    await publish(office.store, post("1.md", categories=("For 1",), title="Shorter"))
    assert await office.due_chats() == []

    retried = await office.store.deliveries.retry([DeliveryState.FAILED, DeliveryState.SETTLED], later(5))
    assert retried == 2
    due = {one.destination.chat_id: (one.tries, one.wanted) for one in await office.due(later(5))}
    assert due == {"1": (0, 2), "2": (0, 1)}, "it says what the file says by now"


async def test_an_edit_that_was_given_up_is_made_by_the_next_one(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    await office.send_all()
    await publish(office.store, post(title="Far too long"))
    [edit] = await office.due()
    await office.end(await office.claim(edit), DeliveryState.FAILED, reason="too long")

    await publish(office.store, post(title="Shorter"))
    assert [one.wanted for one in await office.due()] == [3]


async def test_a_chat_gets_what_was_given_up_there_by_a_word(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    await office.end(await office.claim(await office.one()), DeliveryState.FAILED, reason="too long")

    rain = record(post(title="Shorter"))
    assert await office.store.posts.send_to(rain, announcement(post(title="Shorter")), [chat(1)], later(5)) == 1
    assert [one.wanted for one in await office.due(later(5))] == [2]


async def test_a_chat_that_moved_is_followed_with_its_delivery(office: Office) -> None:
    await subscribe(office.store, chat("-1"))
    await publish(office.store, post())

    await office.end(await office.claim(await office.one()), DeliveryState.DUE, move_to="-1001", outcome=Outcome.MOVED)

    [moved] = await office.due()
    assert moved.destination == chat("-1001")


async def test_a_call_that_ends_after_its_delivery_was_merged_away_is_no_error(office: Office) -> None:
    for number in ("-1", "-1001"):
        await subscribe(office.store, chat(number))
    await publish(office.store, post())
    old, new = await office.due()
    claimed = await office.claim(old)
    beside = await office.claim(new)
    await office.store.subscriptions.move(chat("-1"), "-1001")

    await office.end(claimed, DeliveryState.DUE, move_to="-1001", outcome=Outcome.MOVED)
    await office.end(beside, DeliveryState.DUE, outcome=Outcome.RETRY)

    assert [one.id for one in await office.due()] == [new.id]


async def test_an_unknown_comes_when_its_time_has_come_and_only_where_newsbell_may_write(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    claimed = await office.claim(await office.one())
    await office.end(claimed, DeliveryState.UNKNOWN, due_at=later(5), nonce=claimed.nonce)
    unknown = office.store.deliveries.unknown

    assert await unknown("fake", BOT, later(4), limit=9) == []
    assert await office.next_at(NOON) == later(5)
    [one] = await unknown("fake", BOT, later(5), limit=9)
    assert (one.nonce, one.tried, one.tried_at) == ("n-1", 1, NOON)
    assert await office.due(later(5)) == []

    await office.store.subscriptions.set_state(chat(1), DestinationState.SUSPENDED, "kicked", NOON)
    assert await unknown("fake", BOT, later(5), limit=9) == []


async def test_what_a_dead_process_was_sending_is_unknown_and_its_edits_are_done_again(office: Office) -> None:
    for number in (1, 2):
        await subscribe(office.store, chat(number))
    await publish(office.store, post("a.md"))
    await office.send_all()
    await publish(office.store, post("a.md", title="Edited"))
    for delivery in await office.due():
        await office.claim(delivery)
        break
    await publish(office.store, post("b.md"))
    [second] = [delivery for delivery in await office.due() if delivery.destination == chat(2)]
    await office.claim(second, later(1), nonce="n-b")

    assert await office.store.deliveries.orphans(1, later(2)) == 0, "nothing of an older epoch"
    assert await office.store.deliveries.orphans(2, later(2)) == 2

    (edit, edit_tries), _ = await office.store.deliveries.of_post(1)
    assert (edit.state, edit.nonce, edit_tries[-1].action) == (DeliveryState.DUE, "", Action.EDIT)
    assert edit.due_at == later(20), "until then the lost edit may arrive, and would overwrite the next one"
    _, (sent, sent_tries) = await office.store.deliveries.of_post(2)
    assert (sent.state, sent.nonce, sent.tried, sent.due_at) == (DeliveryState.UNKNOWN, "n-b", 1, later(2))
    [attempt] = sent_tries
    assert (attempt.action, attempt.outcome, attempt.began_at, attempt.epoch) == (
        Action.SEND,
        Outcome.UNKNOWN,
        later(1),
        1,
    )
    assert [one.destination_id for one in await office.due(later(2))] == [edit.destination_id]
    assert len(await office.due(later(62))) == 2, "an unknown holds up its destination for a minute at most"

    assert await office.store.deliveries.orphans(3, later(500)) == 0
    assert len(await office.due(later(559))) == 1, "the minute begins anew when newsbell does"
    assert len(await office.due(later(560))) == 2


async def test_the_pacers_memory_names_calls_and_destinations_oldest_first(office: Office) -> None:
    for number in (1, 2):
        await subscribe(office.store, chat(number))
    await publish(office.store, post())
    for seconds, delivery in enumerate(await office.due()):
        await office.send(delivery, later(seconds))

    since = office.store.deliveries.attempts_since
    calls = [(str(destination), action, at) for destination, action, at in await since("fake", later(-1))]
    assert calls == [(str(chat(1)), Action.SEND, NOON), (str(chat(2)), Action.SEND, later(1))]
    assert len(await since("fake", NOON)) == 1
    assert await since("other", later(-1)) == []


async def test_a_pictures_id_is_remembered_for_each_bot(office: Office) -> None:
    shelf = office.store.deliveries
    source = Picture(url="https://example.org/rain.jpg").source
    await shelf.remember_media("fake", BOT, source, "one", NOON)
    await shelf.remember_media("fake", BOT, source, "two", NOON)

    assert await shelf.media_id("fake", BOT, source) == "two"
    assert await shelf.media_id("fake", "bot-2", source) == ""


async def test_what_stands_in_a_chat_comes_newest_last_and_at_most_so_many(office: Office) -> None:
    await subscribe(office.store, chat(1))
    for path in ("a.md", "b.md", "c.md"):
        await publish(office.store, post(path))
    await office.send_all()
    await publish(office.store, post("d.md"))

    shown_in = office.store.deliveries.shown_in
    assert [said.title for _, said in await shown_in(chat(1), limit=2)] == ["B", "C"]
    assert await shown_in(Destination("fake", "never heard of"), limit=2) == []


async def test_times_that_are_apart_by_a_microsecond_stay_in_order(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post(), NOON + timedelta(microseconds=1))

    assert await office.due(NOON) == []
    assert len(await office.due(NOON + timedelta(microseconds=1))) == 1
    assert (await office.one()).due_at == NOON + timedelta(microseconds=1)
