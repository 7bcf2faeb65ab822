"""What a restart finds and puts right, and what lies before closed doors."""

from __future__ import annotations

from bot.models import Action, DeliveryState, DestinationState
from tests.state.making import BOT, NOON, Office, chat, later, post, publish, subscribe


async def test_a_clock_that_was_set_back_makes_nothing_wait_for_the_old_time(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post(), later(3600))
    [delivery] = await office.due(later(3600))
    await office.send(delivery, later(3600))
    await publish(office.store, post("national/wind.md"), later(3601))
    assert await office.due() == []

    await office.store.deliveries.orphans(office.epoch + 1, NOON)

    assert len(await office.due()) == 1


async def test_a_send_that_was_to_be_repeated_is_looked_into_first_after_a_restart(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    with office.stranger() as connection:
        connection.execute("UPDATE deliveries SET nonce = '1-aa', tried = 1, tried_at = created_at")

    await office.store.deliveries.orphans(office.epoch + 1, later(1800))

    [unknown] = await office.store.deliveries.unknown("fake", BOT, later(1800), limit=9)
    assert unknown.state is DeliveryState.UNKNOWN
    assert unknown.nonce == "1-aa"


async def test_what_lies_before_a_closed_door_is_found_again_when_it_opens(office: Office) -> None:
    shelf = office.store.subscriptions
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    await shelf.set_state(chat(1), DestinationState.SUSPENDED, "kicked", NOON)
    await publish(office.store, post("national/wind.md"))
    assert await office.due() == []

    await shelf.set_state(chat(1), DestinationState.ACTIVE, "", NOON)

    assert [delivery.position for delivery in await office.send_all(NOON)] == [1, 2]


async def test_replies_are_remembered_for_the_pacer(office: Office) -> None:
    shelf = office.store.deliveries
    await shelf.note_reply("fake", ["bot", "chat:1"], NOON)

    assert await shelf.replies_since("fake", later(-61)) == [(["bot", "chat:1"], NOON)]
    assert await shelf.replies_since("fake", NOON) == []
    assert await shelf.attempts_since("fake", later(-61)) == []


async def test_a_call_that_was_cut_off_counts_from_its_end_so_late_it_may_have_arrived(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    [delivery] = await office.due()
    shelf = office.store.deliveries
    await shelf.claim({delivery.id: "1-aa"}, epoch=office.epoch, now=NOON)

    assert await shelf.orphans(office.epoch + 1, later(30)) == 1

    [(_, action, at)] = await shelf.attempts_since("fake", later(10))
    assert (action, at) == (Action.SEND, later(30))


async def test_the_silence_that_a_platform_asked_for_is_remembered_until_it_is_over(office: Office) -> None:
    shelf = office.store.deliveries
    await shelf.note_silence("fake", ["chat:1", "chat:2"], later(30), NOON)
    await shelf.note_silence("fake", ["chat:1"], later(10), later(1))
    await shelf.note_silence("other", ["bot"], later(60), later(1))

    assert sorted(await shelf.silences("fake", later(2))) == [("chat:1", later(30)), ("chat:2", later(30))]
    assert await shelf.silences("fake", later(30)) == []
