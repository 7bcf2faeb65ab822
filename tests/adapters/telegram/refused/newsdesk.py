"""The whole engine over an emulated Telegram: a post goes to fifty chats, and one in their middle gets another answer.

Store, publisher, dispatcher, notifier and adapter are the real ones. Telegram's limits are made a thousand times wider,
and waits are skipped: what happens is asserted, not how long it takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.transport import Broken
from adapters.telegram.verdicts import in_our_words
from bot.delivering.dispatcher import Dispatcher
from bot.delivering.doors import PAUSE, Doors
from bot.delivering.notices import QUIET, Notifier
from bot.delivering.pacer import Pacer
from bot.delivering.remembering import RememberedPace
from bot.delivering.trails import RememberedTrails
from bot.errors import TryLater
from bot.models import (
    Action,
    Announcement,
    Attempt,
    Delivery,
    Destination,
    Look,
    Place,
    Receipt,
    Selector,
    SelectorKind,
    Subscription,
    Withdrawn,
)
from bot.ports import Rate, Store
from bot.publishing.publisher import Publisher
from bot.publishing.stand import Stand
from bot.reading.site import Site
from bot.subscribing.desk import SubscriptionDesk
from bot.watching.walk import stamp_of
from state import open_store
from tests.delivering.virtual_time import SkippingLoop
from tests.emulators.telegram import Chat, Message, TelegramEmulator, User
from tests.state.making import NOON, eventually

BOT: Final = "123456789"
CROWD: Final = 49
RUSH: Final = 20
"""So many times more than Telegram allows are sent at once."""

KINDS: Final = ("supergroup", "channel", "private", "group", "topic")

ANSWER_SECONDS: Final = 41.0
"""After so long the adapter waits for no answer any more."""

LONGEST: Final = timedelta(hours=4)
"""What has not come to rest after so long never will."""

POST: Final = """---
title: {title}
date: 2026-11-02
categories: [National]
image: https://pictures.example.org/{picture}.jpg
{more}---
![](https://pictures.example.org/flood.jpg)

It rained.
"""


def _wider(rates: Sequence[Rate]) -> tuple[Rate, ...]:
    return tuple(replace(rate, amount=rate.amount * RUSH) for rate in rates)


class _Hasty(TelegramAdapter):
    """The adapter with wider limits. A call to a chat in `breaks` breaks as no emulated wire can, once."""

    def __init__(self, token: str, **options: Any) -> None:
        super().__init__(token, **options)
        self.breaks: dict[str, Broken] = {}

    async def send(self, announcement: Announcement, destination: Destination, look: Look, **options: Any) -> Receipt:
        with in_our_words():
            if broken := self.breaks.pop(destination.chat_id, None):
                raise broken
        return await super().send(announcement, destination, look, **options)

    def rates(self, destination: Destination, action: Action) -> tuple[Rate, ...]:
        return _wider(super().rates(destination, action))


class _HastyPace(RememberedPace):
    """The same for what the adapter paces itself."""

    async def turn(self, rates: Sequence[Rate], *, urgent: bool = False) -> None:
        await super().turn(_wider(rates), urgent=urgent)

    def end(self, rates: Sequence[Rate]) -> None:
        super().end(_wider(rates))

    async def heed(self, rates: Sequence[Rate], error: TryLater) -> None:
        await super().heed(_wider(rates), error)


class Newsdesk:
    """A post, its fifty chats, and who is told what. `victim` stands in the middle."""

    def __init__(self, telegram: TelegramEmulator, store: Store, folder: Path) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, SkippingLoop)
        self._loop = loop
        self._began_at = loop.time()
        self.telegram = telegram
        self.store = store
        self.folder = folder
        self.operator = telegram.add_user("Operator")
        self.owner = telegram.add_user("Owner of the one")
        self.bystander = telegram.add_user("Owner of the others")
        for person in (self.operator, self.owner, self.bystander):
            telegram.add_private(person)
        self.crowd: list[Destination] = []
        self.victim = Destination("telegram", "0")
        self.chat = telegram.chats[self.operator.id]
        self._pacer = Pacer(loop.time)
        self.notifier = Notifier(
            store.notices, [Destination("telegram", str(self.operator.id))], lambda: [self.adapter], now=self.now
        )
        self.adapter = _Hasty(
            telegram.token,
            api_url=telegram.url,
            pace=_HastyPace(self._pacer, store.deliveries, "telegram", self.now),
            trails=RememberedTrails(store.deliveries, "telegram", self.now),
            notices=self.notifier,
        )
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
            await self.telegram.until(lambda: self.telegram.updates.polled)

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

    # --- chats --------------------------------------------------------------------------------------------------------

    async def gather(self, kind: str, *, editor: bool = False, crowd: Sequence[str] = KINDS) -> None:
        """Fifty chats subscribe to everything; the one in the middle is of this `kind`, the others of those in turn."""
        for number in range(CROWD + 1):
            if number == CROWD // 2:
                self.victim = await self._join(kind, "The one", self.owner, editor=editor)
                self.chat = self.telegram.chats[int(self.victim.chat_id)]
            else:
                chosen = crowd[number % len(crowd)]
                self.crowd.append(await self._join(chosen, f"Chat {number}", self.bystander, editor=editor))
        greeting = self.telegram.post(self.chat, "Good morning")  # so that it is known where its ids stand
        await self.store.deliveries.note_messages(
            "telegram", BOT, [(self.victim.chat_id, str(greeting.id))], self.now()
        )

    async def gather_one(self, kind: str) -> None:
        """No more than the one chat subscribes to everything."""
        self.victim = await self._join(kind, "The one", self.owner, editor=False)
        self.chat = self.telegram.chats[int(self.victim.chat_id)]

    async def _join(self, kind: str, title: str, owner: User, *, editor: bool) -> Destination:
        chat, topic = self._make(kind, title, editor=editor)
        destination = Destination("telegram", str(chat.id), topic, BOT)
        everything = Subscription(destination, Selector(SelectorKind.ALL))
        await self.store.subscriptions.add(everything, Place(destination, chat.kind, title), str(owner.id), self.now())
        return destination

    def _make(self, kind: str, title: str, *, editor: bool) -> tuple[Chat, str]:
        telegram = self.telegram
        match kind:
            case "channel":
                rights = ("can_post_messages", "can_edit_messages") if editor else ("can_post_messages",)
                return telegram.add_channel(title, bot_rights=rights), ""
            case "group":
                return telegram.add_group(title, bot_admin=editor), ""
            case "private":
                return telegram.add_private(telegram.add_user(title)), ""
            case "topic":
                forum = telegram.add_supergroup(title, forum=True, bot_admin=editor)
                return forum, str(telegram.add_topic(forum, "News"))
        return telegram.add_supergroup(title, bot_admin=editor), ""

    def migrate(self) -> int:
        """The group in the middle becomes a supergroup, and nobody has told the bot; its new id."""
        self.chat = self.telegram.migrate(self.chat)
        return self.chat.id

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

    # --- time ---------------------------------------------------------------------------------------------------------

    async def come_to_rest(self) -> None:
        """Let all happen that happens by itself, however much later that is by the clock."""
        began = self.now()
        while self.now() - began < LONGEST:
            await eventually(self._nothing_moves)
            found = await self.store.deliveries.next_up("telegram", BOT, self.now(), room=0, looks=0, skip=())
            if found.next_at is None:
                return
            self.skip((found.next_at - self.now()).total_seconds())
        raise AssertionError(f"it never comes to rest: {await self.told()}")

    def skip(self, seconds: float) -> None:
        """It is later."""
        self._loop.skip(max(seconds, 0) + 0.001)
        self.dispatcher.wake()

    async def lands(self) -> None:
        """Wait until no call is in the air."""

        async def landed() -> bool:
            return ("telegram", "claimed") not in await self.store.deliveries.counts()

        await eventually(landed)

    async def waits_for_one(self) -> None:
        """Return when all but one have theirs, and that one's call is still in the air."""

        async def waits() -> bool:
            counts = await self.store.deliveries.counts()
            return counts == {("telegram", "settled"): CROWD, ("telegram", "claimed"): 1}

        await eventually(waits)

    async def _nothing_moves(self) -> bool:
        shelf, now = self.store.deliveries, self.now()
        attempts = len(await shelf.attempts_since("telegram", NOON))
        due = await shelf.due("telegram", BOT, now, limit=1, skip=())
        unknown = await shelf.unknown("telegram", BOT, now, limit=1)
        claimed = ("telegram", "claimed") in await shelf.counts()
        return not (due or unknown or claimed) and attempts == len(await shelf.attempts_since("telegram", NOON))

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

    async def told(self) -> dict[str, list[str]]:
        """What was said to whom."""
        people = {"owner": self.owner, "operator": self.operator, "bystander": self.bystander}
        chats = {name: self.telegram.chats[person.id] for name, person in people.items()}
        return {name: [str(message.text) for message in chat.from_bot] for name, chat in chats.items() if chat.from_bot}

    def shown(self, destination: Destination) -> list[str]:
        """The first lines of what the bot shows there."""
        return [self.first_line(message) for message in self.telegram.chats[int(destination.chat_id)].from_bot]

    @staticmethod
    def first_line(message: Message) -> str:
        """The title of the post, or that it was withdrawn."""
        return message.content.words.split("\n")[0]


@asynccontextmanager
async def newsdesk(folder: Path) -> AsyncIterator[Newsdesk]:
    """Everything but a post."""
    posts = folder / "posts"
    posts.mkdir()
    async with TelegramEmulator(limits="off") as telegram:
        telegram.updates.slows_repeats = False
        store = await open_store(f"sqlite:///{folder}/newsbell.db", str(posts))
        desk = Newsdesk(telegram, store, posts)
        try:
            yield desk
        finally:
            await desk.close()
            await store.close()
        assert telegram.violations == []


def play(folder: Path, journey: Callable[[Newsdesk], Awaitable[None]]) -> None:
    """Make the journey by a clock that can be put forward."""

    async def whole() -> None:
        async with newsdesk(folder) as desk:
            await journey(desk)

    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        runner.run(whole())
