"""From the close of a post's file to the request on the wire, with settle 0, beside a bare watchdog handler."""

from __future__ import annotations

import asyncio
import tempfile
import time
from functools import partial
from pathlib import Path

from watchdog.events import FileClosedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from benchmarks.rows import Row
from tests.emulators.telegram import TelegramEmulator
from tests.journeys.newsroom import Newsroom, post

FILES = 30
OLD_FILES = 500


async def measure() -> list[Row]:
    """One row: file to wire on Telegram, the whole program as a process of its own."""
    with tempfile.TemporaryDirectory() as home:
        ours = await _newsbell(Path(home))
    with tempfile.TemporaryDirectory() as home:
        floor = _watchdog(Path(home))
    return [Row("file closed -> sendPhoto on the wire", ours, "file closed -> bare watchdog handler", floor)]


async def _newsbell(home: Path) -> list[float]:
    async with TelegramEmulator(limits="off") as telegram:
        newsroom = Newsroom(home, TELEGRAM_BOT_TOKEN=telegram.token, TELEGRAM_API_URL=telegram.url, NEWSBELL_SETTLE="0")
        for number in range(OLD_FILES):
            newsroom.write(f"old-{number}.md", post(f"OLD{number}"))
        reader = telegram.add_user("Reader")
        private = telegram.add_private(reader)  # a channel would be paced at 20 a minute
        await newsroom.start()
        telegram.type(private, reader, "/subscribe all")
        await telegram.until(lambda: len(telegram.sent) == 1)
        took = []
        for number in range(FILES):
            await asyncio.sleep(1.1)  # the chat's own pace is not what is measured
            newsroom.write(f"new-{number}.md", post(f"NEW{number}"))
            closed = time.monotonic()
            await telegram.until(partial(_sent, telegram, number + 1))
            [*_, request] = [call for call in telegram.requests if call.method == "sendPhoto"]
            took.append((request.at - closed) * 1000)
        await newsroom.stop()
    return took


def _sent(telegram: TelegramEmulator, photos: int) -> bool:
    return sum(call.method == "sendPhoto" for call in telegram.requests) == photos


def _watchdog(folder: Path) -> list[float]:
    seen: list[float] = []

    class Handler(FileSystemEventHandler):
        def on_closed(self, event: FileSystemEvent) -> None:
            seen.append(time.monotonic())

    observer = Observer()
    observer.schedule(Handler(), str(folder), event_filter=[FileClosedEvent])
    observer.start()
    took = []
    for number in range(FILES):
        (folder / f"{number}.md").write_text(post(f"NEW{number}"))
        closed = time.monotonic()
        while len(seen) <= number:
            time.sleep(0.0001)
        took.append((seen[number] - closed) * 1000)
    observer.stop()
    observer.join()
    return took
