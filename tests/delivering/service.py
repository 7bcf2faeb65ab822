"""A dispatcher at work on a real store and a platform in memory, with a clock that only the test moves."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from bot.delivering.dispatcher import Dispatcher
from bot.delivering.pacer import Pacer
from bot.models import Attempt, Delivery, DeliveryState, Destination, OnUnknown, Outcome, Post
from bot.ports import Notices
from tests.adapters.fake import FakeAdapter
from tests.patience import PATIENCE
from tests.state.making import NOON, Office, chat, eventually, post, publish, subscribe

LONG_AGO = NOON - timedelta(days=1)


class Service:
    """One platform's deliveries. `now` stands still until the test moves it."""

    def __init__(self, office: Office, adapter: FakeAdapter | None = None) -> None:
        self.office = office
        self.store = office.store
        self.adapter = adapter or FakeAdapter()
        self._now = NOON
        self._passes_since: float | None = None
        self.epoch = 0
        self.notices: Notices | None = None
        self.pacer: Pacer
        self.dispatcher: Dispatcher
        self._running: asyncio.Task[None] | None = None

    async def start(self, *, in_flight: int = 32, on_unknown: OnUnknown = OnUnknown.RESEND) -> None:
        """Begin as a process begins: with an epoch of its own, and what the last one left made unknown."""
        loop = asyncio.get_running_loop()
        if not self.epoch:
            self.epoch = await self.store.begin_epoch(self.now)
        await self.store.subscriptions.remember_bot(self.adapter.platform, self.adapter.bot)
        await self.store.deliveries.orphans(self.epoch, self.now)
        self.pacer = Pacer(loop.time)
        self.dispatcher = Dispatcher(
            self.adapter,
            self.store.deliveries,
            self.pacer,
            epoch=self.epoch,
            now=lambda: self.now,
            in_flight=in_flight,
            notices=self.notices,
            on_unknown=on_unknown,
        )
        self.dispatcher._caller._patience._clock = self.seconds  # else it goes by the loop's, which no test moves
        self.store.on_coming(self.dispatcher, self.adapter.platform)
        self._running = asyncio.create_task(self.dispatcher.run())

    async def stop(self) -> None:
        """End in order."""
        if self._running is not None:
            self.dispatcher.stop()
            async with asyncio.timeout(PATIENCE):
                await self._running
            self._running = None

    async def die(self) -> None:
        """End as kill -9 ends: whatever is in the air is forgotten. The next start is another process."""
        assert self._running is not None
        everybody = [task for task in asyncio.all_tasks() if task.get_name().startswith("delivery ")]
        for task in (self._running, *everybody):
            task.cancel()
        await asyncio.wait([self._running, *everybody])
        self._running = None
        with self.office.stranger() as connection:  # the lock is this process's; only the epoch has to be new
            connection.execute("INSERT INTO owners (pid, host, began_at) VALUES (1, 'here', 'then')")
            self.epoch = connection.execute("SELECT max(epoch) FROM owners").fetchone()[0]

    @property
    def now(self) -> datetime:
        if self._passes_since is None:
            return self._now
        return self._now + timedelta(seconds=asyncio.get_running_loop().time() - self._passes_since)

    def seconds(self) -> float:
        """The clock, in seconds."""
        return self.now.timestamp()

    def let_time_pass(self) -> None:
        """From now on the clock goes by itself."""
        self._passes_since = asyncio.get_running_loop().time()

    def pass_time(self, seconds: float) -> None:
        """Move the clock, and let the dispatcher look at it."""
        self._now += timedelta(seconds=seconds)
        self.dispatcher.wake()

    async def idle(self) -> None:
        """Wait until nothing is left to do now."""
        await self.idle_at(self.dispatcher)

    async def idle_at(self, dispatcher: Dispatcher) -> None:
        """The same for another dispatcher than its own."""
        await eventually(dispatcher.idle)

    async def quiet(self) -> None:
        """Wait until nothing is in the air: what is left waits for the clock."""

        shelf, platform, bot = self.store.deliveries, self.adapter.platform, self.adapter.bot

        async def nothing_moves() -> bool:
            attempts = len(await shelf.attempts_since(platform, LONG_AGO))
            due = await shelf.due(platform, bot, self.now, limit=1, skip=())
            unknown = await shelf.unknown(platform, bot, self.now, limit=1)
            claimed = (platform, "claimed") in await shelf.counts()
            ended_meanwhile = len(await shelf.attempts_since(platform, LONG_AGO)) != attempts
            return not (due or unknown or claimed or ended_meanwhile)

        await eventually(nothing_moves)

    async def subscribe(self, *places: Destination, **options: Any) -> None:
        for place in places or (chat(1),):
            await subscribe(self.store, place, **options)

    async def publish(self, *paths: str, **fields: Any) -> None:
        for path in paths or ("national/rain.md",):
            await publish(self.store, post(path, **fields), self.now)

    async def publish_post(self, what: Post) -> int:
        return (await publish(self.store, what, self.now)).subject

    async def delivery(self, subject: int = 1) -> Delivery:
        return await self.office.one(subject)

    async def outcomes(self, subject: int = 1) -> list[Outcome]:
        """What came of the attempts at a post's only delivery."""
        return [attempt.outcome for attempt in await self.office.attempts(subject)]

    async def attempts(self, subject: int = 1) -> list[Attempt]:
        return await self.office.attempts(subject)

    async def reaches(self, state: DeliveryState, subject: int = 1) -> Delivery:
        """Wait until a post's only delivery is in `state`."""

        async def there() -> bool:
            return (await self.delivery(subject)).state is state

        await eventually(there)
        return await self.delivery(subject)
