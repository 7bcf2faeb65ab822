"""Two destinations turn out to be one while deliveries to both stand in line or are in the air."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.delivering.dispatcher import Dispatcher
from bot.delivering.pacer import Pacer
from bot.delivering.turn import Turn
from bot.errors import Scope, TryLater
from bot.models import Action, Delivery, DeliveryState, Destination, Outcome, Place
from bot.ports import Rate
from bot.records import NextUp
from state.deliveries import DeliveryShelf
from state.memory import Memory
from tests.adapters.fake import FakeAdapter
from tests.delivering.service import Service
from tests.delivering.test_unknown import caller_of
from tests.state.making import BOT, NOON, chat, eventually, post

ALONE, THREAD = Destination("discord", "7", bot=BOT), Destination("discord", "456", "7", BOT)
OLD, NEW = chat("-1"), chat("-1001")


@pytest.fixture(autouse=True)
def nothing_goes_wrong(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR] == []


@pytest.fixture
async def discord(service: Service) -> Service:
    """A thread that is known by its channel, and that an operator subscribed by its id alone as well."""
    service.adapter = FakeAdapter("discord")
    service.adapter.topics_share_ids = False
    await service.subscribe(THREAD, kind="category", value="NEWS")
    await service.subscribe(ALONE, kind="category", value="SPORT")
    return service


async def unite(service: Service) -> None:
    await service.store.subscriptions.remember(Place(THREAD, "thread"), NOON)


class Moved(DeliveryShelf):
    """What stands in line is moved just before it is claimed."""

    moves: Callable[[], Awaitable[None]]

    async def claim(self, *nonces: Any, **terms: Any) -> list[Delivery]:
        await self.moves()
        return await super().claim(*nonces, **terms)


class Looked(DeliveryShelf):
    """Counts how often it was told who is next."""

    times = 0

    async def next_up(self, *place: Any, **terms: Any) -> NextUp:
        found = await super().next_up(*place, **terms)
        self.times += 1
        return found


@asynccontextmanager
async def at_work(service: Service, shelf: DeliveryShelf) -> AsyncIterator[Dispatcher]:
    pacer = Pacer(asyncio.get_running_loop().time)
    epoch = await service.store.begin_epoch(service.now)
    dispatcher = Dispatcher(service.adapter, shelf, pacer, epoch=epoch, now=lambda: service.now)
    running = asyncio.create_task(dispatcher.run())
    yield dispatcher
    dispatcher.stop()
    await running


@pytest.fixture
async def memory(service: Service) -> AsyncIterator[Memory]:
    memory = Memory(service.office.path)
    yield memory
    await memory.close()


async def test_calls_to_two_names_of_one_thread_go_one_after_the_other(discord: Service) -> None:
    await discord.start()
    answer = discord.adapter.hang(chat="7")
    await discord.publish("sport.md", categories=("SPORT",))
    await discord.adapter.until(lambda: len(discord.adapter.calls) == 1)
    await discord.publish("news.md", categories=("NEWS",))

    async def are_claimed() -> bool:
        return (await discord.store.deliveries.counts()).get(("discord", "claimed")) == 2

    await eventually(are_claimed)
    await unite(discord)
    answer.set()
    await discord.idle()

    assert [(call.destination, call.title) for call in discord.adapter.calls] == [(ALONE, "Sport"), (THREAD, "News")]
    assert discord.adapter.most_in_air == 1


async def test_what_is_claimed_for_one_thread_by_two_names_lands_one_after_the_other(
    discord: Service, memory: Memory
) -> None:
    await discord.publish("sport.md", categories=("SPORT",))
    await discord.publish("news.md", categories=("NEWS",))
    shelf = Moved(memory)
    shelf.moves = lambda: unite(discord)
    async with at_work(discord, shelf) as dispatcher:
        await discord.idle_at(dispatcher)
        assert discord.adapter.titles(THREAD) == ["Sport", "News"]
        assert discord.adapter.most_in_air == 1

        await discord.publish("more.md", categories=("NEWS",))
        dispatcher.wake()
        await discord.idle_at(dispatcher)
    assert discord.adapter.titles(THREAD) == ["Sport", "News", "More"]


async def test_after_two_claims_for_one_chat_what_is_lost_there_is_looked_for(service: Service, memory: Memory) -> None:
    """No send counts for ever as one that a look has to wait for."""
    await service.subscribe(OLD, kind="category", value="SPORT")
    await service.subscribe(NEW, kind="category", value="NEWS")
    await service.publish("sport.md", categories=("SPORT",))
    await service.publish("news.md", categories=("NEWS",))
    shelf = Moved(memory)
    shelf.moves = lambda: service.store.subscriptions.move(OLD, NEW.chat_id)
    async with at_work(service, shelf) as dispatcher:
        await service.idle_at(dispatcher)
        assert service.adapter.titles(NEW) == ["Sport", "News"]
        assert service.adapter.most_in_air == 1

        service.adapter.lose_answer(chat=NEW.chat_id)
        more = await service.publish_post(post("more.md", categories=("NEWS",)))
        dispatcher.wake()
        await service.reaches(DeliveryState.UNKNOWN, more)
        service.dispatcher = dispatcher
        service.pass_time(5)
        await service.reaches(DeliveryState.SETTLED, more)
    assert service.adapter.titles(NEW) == ["Sport", "News", "More"]
    assert len(service.adapter.calls_of(Action.PROBE)) == 1


async def test_a_look_in_the_air_is_made_once_though_its_thread_gets_another_name_meanwhile(
    discord: Service, memory: Memory
) -> None:
    shelf = Looked(memory)
    async with at_work(discord, shelf) as dispatcher:
        discord.dispatcher = dispatcher
        discord.adapter.lose_answer(chat="7")
        await discord.publish("sport.md", categories=("SPORT",))
        dispatcher.wake()
        await discord.reaches(DeliveryState.UNKNOWN)
        found = discord.adapter.hang(action=Action.PROBE)
        discord.pass_time(5)
        await discord.adapter.until(lambda: len(discord.adapter.calls) == 2)
        await unite(discord)
        before = shelf.times
        dispatcher.wake()

        async def was_told() -> bool:
            return shelf.times > before

        await eventually(was_told)
        found.set()
        await discord.idle_at(dispatcher)

    assert await discord.outcomes() == [Outcome.UNKNOWN, Outcome.SENT]
    assert discord.adapter.titles(ALONE) == ["Sport"]


async def test_a_look_before_a_repeat_is_made_once_though_its_thread_gets_another_name_meanwhile(
    discord: Service, memory: Memory
) -> None:
    """It is due, not unknown, while it is looked into."""
    await discord.publish("sport.md", categories=("SPORT",))
    with discord.office.stranger() as connection:  # a process found it safe to repeat, and was killed
        connection.execute("UPDATE deliveries SET nonce = '1-ab', tried = wanted, tried_at = due_at")
    shelf = Looked(memory)
    found = discord.adapter.hang(action=Action.PROBE)
    async with at_work(discord, shelf) as dispatcher:
        await discord.adapter.until(lambda: len(discord.adapter.calls) == 1)
        await unite(discord)
        before = shelf.times
        dispatcher.wake()

        async def was_told() -> bool:
            return shelf.times > before

        await eventually(was_told)
        found.set()
        await discord.idle_at(dispatcher)

    assert [call.action for call in discord.adapter.calls] == [Action.PROBE, Action.SEND]


@asynccontextmanager
async def two_claims(service: Service, memory: Memory, answer: asyncio.Event) -> AsyncIterator[Dispatcher]:
    """Sport is in the air until its `answer`, and news, which goes to the same thread by another name, is claimed."""
    await service.publish("sport.md", categories=("SPORT",))
    await service.publish("news.md", categories=("NEWS",))
    shelf = Moved(memory)
    shelf.moves = lambda: unite(service)
    async with at_work(service, shelf) as dispatcher:
        service.dispatcher = dispatcher

        async def are_begun() -> bool:
            return {"delivery 1", "delivery 2"} <= {task.get_name() for task in asyncio.all_tasks()}

        await eventually(are_begun)
        yield dispatcher
        answer.set()


async def test_what_waits_behind_a_call_is_not_begun_once_newsbell_stops(discord: Service, memory: Memory) -> None:
    answer = discord.adapter.hang(chat=THREAD.chat_id)
    async with two_claims(discord, memory, answer) as dispatcher:
        dispatcher.stop()

    assert discord.adapter.titles(THREAD) == ["Sport"]
    waits = await discord.delivery(2)
    assert (waits.state, waits.nonce, waits.tries) == (DeliveryState.DUE, "", 0)


@pytest.mark.parametrize(
    ("told", "rates"),
    [
        (TryLater("too many", 30, flood=True, scope=Scope.BOT), ()),
        (TryLater("too many", 30, flood=True), (Rate("channel:456", 5, 1.0),)),
    ],
)
async def test_what_waits_behind_a_call_is_not_begun_in_a_silence_of_which_that_was_told(
    discord: Service, memory: Memory, told: TryLater, rates: tuple[Rate, ...]
) -> None:
    discord.adapter.limits = lambda destination, action: rates
    answer = discord.adapter.refuse_late(told, chat=THREAD.chat_id)
    async with two_claims(discord, memory, answer):
        answer.set()
        await discord.reaches(DeliveryState.DUE, 1)
        waits = await discord.reaches(DeliveryState.DUE, 2)

    assert len(discord.adapter.calls) == 1
    assert (waits.nonce, waits.tries) == ("", 0)


async def test_what_waits_behind_a_call_for_long_is_looked_into_before_it_is_repeated(service: Service) -> None:
    """When it was claimed it was safe to repeat under its nonce; it is so no more."""
    await service.start()
    await service.stop()
    await service.subscribe()
    await service.publish()
    caller = caller_of(service)
    with service.office.stranger() as connection:
        connection.execute("UPDATE deliveries SET nonce = '1-ab', tried = wanted, tried_at = due_at")
    claimed = await service.store.deliveries.claim({1: "1-ab"}, epoch=service.epoch, now=service.now)

    ended = await caller.carry_out_late(Turn(claimed[0], repeats=True), resting=False)

    assert service.adapter.calls == []
    assert ended is not None
    waits = await service.delivery()
    assert (waits.state, waits.nonce, waits.due_at) == (DeliveryState.UNKNOWN, "1-ab", service.now)
