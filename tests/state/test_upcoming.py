"""One look tells a dispatcher all that it asks for."""

from __future__ import annotations

from bot.models import DeliveryState, Picture
from bot.records import NextUp
from tests.state.making import BOT, NOON, Office, chat, later, post, publish, subscribe


async def look(office: Office, *, room: int, skip: tuple[int, ...] = ()) -> NextUp:
    return await office.store.deliveries.next_up("fake", BOT, later(5), room=room, skip=skip)


async def publish_to_four(office: Office) -> None:
    for number in range(4):
        await subscribe(office.store, chat(number))
    await publish(office.store, post())


async def test_a_look_finds_what_is_unknown_what_is_due_and_when_there_is_more(office: Office) -> None:
    await publish_to_four(office)
    lost, late, *_ = await office.due()
    for delivery, state, due_at in ((lost, DeliveryState.UNKNOWN, later(5)), (late, DeliveryState.DUE, later(60))):
        claimed = await office.claim(delivery)
        await office.end(claimed, state, due_at=due_at, nonce=claimed.nonce)

    found = await look(office, room=9)

    assert [one.id for one in found.unknown] == [lost.id]
    assert len(found.due) == 2
    assert not {lost.id, late.id} & {one.id for one in found.due}
    assert found.is_all
    assert found.next_at == later(60)


async def test_what_the_first_says_comes_with_it(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post(pictures=(Picture("a.jpg"), Picture("b.jpg"))))
    await office.store.deliveries.remember_media("fake", BOT, "b.jpg", "photo-7", NOON)

    said = (await look(office, room=9)).said

    assert said
    assert said.announcement.title == "Rain"
    assert said.media == {"a.jpg": "", "b.jpg": "photo-7"}
    assert (await look(office, room=0)).said is None


async def test_what_is_unknown_takes_room_and_who_is_busy_is_left_out(office: Office) -> None:
    await publish_to_four(office)
    lost, *others = await office.due()
    claimed = await office.claim(lost)
    await office.end(claimed, DeliveryState.UNKNOWN, due_at=later(5), nonce=claimed.nonce)

    narrow = await look(office, room=2)
    assert (len(narrow.unknown), len(narrow.due), narrow.is_all) == (1, 1, False)

    full = await look(office, room=0)
    assert (len(full.unknown), full.due, full.is_all) == (1, [], True)

    busy = await look(office, room=9, skip=(lost.destination_id, others[0].destination_id))
    assert (busy.unknown, [one.id for one in busy.due]) == ([], [one.id for one in others[1:]])
