"""What waits when the clock was set back: exactly as long as before, or, where nobody knows how far, no longer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.models import DeliveryState
from tests.state.making import BOT, NOON, Office, chat, later, post, publish, subscribe

AN_HOUR = timedelta(hours=1)


async def test_what_waits_waits_as_long_as_before_on_its_platform_alone(office: Office) -> None:
    shelf = office.store.deliveries
    await subscribe(office.store, chat(1))
    await publish(office.store, post(), later(3600))
    [delivery] = await office.due(later(3600))
    claimed = await office.claim(delivery, later(3600))
    await office.end(claimed, DeliveryState.UNKNOWN, later(3600), due_at=later(3605), nonce=claimed.nonce)
    await shelf.note_silence("fake", ["chat:1"], later(3630), later(3600))
    await shelf.note_silence("other", ["chat:1"], later(3630), later(3600))

    await shelf.clock_set_back("fake", AN_HOUR, later(1))

    assert await shelf.unknown("fake", delivery.destination.bot, later(4.9), limit=9) == []
    [unknown] = await shelf.unknown("fake", delivery.destination.bot, later(5), limit=9)
    assert unknown.tried_at == NOON
    assert await shelf.silences("fake", later(1)) == [("chat:1", later(30))]
    assert await shelf.silences("other", later(1)) == [("chat:1", later(3630))]


async def test_what_would_be_over_by_now_is_over(office: Office) -> None:
    shelf = office.store.deliveries
    await shelf.note_silence("fake", ["chat:1"], later(30), NOON)

    await shelf.clock_set_back("fake", AN_HOUR, later(1))

    assert await shelf.silences("fake", later(1)) == []


async def test_one_attempt_by_a_clock_that_ran_ahead_costs_later_starts_nothing(office: Office) -> None:
    shelf = office.store.deliveries
    await shelf.note_reply("fake", ["chat:1"], later(10 * 365 * 86400))
    await shelf.orphans(office.epoch + 1, NOON)
    await shelf.note_reply("fake", ["chat:1"], NOON)
    await shelf.note_silence("fake", ["chat:1"], later(600), NOON)

    await shelf.orphans(office.epoch + 2, later(1))

    assert await shelf.silences("fake", later(1)) == [("chat:1", later(600))]


@pytest.mark.parametrize(("ahead", "kept"), [(0.001, True), (59.999, True), (60, False)])
async def test_at_a_start_a_clock_that_was_set_right_a_little_ends_no_wait(
    office: Office, ahead: float, kept: bool
) -> None:
    shelf = office.store.deliveries
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    [delivery] = await office.due(later(ahead))
    claimed = await office.claim(delivery, later(ahead))
    await office.end(claimed, DeliveryState.DUE, later(ahead), due_at=later(3600), bot_waits_until=later(3600))
    await shelf.note_silence("fake", ["chat:1"], later(3600), NOON)

    await shelf.orphans(office.epoch + 1, NOON)

    assert await shelf.silences("fake", NOON) == ([("chat:1", later(3600))] if kept else [])
    assert await shelf.bot_waits_until("fake", BOT) == later(3600 if kept else 0)


async def test_at_a_start_a_lost_message_was_tried_no_later_than_now(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post(), later(3600))
    [delivery] = await office.due(later(3600))
    claimed = await office.claim(delivery, later(3600))
    await office.end(claimed, DeliveryState.UNKNOWN, later(3600), due_at=later(3605), nonce=claimed.nonce)

    await office.store.deliveries.orphans(office.epoch + 1, NOON)

    [unknown] = await office.store.deliveries.unknown("fake", delivery.destination.bot, NOON, limit=9)
    assert unknown.tried_at == NOON


async def test_at_a_start_a_claim_by_a_clock_that_ran_ahead_is_set_right_though_a_kill_left_no_attempt(
    office: Office,
) -> None:
    """What is heard is written down as no older than the newest claim: until then nothing would count as heard."""
    await subscribe(office.store, chat(-1001, platform="telegram"))
    await publish(office.store, post(), later(3600))
    shelf = office.store.deliveries
    [delivery] = await shelf.due("telegram", BOT, later(3600), limit=9, skip=())
    await office.claim(delivery, later(3600))

    await shelf.orphans(office.epoch + 1, NOON)

    with office.stranger() as connection:
        [(claimed_at,)] = connection.execute("SELECT claimed_at FROM bots WHERE platform = 'telegram'").fetchall()
    assert datetime.fromisoformat(claimed_at) == NOON
