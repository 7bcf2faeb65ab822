"""One look tells a dispatcher all that it asks for."""

from __future__ import annotations

from bot.models import Delivery, DeliveryState, Picture
from bot.records import NextUp
from tests.state.making import BOT, NOON, Office, chat, later, post, publish, subscribe


async def look(office: Office, *, room: int, looks: int = 9, skip: tuple[int, ...] = ()) -> NextUp:
    return await office.store.deliveries.next_up("fake", BOT, later(5), room=room, looks=looks, skip=skip)


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
    pictures = Picture("a.jpg"), Picture("b.jpg"), Picture(file="/site/c.jpg")
    await publish(office.store, post(pictures=pictures))
    kept = {"b.jpg": "photo-7", "/site/c.jpg#1f-2": "photo-8", "/site/c.jpg#20-3": "photo-9"}
    others = {
        "b.jpg2": "photo-1",
        "b.jp": "photo-2",
        "/site/c.jpg2#1f-2": "photo-3",
        "/site/c.jpg/d.jpg#1-1": "photo-4",
    }
    for name, media_id in (kept | others).items():
        await office.store.deliveries.remember_media("fake", BOT, name, media_id, NOON)

    said = (await look(office, room=9)).said

    assert said
    assert said.announcement.title == "Rain"
    assert said.media == kept
    assert (await look(office, room=0)).said is None


async def lose(office: Office, *deliveries: Delivery) -> None:
    for delivery in deliveries:
        claimed = await office.claim(delivery)
        await office.end(claimed, DeliveryState.UNKNOWN, due_at=later(5), nonce=claimed.nonce)


async def test_what_is_unknown_takes_no_room_and_who_is_busy_is_left_out(office: Office) -> None:
    await publish_to_four(office)
    lost, *others = await office.due()
    await lose(office, lost)

    narrow = await look(office, room=2)
    assert (len(narrow.unknown), len(narrow.due), narrow.is_all) == (1, 2, False)

    full = await look(office, room=0)
    assert (len(full.unknown), full.due, full.is_all) == (1, [], True)

    busy = await look(office, room=9, skip=(lost.destination_id, others[0].destination_id))
    assert (busy.unknown, [one.id for one in busy.due]) == ([], [one.id for one in others[1:]])


async def test_of_what_is_unknown_there_comes_no_more_than_may_be_looked_into(office: Office) -> None:
    await publish_to_four(office)
    first, second, third, _ = await office.due()
    await lose(office, first, second, third)

    assert [one.id for one in (await look(office, room=9, looks=1)).unknown] == [first.id]
    others = await look(office, room=9, looks=1, skip=(first.destination_id,))
    assert [one.id for one in others.unknown] == [second.id], "who is busy keeps nobody out"
    assert (await look(office, room=9, looks=0)).unknown == []
