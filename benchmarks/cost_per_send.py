"""CPU time of one send through the whole engine, beside the bare library driven at the same concurrency."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import discord
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.ext import ExtBot

from adapters.discord.adapter import DiscordAdapter
from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.transport import Transport
from benchmarks.lean import TOKEN, lean_platforms
from benchmarks.rows import Row
from bot.composing.announce import announce
from bot.delivering.dispatcher import Dispatcher
from bot.delivering.pacer import Pacer
from bot.models import Destination, Picture, Place, Post, Selector, SelectorKind, Span, Subscription
from bot.ports import Adapter, Store
from bot.records import FileRecord, FileStamp
from state import open_store

SENDS = 400
SERIES = 5
IN_FLIGHT = 16

POST = Post(
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


class Unpaced(Pacer):
    """A pacer for platforms without limits."""

    def blocker(self, rates: object) -> None:
        return None

    def count(self, rates: object) -> None:
        return None

    async def start(self, rates: object) -> None:
        return None


async def measure() -> list[Row]:
    """One row a platform, in CPU milliseconds a send."""
    with lean_platforms() as url:
        telegram = TelegramAdapter(TOKEN, api_url=url, pace=_pacer())
        adapter = DiscordAdapter(TOKEN, api_url=f"{url}/api/v10", pace=_pacer())
        rows = [
            await _compare("Telegram", telegram, "bare python-telegram-bot send_photo, same transport", _telegram(url)),
            await _compare("Discord", adapter, "bare discord.py channel.send", _discord()),
        ]
        await telegram.close()
        await adapter.close()
    return rows


def _pacer() -> Pacer:
    return Unpaced(time.monotonic)


async def _compare(name: str, adapter: Adapter, floor_name: str, bare: Callable[[], Awaitable[list[float]]]) -> Row:
    await adapter.open()
    ours = await _engine(adapter)
    return Row(f"{name}, CPU a send through the engine", ours, floor_name, await bare())


async def _engine(adapter: Adapter) -> list[float]:
    """Claim, render, send, commit: SERIES times SENDS deliveries, each series on its own database."""
    took = []
    for _ in range(SERIES):
        with tempfile.TemporaryDirectory() as home:
            store = await open_store(f"sqlite:///{Path(home) / 'bench.db'}", home)
            epoch = await store.begin_epoch(_now())
            for number in range(SENDS):
                destination = Destination(adapter.platform, str(1000 + number), bot=adapter.bot)
                wish = Subscription(destination, Selector(SelectorKind.CATEGORY, "national"))
                await store.subscriptions.add(wish, Place(destination), "bench", _now())
            record = FileRecord("bench.md", FileStamp(1, 1, 1, 1), "digest", post=POST)
            await store.posts.take_in(record, announce(POST), _now())
            dispatcher = Dispatcher(adapter, store.deliveries, _pacer(), epoch=epoch, now=_now, in_flight=IN_FLIGHT)
            running = asyncio.create_task(dispatcher.run())
            began = time.process_time()
            await _all_settled(store, adapter.platform)
            took.append((time.process_time() - began) / SENDS * 1000)
            dispatcher.stop()
            await running
            await store.close()
    return took


async def _all_settled(store: Store, platform: str) -> None:
    while (await store.deliveries.counts()).get((platform, "settled"), 0) < SENDS:  # noqa: ASYNC110 - costs the least
        await asyncio.sleep(0.02)


def _telegram(url: str) -> Callable[[], Awaitable[list[float]]]:
    async def bare() -> list[float]:
        bot = ExtBot(TOKEN, base_url=f"{url}/bot", request=Transport(64, 40.0))
        await bot.initialize()
        button = InlineKeyboardMarkup([[InlineKeyboardButton("Read", url="https://example.org/river")]])

        async def send(number: int) -> None:
            await bot.send_photo(
                1000 + number,
                "https://pictures.example.org/river.jpg",
                caption="<b>River rises</b>\n\n" + POST.excerpt[0].text,
                parse_mode=ParseMode.HTML,
                reply_markup=button,
            )

        took = [await _series(send) for _ in range(SERIES)]
        await bot.shutdown()
        return took

    return bare


def _discord() -> Callable[[], Awaitable[list[float]]]:
    async def bare() -> list[float]:
        client = discord.Client(intents=discord.Intents.none())
        await client.login(TOKEN)
        embed = discord.Embed(title=POST.title, url=POST.url, description=POST.excerpt[0].text)
        embed.set_image(url="https://pictures.example.org/river.jpg")

        async def send(number: int) -> None:
            await client.get_partial_messageable(1000 + number).send(embed=embed)

        took = [await _series(send) for _ in range(SERIES)]
        await client.close()
        return took

    return bare


async def _series(send: Callable[[int], Awaitable[None]]) -> float:
    """CPU milliseconds a send, IN_FLIGHT at a time."""
    numbers = iter(range(SENDS))

    async def worker() -> None:
        for number in numbers:
            await send(number)

    began = time.process_time()
    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
    return (time.process_time() - began) / SENDS * 1000


def _now() -> datetime:
    return datetime.now(UTC)
