"""Commits that may have made something due wake whoever listens: ours at once, and those of other processes soon."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import StoreError
from bot.models import Announcement, DestinationState, Outcome, Withdrawn
from bot.models import DeliveryState as State
from bot.records import NextUp
from state.memory import Memory
from state.upcoming import ALONG
from tests.patience import PATIENCE
from tests.state.making import BOT, NOON, Office, chat, later, open_office, post, publish, record, subscribe

Act = Callable[[Office], Awaitable[Any]]


@pytest.fixture
async def woken(office: Office) -> list[int]:
    """Grows by one with each wake. The first look wakes by itself; that has passed."""
    first = asyncio.Event()
    wakes: list[int] = []

    def wake() -> None:
        wakes.append(1)
        first.set()

    office.store.on_change(wake)
    await first.wait()
    wakes.clear()
    return wakes


async def nothing(_: Office) -> None:
    """Where nothing has to be there before."""


async def subscribed(office: Office) -> None:
    await subscribe(office.store, chat(1))


async def published(office: Office) -> None:
    await subscribed(office)
    await publish(office.store, post())


async def in_state(office: Office, state: DestinationState) -> None:
    """A post waits for a chat in this state; a pause has just ended."""
    await published(office)
    until = NOON if state is DestinationState.PAUSED else None
    await office.store.subscriptions.set_state(chat(1), state, "so", NOON, until=until)


async def paused(office: Office) -> None:
    await in_state(office, DestinationState.PAUSED)


async def suspended(office: Office) -> None:
    await in_state(office, DestinationState.SUSPENDED)


async def failed(office: Office) -> None:
    await published(office)
    [delivery] = await office.due()
    await office.end(await office.claim(delivery), State.FAILED, outcome=Outcome.FAILED)


async def braked(office: Office) -> None:
    await published(office)
    await office.store.posts.hold(1, NOON)


WRITES: dict[str, tuple[Act, Act]] = {
    "a post": (subscribed, lambda office: publish(office.store, post())),
    "an edit": (published, lambda office: publish(office.store, post(title="Rain, and wind"))),
    "a known post with a future date": (
        nothing,
        lambda office: office.store.posts.record_baseline([record(post(published_at=later(60)))], NOON),
    ),
    "a withdrawal": (published, lambda office: office.store.posts.leave(1, Withdrawn.DELETE, NOON)),
    "hold": (published, lambda office: office.store.posts.hold(1, NOON)),
    "release": (braked, lambda office: office.store.posts.free(1, NOON)),
    "takeback": (published, lambda office: office.store.posts.take_back(1, Withdrawn.DELETE, NOON)),
    "retry": (failed, lambda office: office.store.deliveries.retry([State.FAILED], NOON)),
    "unsubscribe": (published, lambda office: office.store.subscriptions.remove(chat(1), None)),
    "resume": (
        paused,
        lambda office: office.store.subscriptions.set_state(chat(1), DestinationState.ACTIVE, "", NOON),
    ),
    "the end of a pause": (paused, lambda office: office.store.subscriptions.end_pauses(NOON)),
    "a trial": (
        suspended,
        lambda office: office.store.subscriptions.try_suspended(
            "fake", BOT, later(60), pause=timedelta(), limit=1, starting=True
        ),
    ),
    "a chat that moves": (published, lambda office: office.store.subscriptions.move(chat(1), "-1001")),
}


@pytest.mark.parametrize("name", WRITES)
async def test_what_may_have_made_something_due_wakes_at_once(office: Office, woken: list[int], name: str) -> None:
    before, write = WRITES[name]
    await before(office)
    woken.clear()

    await write(office)

    assert woken == [1]


async def test_a_write_that_changed_nothing_wakes_nobody(office: Office, woken: list[int]) -> None:
    """Else whoever looks for what is due whenever something changed would look for ever."""
    await subscribed(office)

    assert await office.store.subscriptions.end_pauses(NOON) == []

    assert woken == []


class Ear:
    """A platform's listener, which notes what it hears."""

    def __init__(self, platform: str, told: list[str], resting: str = "") -> None:
        self.platform, self.told, self.resting = platform, told, resting
        self.found: list[NextUp | None] = []

    def expect(self, announcement: Announcement, found: NextUp | None = None) -> None:
        self.told.append(f"{announcement.title} comes to {self.platform}")

    def wake(self, found: NextUp | None = None) -> None:
        self.told.append(self.platform)
        self.found.append(found)


async def listen(office: Office, *, resting: str = "") -> tuple[Ear, Ear, list[str]]:
    """Two platforms, each with a chat for its category, and what they are told."""
    told: list[str] = []
    ears = Ear("fake", told, resting), Ear("other", told)
    for ear in ears:
        await office.store.subscriptions.remember_bot(ear.platform, BOT)
        await subscribe(office.store, chat(1, platform=ear.platform), "category", ear.platform)
        office.store.on_coming(ear, ear.platform)
    return *ears, told


async def test_a_new_post_wakes_of_those_who_name_a_platform_only_who_gets_it(office: Office, woken: list[int]) -> None:
    *_, told = await listen(office)

    await publish(office.store, post(categories=("other",)))
    assert (woken, told) == ([1], ["Rain comes to other", "other"])

    told.clear()
    await publish(office.store, post("wind.md", categories=("fake",)))
    assert [each for each in told if "comes" not in each] == ["fake", "other"], "the first post is still due there"
    assert woken == [1, 1]

    told.clear()
    await publish(office.store, post(categories=("other",), title="Rain, and wind"))
    assert told == ["fake", "other"], "an edit may concern anybody, and brings no picture that it did not have"


@pytest.mark.usefixtures("woken")
async def test_who_rests_is_told_what_is_next_when_it_is_written(office: Office) -> None:
    resting, busy, _ = await listen(office, resting=BOT)

    await publish(office.store, post(categories=("fake", "other")))

    [found] = resting.found
    assert found
    assert found == await office.store.deliveries.next_up("fake", BOT, NOON, room=9, looks=9, skip=())
    assert len(found.due) == 1
    assert busy.found == [None]


@pytest.mark.usefixtures("woken")
async def test_who_rests_is_told_of_some_and_that_there_are_more(office: Office) -> None:
    resting, *_ = await listen(office, resting=BOT)
    for number in range(ALONG):
        await subscribe(office.store, chat(2 + number), "category", "fake")

    await publish(office.store, post(categories=("fake",)))

    [found] = resting.found
    assert found
    assert len(found.due) == ALONG
    assert not found.is_all


@pytest.mark.usefixtures("woken")
async def test_of_a_post_that_can_not_be_written_nobody_is_woken(office: Office) -> None:
    resting, _, told = await listen(office, resting=BOT)
    with office.stranger() as connection:  # checked at the commit, so that all before it succeeds
        connection.execute("""CREATE TABLE disk (of TEXT REFERENCES roots (path) DEFERRABLE INITIALLY DEFERRED)""")
        connection.execute("CREATE TRIGGER full AFTER INSERT ON posts BEGIN INSERT INTO disk VALUES ('nowhere'); END")

    with pytest.raises(StoreError):
        await publish(office.store, post(categories=("fake",)))

    assert (told, resting.found) == (["Rain comes to fake"], [])


async def test_another_processes_write_wakes_whoever_listens(office: Office) -> None:
    woken = asyncio.Event()
    office.store.on_change(woken.set)
    await woken.wait()
    woken.clear()
    beside = await open_office(office.path)

    await subscribe(beside.store, chat(1))  # by itself this wakes nobody in its own process
    async with asyncio.timeout(PATIENCE):
        await woken.wait()
    await beside.store.close()


async def test_only_what_others_commit_is_news(office: Office) -> None:
    memory = Memory(office.path)
    assert await memory.strangers_wrote(), "nobody has looked before"

    def own(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO owners (pid, host, began_at) VALUES (1, 'here', '')")

    await memory.write(own)
    assert not await memory.strangers_wrote()

    await subscribe(office.store, chat(1))
    assert await memory.strangers_wrote()
    assert not await memory.strangers_wrote()

    await subscribe(office.store, chat(2))
    await memory.write(own)
    assert await memory.strangers_wrote(), "ours hide no others"
    await memory.close()
