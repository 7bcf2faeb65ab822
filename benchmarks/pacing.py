"""Time to serve many chats at the platforms' ceilings, and the 429s on the way, beside the libraries' own limiters."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final, Protocol

from benchmarks import rivals
from tests.emulators.discord import DiscordEmulator
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.limits import Theory
from tests.journeys.newsroom import Newsroom, post

RUNS: Final = 3
PATIENCE: Final = 400.0
START_SECONDS: Final = 3.0

NEWSBELL: Final = "newsbell"
KILLED: Final = "newsbell, kill -9 midway"
AIO: Final = "AIORateLimiter"
DISCORD_PY: Final = "discord.py"


@dataclass(frozen=True, slots=True)
class Size:
    """So many `chats` that get so many messages `each`, and in how many seconds that can be done at best."""

    name: str
    chats: int
    each: int
    optimum: float
    allowed: float  # by the issue, for newsbell
    crowded: bool = False  # groups and channels: 20 a minute

    @property
    def messages(self) -> int:
        """All of them."""
        return self.chats * self.each


# In a sliding second go 30: the 31st leaves after 1 s, so n leave in floor((n - 1) / 30). Of 30 messages to a group the
# 21st leaves 60 s after the first, and the last 9 s later. A bucket lets the first 30 (a group's: 20) out at once.
CROWD: Final = Size("Telegram, 1,000 chats x 1", 1000, 1, 33.0, 33.0 * 1.08 + 1)
GROUPS: Final = Size("Telegram, 10 groups x 30", 10, 30, 69.0, 69.0 * 1.08 + 1, crowded=True)
CHANNELS: Final = Size("Discord, 300 channels x 1", 300, 1, 6.0, 6.0 * 1.3)
ROOMS: Final = Size("Discord, 10 channels x 30", 10, 30, 25.0, 25.0 * 1.3)


@dataclass(slots=True)
class Result:
    """How one contender fared in one run."""

    seconds: float
    refused: int  # 429s
    forgiven: int = 0  # sends that only the emulator's own lag let pass
    lost: int = 0
    doubled: int = 0

    def __str__(self) -> str:
        counts = {"forgiven": self.forgiven, "lost": self.lost, "doubled": self.doubled}
        return ", ".join([f"{self.refused} x 429", *(f"{count} {what}" for what, count in counts.items() if count)])


@dataclass(slots=True)
class Board:
    """All results, by what was to be done and who did it."""

    results: dict[tuple[str, Size, str], list[Result]] = field(default_factory=dict)

    def add(self, theory: str, size: Size, who: str, result: Result) -> None:
        """Write down a result, and say it: a run takes minutes."""
        self.results.setdefault((theory, size, who), []).append(result)
        print(f"  {size.name}, {theory}: {who} {result.seconds:.1f} s, {result.refused} x 429", flush=True)

    def lines(self) -> list[str]:
        """The table: for each task newsbell first, and what stands beside it."""
        lines = []
        for (theory, size, who), results in sorted(self.results.items(), key=lambda one: _order(*one[0])):
            if who == NEWSBELL:
                lines.append(f"{size.name}, {theory}: optimum {size.optimum:.0f} s, allowed {size.allowed:.1f} s")
            seconds = [result.seconds for result in results]
            lines.append(
                f"    {who:<24} {median(seconds):6.1f} s (worst {max(seconds):.1f})   in each run: "
                + "; ".join(str(result) for result in results)
                + self._ratio(theory, size, who, median(seconds))
            )
        return lines

    def _ratio(self, theory: str, size: Size, who: str, seconds: float) -> str:
        ours = self.results.get((theory, size, NEWSBELL))
        if who in {NEWSBELL, KILLED} or not ours:
            return ""
        return f"   newsbell takes {median(result.seconds for result in ours) / seconds:.2f} of its time"


def _order(theory: str, size: Size, who: str) -> tuple[str, str, int]:
    return size.name, theory, (NEWSBELL, KILLED, AIO, DISCORD_PY).index(who)


async def measure() -> list[str]:
    """The table of three runs. In each, what is compared stands side by side; it takes a quarter of an hour."""
    board = Board()
    for run in range(1, RUNS + 1):
        print(f"run {run} of {RUNS}", flush=True)
        # Whoever waits most of the time disturbs nobody; the crowds' turns come closer, and have the machine for them.
        await _side_by_side(
            _telegram_newsbell(board, GROUPS, "strict"),
            _telegram_newsbell(board, GROUPS, "bucket"),
            _telegram_newsbell(board, GROUPS, "strict", killed=True),
            _discord_newsbell(board, ROOMS),
            _discord_newsbell(board, ROOMS, killed=True),
        )
        await _discord_newsbell(board, CHANNELS)
        await _discord_newsbell(board, CHANNELS, killed=True)
        await _telegram_newsbell(board, CROWD, "strict")
        await _side_by_side(
            _telegram_newsbell(board, CROWD, "bucket"),
            _telegram_newsbell(board, CROWD, "strict", killed=True),
        )
        await _side_by_side(
            _telegram_rival(board, CROWD, "strict"),
            _telegram_rival(board, GROUPS, "strict"),
            _discord_rival(board, CHANNELS),
        )
        await _side_by_side(
            _telegram_rival(board, CROWD, "bucket"),
            _telegram_rival(board, GROUPS, "bucket"),
            _discord_rival(board, ROOMS),
        )
    return board.lines()


async def _side_by_side(*races: Coroutine[Any, Any, None]) -> None:
    """All at once, but for their starts, which cost the most."""
    async with asyncio.TaskGroup() as together:
        for race in races:
            together.create_task(race)
            await asyncio.sleep(START_SECONDS)


# --- Telegram


async def _telegram_newsbell(board: Board, size: Size, theory: Theory, *, killed: bool = False) -> None:
    async with TelegramEmulator(limits=theory) as telegram:
        chats = _telegram_chats(telegram, size)
        keys = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}
        race = _Race(
            size, [f"telegram:{chat}" for chat in chats], telegram.until, lambda: len(telegram.sent), "telegram: ready"
        )
        seconds = await race.run(keys, killed=killed)
        lost, doubled = _missing([len(telegram.chats[chat].visible) for chat in chats], size)
        limits = telegram.limits
        result = Result(seconds, limits.refusals, len(limits.forgiven), lost, doubled)
        print(*(f"    {refused}" for refused in limits.refused), sep="\n", end="")
        board.add(theory, size, KILLED if killed else NEWSBELL, result)


async def _telegram_rival(board: Board, size: Size, theory: Theory) -> None:
    async with TelegramEmulator(limits=theory) as telegram:
        chats = _telegram_chats(telegram, size)
        lost = await rivals.run(rivals.aio_rate_limiter, telegram.url, telegram.token, chats * size.each)
        times = [request.at for request in telegram.requests if request.method == "sendPhoto"]
        limits = telegram.limits
        board.add(theory, size, AIO, Result(max(times) - min(times), limits.refusals, len(limits.forgiven), lost))


def _telegram_chats(telegram: TelegramEmulator, size: Size) -> list[int]:
    if size.crowded:
        return [telegram.add_supergroup(f"Group {number}").id for number in range(size.chats)]
    return [telegram.add_private(telegram.add_user(f"Reader {number}")).id for number in range(size.chats)]


# --- Discord


async def _discord_newsbell(board: Board, size: Size, *, killed: bool = False) -> None:
    async with DiscordEmulator(check=False) as discord:
        guild = discord.add_guild("Readers")
        channels = [discord.add_channel(guild, f"news-{number}") for number in range(size.chats)]
        keys = {
            "DISCORD_BOT_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
        }
        chats = [f"discord:{channel.id}" for channel in channels]
        race = _Race(size, chats, discord.until, lambda: len(discord.sent), "discord: ready")
        seconds = await race.run(keys, killed=killed)
        lost, doubled = _missing([len(channel.visible) for channel in channels], size)
        result = Result(seconds, len(discord.refusals_429), lost=lost, doubled=doubled)
        board.add("real headers", size, KILLED if killed else NEWSBELL, result)


async def _discord_rival(board: Board, size: Size) -> None:
    async with DiscordEmulator(check=False) as discord:
        guild = discord.add_guild("Readers")
        channels = [discord.add_channel(guild, f"news-{number}").id for number in range(size.chats)]
        lost = await rivals.run(rivals.bare_discord, discord.api_url, discord.token, channels * size.each)
        times = [request.at for request in discord.requests if request.method == "POST"]
        result = Result(max(times) - min(times), len(discord.refusals_429), lost=lost)
        board.add("real headers", size, DISCORD_PY, result)


# --- newsbell


class Until(Protocol):
    """How each of the emulators waits."""

    async def __call__(self, condition: Callable[[], bool], *, within: float) -> object:
        """Wait until `condition` holds, `within` seconds at most."""


@dataclass(frozen=True, slots=True)
class _Race:
    """The real newsbell, a process of its own, from the writing of the posts to the arrival of the last message."""

    size: Size
    chats: Sequence[str]
    until: Until
    arrived: Callable[[], int]
    ready: str

    async def run(self, keys: dict[str, str], *, killed: bool) -> float:
        """The seconds that it took."""
        with tempfile.TemporaryDirectory() as home:
            newsroom = Newsroom(Path(home), **keys)
            newsroom.write("old.md", post("OLD1"))
            await newsroom.start()
            await newsroom.says(self.ready)
            await newsroom.subscribe(list(self.chats))
            began = time.monotonic()
            for number in range(self.size.each):
                newsroom.write(f"{number:02}.md", post(f"NEW{number:02}"))
            if killed:
                await self.until(lambda: self.arrived() >= self.size.messages // 2, within=PATIENCE)
                await newsroom.kill()
                await newsroom.start(until="")
            await self.until(lambda: self.arrived() >= self.size.messages, within=PATIENCE)
            seconds = time.monotonic() - began
            await newsroom.settles(self.size.messages, within=PATIENCE)
            await newsroom.stop()
            return seconds


def _missing(served: Sequence[int], size: Size) -> tuple[int, int]:
    """How many messages are lost, and how many are there twice."""
    lost = sum(max(0, size.each - count) for count in served)
    return lost, sum(max(0, count - size.each) for count in served)
