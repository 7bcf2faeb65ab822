"""A platform's life: its trouble is its own, and it ends in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.delivering.caller import Caller
from bot.delivering.pacer import Pacer
from bot.delivering.platform import Platform
from bot.errors import BotRefused, StoreBusy, TryLater
from bot.models import Action, Command, Destination, Offer, Outcome, Reply
from bot.ports import Desk
from bot.records import Conclusion
from state.deliveries import DeliveryShelf
from state.memory import Memory
from tests.adapters.fake import FakeAdapter, Fault
from tests.delivering.service import Service
from tests.fakes import FakeNotices
from tests.patience import PATIENCE
from tests.state.making import BOT, NOON, chat, eventually, post, publish, subscribe


class SilentDesk(Desk):
    """Nobody asks."""

    async def answer(self, command: Command) -> Reply:
        return Reply("")

    async def language(self, command: Command) -> str:
        return "en"

    async def shortened(self, name: str, words: str) -> str:
        return words

    async def offer(self, command: Command, option: str, *, limit: int) -> list[Offer]:
        return []

    async def moved(self, destination: Destination, chat_id: str) -> None: ...

    async def rights_lost(self, destination: Destination, reason: str) -> None: ...

    async def rights_regained(self, destination: Destination) -> None: ...

    async def renamed(self, destination: Destination, title: str, *, kind: str = "") -> None: ...

    async def role_deleted(self, platform: str, role: str, name: str) -> None: ...

    async def stumbled(self, platform: str, what: str, error: Exception) -> None: ...


@asynccontextmanager
async def running(service: Service, *adapters: FakeAdapter) -> AsyncIterator[list[Platform]]:
    """Platforms at work, stopped in order at the end."""
    pacer = Pacer(asyncio.get_running_loop().time)
    epoch = await service.store.begin_epoch(NOON)
    platforms = [
        Platform(one, service.store, pacer, epoch=epoch, now=lambda: NOON, notices=service.notices) for one in adapters
    ]
    tasks = [asyncio.create_task(one.run(SilentDesk())) for one in platforms]
    yield platforms
    for one in platforms:
        one.stop()
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*tasks)


@pytest.mark.parametrize("error", [TryLater("no network"), ValueError("a bug in the adapter")])
async def test_opening_is_tried_again_until_it_works(service: Service, error: Exception) -> None:
    adapter = FakeAdapter()
    adapter.open_faults.append(Fault(error))
    await service.subscribe()
    await service.publish()

    async with running(service, adapter) as [platform]:
        await adapter.until(lambda: adapter.opened == 1)
        assert not platform.ready
        await adapter.until(lambda: bool(adapter.calls))

    assert adapter.titles(chat(1)) == ["Rain"]
    assert await service.store.subscriptions.bot_of("fake") == BOT


async def test_a_refused_token_stops_only_its_own_platform(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    refused, fine = FakeAdapter("refused"), FakeAdapter("fine")
    refused.open_faults.append(Fault(BotRefused("the platform refuses the token")))
    for platform in ("refused", "fine"):
        await subscribe(service.store, chat(1, platform=platform))

    async with running(service, refused, fine) as [first, second]:
        await publish(service.store, post())
        await fine.until(lambda: bool(fine.calls))
        await eventually(second.idle)
        assert not first.ready
        assert not await first.idle()

    assert [record.levelname for record in caplog.records if "refuses the token" in record.message] == ["ERROR"]
    assert await service.store.deliveries.counts() == {("fine", "settled"): 1, ("refused", "due"): 1}


async def test_listening_that_fails_is_begun_again_and_delivery_goes_on(service: Service) -> None:
    adapter = FakeAdapter()
    adapter.serve_faults.append(Fault(OSError("the connection broke")))
    told = service.notices = FakeNotices()
    await service.subscribe()

    async with running(service, adapter):
        await adapter.until(lambda: adapter.served == 1)
        await service.publish()
        await adapter.until(lambda: bool(adapter.calls))
        await adapter.until(lambda: adapter.served == 2)
    assert ["it could not handle what comes in (OSError in " in words for words in told.words] == [True]


async def test_a_token_that_is_refused_while_listening_is_said_once(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    adapter = FakeAdapter()
    adapter.serve_faults.extend([Fault(BotRefused("the platform refuses the token"))] * 2)

    async with running(service, adapter):
        await adapter.until(lambda: adapter.served == 3)

    assert caplog.text.count("no commands are heard for now: the platform refuses the token") == 1


async def test_a_stop_during_opening_ends_without_delivering(service: Service) -> None:
    adapter = FakeAdapter()
    logged_in = asyncio.Event()
    adapter.open_faults.append(Fault(None, until=logged_in))
    await service.subscribe()
    await service.publish()

    async with running(service, adapter) as [platform]:
        await adapter.until(lambda: adapter.opened == 1)
        platform.stop()
        logged_in.set()

    assert adapter.calls == []


async def test_a_stop_between_two_tries_to_open_does_not_wait_for_the_next(service: Service) -> None:
    adapter = FakeAdapter()
    adapter.open_faults.append(Fault(BotRefused("refused")))  # tried again after five minutes

    async with running(service, adapter):
        await adapter.until(lambda: adapter.opened == 1)


async def test_a_stop_lands_the_call_in_the_air_though_listening_fails_meanwhile(service: Service) -> None:
    adapter = FakeAdapter()
    broken = asyncio.Event()
    adapter.serve_faults.extend([Fault(OSError("broken"), until=broken), *[Fault(OSError("broken"))] * 1000])
    answer = adapter.hang()
    await service.subscribe()
    await service.publish()

    async with running(service, adapter) as [platform]:
        await adapter.until(lambda: bool(adapter.calls))
        await adapter.until(lambda: adapter.served == 1)
        platform.stop()
        broken.set()
        await asyncio.sleep(0)
        answer.set()

    assert adapter.served == 1
    assert await service.outcomes() == [Outcome.SENT]


class BusyShelf(DeliveryShelf):
    """Deliveries in a database that somebody else holds when the first conclusions come."""

    busy = 0

    async def conclude(self, conclusions: Sequence[Conclusion]) -> None:
        if self.busy:
            self.busy -= 1
            raise StoreBusy("the database could not be written")
        await super().conclude(conclusions)


async def test_what_was_sent_is_written_down_even_if_the_database_is_held_by_somebody(service: Service) -> None:
    await service.subscribe()
    await service.publish()
    memory = Memory(service.office.path)
    shelf, adapter = BusyShelf(memory), FakeAdapter()
    shelf.busy = 1
    [due] = await shelf.due("fake", BOT, NOON, limit=1, skip=())

    pacer = Pacer(asyncio.get_running_loop().time)
    caller = Caller(adapter, shelf, pacer, epoch=1, now=lambda: NOON)
    [turn] = await caller.claim([due])
    await caller.carry_out(turn)

    assert await service.outcomes() == [Outcome.SENT]
    assert len(adapter.calls_of(Action.SEND)) == 1
    await memory.close()


async def test_a_run_that_wants_to_end_does_not_wait_for_a_refused_token(service: Service) -> None:
    adapter = FakeAdapter()
    adapter.open_faults.append(Fault(BotRefused("the platform refuses the token")))
    epoch = await service.store.begin_epoch(NOON)
    pacer = Pacer(asyncio.get_running_loop().time)
    platform = Platform(adapter, service.store, pacer, epoch=epoch, now=lambda: NOON)

    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(platform.run(None), platform.until_idle())

    assert not platform.ready
    assert adapter.opened == 1
