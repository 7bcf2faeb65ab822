"""Memory that 1,000 servers on Discord take, beside discord.py alone. Only when it is named.

Both hear of the same servers, each with 60 channels and 30 roles, by the emulator's gateway and with the same intents.
What is read is the resident memory of the process once it rests, the most that it ever had, and the seconds of CPU that
it took so far. Without a server both are weighed as well: the difference is what the servers take.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from tests.emulators.discord import DiscordEmulator
from tests.journeys.newsroom import Newsroom

RUNS: Final = 3
SERVERS: Final = 1000
CHANNELS: Final = 60
ROLES: Final = 30

RESTS_SECONDS: Final = 6
"""So long a process must have used no CPU to speak of."""

IDLE_SECONDS: Final = 0.1
MIB: Final = 1 << 20

Process = Callable[[DiscordEmulator], AbstractAsyncContextManager[int]]


@dataclass(frozen=True, slots=True)
class Weight:
    """What a process takes: bytes, and seconds of CPU."""

    rests: int
    most: int
    cpu: float


async def measure() -> list[str]:
    """Each process anew, in turn, with and without servers."""
    rows = []
    for servers in (0, SERVERS):
        async with DiscordEmulator(limits=False, check=False) as discord:
            fill(discord, servers)
            weights: dict[str, list[Weight]] = {"newsbell": [], "discord.py alone": []}
            for _ in range(RUNS):
                weights["newsbell"].append(await _weigh(discord, newsbell))
                weights["discord.py alone"].append(await _weigh(discord, bare))
        rows += [_row(name, servers, weighed) for name, weighed in weights.items()]
    return rows


def _row(name: str, servers: int, weighed: list[Weight]) -> str:
    rests, most = (median(each) / MIB for each in ([one.rests for one in weighed], [one.most for one in weighed]))
    cpu = median(one.cpu for one in weighed)
    return f"{name}, {servers} servers: {rests:.1f} MiB, {most:.1f} at most, {cpu:.1f} s of CPU (n={len(weighed)})"


def fill(discord: DiscordEmulator, servers: int) -> None:
    """Invite the bot to so many servers."""
    for server in range(servers):
        guild = discord.add_guild(f"Readers of server {server}")
        for number in range(ROLES - 1):  # the bot's own is one
            discord.add_role(guild, f"Role {number}")
        for number in range(CHANNELS):
            discord.add_channel(guild, f"channel-{number}")


@asynccontextmanager
async def newsbell(discord: DiscordEmulator) -> AsyncIterator[int]:
    """`newsbell run` with Discord alone."""
    with tempfile.TemporaryDirectory() as home:
        newsroom = Newsroom(
            Path(home),
            DISCORD_BOT_TOKEN=discord.token,
            DISCORD_API_URL=discord.api_url,
            DISCORD_GATEWAY_URL=discord.gateway_url,
        )
        await newsroom.start(until="discord: ready")
        try:
            yield newsroom.pid
        finally:
            await newsroom.stop()


@asynccontextmanager
async def bare(discord: DiscordEmulator) -> AsyncIterator[int]:
    """benchmarks.bare_discord."""
    words = ("-m", "benchmarks.bare_discord", discord.api_url, discord.gateway_url, discord.token)
    process = await asyncio.create_subprocess_exec(sys.executable, *words)
    try:
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


async def _weigh(discord: DiscordEmulator, process: Process) -> Weight:
    """What the process takes once it has heard of all servers and rests."""
    async with process(discord) as pid:
        await discord.until(lambda: discord.gateway.connected)
        rested = 0
        before = _cpu_seconds(pid)
        while rested < RESTS_SECONDS:
            await asyncio.sleep(1.0)
            now = _cpu_seconds(pid)
            rested = rested + 1 if now - before < IDLE_SECONDS else 0
            before = now
        sizes = _sizes(pid)
        weight = Weight(sizes["VmRSS"], sizes["VmHWM"], before)
    await discord.until(lambda: not discord.gateway.connected)
    return weight


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _sizes(pid: int) -> dict[str, int]:
    lines = (line.split(":") for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines())
    return {name: int(value.split()[0]) * 1024 for name, value in lines if name in {"VmRSS", "VmHWM"}}
