"""Who waits, and for how long: a delivery, its destination, the whole bot."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.models import Delivery, DeliveryState, Outcome, Receipt, Shown
from state.rows import moment
from tests.state.making import BOT, NOON, Office, chat, later, post, publish, subscribe


async def test_a_retry_waits_and_so_does_its_destination(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post("a.md"))
    await publish(office.store, post("b.md"))
    [first] = await office.due()
    claimed = await office.claim(first)

    await office.end(
        claimed, DeliveryState.DUE, due_at=later(90), tries=3, reason="no", destination_waits_until=later(60)
    )

    assert await office.due(later(59)) == []
    assert await office.next_at(NOON) == later(60)
    [second] = await office.due(later(60))
    assert second.subject == 2, "a failure holds up the others for a minute at most"
    assert await office.next_at(later(60)) == later(90)
    waiting = await office.one(1)
    assert (waiting.tries, waiting.reason, waiting.nonce) == (3, "no", "")


async def test_while_one_of_two_unknowns_is_open_their_destination_waits(office: Office) -> None:
    await subscribe(office.store, chat(1))
    for path in ("a.md", "b.md", "c.md"):
        await publish(office.store, post(path))
    [first] = await office.due()
    first = await office.claim(first, nonce="n-1")
    lost = Outcome.UNKNOWN
    await office.end(first, DeliveryState.UNKNOWN, nonce="n-1", destination_waits_until=later(60), outcome=lost)
    [second] = await office.due(later(60))
    second = await office.claim(second, later(60), nonce="n-2")
    waits = later(120)
    await office.end(second, DeliveryState.UNKNOWN, later(60), nonce="n-2", destination_waits_until=waits, outcome=lost)

    shown = Shown(1, "print", Receipt(("77",)))
    waits = later(62)
    await office.end(first, DeliveryState.SETTLED, later(62), shown=shown, destination_waits_until=waits)
    assert await office.due(later(119)) == [], "what became of the second is still open"

    waits = later(70)
    await office.end(second, DeliveryState.SETTLED, later(70), shown=shown, destination_waits_until=waits)
    [third] = await office.due(later(70))
    assert third.subject == 3


async def test_one_that_is_to_be_repeated_later_is_as_open(office: Office) -> None:
    await subscribe(office.store, chat(1))
    for path in ("a.md", "b.md", "c.md"):
        await publish(office.store, post(path))
    [first] = await office.due()
    first = await office.claim(first, nonce="n-1")
    await office.end(first, DeliveryState.UNKNOWN, nonce="n-1", outcome=Outcome.UNKNOWN)
    [second] = await office.due()
    second = await office.claim(second, nonce="n-2")
    await office.end(second, DeliveryState.UNKNOWN, nonce="n-2", outcome=Outcome.UNKNOWN)

    at = later(32)
    await office.end(first, DeliveryState.DUE, due_at=at, tries=3, nonce="n-1", destination_waits_until=at)
    shown, waits = Shown(1, "print", Receipt(("77",))), later(10)
    await office.end(second, DeliveryState.SETTLED, later(10), shown=shown, destination_waits_until=waits)
    assert await office.due(later(31)) == []
    [repeated] = await office.due(at)
    assert repeated.subject == 1


async def lose_two(office: Office) -> list[Delivery]:
    """Two sends to one chat, lost at once; another post is due behind them."""
    await subscribe(office.store, chat(1))
    for path in ("a.md", "b.md", "c.md"):
        await publish(office.store, post(path))
    lost = []
    for nonce in ("n-1", "n-2"):
        [delivery] = await office.due()
        lost.append(await office.claim(delivery, nonce=nonce))
        await office.end(lost[-1], DeliveryState.UNKNOWN, nonce=nonce, outcome=Outcome.UNKNOWN)
    for one in lost:  # as kills leave them: each keeps its chat waiting
        await office.end(one, DeliveryState.UNKNOWN, nonce=one.nonce, destination_waits_until=later(60))
    return lost


async def repeat(office: Office, delivery: Delivery, now: datetime, due_at: datetime) -> None:
    """A look at `now` has found that it may be repeated at `due_at`."""
    again = DeliveryState.DUE
    waits = min(due_at, later(60))
    await office.end(delivery, again, now, due_at=due_at, nonce=delivery.nonce, destination_waits_until=waits)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["first", "second"])
async def test_two_that_may_both_be_repeated_now_wait_for_nobody_and_go_in_their_order(
    office: Office, order: tuple[int, int]
) -> None:
    lost = await lose_two(office)
    now = later(5)
    one, other = (lost[index] for index in order)

    await repeat(office, one, now, now)
    assert await office.due(now) == [], "what became of the other one is still unknown"
    await repeat(office, other, now, now)

    assert [sent.subject for sent in await office.send_all(now)] == [1, 2, 3]


async def test_one_that_is_to_be_repeated_later_is_waited_for_until_it_is_due(office: Office) -> None:
    first, second = await lose_two(office)

    await repeat(office, first, later(5), later(20))
    shown, waits = Shown(1, "print", Receipt(("77",))), later(8)
    await office.end(second, DeliveryState.SETTLED, later(8), shown=shown, destination_waits_until=waits)

    assert await office.due(later(19)) == []
    assert await office.next_at(later(19)) == later(20)
    assert [sent.subject for sent in await office.send_all(later(20))] == [1, 3]


async def test_nobody_waits_for_it_longer_than_before(office: Office) -> None:
    first, second = await lose_two(office)

    await repeat(office, first, later(5), later(300))
    shown, waits = Shown(1, "print", Receipt(("77",))), later(8)
    await office.end(second, DeliveryState.SETTLED, later(8), shown=shown, destination_waits_until=waits)

    assert await office.due(later(59)) == []
    [third] = await office.due(later(60))
    assert third.subject == 3


@pytest.mark.parametrize(
    ("platform", "told", "waits"),
    [("telegram", 10, (22, 10, 0)), ("telegram", 30, (30, 30, 0)), ("discord", 30, (22, 30, 0))],
    ids=["topics, shorter", "topics, longer", "threads"],
)
async def test_topics_share_a_flood_wait_which_shortens_none_of_theirs_and_a_thread_has_its_own(
    office: Office, platform: str, told: float, waits: tuple[float, ...]
) -> None:
    places = chat(-1, "7", platform), chat(-1, "8", platform), chat(-2, "", platform)
    for place in places:
        await subscribe(office.store, place)
    await publish(office.store, post())
    first, second, _ = await office.store.deliveries.due(platform, BOT, NOON, limit=3, skip=())
    retried, flooded = await office.claim(first), await office.claim(second)

    await office.end(retried, DeliveryState.DUE, due_at=later(22), destination_waits_until=later(22))
    at = later(told)
    await office.end(flooded, DeliveryState.DUE, due_at=at, destination_waits_until=at, outcome=Outcome.FLOOD)

    with office.stranger() as connection:
        rows = connection.execute("SELECT waits_until FROM destinations ORDER BY chat_id, thread_id").fetchall()
    assert [row[0] for row in rows] == [moment(later(seconds)) if seconds else "" for seconds in waits]


async def test_what_is_put_off_shortens_no_wait_and_lengthens_none_but_its_own(office: Office) -> None:
    topics = chat(-1, "7", "telegram"), chat(-1, "8", "telegram")
    for topic in topics:
        await subscribe(office.store, topic)
    await publish(office.store, post())
    first, second = await office.store.deliveries.due("telegram", BOT, NOON, limit=2, skip=())
    flooded, put_off = await office.claim(first), await office.claim(second)
    until, again_at = {"due_at": later(30), "destination_waits_until": later(30)}, later(40)

    await office.end(flooded, DeliveryState.DUE, outcome=Outcome.FLOOD, **until)
    await office.end(put_off, DeliveryState.DUE, destination_waits_until=NOON, outcome=Outcome.PUT_OFF)
    assert await waits(office) == [moment(later(30))] * 2

    put_off = await office.claim(second, later(30))
    await office.end(put_off, DeliveryState.DUE, later(30), destination_waits_until=again_at, outcome=Outcome.PUT_OFF)
    assert sorted(await waits(office)) == [moment(later(30)), moment(again_at)]


async def waits(office: Office) -> list[str]:
    with office.stranger() as connection:
        rows = connection.execute("SELECT waits_until FROM destinations ORDER BY chat_id, thread_id").fetchall()
    return [row[0] for row in rows]


async def test_the_whole_bot_waits_as_long_as_it_was_last_told_to_by_the_strictest(office: Office) -> None:
    for number in (1, 2):
        await subscribe(office.store, chat(number))
    await publish(office.store, post())
    until = office.store.deliveries.bot_waits_until
    assert await until("fake", BOT) is None

    for delivery, seconds in zip(await office.due(), (60, 30), strict=True):
        await office.end(await office.claim(delivery), DeliveryState.DUE, bot_waits_until=later(seconds))

    assert await until("fake", BOT) == later(60)
    assert await until("fake", "bot-2") is None


async def test_a_bot_that_was_never_asked_to_wait_does_not(office: Office) -> None:
    await office.store.subscriptions.remember_bot("fake", BOT)

    assert await office.store.deliveries.bot_waits_until("fake", BOT) is None
