"""How newsbell calls Discord: where it is, with which client, and how long it waits for an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextvars import copy_context
from functools import partial
from typing import Any, Final, TypeVar

import aiohttp
import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from adapters.discord.meter import HEARD, Heard, Meter
from adapters.discord.verdicts import verdict
from bot.errors import DeliveryError, OutcomeUnknown, TryLater

API_URL: Final = "https://discord.com/api/v10"
GATEWAY_URL: Final = "wss://gateway.discord.gg/"

GIVE_UP_SECONDS: Final = 1.0
"""How long an end waits for calls that were given up."""

NO_MENTIONS: Final = discord.AllowedMentions.none()

T = TypeVar("T")


def point_at(api_url: str, gateway_url: str) -> None:
    """Tell discord.py where Discord is; empty: the real one.

    discord.py keeps both as class attributes, so this holds for the whole process. So does its warning that it can't
    speak on voice channels, which nobody asked for.
    """
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    Route.BASE = (api_url or API_URL).rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url or GATEWAY_URL)


def client_options(meter: Meter) -> dict[str, Any]:
    """What every client of ours is made with: no privileged intent, no cache of people or messages, nobody pinged."""
    return {
        "http_trace": meter.trace(),
        "intents": discord.Intents(guilds=True),
        "max_messages": None,
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "chunk_guilds_at_startup": False,
        "allowed_mentions": NO_MENTIONS,
        # A longer wait is raised at once instead of being slept through; 30 is the least that discord.py allows.
        "max_ratelimit_timeout": 30.0,
    }


def bound_silence(client: discord.Client, seconds: float) -> None:
    """Let the calls of a logged-in `client` fail when Discord says nothing for `seconds` (default: for 300).

    The first call of a channel runs alone until its rate headers are known, so a silent one would hold up the channel.
    A large upload on a slow line is no silence.
    """
    # discord.py 2.7 makes its session without a timeout and offers no way to it.
    session: aiohttp.ClientSession = vars(client.http)["_HTTPClient__session"]
    usual = session.timeout
    session._timeout = aiohttp.ClientTimeout(total=usual.total, sock_connect=usual.sock_connect, sock_read=seconds)


class Calls:
    """Makes calls, and waits for each only `answer_timeout` seconds.

    A call is never cancelled: during a global rate limit that would block discord.py for ever, and its outcome is open
    anyway. It goes on behind our back, and its late result is dropped.
    """

    def __init__(self, answer_timeout: float) -> None:
        self._answer_timeout = answer_timeout
        self._running: set[asyncio.Task[Any]] = set()

    async def make(self, call: Coroutine[Any, Any, T], *, picture: bool = False) -> T:
        """The result of `call`. Raises a DeliveryError for what was no success."""
        heard = Heard()
        context = copy_context()
        context.run(HEARD.set, heard)  # for this task alone
        loop = asyncio.get_running_loop()
        task = loop.create_task(call, context=context)
        # One future and one timer: asyncio.wait takes twice as long, and each send pays for it.
        over: asyncio.Future[None] = loop.create_future()
        patience = loop.call_later(self._answer_timeout, _settle, over)
        self._running.add(task)
        task.add_done_callback(partial(self._ended, over))
        try:
            await over
        finally:
            patience.cancel()
        if not task.done():
            raise OutcomeUnknown(f"no answer from Discord within {self._answer_timeout:g} s")
        if task.cancelled():
            raise OutcomeUnknown("the call was given up because newsbell stops")
        if isinstance(error := task.exception(), Exception):
            raise _of_call(heard, verdict(error, picture=picture, scope=heard.scope)) from error
        return task.result()

    async def close(self, within: float = GIVE_UP_SECONDS) -> None:
        """Give up the calls that still run, and wait `within` so many seconds for their end.

        Only before the client is closed: see the class.
        """
        running = set(self._running)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=within)

    def _ended(self, over: asyncio.Future[None], task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        _settle(over)
        if not task.cancelled():
            task.exception()  # read, or asyncio would complain about a late failure that nobody waits for


def _settle(over: asyncio.Future[None]) -> None:
    if not over.done():
        over.set_result(None)


def _of_call(heard: Heard, error: DeliveryError) -> DeliveryError:
    """What `error`, of the last request of a call, means for the call: discord.py repeats some by itself."""
    if heard.doubtful and not isinstance(error, OutcomeUnknown):
        return OutcomeUnknown(f"an earlier try may have arrived; {error}")
    if not heard.left and isinstance(error, OutcomeUnknown):
        return TryLater(f"nothing was sent: {error}")
    return error
