"""Sends a second through the whole engine on one core with limits lifted, and what it adds to the bare library's CPU.

As with paid broadcast: the pacer counts and starts every call, but under a rate of a million a second. Beside it at
the rate that Telegram sells (TELEGRAM_PAID_BROADCAST=1000), below which it stays. The platform is lean and has a core
of its own. Targets (issue 4): on Telegram 1,000 a second, 0.35 ms added to the same transport driven bare, 1.5 times
stock python-telegram-bot at its best; on Discord 0.6 times the bare library.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Final

import discord
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.request import BaseRequest, HTTPXRequest

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.images import Image
from adapters.discord.outgoing import Rendering
from adapters.discord.rates import BOT
from adapters.discord.render import picture_of, render
from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.transport import Transport
from benchmarks.engine import IN_FLIGHT, POST, Unpaced, crowd, one_core
from benchmarks.lean import TOKEN, lean_platforms
from bot.composing.announce import announce
from bot.delivering.pacer import Pacer
from bot.garbage import spare_what_stays
from bot.models import Action, Destination, Look
from bot.ports import Adapter, Rate

LIFTED: Final = 1_000_000
_LIFTED: Final = replace(BOT, amount=LIFTED)
SOLD: Final = 1000
"""Messages a second."""

SENDS: Final = 5000
SERIES: Final = 5
STOCK_BEST: Final = 4
"""So many in flight cost python-telegram-bot's own transport least (benchmark telegram_transport)."""

BARE_BEST: Final = 64
"""So many cost discord.py, and python-telegram-bot on newsbell's transport, least; tried were 32, 64, 128 and 256."""

Send = Callable[[int], Awaitable[object]]


@dataclass(slots=True)
class Speed:
    """Of one contender, in each series: CPU milliseconds and seconds a send."""

    name: str
    cpu: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, cpu: float, seconds: float) -> None:
        """One series."""
        self.cpu.append(cpu)
        self.seconds.append(seconds)

    @property
    def rate(self) -> float:
        """Sends a second, in the middle series."""
        return 1 / median(self.seconds)

    @property
    def cost(self) -> float:
        """CPU milliseconds a send, in the middle series."""
        return median(self.cpu)

    def __str__(self) -> str:
        return f"{self.rate:,.0f}/s, {self.cost:.2f} ms CPU a send: {self.name} (n={len(self.cpu)} x {SENDS})"


class Lifted(DiscordAdapter):
    """Discord without the limit of the bot as a whole; each channel keeps its own."""

    def rates(self, destination: Destination, action: Action) -> tuple[Rate, ...]:
        _, *own = super().rates(destination, action)
        return _LIFTED, *own


async def measure() -> list[str]:
    """Both platforms; all contenders take turns in each series."""
    with one_core() as others, lean_platforms(others) as url:
        spare_what_stays()  # as `newsbell run` does
        return [*await _telegram(url), *await _discord(url)]


async def _telegram(url: str) -> list[str]:
    whole, bare, stock = (
        Speed(f"Telegram, the whole engine, {IN_FLIGHT} in flight"),
        Speed(f"bare send_photo on the same transport, {BARE_BEST} in flight"),
        Speed(f"bare send_photo on python-telegram-bot's own, {STOCK_BEST} in flight"),
    )
    sold = Speed(f"paced by TELEGRAM_PAID_BROADCAST={SOLD}")
    adapter, paced = (TelegramAdapter(TOKEN, api_url=url, pace=Unpaced(), paid=paid) for paid in (LIFTED, SOLD))
    async with AsyncExitStack() as bots:
        for each in (adapter, paced):
            await each.open()
            bots.push_async_callback(each.close)
        ours = await bots.enter_async_context(_bot(url, Transport(BARE_BEST, 40.0)))
        theirs = await bots.enter_async_context(_bot(url, HTTPXRequest(BARE_BEST, read_timeout=40.0)))
        for _ in range(SERIES):
            whole.add(*await _engine(adapter))
            sold.add(*await _engine(paced))
            bare.add(*await _series(_photo(ours), BARE_BEST))
            stock.add(*await _series(_photo(theirs), STOCK_BEST))
    return [
        str(whole),
        f"    {sold}",
        f"    {bare}",
        f"    {stock}",
        f"    target 1,000/s: {whole.rate:,.0f}; at most 0.35 ms added: {whole.cost - bare.cost:.2f}; "
        f"1.5 times stock: {whole.rate / stock.rate:.2f} in rate, {stock.cost / whole.cost:.2f} in CPU",
    ]


async def _discord(url: str) -> list[str]:
    whole, bare = (
        Speed(f"Discord, the whole engine, {IN_FLIGHT} in flight"),
        Speed(f"bare channel.send, {BARE_BEST} in flight"),
    )
    adapter = Lifted(TOKEN, api_url=f"{url}/api/v10", pace=Unpaced())
    await adapter.open()
    client = discord.Client(intents=discord.Intents.none())
    await client.login(TOKEN)
    message = render(announce(POST), Look())
    picture = picture_of(message)
    rendering = Rendering(message, Image((picture and picture.url) or ""))
    embed, button = rendering.embed, rendering.view
    assert embed is not None
    assert isinstance(button, discord.ui.View)

    async def send(number: int) -> None:
        channel = client.get_partial_messageable(1_000_000 + number)
        await channel.send(
            embed=embed,
            view=button,
            nonce=f"{number:x}-0123abcd",
            silent=message.silent,
            allowed_mentions=rendering.mentions,
        )

    for _ in range(SERIES):
        whole.add(*await _engine(adapter))
        bare.add(*await _series(send, BARE_BEST))
    await client.close()
    await adapter.close()
    ratio = f"{whole.rate / bare.rate:.2f} in rate, {bare.cost / whole.cost:.2f} in CPU"
    return [str(whole), f"    {bare}", f"    target 0.6 times bare: {ratio}"]


async def _engine(adapter: Adapter) -> tuple[float, float]:
    async with crowd(SENDS, adapter.platform, adapter.bot) as readers:
        await readers.publish()
        return await readers.drain(adapter, pacer=Pacer(asyncio.get_running_loop().time))


def _bot(url: str, transport: BaseRequest) -> Bot:
    return Bot(TOKEN, base_url=f"{url}/bot", request=transport)


def _photo(bot: Bot) -> Send:
    button = InlineKeyboardMarkup([[InlineKeyboardButton("Read", url="https://example.org/river")]])

    async def send(number: int) -> None:
        await bot.send_photo(
            1_000_000 + number,
            "https://pictures.example.org/river.jpg",
            caption="<b>River rises</b>\n\n" + POST.excerpt[0].text,
            parse_mode=ParseMode.HTML,
            reply_markup=button,
        )

    return send


async def _series(send: Send, in_flight: int) -> tuple[float, float]:
    """CPU milliseconds and seconds a send."""
    numbers = iter(range(SENDS))

    async def worker() -> None:
        for number in numbers:
            await send(number)

    cpu, began = time.process_time(), time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(in_flight)))
    return (time.process_time() - cpu) / SENDS * 1000, (time.perf_counter() - began) / SENDS
