"""What is kept for a time only goes, and nothing that a promise rests on."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.delivering.forgetting import keep_forgetting
from bot.errors import StoreBusy
from bot.models import Action, DeliveryState, Outcome
from state import pruning
from tests.state.making import NOON, Office, chat, eventually, post, publish, subscribe

KEEP = timedelta(days=30)
LONG_AFTER = NOON + timedelta(days=31)


@pytest.fixture(autouse=True)
def _in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "ROWS", 3)
    monkeypatch.setattr(pruning, "PAUSE_SECONDS", 0.0)


class Forgetful:
    """A store whose database is in use at first."""

    def __init__(self) -> None:
        self.asked: list[tuple[datetime, timedelta]] = []
        self.twice = asyncio.Event()

    async def prune(self, now: datetime, keep: timedelta) -> int:
        self.asked.append((now, keep))
        if len(self.asked) == 1:
            raise StoreBusy("it is in use")
        self.twice.set()
        await asyncio.Event().wait()
        return 0


async def tell(office: Office, *chats: int, now: datetime = NOON, title: str = "Rain") -> None:
    """Publish (or edit) the only post, and send it to `chats`."""
    for number in chats:
        await subscribe(office.store, chat(number))
    await publish(office.store, post(title=title), now)
    await office.send_all(now)


async def revisions(office: Office) -> list[int]:
    with office.stranger() as connection:
        return [row["revision"] for row in connection.execute("SELECT revision FROM announcements ORDER BY revision")]


async def test_old_attempts_go_and_what_was_sent_stays_known(office: Office) -> None:
    await tell(office, *range(7))
    await tell(office, now=LONG_AFTER, title="Rain, edited")

    assert await office.store.prune(LONG_AFTER, KEEP) == 7

    story = await office.store.deliveries.of_post(1)
    assert [delivery.state for delivery, _ in story] == [DeliveryState.SETTLED] * 7
    assert all(delivery.shown and delivery.shown.receipt.message_ids == ("77",) for delivery, _ in story)
    assert [[attempt.action for attempt in attempts] for _, attempts in story] == [[Action.EDIT]] * 7


async def test_nothing_is_sent_again_because_its_trace_went(office: Office) -> None:
    await tell(office, 1, 2)
    await office.store.prune(LONG_AFTER, KEEP)

    await publish(office.store, post(title="Rain"), LONG_AFTER)
    assert await office.due(LONG_AFTER) == []

    await publish(office.store, post(title="More rain"), LONG_AFTER)
    assert {delivery.shown is not None for delivery in await office.due(LONG_AFTER)} == {True}  # edits


async def test_the_trace_of_what_is_not_done_with_stays(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    for state in (DeliveryState.DUE, DeliveryState.HELD):
        [delivery] = await office.due()
        await office.end(await office.claim(delivery), state, outcome=Outcome.RETRY)

    assert await office.store.prune(LONG_AFTER, KEEP) == 0
    assert len(await office.attempts()) == 2


async def test_what_is_young_stays(office: Office) -> None:
    await tell(office, 1)
    await tell(office, title="Rain, edited")

    assert await office.store.prune(NOON + KEEP, KEEP) == 0


async def test_the_pacer_finds_the_last_minute_however_little_is_kept(office: Office) -> None:
    await tell(office, 1)

    assert await office.store.prune(NOON + timedelta(seconds=61), timedelta(seconds=1)) == 0
    assert len(await office.store.deliveries.attempts_since("fake", NOON - timedelta(seconds=1))) == 1


async def test_revisions_go_that_nobody_shows_or_wants(office: Office) -> None:
    await tell(office, *range(5))
    for number in range(3):
        await tell(office, title=f"Rain, edited {number}")
    assert await revisions(office) == [1, 2, 3, 4]

    with office.stranger() as connection:
        connection.execute("UPDATE deliveries SET shown_revision = 2, state = 'held' WHERE id = 5")
    await office.store.prune(LONG_AFTER, KEEP)

    assert await revisions(office) == [2, 4]
    assert (await office.store.deliveries.announcement(1, 2)).title == "Rain, edited 0"


async def test_a_revision_goes_only_once_it_is_superseded_for_long(office: Office) -> None:
    await tell(office, 1)
    await tell(office, now=LONG_AFTER, title="Rain, edited")

    await office.store.prune(LONG_AFTER, KEEP)
    assert await revisions(office) == [1, 2]

    await office.store.prune(LONG_AFTER + KEEP + timedelta(seconds=1), KEEP)
    assert await revisions(office) == [2]


async def test_ids_of_pictures_go(office: Office) -> None:
    shelf = office.store.deliveries
    for number in range(7):
        await shelf.remember_media("fake", "bot-1", f"https://example.org/{number}.jpg", "id", NOON)
    await shelf.remember_media("fake", "bot-1", "https://example.org/new.jpg", "id", LONG_AFTER)

    assert await office.store.prune(LONG_AFTER, KEEP) == 7
    assert await shelf.media_id("fake", "bot-1", "https://example.org/new.jpg") == "id"


async def test_an_interrupted_pass_is_finished_by_the_next(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await tell(office, *range(7))
    monkeypatch.setattr(pruning, "PAUSE_SECONDS", 60.0)
    passing = asyncio.create_task(office.store.prune(LONG_AFTER, KEEP))

    async def began() -> bool:
        return len(await office.store.deliveries.attempts_since("fake", NOON - KEEP)) < 7

    await eventually(began)
    passing.cancel()
    monkeypatch.setattr(pruning, "PAUSE_SECONDS", 0.0)

    assert await office.store.prune(LONG_AFTER, KEEP) == 4


async def test_it_goes_on_for_ever_whatever_happens_to_the_database(caplog: pytest.LogCaptureFixture) -> None:
    store = Forgetful()

    forgetting = asyncio.create_task(keep_forgetting(store.prune, timedelta(milliseconds=20), lambda: NOON))
    await store.twice.wait()
    forgetting.cancel()

    assert [record.message for record in caplog.records] == ["it is in use; old traces are forgotten later"]
    assert store.asked == [(NOON, timedelta(milliseconds=20))] * 2
