"""The whole engine over an emulated platform: a post goes to fifty chats, and one in their middle gets another answer.

Store, publisher, dispatcher, notifier and adapter are the real ones. The platform's limits are made many times wider,
and waits are skipped: what happens is asserted, not how long it takes.
"""

from __future__ import annotations

import asyncio
import math
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from bot.delivering.decisions import Decision
from bot.delivering.dispatcher import Dispatcher
from bot.delivering.doors import PAUSE, Doors
from bot.delivering.notices import QUIET, Notifier
from bot.delivering.pacer import Pacer
from bot.delivering.remembering import RememberedPace
from bot.delivering.trails import RememberedTrails
from bot.errors import TryLater
from bot.models import Attempt, Delivery, Destination, Place, Selector, SelectorKind, Subscription, Withdrawn
from bot.ports import Adapter, Rate, Store
from bot.publishing.publisher import Publisher
from bot.publishing.stand import Stand
from bot.reading.site import Site
from bot.subscribing.desk import SubscriptionDesk
from bot.watching.walk import stamp_of
from state import open_store
from tests.adapters.refused.table import Fate
from tests.delivering.virtual_time import SkippingLoop
from tests.state.making import NOON, eventually

CROWD: Final = 49
OFTEN: Final = 1000
MOST_TRIES: Final = 8
RUSH: Final = 20
"""So many times more than the platform allows are sent at once."""

LONGEST: Final = timedelta(hours=4)
"""What has not come to rest after so long never will."""

WANTED: Final = {"edit": ["Snow"], "delete": []}
"""What all chats are to show in the end, after a call; after any other the post."""

POST: Final = """---
title: {title}
date: 2026-11-02
categories: [National]
image: https://pictures.example.org/{picture}.jpg
{more}---
![](https://pictures.example.org/flood.jpg)

It rained.
"""

A = TypeVar("A", bound=Adapter)
D = TypeVar("D", bound="Newsdesk[Any]")
F = TypeVar("F")


def wider(rates: Sequence[Rate]) -> tuple[Rate, ...]:
    """Limits that nobody runs into."""
    return tuple(replace(rate, amount=rate.amount * RUSH) for rate in rates)


class HastyPace(RememberedPace):
    """The same for what the adapter paces itself."""

    async def turn(self, rates: Sequence[Rate], *, urgent: bool = False, patience: float = math.inf) -> None:
        await super().turn(wider(rates), urgent=urgent)

    def end(self, rates: Sequence[Rate]) -> None:
        super().end(wider(rates))

    async def heed(self, rates: Sequence[Rate], error: TryLater, decision: Decision | None = None) -> None:
        await super().heed(wider(rates), error, decision)


class Newsdesk(ABC, Generic[A]):
    """A post, its fifty chats, and who is told what. `victim` stands in the middle."""

    def __init__(self, platform: str, bot: str, store: Store, folder: Path, operator: int) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, SkippingLoop)
        self._loop = loop
        self._began_at = loop.time()
        self.platform = platform
        self.bot = bot
        self.store = store
        self.folder = folder
        self.crowd: list[Destination] = []
        self.victim = Destination(platform, "0")
        self._pacer = Pacer(loop.time)
        self.pace = HastyPace(self._pacer, store.deliveries, platform, self.now)
        self.trails = RememberedTrails(store.deliveries, platform, self.now)
        self.notifier = Notifier(
            store.notices, [Destination(platform, str(operator))], lambda: [self.adapter], now=self.now
        )
        self.adapter = self.make_adapter()
        site = Site(folder, url="https://example.org")
        self.publisher = Publisher(store.posts, site, now=self.now, withdrawn=Withdrawn.DELETE)
        self.desk = SubscriptionDesk(
            store.posts,
            store.subscriptions,
            self.now,
            stories=store.stories,
            stand=Stand(store.posts, site, now=self.now),
        )
        self.doors = Doors(self.adapter, store.subscriptions, self.now)
        self._running: list[asyncio.Task[None]] = []

    # --- the platform -------------------------------------------------------------------------------------------------

    @abstractmethod
    def make_adapter(self) -> A:
        """Over the emulator, with wider limits."""

    @abstractmethod
    async def listening(self) -> None:
        """Return when the bot hears what people say."""

    @abstractmethod
    def shown(self, destination: Destination) -> list[str]:
        """The first lines of what the bot shows there."""

    @abstractmethod
    def pictured(self) -> list[bool]:
        """Of each message in the chat in the middle: whether it has a picture."""

    @abstractmethod
    def erase(self) -> None:
        """Be a moderator who removes what stands in the chat in the middle."""

    @abstractmethod
    async def told(self) -> dict[str, list[str]]:
        """What was said to whom: "owner", "operator", "bystander"."""

    @property
    def middle(self) -> Destination:
        """The chat in the middle, as it is called now."""
        return self.victim

    # --- life ---------------------------------------------------------------------------------------------------------

    async def open(self, *, hears: bool = False) -> None:
        """The bot logs in, and delivers; it `hears` what people say only where a test needs that."""
        await self.adapter.open()
        epoch = await self.store.begin_epoch(self.now())
        self.dispatcher = Dispatcher(
            self.adapter,
            self.store.deliveries,
            self._pacer,
            epoch=epoch,
            now=self.now,
            in_flight=8,
            notices=self.notifier,
        )
        self.store.on_change(self.dispatcher.wake)
        self._running = [asyncio.create_task(self.dispatcher.run())]
        if hears:
            self._running.append(asyncio.create_task(self.adapter.serve(self.desk)))
            await self.listening()

    async def close(self) -> None:
        """End in order."""
        self.dispatcher.stop()
        for listening in self._running[1:]:
            listening.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*self._running)
        await self.adapter.close()

    def now(self) -> datetime:
        """The time on every clock here."""
        return NOON + timedelta(seconds=self._loop.time() - self._began_at)

    async def subscribe(self, destination: Destination, kind: str, title: str, owner: int, **options: object) -> None:
        """Everything is to arrive there."""
        everything = Subscription(destination, Selector(SelectorKind.ALL), options=options)
        await self.store.subscriptions.add(everything, Place(destination, kind, title), str(owner), self.now())

    # --- the post -----------------------------------------------------------------------------------------------------

    async def publish(self, title: str, more: str = "", *, name: str = "rain.md", picture: str = "rain") -> None:
        """The post is written, or written anew."""
        file = self.folder / name
        file.write_text(POST.format(title=title, more=more, picture=picture))
        await self.publisher.take_in([(name, stamp_of(file.stat()))])

    async def withdraw(self) -> None:
        """The post's file is removed."""
        (self.folder / "rain.md").unlink()
        await self.publisher.forget(["rain.md"])

    async def begin(self, fate: Fate, answer: Callable[[], list[F]]) -> list[F]:
        """The post is on its way to what `fate` is about, and what `answer` plans is waiting for it."""
        if fate.call in {"edit", "delete"}:
            await self.publish("Rain")
            await self.come_to_rest()
            if fate.erased:
                self.erase()
        faults = answer()
        match fate.call:
            case "edit":
                await self.publish("Snow")
            case "delete":
                await self.withdraw()
            case "pin":
                await self.publish("Rain", "newsbell: {pin: true}\n")
            case _:
                await self.publish("Rain")
        return faults

    # --- time ---------------------------------------------------------------------------------------------------------

    async def come_to_rest(self) -> None:
        """Let all happen that happens by itself, however much later that is by the clock."""
        began = self.now()
        while self.now() - began < LONGEST:
            await eventually(self._nothing_moves)
            next_at = await self._next_at()
            if next_at is not None:
                self.skip((next_at - self.now()).total_seconds())
            elif await self._nothing_moves() and await self._next_at() is None:  # nothing began between two looks
                return
        raise AssertionError(f"it never comes to rest: {await self.told()}")

    async def _next_at(self) -> datetime | None:
        found = await self.store.deliveries.next_up(self.platform, self.bot, self.now(), room=0, looks=0, skip=())
        return found.next_at

    def skip(self, seconds: float) -> None:
        """It is later."""
        self._loop.skip(max(seconds, 0) + 0.001)
        self.dispatcher.wake()

    async def lands(self) -> None:
        """Wait until no call is in the air."""

        async def landed() -> bool:
            claimed = (self.platform, "claimed") in await self.store.deliveries.counts()
            return not (claimed or self.dispatcher._flying)

        await eventually(landed)

    async def waits_for_one(self) -> None:
        """Return when all but one have theirs, and that one's call is still in the air."""

        async def waits() -> bool:
            counts = await self.store.deliveries.counts()
            return counts == {(self.platform, "settled"): CROWD, (self.platform, "claimed"): 1}

        await eventually(waits)

    async def _nothing_moves(self) -> bool:
        shelf, now = self.store.deliveries, self.now()
        attempts = len(await shelf.attempts_since(self.platform, NOON))
        due = await shelf.due(self.platform, self.bot, now, limit=1, skip=())
        unknown = await shelf.unknown(self.platform, self.bot, now, limit=1)
        claimed = (self.platform, "claimed") in await shelf.counts()
        landing = bool(self.dispatcher._flying)  # written down, but the dispatcher has not heard of it
        moves = due or unknown or claimed or landing
        return not moves and attempts == len(await shelf.attempts_since(self.platform, NOON))

    async def good_again(self, mend: Callable[[], None]) -> None:
        """The token was refused, and everything rests; five minutes later it goes on."""
        await self.lands()
        mend()
        self.skip(301)

    async def knock(self) -> None:
        """So much later the closed doors are tried, and what becomes of it has happened."""
        self.skip(PAUSE.total_seconds())
        await self.doors.look()
        await self.come_to_rest()

    async def hear(self) -> None:
        """Whoever is to be told something by now has been told."""
        self.skip(QUIET.total_seconds())
        await self.notifier.tell(patient=True)

    async def hears(self, people: Collection[str]) -> None:
        """What a call came to is told once it is written down: wait until all these have been told of it."""

        async def heard() -> bool:
            await self.notifier.tell(patient=True)
            return set(people) <= (await self.told()).keys()

        await eventually(heard)

    async def breaks_off(self, fate: Fate, *, patience: float = 0.0) -> None:
        """A post goes out, and one exchange breaks; one that hangs is waited for with so many seconds' `patience`."""
        await self.publish("Rain")
        if patience:
            await self.waits_for_one()
            self.skip(patience)
        await self.come_to_rest()
        await self.hear()
        await self.has_come_to(fate)

    # --- what came of it ----------------------------------------------------------------------------------------------

    async def delivery(self) -> tuple[Delivery, list[Attempt]]:
        """That of the chat in the middle."""
        found = await self.store.deliveries.of_post(1)
        [one] = [(delivery, attempts) for delivery, attempts in found if delivery.destination not in self.crowd]
        return one

    async def place(self) -> Place:
        """The chat in the middle, as it is known."""
        [place] = [place for place in await self.store.subscriptions.places() if place.destination not in self.crowd]
        return place

    async def others(self) -> set[tuple[str, str]]:
        """In which states the other places and their deliveries are."""
        places = {place.destination: place for place in await self.store.subscriptions.places()}
        found = await self.store.deliveries.of_post(1)
        return {
            (places[delivery.destination].state.value, delivery.state.value)
            for delivery, _ in found
            if delivery.destination in self.crowd
        }

    async def has_come_to(self, fate: Fate) -> None:
        """The chat in the middle, whoever is told of it, and the other 49, as the fate says."""
        place = await self.place()
        delivery, attempts = await self.delivery()
        assert (place.state.value, delivery.state.value) == (fate.place, fate.delivery)
        assert [outcome for outcome, _ in groupby(attempt.outcome.value for attempt in attempts)] == fate.tries
        assert len(attempts) <= MOST_TRIES
        assert self.shown(self.middle) == fate.shows
        assert set(self.pictured()) <= {fate.picture}
        await self.hears(fate.told)
        told = await self.told()
        assert {who: len(words) for who, words in told.items()} == dict.fromkeys(fate.told, 1)
        assert all("The one" in words or str(self.middle) in words for [words] in told.values())
        self._others_show(fate)
        assert await self.others() == {("active", "settled")}

    async def reopens(self, fate: Fate, mend: Callable[[], None]) -> None:
        """The cause is mended: the post arrives by itself, once, and nobody is told again."""
        mend()
        before = await self.told()
        await self.knock()
        await self.hear()
        assert ((await self.place()).state.value, (await self.delivery())[0].state.value) == ("active", "settled")
        assert self.shown(self.middle) == WANTED.get(fate.call, ["Rain"])
        assert await self.told() == before
        self._others_show(fate)

    def _others_show(self, fate: Fate) -> None:
        assert [self.shown(chat) for chat in self.crowd] == [WANTED.get(fate.call, ["Rain"])] * CROWD


@asynccontextmanager
async def staffed(folder: Path, begin: Callable[[Store, Path], D]) -> AsyncIterator[D]:
    """The desk that `begin` makes over a store and an empty folder of posts."""
    posts = folder / "posts"
    posts.mkdir()
    store = await open_store(f"sqlite:///{folder}/newsbell.db", str(posts))
    desk = begin(store, posts)
    try:
        yield desk
    finally:
        await desk.close()
        await store.close()


def play(newsdesk: AbstractAsyncContextManager[D], journey: Callable[[D], Awaitable[None]]) -> None:
    """Make the journey by a clock that can be put forward."""

    async def whole() -> None:
        async with newsdesk as desk:
            await journey(desk)

    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        runner.run(whole())
