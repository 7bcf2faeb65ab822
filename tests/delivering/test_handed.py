"""A dispatcher that rests is handed what is next by the commit that made it so, and goes by it only if it may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.delivering.dispatcher import Dispatcher
from bot.delivering.pacer import Pacer
from bot.errors import Scope, TryLater
from bot.models import Delivery, DeliveryState, DestinationState, Outcome, Picture
from bot.records import NextUp
from state.deliveries import DeliveryShelf
from state.memory import Memory
from state.upcoming import ALONG
from tests.delivering.service import Service
from tests.state.making import chat, eventually


class Asked(DeliveryShelf):
    """Notes when it is asked who is next, and lets something happen before it is asked to claim."""

    def __init__(self, memory: Memory) -> None:
        super().__init__(memory)
        self.times = 0
        self.answered = asyncio.Event()
        self.before_claims = asyncio.Event()
        self.before_claims.set()
        self.is_to_claim = asyncio.Event()

    async def next_up(self, *place: Any, **terms: Any) -> NextUp:
        self.times += 1
        found = await super().next_up(*place, **terms)
        self.answered.set()
        return found

    async def claim(self, *nonces: Any, **terms: Any) -> list[Delivery]:
        self.is_to_claim.set()
        await self.before_claims.wait()
        return await super().claim(*nonces, **terms)


class Resting:
    """A dispatcher that has looked once and found nothing, and its store."""

    def __init__(self, service: Service, memory: Memory) -> None:
        self.service, self.shelf = service, Asked(memory)
        self.glances = 0  # at the clock

    def now(self) -> datetime:
        self.glances += 1
        return self.service.now

    async def start(self, *told: NextUp | None) -> None:
        """`told`: what it hears before its first look."""
        service, woken = self.service, asyncio.Event()
        service.store.on_change(woken.set)
        await woken.wait()  # the first look at the database wakes by itself
        await service.store.subscriptions.remember_bot(service.adapter.platform, service.adapter.bot)
        epoch = await service.store.begin_epoch(service.now)
        pacer = Pacer(asyncio.get_running_loop().time)
        self.dispatcher = Dispatcher(service.adapter, self.shelf, pacer, epoch=epoch, now=self.now)
        for found in told:
            self.dispatcher.wake(found)
        self.running = asyncio.create_task(self.dispatcher.run())
        await self.shelf.answered.wait()
        self.shelf.times = 0
        service.store.on_coming(self.dispatcher, service.adapter.platform)

    async def stop(self) -> None:
        self.dispatcher.stop()
        await self.running

    async def waits(self) -> bool:
        """Whether it made a call, and has to wait."""
        return len(await self.service.outcomes()) == 1 and bool(self.dispatcher.resting)

    async def has_chosen(self) -> bool:
        """Whether it has looked itself, or went by what it was told."""
        return self.shelf.times > 0 or self.shelf.is_to_claim.is_set()

    async def has_looked(self) -> bool:
        return self.shelf.times > 0

    def saw_the_time(self, glances: int) -> Callable[[], Awaitable[bool]]:
        """Whether it has looked at the clock so often."""

        async def has_seen() -> bool:
            return self.glances >= glances

        return has_seen


def only(delivery: Delivery) -> NextUp:
    """A find that is wrong by now: others are to go before it."""
    return NextUp([], [delivery], None, is_all=True, next_at=None)


@pytest.fixture
async def resting(service: Service) -> AsyncIterator[Resting]:
    memory = Memory(service.office.path)
    resting = Resting(service, memory)
    await service.subscribe()
    await resting.start()
    yield resting
    await resting.stop()
    await memory.close()


@pytest.mark.parametrize("pictures", [(), (Picture(url="https://news.example/rain.jpg"),)])
async def test_a_post_that_finds_it_at_rest_goes_out_without_another_look(
    resting: Resting, pictures: tuple[Picture, ...]
) -> None:
    await resting.service.publish(pictures=pictures)
    await resting.shelf.is_to_claim.wait()

    assert resting.shelf.times == 0
    await resting.service.idle_at(resting.dispatcher)
    assert resting.service.adapter.titles(chat(1)) == ["Rain"]


async def test_a_post_to_more_than_are_handed_over_reaches_everybody_once(resting: Resting) -> None:
    places = [chat(number) for number in range(1, 2 * ALONG + 1)]
    await resting.service.subscribe(*places)

    await resting.service.publish()
    await resting.service.idle_at(resting.dispatcher)

    assert sorted(call.destination for call in resting.service.adapter.calls) == sorted(places)


async def test_while_a_call_is_in_the_air_it_looks_itself_and_keeps_the_order(resting: Resting) -> None:
    answer = resting.service.adapter.hang(chat="1")
    await resting.service.publish("a.md")
    await resting.service.adapter.until(lambda: len(resting.service.adapter.calls) == 1)

    assert resting.dispatcher.resting == ""
    await resting.service.publish("b.md")
    answer.set()
    await resting.service.idle_at(resting.dispatcher)

    assert resting.shelf.times > 0
    assert resting.service.adapter.titles(chat(1)) == ["A", "B"]


async def test_what_was_handed_over_before_a_call_began_is_not_gone_by(resting: Resting) -> None:
    """Who is in the air is in no line; of what stands behind it nobody knew yet."""
    found = NextUp([], [], None, is_all=True, next_at=None)
    answer = resting.service.adapter.hang(chat="1")
    await resting.service.publish("a.md", "b.md")
    await resting.service.adapter.until(lambda: len(resting.service.adapter.calls) == 1)

    resting.dispatcher.wake(found)
    answer.set()
    await resting.service.idle_at(resting.dispatcher)

    assert resting.service.adapter.titles(chat(1)) == ["A", "B"]


async def test_what_was_handed_over_is_not_gone_by_where_it_names_who_stands_behind_a_call(resting: Resting) -> None:
    """Else the next post is claimed while the one before it may still have to be repeated."""
    service = resting.service
    answer = service.adapter.refuse_late(TryLater("busy", 5), chat="1")
    await service.publish("a.md")
    await service.adapter.until(lambda: len(service.adapter.calls) == 1)
    await service.publish("b.md")

    resting.shelf.times = 0
    resting.shelf.is_to_claim.clear()
    resting.dispatcher.wake(only(await service.delivery(2)))
    await eventually(resting.has_chosen)
    answer.set()
    await service.quiet()
    service.dispatcher = resting.dispatcher
    service.pass_time(5)
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["A", "B"]


async def test_what_was_handed_over_is_forgotten_when_something_else_changes(service: Service) -> None:
    memory = Memory(service.office.path)
    resting = Resting(service, memory)
    await service.subscribe()
    await service.publish("a.md", "b.md")

    await resting.start(only(await service.delivery(2)), None)
    await service.idle_at(resting.dispatcher)
    await resting.stop()
    await memory.close()

    assert service.adapter.titles(chat(1)) == ["A", "B"]


async def test_what_was_handed_over_while_the_bot_has_to_wait_is_forgotten(resting: Resting) -> None:
    service = resting.service
    service.adapter.fail(TryLater("too many", 30, flood=True, scope=Scope.BOT))
    await service.publish("a.md", "b.md")
    await eventually(resting.waits)

    service._now += timedelta(seconds=29.99)
    before = resting.glances
    resting.dispatcher.wake(only(await service.delivery(2)))
    await eventually(resting.saw_the_time(before + 4))
    service._now += timedelta(seconds=1)
    await service.adapter.until(lambda: len(service.adapter.calls) == 3)

    assert service.adapter.titles(chat(1)) == ["A", "B"]


async def test_what_was_handed_over_before_the_clock_was_set_back_is_forgotten(resting: Resting) -> None:
    resting.service._now -= timedelta(hours=1)
    resting.dispatcher.wake(NextUp([], [], None, is_all=True, next_at=None))

    await eventually(resting.has_looked)


@pytest.mark.parametrize("state", [DestinationState.PAUSED, DestinationState.SUSPENDED])
async def test_who_paused_or_was_suspended_since_is_not_sent_it(resting: Resting, state: DestinationState) -> None:
    resting.shelf.before_claims.clear()
    await resting.service.publish()
    await resting.shelf.is_to_claim.wait()

    until = resting.service.now + timedelta(days=1) if state is DestinationState.PAUSED else None
    await resting.service.store.subscriptions.set_state(chat(1), state, "so", resting.service.now, until=until)
    resting.shelf.before_claims.set()
    await resting.service.idle_at(resting.dispatcher)

    assert resting.service.adapter.calls == []
    assert (await resting.service.delivery()).state is DeliveryState.DUE


async def test_a_post_that_a_person_held_since_is_not_sent(resting: Resting) -> None:
    resting.shelf.before_claims.clear()
    await resting.service.publish()
    await resting.shelf.is_to_claim.wait()

    await resting.service.store.posts.hold(1, resting.service.now)
    resting.shelf.before_claims.set()
    await resting.service.idle_at(resting.dispatcher)

    assert resting.service.adapter.calls == []


async def test_while_the_bot_has_to_wait_nothing_is_sent_for_what_was_handed_over(resting: Resting) -> None:
    service = resting.service
    service.adapter.fail(TryLater("too many", 30, flood=True, scope=Scope.BOT))
    await service.publish("a.md")
    await eventually(resting.waits)

    await service.publish("b.md")
    for _ in range(3):  # each a way to the database and back: another call would have come as far
        await service.store.deliveries.counts()

    assert len(service.adapter.calls) == 1


async def test_a_kill_between_the_post_and_its_claim_loses_and_doubles_nothing(service: Service) -> None:
    memory = Memory(service.office.path)
    resting = Resting(service, memory)
    await service.subscribe()
    await resting.start()
    resting.shelf.before_claims.clear()
    await service.publish()
    await resting.shelf.is_to_claim.wait()

    resting.running.cancel()
    await asyncio.wait([resting.running])
    await memory.close()
    assert (await service.delivery()).state is DeliveryState.DUE, "it was never claimed, so it is not unknown"

    await service.start()
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["Rain"]
    assert await service.outcomes() == [Outcome.SENT]
