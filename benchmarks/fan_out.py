"""A post to 100,000 chats: enqueued beside a bare INSERT … SELECT, then drained, for the cost of each and the memory.

The platform answers from memory, so that only the engine is measured. Targets (issue 4): enqueued within 1.5 times the
bare statement, a delivery at 100,000 within 1.2 times the cost at 1,000, and flat memory meanwhile; and within 1.2
times where each of 1,000 chats has a hundred posts before it.
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import closing
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.engine import Crowd, crowd
from bot.garbage import spare_what_stays
from bot.models import Receipt
from state.memory import connect
from tests.adapters.fake import FakeAdapter

MANY: Final = 100_000
FEW: Final = 1_000
SERIES: Final = 3
BACKLOG: Final = 100
PLATFORM: Final = "mute"
BOT: Final = "bench"

# The same columns into the same table with the same indexes: what SQLite itself takes for so many rows.
_BARE: Final = """
    INSERT INTO deliveries (destination, subject, copy, platform, bot, wanted, state, parked, lane, position, turn,
        due_at, piled, options, created_at)
    SELECT id, 1, 0, platform, bot, 1, 'due', 0, '1-post', 1, id, :now, 0, '{}', :now FROM destinations
"""


class Mute(FakeAdapter):
    """A platform that takes everything at once and remembers nothing."""

    def __init__(self) -> None:
        super().__init__(PLATFORM, BOT)
        self._numbers = count(1)

    def fingerprint(self, *about: Any, **options: Any) -> str:
        return "text:0123456789abcdef"

    async def send(self, *about: Any, **options: Any) -> Receipt:
        await asyncio.sleep(0)
        return Receipt((str(next(self._numbers)),))


async def measure() -> list[str]:
    """Enqueueing, then draining."""
    spare_what_stays()  # as `newsbell run` does
    ours, bare, lag = [], [], []
    for _ in range(SERIES):
        async with crowd(MANY, PLATFORM, BOT) as readers:
            bare.append(await asyncio.to_thread(_insert_bare, readers.path))
        async with crowd(MANY, PLATFORM, BOT) as readers:
            took, longest = await _publish_watched(readers)
            ours.append(took)
            lag.append(longest)
    few = [await _drain(FEW) for _ in range(2 * SERIES)]
    async with crowd(MANY, PLATFORM, BOT) as readers:
        await readers.publish()
        memory: list[int] = []
        watching = asyncio.create_task(_watch_memory(memory))
        many, _ = await readers.drain(Mute())
        watching.cancel()
    deep = await _drain(FEW, BACKLOG)
    settled = memory[len(memory) // 10 :]
    return [
        f"{MANY:,} deliveries enqueued in one transaction: {median(ours):.2f} s (n={SERIES})",
        f"    floor, bare INSERT … SELECT of the same rows: {median(bare):.2f} s   "
        f"target 1.5 times: {median(ours) / median(bare):.2f}",
        f"    meanwhile the event loop paused for {median(lag) * 1000:.0f} ms at most",
        f"a delivery of {MANY:,} drained: {many:.3f} ms CPU",
        f"    a delivery of {FEW:,}: {median(few):.3f} ms (n={len(few)})   target 1.2 times: {many / median(few):.2f}",
        f"    memory from the first tenth to the end: {(settled[-1] - settled[0]) / 2**20:+.1f} MiB, at most "
        f"{(max(settled) - settled[0]) / 2**20:+.1f} MiB",
        f"a delivery of a backlog of {BACKLOG} posts to {FEW:,} each: {deep:.3f} ms   "
        f"target 1.2 times: {deep / median(few):.2f}",
    ]


def _insert_bare(path: Path) -> float:
    with closing(connect(path)) as connection:
        connection.execute("INSERT INTO subjects (id, kind, created_at) VALUES (1, 'post', '')")
        began = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_BARE, {"now": "2026-11-02T12:00:00.000000+00:00"})
        connection.execute("COMMIT")
        return time.perf_counter() - began


async def _publish_watched(readers: Crowd) -> tuple[float, float]:
    """The seconds that it took, and the longest that the event loop was not reached meanwhile."""
    gaps: list[float] = [0.0]

    async def tick() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            gaps.append((now := time.perf_counter()) - last)
            last = now

    ticking = asyncio.create_task(tick())
    took = await readers.publish()
    ticking.cancel()
    return took, max(gaps)


async def _drain(size: int, posts: int = 1) -> float:
    async with crowd(size, PLATFORM, BOT) as readers:
        for number in range(posts):
            await readers.publish(number)
        cpu, _ = await readers.drain(Mute(), posts=posts)
        return cpu


async def _watch_memory(seen: list[int]) -> None:
    while True:
        seen.append(_resident_bytes())
        await asyncio.sleep(0.25)


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
