"""How newsbell may connect to Discord's gateway: over how many shards, how soon after another, how often a day.

What it asks by REST to get there counts among the bot's calls, which it may bring to its ceiling meanwhile.

Discord gives each bot so many session starts a day (1,000 mostly) and *resets the token* of who uses up more, after
which nothing can be sent (docs events/gateway; discord.md 2.1). So they are counted here, and the last are never used.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

import discord
from discord.http import Route

from adapters.discord.rates import BOT
from adapters.discord.transport import Calls
from bot.ports import Pace

log = logging.getLogger(__name__)

IDENTIFY_SECONDS: Final = 5.0
"""Within it Discord takes one identify for each remainder of a shard's number by `max_concurrency`."""

SPARED: Final = 50
"""Session starts of a day that are left alone: the count is Discord's of a moment ago, and others may use them too."""

SHORTEST_WAIT_SECONDS: Final = 0.5


class StartsSpent(Exception):
    """A new session would be one too many today; `Starts.shards` says so in the log, and waits."""


class Starts:
    """The session starts of one bot, as Discord tells of them and as they are used."""

    def __init__(self, calls: Calls, pace: Pace, client: Callable[[], discord.Client]) -> None:
        """`client` gives the one that is logged in."""
        self._calls = calls
        self._pace = pace
        self._client = client
        self._concurrency = 1
        self._total = self._left = 0
        self._renewed_at = 0.0
        self._free_at: dict[int, float] = {}

    async def shards(self) -> int:
        """Over how many shards to connect, once as many sessions may start. Raises a DeliveryError if nobody says."""
        while True:
            shards = await self._ask()
            if self._left >= shards + SPARED:
                return shards
            wait = max(self._renewed_at - _now(), SHORTEST_WAIT_SECONDS)
            log.warning(
                "discord: messages go out, but no commands come for %.1f hours: only %d of the day's %d session starts "
                "are left, and Discord resets the token of a bot that uses them up. Does another program use the "
                "token? Else the lines above say what ended newsbell's connections",
                wait / 3600,
                self._left,
                self._total,
            )
            await asyncio.sleep(wait)

    async def turn(self, shard: int) -> None:
        """Wait until this shard may identify. Raises StartsSpent where it may not today.

        A client outlives the day of its count: then Discord is asked anew. Raises a DeliveryError if nobody says.
        """
        if _now() >= self._renewed_at:
            await self._ask()
        if self._left <= SPARED:
            raise StartsSpent
        self._left -= 1
        key = shard % self._concurrency
        now = _now()
        at = max(now, self._free_at.get(key, now))
        self._free_at[key] = at + IDENTIFY_SECONDS
        await asyncio.sleep(at - now)

    async def call(self) -> None:
        """Wait until a call on the way to the gateway may leave. Before the posts: no command is heard without it."""
        await self._pace.turn([BOT], urgent=True)

    async def _ask(self) -> int:
        await self.call()
        answer: Mapping[str, Any] = await self._calls.make(self._client().http.request(Route("GET", "/gateway/bot")))
        limit = answer["session_start_limit"]
        self._concurrency = max(int(limit["max_concurrency"]), 1)
        self._total, self._left = int(limit["total"]), int(limit["remaining"])
        self._renewed_at = _now() + limit["reset_after"] / 1000
        return int(answer["shards"])


def _now() -> float:
    return asyncio.get_running_loop().time()
