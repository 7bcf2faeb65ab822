"""The whole engine on a crowd of chats, for benchmarks: publish, claim, pace, render, send, commit."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

from bot.composing.announce import announce
from bot.delivering.dispatcher import Dispatcher
from bot.delivering.pacer import Pacer
from bot.models import Picture, Post, Span
from bot.ports import Adapter, Deliveries, Store
from bot.records import Conclusion, FileRecord, FileStamp
from state import open_store
from state.memory import connect

IN_FLIGHT: Final = 128
"""About what the window of a dispatcher opens to at 1,000 a second and 0.1 s an answer (bot.delivering.window)."""

POST: Final = Post(
    key="code:BENCH@en",
    aliases=(),
    path="bench.md",
    title="River rises by half a metre in the night",
    excerpt=(Span("Boats were pulled ashore in three villages before the first light. " * 3),),
    url="https://example.org/river",
    pictures=(Picture(url="https://pictures.example.org/river.jpg"),),
    categories=("NATIONAL",),
    tags=(),
    language="en",
    published_at=datetime(2026, 11, 2, tzinfo=UTC),
)


_KINDS: Final = {"telegram": "private", "discord": "text"}
"""As `/subscribe` notes them. A channel of which nothing is known may be one whose messages are published as well."""


class Unpaced(Pacer):
    """A pacer for platforms without limits."""

    def __init__(self) -> None:
        super().__init__(time.monotonic)

    def blocker(self, rates: object) -> None:
        return None

    def count(self, rates: object, *, starts: bool = False) -> None:
        return None

    async def start(self, rates: object, *, patience: float = 0.0) -> None:
        return None

    def end(self, rates: object) -> None:
        return None


class _Counted:
    """A shelf of deliveries that tells when `total` of them are concluded: nobody has to ask in between."""

    def __init__(self, deliveries: Deliveries, total: int) -> None:
        self.finished = asyncio.Event()
        self._deliveries = deliveries
        self._left = total

    def __getattr__(self, name: str) -> Any:
        return getattr(self._deliveries, name)

    async def conclude(self, conclusions: Sequence[Conclusion]) -> None:
        await self._deliveries.conclude(conclusions)
        self._left -= len(conclusions)
        if self._left <= 0:
            self.finished.set()


@dataclass(frozen=True, slots=True)
class Crowd:
    """A store that knows so many chats, all subscribed to the post."""

    store: Store
    path: Path
    size: int
    epoch: int

    async def publish(self, number: int = 0) -> float:
        """Enqueue the post for everybody, as one more of that number; the seconds that it took."""
        post = replace(POST, key=f"code:BENCH{number}@en", path=f"bench{number}.md")
        record = FileRecord(post.path, FileStamp(1, 1, 1, 1), f"digest {number}", post=post)
        began = time.perf_counter()
        published = await self.store.posts.take_in(record, announce(post), now())
        took = time.perf_counter() - began
        assert published.deliveries == self.size
        return took

    async def drain(self, adapter: Adapter, posts: int = 1, pacer: Pacer | None = None) -> tuple[float, float]:
        """Deliver what was published to everybody, by default unpaced: CPU milliseconds and seconds a delivery."""
        total = self.size * posts
        counted = _Counted(self.store.deliveries, total)
        deliveries = cast("Deliveries", counted)
        dispatcher = Dispatcher(adapter, deliveries, pacer or Unpaced(), epoch=self.epoch, now=now, in_flight=IN_FLIGHT)
        cpu, began = time.process_time(), time.perf_counter()
        running = asyncio.create_task(dispatcher.run())
        await counted.finished.wait()
        cost = (time.process_time() - cpu) / total * 1000, (time.perf_counter() - began) / total
        dispatcher.stop()
        await running
        sent = (await self.store.deliveries.counts()).get((adapter.platform, "settled"), 0)
        assert sent == total, f"{total - sent} were not sent"
        return cost


@asynccontextmanager
async def crowd(size: int, platform: str, bot: str) -> AsyncIterator[Crowd]:
    """A crowd in a database of its own."""
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "bench.db"
        store = await open_store(f"sqlite:///{path}", home)
        epoch = await store.begin_epoch(now())
        with closing(connect(path)) as connection:
            connection.execute("BEGIN")
            connection.executemany(
                """INSERT INTO destinations (platform, bot, chat_id, kind, state_since, created_at)
                    VALUES (?, ?, ?, ?, '', '')""",
                [(platform, bot, str(1_000_000 + number), _KINDS.get(platform, "")) for number in range(size)],
            )
            connection.execute(
                """INSERT INTO subscriptions (destination, kind, value, display, created_by, created_at)
                    SELECT id, 'category', 'national', 'National', 'bench', '' FROM destinations"""
            )
            connection.execute("COMMIT")
        try:
            yield Crowd(store, path, size, epoch)
        finally:
            await store.close()


@contextmanager
def one_core() -> Iterator[set[int]]:
    """Keep this process on one core; yields the others, for who stands beside it."""
    mine, *others = sorted(before := os.sched_getaffinity(0))
    if not others:
        raise SystemExit("this benchmark needs two cores, one for newsbell and one for the platform")
    os.sched_setaffinity(0, {mine})
    try:
        yield set(others)
    finally:
        os.sched_setaffinity(0, before)


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)
