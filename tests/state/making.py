"""Posts, records and a store to put them in, for tests that stand on the real database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bot.delivering.turn import action_for
from bot.models import (
    GONE,
    Announcement,
    Attempt,
    Delivery,
    DeliveryState,
    Destination,
    Outcome,
    Picture,
    Place,
    Post,
    Receipt,
    Selector,
    SelectorKind,
    Shown,
    Subscription,
    Withdrawn,
)
from bot.ports import Store
from bot.records import UNHELD, Changes, Conclusion, FileRecord, FileStamp, Hold, Problem, Published
from bot.subscribing.selectors import match_key
from state import open_store
from tests.patience import PATIENCE

FLOOD = Hold("too many at once")
NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
BOT = "bot-1"
ROOT = "/srv/paper/posts"


def chat(number: int | str = 1, thread: str = "", platform: str = "fake", bot: str = BOT) -> Destination:
    return Destination(platform, str(number), thread, bot)


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def post(path: str = "national/rain.md", code: str = "", **fields: Any) -> Post:
    """A public post; its key is its code and language, where it has a code, else its path."""
    language = fields.get("language", "en")
    keys = ([f"code:{code}@{language}"] if code else []) + [f"path:{path}"]
    bare = Post(
        key=keys[0],
        aliases=tuple(keys[1:]),
        path=path,
        title=path.rpartition("/")[2].removesuffix(".md").capitalize(),
        excerpt=(),
        url=f"https://example.org/{path.removesuffix('.md')}",
        pictures=(),
        categories=("NATIONAL",),
        tags=(),
        language=language,
        published_at=None,
    )
    return replace(bare, **fields)


def record(post: Post | None, path: str = "", *, size: int = 1, problem: Problem | None = None) -> FileRecord:
    """The record of a file whose bytes are as different as its post."""
    path = post.path if post else path
    digest = blake2b(f"{post}{problem}{size}".encode(), digest_size=8).hexdigest()
    return FileRecord(path, FileStamp(size, 1, 1, 1), digest, problem, post)


def announcement(post: Post) -> Announcement:
    asked = post.overrides
    return Announcement(
        post.title,
        url=post.url,
        pictures=post.pictures,
        language=post.language,
        published_at=post.published_at,
        pin=asked.pin,
        follows=asked.follows,
    )


async def publish(
    store: Store,
    post: Post,
    now: datetime = NOON,
    *,
    same: int | None = None,
    hold: Hold | None = None,
    release: bool = False,
    changes: Changes = UNHELD,
) -> Published:
    return await store.posts.take_in(
        record(post), announcement(post), now, same=same, hold=hold, release=release, changes=changes
    )


async def subscribe(
    store: Store, destination: Destination, kind: str = "all", value: str = "", language: str = "", **options: Any
) -> bool:
    key = ",".join(match_key(name) for name in value.split(","))
    selector = Selector(SelectorKind(kind), key)
    wish = Subscription(destination, selector, value, language, options)
    return await store.subscriptions.add(wish, Place(destination, "group", "Readers"), "anna", NOON)


@dataclass(frozen=True, slots=True)
class Office:
    """The store with short words for what tests do to it."""

    store: Store
    path: Path
    epoch: int = 1

    async def due(self, now: datetime = NOON, *, limit: int = 100, skip: tuple[int, ...] = ()) -> list[Delivery]:
        return await self.store.deliveries.due("fake", BOT, now, limit=limit, skip=skip)

    async def next_at(self, now: datetime = NOON) -> datetime | None:
        return (await self.store.deliveries.next_up("fake", BOT, now, room=0, looks=0, skip=())).next_at

    async def due_chats(self, now: datetime = NOON) -> list[str]:
        return [delivery.destination.chat_id for delivery in await self.due(now)]

    async def claim(self, delivery: Delivery, now: datetime = NOON, nonce: str = "n-1") -> Delivery:
        [claimed] = await self.store.deliveries.claim({delivery.id: nonce}, epoch=self.epoch, now=now)
        return claimed

    async def end(self, delivery: Delivery, state: DeliveryState, now: datetime = NOON, **fields: Any) -> None:
        await self.store.deliveries.conclude([self.conclusion(delivery, state, now, **fields)])

    def conclusion(self, delivery: Delivery, state: DeliveryState, now: datetime = NOON, **fields: Any) -> Conclusion:
        attempt = Attempt(delivery.id, action_for(delivery), fields.pop("outcome", Outcome.SENT), now, now, self.epoch)
        fields = {"due_at": now, "shown": delivery.shown, **fields}
        return Conclusion(delivery, attempt, state, **fields)

    async def send(self, delivery: Delivery, now: datetime = NOON, message_id: str = "77") -> None:
        """Claim, call and conclude as if all went well."""
        claimed = await self.claim(delivery, now)
        shown: Shown | None = Shown(claimed.wanted, f"print {claimed.wanted}", Receipt((message_id,), "media-1"))
        if claimed.wanted == GONE:
            shown = claimed.shown if claimed.goes is Withdrawn.MARK else None
        await self.end(claimed, DeliveryState.SETTLED, now, shown=shown)

    async def send_all(self, now: datetime = NOON) -> list[Delivery]:
        """Send what is due, until nothing is; what was sent, in its order."""
        sent: list[Delivery] = []
        while due := await self.due(now):
            for delivery in due:
                await self.send(delivery, now)
                sent.append(delivery)
        return sent

    async def one(self, subject: int = 1) -> Delivery:
        """The only delivery of a post."""
        [(delivery, _)] = await self.store.deliveries.of_post(subject)
        return delivery

    async def attempts(self, subject: int = 1) -> list[Attempt]:
        """The attempts of a post's only delivery, oldest first."""
        [(_, attempts)] = await self.store.deliveries.of_post(subject)
        return attempts

    @contextmanager
    def stranger(self) -> Iterator[sqlite3.Connection]:
        """A connection as another process has it."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            yield connection


async def open_office(path: Path, root: str = ROOT) -> Office:
    store = await open_store(f"sqlite:///{path}", root)
    return Office(store, path)


async def eventually(check: Callable[[], Awaitable[bool]], *, seconds: float = PATIENCE) -> None:
    """Wait until `check` holds."""
    async with asyncio.timeout(seconds):
        while not await check():  # noqa: ASYNC110 - a commit sets no event that a test could wait for
            await asyncio.sleep(0.002)


PICTURES = (Picture(url="https://example.org/1.jpg"), Picture(url="https://example.org/2.jpg"))
