"""Minutes under load with edits and cut lines: growth of memory, open files and the database. Only when it is named.

`newsbell run` as it is, with a paid broadcast on Telegram, publishes posts to 300 chats each, 30 of them on Discord
(whose 50 calls a second leave little more), edits others, and loses its gateway and its long poll every now and then.

- *Memory*: the slope of resident memory over deliveries, by least squares, from minute three on.
- *Files*: what is open in the process, from then on.
- *Database*: traces are kept for three minutes here (NEWSBELL_KEEP_DAYS is a fraction of a day), so that from then on
  as many go as come. At the end, when the last pass is over and the process has stopped, the file is set beside what
  its rows take when they are written anew (VACUUM INTO): pruning that frees no room, or leaves holes that nobody fills,
  would show. The rows that are kept for good, the deliveries, are the growth that is left: so many bytes each.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import linear_regression, median
from typing import Any, Final

import aiohttp

from benchmarks.file_to_wire import unlike
from benchmarks.lean import TOKEN
from benchmarks.soak_platforms import soak_platforms
from tests.journeys.newsroom import Newsroom

MINUTES: Final = 15.0
RATE: Final = 300.0
EDITS_A_MINUTE: Final = 2000 / 15

CROWDS: Final = 20
"""Groups of chats that get the posts in turn: no chat's own pace is waited for."""

ON_TELEGRAM: Final = 270
ON_DISCORD: Final = 30
CIRCLES: Final = 40
"""Two chats each, one of either platform, that get the posts that are edited."""

EDITED_POSTS: Final = 200
CUT_EVERY: Final = 45.0
SAMPLE_EVERY: Final = 5.0
MINUTE: Final = round(60 / SAMPLE_EVERY)
"""Of samples."""

KEPT: Final = timedelta(minutes=3)
WARM: Final = 180.0
"""Seconds after which memory counts; in a run of less than twice that, the second half does."""

DRAINED_WITHIN: Final = 60.0
MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Sample:
    """What the process held `at` so many seconds after the first post, and how much it had delivered by then."""

    at: float
    deliveries: int
    memory: int
    files: int
    database: int
    log: int  # the write-ahead log
    attempts: int


@dataclass(slots=True)
class Course:
    """All that was seen."""

    samples: list[Sample] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    database: int = 0
    anew: int = 0
    kept: int = 0  # rows of deliveries
    unsettled: int = 0

    def __str__(self) -> str:
        last = self.samples[-1]
        warm = [each for each in self.samples if each.at >= min(WARM, last.at / 2)]
        files, attempts = [each.files for each in warm], [each.attempts for each in warm]
        edits = sum(number for name, number in self.counts.items() if name.endswith("edits"))
        return "\n".join(
            [
                f"soak, {last.at / 60:.1f} minutes: {last.deliveries} deliveries, {last.deliveries / last.at:.0f}/s, "
                f"{edits} of them edits; {self.unsettled} not settled",
                f"    lines cut {self.counts.get('cuts', 0)} times; {self.counts.get('polls', 0)} polls, "
                f"{self.counts.get('identifies', 0)} identifies, {self.counts.get('resumes', 0)} resumes",
                f"    memory {last.memory / MIB:.1f} MiB at the end, growth since {warm[0].at / 60:.1f} min "
                f"{growth(warm) / MIB:.2f} MiB per 100,000 deliveries",
                f"    open files {min(files)} to {max(files)} since then, in the first minute of it "
                f"{median(files[:MINUTE]):.0f}, in the last {median(files[-MINUTE:]):.0f}",
                f"    database {self.database / MIB:.1f} MiB after pruning, {self.database / self.anew:.3f} of what "
                f"its rows take anew; {self.anew / self.kept:.0f} bytes a delivery that is kept",
                f"    attempts that are kept {min(attempts)} to {max(attempts)} since then; "
                f"write-ahead log {max(each.log for each in self.samples) / MIB:.1f} MiB at most",
            ]
        )


def growth(samples: list[Sample]) -> float:
    """Bytes of memory per 100,000 deliveries, by least squares."""
    return linear_regression([each.deliveries for each in samples], [each.memory for each in samples]).slope * 100_000


@dataclass(frozen=True, slots=True)
class Soak:
    """One run of it."""

    minutes: float = MINUTES
    rate: float = RATE

    async def measure(self) -> list[Course]:
        """Everything in one course."""
        with soak_platforms() as url, tempfile.TemporaryDirectory() as home:
            async with aiohttp.ClientSession(url) as platforms:
                run = _Run(Path(home), url, platforms, self.minutes * 60, self.rate)
                try:
                    return [await run.course()]
                finally:
                    await run.newsroom.stop()


async def measure() -> list[Course]:
    """As long as the issue says."""
    return await Soak().measure()


class _Run:
    def __init__(self, home: Path, url: str, platforms: aiohttp.ClientSession, seconds: float, rate: float) -> None:
        self._platforms = platforms
        self._seconds, self._rate = seconds, rate
        self._course = Course()
        self.newsroom = Newsroom(
            home,
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_URL=url,
            TELEGRAM_PAID_BROADCAST="1000",
            DISCORD_BOT_TOKEN="MTIz.a-token.for-the-benchmarks",
            DISCORD_API_URL=f"{url}/api/v10",
            DISCORD_GATEWAY_URL=f"{url.replace('http', 'ws')}/gateway",
            NEWSBELL_FLOOD="1000000",
            NEWSBELL_KEEP_DAYS=str(KEPT / timedelta(days=1)),
        )

    async def course(self) -> Course:
        await self._open()
        self._began = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._publish())
            tasks.create_task(self._edit())
            tasks.create_task(self._cut_lines())
            tasks.create_task(self._watch())
        await self._drain()
        await self._sample()
        await asyncio.sleep(KEPT.total_seconds() / 20 * 2)  # the last passes
        await self.newsroom.stop()
        self._weigh()
        return self._course

    async def _open(self) -> None:
        """Let everybody subscribe, and publish what is to be edited."""
        newsroom = self.newsroom
        for kind, groups in (("crowd", CROWDS), ("circle", CIRCLES)):
            for number in range(groups):
                newsroom.write(f"old/{kind}-{number}.md", unlike(f"OLD-{kind}-{number}", f"{kind}-{number}"))
        await newsroom.start()
        await newsroom.says("telegram: ready")
        await newsroom.says("discord: ready")
        file = newsroom.home / "subscriptions.json"
        crowds, circles = _wishes("crowd", CROWDS, ON_TELEGRAM, ON_DISCORD), _wishes("circle", CIRCLES, 1, 1)
        file.write_text(json.dumps(crowds + circles))
        code, output = await newsroom.command("subscriptions", "import", str(file), tokens=False)
        assert code == 0, output
        for number in range(EDITED_POSTS):
            self._write_circle(number, 0)
            await asyncio.sleep(0.05)

    def _write_circle(self, number: int, edit: int) -> None:
        text = unlike(f"CIRCLE{number}", f"circle-{number % CIRCLES}")
        self.newsroom.write(f"circle/{number}.md", text.replace("\n\n", f"\n\nEdit {edit}. ", 1))

    async def _publish(self) -> None:
        step = (ON_TELEGRAM + ON_DISCORD) / self._rate
        for number in range(int(self._seconds / step)):
            await self._until(number * step)
            self.newsroom.write(f"crowd/{number}.md", unlike(f"CROWD{number}", f"crowd-{number % CROWDS}"))

    async def _edit(self) -> None:
        step = 60 / EDITS_A_MINUTE
        for edit in range(1, int(self._seconds / step) + 1):
            await self._until(edit * step)
            self._write_circle(edit % EDITED_POSTS, edit)

    async def _cut_lines(self) -> None:
        for number in range(1, int(self._seconds / CUT_EVERY) + 1):
            await self._until(number * CUT_EVERY)
            async with self._platforms.post("/cut"):
                pass

    async def _watch(self) -> None:
        for number in range(int(self._seconds / SAMPLE_EVERY) + 1):
            await self._until(number * SAMPLE_EVERY)
            await self._sample()

    async def _until(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, self._began + seconds - time.monotonic()))

    async def _sample(self) -> None:
        async with self._platforms.get("/counts") as answer:
            counts = self._course.counts = await answer.json()
        database = self.newsroom.database
        process = Path(f"/proc/{self.newsroom.pid}")
        self._course.samples.append(
            Sample(
                at=time.monotonic() - self._began,
                deliveries=sum(number for name, number in counts.items() if name.endswith(("sends", "edits"))),
                memory=int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"),
                files=len(os.listdir(process / "fd")),  # noqa: PTH208 - links that lead nowhere, some gone by then
                database=database.stat().st_size,
                log=database.with_name(database.name + "-wal").stat().st_size,
                attempts=self._ask("SELECT count(*) AS answer FROM attempts"),
            )
        )

    async def _drain(self) -> None:
        """Wait until everything is settled, but not for ever."""
        ends = time.monotonic() + DRAINED_WITHIN
        while (left := self._open_deliveries()) and time.monotonic() < ends:  # noqa: ASYNC110 - another process's rows
            await asyncio.sleep(0.5)
        self._course.unsettled = left

    def _open_deliveries(self) -> int:
        return self._ask("SELECT count(*) AS answer FROM deliveries WHERE state != 'settled'")

    def _weigh(self) -> None:
        anew = self.newsroom.home / "anew.db"
        with closing(sqlite3.connect(self.newsroom.database)) as connection:
            self._course.kept = connection.execute("SELECT count(*) FROM deliveries").fetchone()[0]
            connection.execute("VACUUM INTO ?", (str(anew),))
        self._course.database = self.newsroom.database.stat().st_size
        self._course.anew = anew.stat().st_size

    def _ask(self, query: str) -> int:
        answer: int = self.newsroom.rows(query)[0]["answer"]
        return answer


def _wishes(kind: str, groups: int, on_telegram: int, on_discord: int) -> list[dict[str, Any]]:
    """Subscriptions of chats of both platforms, each group's to a category of its own."""
    first = 5_000_000 if kind == "crowd" else 6_000_000
    return [
        {"destination": f"{platform}:{first + number}", "value": f"{kind}-{number // chats}"}
        | {"kind": "category", "display": "", "language": ""}
        for platform, chats in (("telegram", on_telegram), ("discord", on_discord))
        for number in range(groups * chats)
    ]
