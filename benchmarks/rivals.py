"""The libraries' own ways of keeping to the limits, each as a process of its own, for benchmarks.pacing."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable, Coroutine, Sequence
from multiprocessing.connection import Connection
from typing import Any, Final

import discord
from telegram.constants import ParseMode
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from adapters.discord.transport import point_at

RETRIES: Final = 5
"""Without retries AIORateLimiter loses what the first 429 hits."""

CAPTION: Final = "<b>River rises</b>\n\nBoats were pulled ashore in three villages before the first light."
PICTURE: Final = "https://pictures.example.org/river.jpg"

Rival = Callable[[str, str, Sequence[int]], Coroutine[Any, Any, int]]


async def run(rival: Rival, url: str, token: str, sends: Sequence[int]) -> int:
    """Let `rival` send one message to each of the chats `sends`, in another process; how many were lost."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_be, args=(theirs, rival, url, token, sends), daemon=True
    )
    process.start()
    theirs.close()
    try:
        lost: int = await asyncio.to_thread(ours.recv)
    finally:
        process.terminate()
        await asyncio.to_thread(process.join)
    return lost


def _be(told: Connection, rival: Rival, url: str, token: str, sends: Sequence[int]) -> None:
    told.send(asyncio.run(rival(url, token, sends)))


async def aio_rate_limiter(url: str, token: str, sends: Sequence[int]) -> int:
    """python-telegram-bot as it comes, with its AIORateLimiter, all at once. Returns what was lost."""
    bot: ExtBot[int] = ExtBot(
        token,
        base_url=f"{url}/bot",
        request=HTTPXRequest(64, read_timeout=60.0, pool_timeout=300.0),
        rate_limiter=AIORateLimiter(max_retries=RETRIES),
    )
    await bot.initialize()
    answers = await asyncio.gather(
        *(bot.send_photo(chat, PICTURE, caption=CAPTION, parse_mode=ParseMode.HTML) for chat in sends),
        return_exceptions=True,
    )
    await bot.shutdown()
    return sum(isinstance(answer, BaseException) for answer in answers)


async def bare_discord(url: str, token: str, sends: Sequence[int]) -> int:
    """discord.py by itself, all at once. Returns what was lost."""
    point_at(url, "")
    client = discord.Client(intents=discord.Intents.none())
    await client.login(token)
    embed = discord.Embed(title="River rises", description="Boats were pulled ashore in three villages.")
    embed.set_image(url=PICTURE)
    answers = await asyncio.gather(
        *(client.get_partial_messageable(channel).send(embed=embed) for channel in sends), return_exceptions=True
    )
    await client.close()
    return sum(isinstance(answer, BaseException) for answer in answers)
