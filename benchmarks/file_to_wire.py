"""From the close of a post's file to the request on the wire, settle 0, idle: both platforms beside bare watchdog."""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from string import ascii_lowercase
from typing import Final

from watchdog.events import FileClosedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from tests.drawing import noise
from tests.emulators.discord import DiscordEmulator
from tests.emulators.telegram import TelegramEmulator
from tests.journeys.newsroom import Newsroom, post

POSTS: Final = 250
"""A platform: enough for a 99th percentile. Each goes to a chat of its own, so that no chat's pace is waited for."""

OLD_FILES: Final = 500
PHOTO_SIZE: Final = (1200, 675)
"""Pixels: as newspapers have them, some 200 KB. Each post brings one of its own, which lies beside it in the site."""

PAUSE_SECONDS: Final = 0.15
"""Between two posts: what the last one left to do is done by then, and the bot's own pace has passed."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Waits in milliseconds, beside those of a bare watchdog handler."""

    name: str
    ours: list[float]
    floor: list[float]

    def __str__(self) -> str:
        return (
            f"file closed -> {self.name}: median {median(self.ours):.2f} ms, p99 {_p99(self.ours):.2f} ms"
            f" (n={len(self.ours)})\n"
            f"    floor, file closed -> bare watchdog handler: median {median(self.floor):.2f} ms,"
            f" p99 {_p99(self.floor):.2f} ms (n={len(self.floor)})"
        )


async def measure() -> list[Wait]:
    """One row a platform: the whole program as a process of its own, with both platforms' emulators in this one."""
    async with TelegramEmulator(limits="off") as telegram, DiscordEmulator(limits=False) as discord:
        with tempfile.TemporaryDirectory() as home:
            office = _Office(Path(home), telegram, discord)
            await office.open()
            on_telegram, on_discord = await office.publish()
            await office.newsroom.stop()
    with tempfile.TemporaryDirectory() as home:
        floor = await asyncio.to_thread(_watchdog, Path(home))
    return [Wait("sendPhoto on the wire", on_telegram, floor), Wait("Discord's message on the wire", on_discord, floor)]


class _Office:
    """newsbell, and for each post that is to come a category of its own, wanted by one chat of one platform."""

    def __init__(self, home: Path, telegram: TelegramEmulator, discord: DiscordEmulator) -> None:
        self._telegram, self._discord = telegram, discord
        self._photo = noise("JPEG", PHOTO_SIZE, quality=30)
        guild = discord.add_guild("Readers")
        chats = [telegram.add_private(telegram.add_user(f"Reader {number}")) for number in range(POSTS)]
        rooms = [discord.add_channel(guild, f"news-{number}") for number in range(POSTS)]
        self._wishes = {
            **{f"telegram-{number}": f"telegram:{chat.id}" for number, chat in enumerate(chats)},
            **{f"discord-{number}": f"discord:{room.id}" for number, room in enumerate(rooms)},
        }
        self.newsroom = Newsroom(
            home,
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_URL=telegram.url,
            DISCORD_BOT_TOKEN=discord.token,
            DISCORD_API_URL=discord.api_url,
            DISCORD_GATEWAY_URL=discord.gateway_url,
            NEWSBELL_SETTLE="0",
        )

    async def open(self) -> None:
        """Let everybody subscribe, and rest."""
        for number, category in zip(range(OLD_FILES), self._wishes, strict=False):
            self.newsroom.write(f"old-{number}.md", unlike(f"OLD{number}", category))
        await self.newsroom.start()
        await self.newsroom.says("telegram: ready")
        await self.newsroom.says("discord: ready")
        wishes = [
            {"destination": chat, "kind": "category", "value": category, "display": category, "language": ""}
            for category, chat in self._wishes.items()
        ]
        file = self.newsroom.home / "subscriptions.json"
        file.write_text(json.dumps(wishes))
        code, output = await self.newsroom.command("subscriptions", "import", str(file), tokens=False)
        assert code == 0, output
        await asyncio.sleep(1.0)

    async def publish(self) -> tuple[list[float], list[float]]:
        """Write post after post, on the two platforms in turn; how long each took to the wire there."""
        on_telegram, on_discord = [], []
        for number in range(POSTS):
            closed = await self._write(f"telegram-{number}")
            await self._telegram.until(partial(_came, self._photos, number + 1))
            on_telegram.append((self._photos()[number] - closed) * 1000)
            closed = await self._write(f"discord-{number}")
            await self._discord.until(partial(_came, self._messages, number + 1))
            on_discord.append((self._messages()[number] - closed) * 1000)
        return on_telegram, on_discord

    async def _write(self, category: str) -> float:
        """Save a post when all is quiet; the moment when its file was closed."""
        # What follows the end of a JPEG's data is no part of the picture, and makes another file of it.
        (self.newsroom.posts / f"{category}.jpg").write_bytes(self._photo + category.encode())
        await asyncio.sleep(PAUSE_SECONDS)
        text = at_hand(unlike(f"NEW-{category}", category), f"{category}.jpg")
        return await asyncio.to_thread(self._close, f"{category}.md", text)

    def _close(self, name: str, text: str) -> float:
        self.newsroom.write(name, text)
        return time.monotonic()

    def _photos(self) -> list[float]:
        return [call.at for call in self._telegram.requests if call.method == "sendPhoto"]

    def _messages(self) -> list[float]:
        return [call.at for call in self._discord.requests if call.method == "POST" and call.path.endswith("/messages")]


def _came(arrivals: Callable[[], list[float]], calls: int) -> bool:
    return len(arrivals()) >= calls


def unlike(code: str, category: str) -> str:
    """A post that is like no other: posts that look alike are compared with each other, which costs more."""
    chance = random.Random(code)
    words = ["".join(chance.choices(ascii_lowercase, k=chance.randint(2, 10))) for _ in range(60)]
    head, _, _ = post(code, category=category, title=" ".join(words[:6])).rpartition("---\n")
    return f"{head}---\n\n{' '.join(words)}.\n"


def at_hand(text: str, picture: str) -> str:
    """The same post with a `picture` of its own site: how long a download takes says nothing about newsbell."""
    return "".join(
        f"image: {picture}\n" if line.startswith("image: ") else line for line in text.splitlines(keepends=True)
    )


def _watchdog(folder: Path) -> list[float]:
    """The same wait for a handler that does nothing. Blocking."""
    seen: list[float] = []

    class Handler(FileSystemEventHandler):
        def on_closed(self, event: FileSystemEvent) -> None:
            seen.append(time.monotonic())

    observer = Observer()
    observer.schedule(Handler(), str(folder), event_filter=[FileClosedEvent])
    observer.start()
    took = []
    for number in range(POSTS):
        (folder / f"{number}.md").write_text(unlike(f"NEW{number}", "NATIONAL"))
        closed = time.monotonic()
        while len(seen) <= number:
            time.sleep(0.0001)
        took.append((seen[number] - closed) * 1000)
    observer.stop()
    observer.join()
    return took


def _p99(series: list[float]) -> float:
    return quantiles(series, n=100, method="inclusive")[98]
