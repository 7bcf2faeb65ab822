"""CPU time of python-telegram-bot's bare send_photo on our transport, beside the same on its own, each at its best."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.request import BaseRequest, HTTPXRequest

from adapters.telegram.transport import Transport
from benchmarks.lean import TOKEN, lean_platforms
from benchmarks.rows import Row

SENDS: Final = 1000
SERIES: Final = 5
IN_FLIGHT: Final = (1, 4, 16, 64)
"""Tried for both; httpx gets dearer with more in flight, aiohttp cheaper."""

BUTTONS: Final = InlineKeyboardMarkup([[InlineKeyboardButton("Read", url="https://example.org/river")]])
CAPTION: Final = "<b>River rises</b>\n\n" + "Boats were pulled ashore in three villages before the first light. " * 3
PICTURE: Final = "https://pictures.example.org/river.jpg"


@dataclass(frozen=True, slots=True)
class Contender:
    """A transport, and what each send cost on it, in CPU milliseconds, and took, in all: by how many were in flight."""

    name: str
    bot: Bot
    cost: dict[int, list[float]] = field(default_factory=lambda: {number: [] for number in IN_FLIGHT})
    took: dict[int, list[float]] = field(default_factory=lambda: {number: [] for number in IN_FLIGHT})

    async def run(self, in_flight: int) -> None:
        """One series."""
        chats = iter(range(1000, 1000 + SENDS))

        async def work() -> None:
            for chat in chats:
                await self.bot.send_photo(
                    chat, PICTURE, caption=CAPTION, parse_mode=ParseMode.HTML, reply_markup=BUTTONS
                )

        cpu, began = time.process_time(), time.perf_counter()
        await asyncio.gather(*(work() for _ in range(in_flight)))
        self.cost[in_flight].append((time.process_time() - cpu) / SENDS * 1000)
        self.took[in_flight].append((time.perf_counter() - began) / SENDS * 1000)

    @property
    def best(self) -> int:
        """With how many in flight a send costs least."""
        return min(IN_FLIGHT, key=lambda number: median(self.cost[number]))

    def __str__(self) -> str:
        best = self.best
        return f"{self.name}, {best} in flight, {1000 / median(self.took[best]):.0f} sends/s"


async def measure() -> list[Row]:
    """One row, in CPU milliseconds a send. The server runs in a process of its own; series take turns."""
    with lean_platforms() as url:
        most = max(IN_FLIGHT)
        ours = _contender("bare send_photo on our transport", url, Transport(most, 40.0))
        stock = _contender(
            "bare send_photo on stock HTTPXRequest", url, HTTPXRequest(most, read_timeout=40.0, pool_timeout=30.0)
        )
        async with ours.bot, stock.bot:
            for _ in range(SERIES):
                for in_flight in IN_FLIGHT:
                    await ours.run(in_flight)
                    await stock.run(in_flight)
    return [Row(f"Telegram, CPU a send: {ours}", ours.cost[ours.best], str(stock), stock.cost[stock.best])]


def _contender(name: str, url: str, transport: BaseRequest) -> Contender:
    return Contender(name, Bot(TOKEN, base_url=f"{url}/bot", request=transport))
