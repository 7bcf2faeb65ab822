"""How newsbell calls Discord: where it is, with which client, and how long it waits for an answer."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextvars import copy_context
from functools import lru_cache, partial
from typing import Any, Final, TypeVar

import aiohttp
import discord
from discord.gateway import DiscordWebSocket
from discord.http import MultipartParameters, Route
from yarl import URL

from adapters.discord.meter import HEARD, Heard, Meter
from adapters.discord.stragglers import Stragglers
from adapters.discord.verdicts import verdict
from adapters.discord.wire import Wire
from bot.errors import DeliveryError, OutcomeUnknown, TryLater
from bot.models import Receipt
from bot.texts import Reason, sentence

API_URL: Final = "https://discord.com/api/v10"
GATEWAY_URL: Final = "wss://gateway.discord.gg/"

CONNECT_SECONDS: Final = 20.0
"""For name, connection and TLS: less than an answer is waited for, so that surely nothing was sent."""

SILENT_SECONDS: Final = 60.0
"""After so long without a word, not even an answer to a heartbeat, a connection to the gateway is taken for dead."""

GIVE_UP_SECONDS: Final = 1.0
"""How long an end waits for calls that were given up."""

NO_MENTIONS: Final = discord.AllowedMentions.none()

_NOTHING_SENT: Final = sentence("nothing was sent: {reason}")

T = TypeVar("T")


def point_at(api_url: str, gateway_url: str) -> None:
    """Tell discord.py where Discord is; empty: the real one.

    discord.py keeps both as class attributes, so this holds for the whole process. So does its warning that it can't
    speak on voice channels, which nobody asked for.
    """
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    Route.BASE = (api_url or API_URL).rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url or GATEWAY_URL)


def client_options(meter: Meter, turn: Callable[[], Awaitable[None]] | None = None) -> dict[str, Any]:
    """What every client of ours is made with: no privileged intent, no cache of people or messages, nobody pinged.

    `turn`: see Wire.
    """
    return {
        "connector": Wire(meter, turn),
        "intents": discord.Intents(guilds=True),
        "max_messages": None,
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "chunk_guilds_at_startup": False,
        "heartbeat_timeout": SILENT_SECONDS,
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


_address_of: Final = lru_cache(URL)


class MessagesOf(Route):
    """Where the messages of a channel are posted: discord.py's own route, but its address is made of parts.

    discord.py writes it down as a text, which aiohttp reads for each request: two to three times as much work.
    """

    def __init__(self, channel: int) -> None:
        super().__init__("POST", "/channels/{channel_id}/messages")
        base = _address_of(self.BASE)
        url = base.with_path(f"{base.raw_path.rstrip('/')}/channels/{channel}/messages", encoded=True)
        vars(self).update(channel_id=channel, url=url)  # named a text there, and handed on to aiohttp as it is


async def post(
    client: discord.Client, channel: int, body: aiohttp.Payload | list[dict[str, Any]], silence: float
) -> Mapping[str, Any]:
    """Write a message, and what Discord answers: by discord.py's own requests, with their repeats and limits.

    `channel.send` does the same, but makes the body anew for each channel and a Message of each answer. One with a file
    may take its time, and fails when Discord says nothing for `silence` seconds. One without is so small that it is
    written at once: it has no timers of its own, which cost as much as its body, and Calls hang up on it.
    """
    route = MessagesOf(channel)
    if isinstance(body, list):
        answer = await client.http.request(route, form=body, timeout=_waits(silence))
    else:
        answer = await client.http.request(route, data=body, timeout=_waits(None))
    return message_of(answer)


async def change(
    client: discord.Client, message: discord.PartialMessage, parameters: MultipartParameters
) -> Mapping[str, Any]:
    """Edit a message, and what Discord answers."""
    with parameters:
        answer = await client.http.edit_message(message.channel.id, message.id, params=parameters)
    return message_of(answer)


def message_of(answer: object) -> Mapping[str, Any]:
    """What was answered, if it is a message: discord.py gives on what it can't read (discord.md 3, trap 13)."""
    if not isinstance(answer, dict):
        raise TypeError("the answer is no message")
    return answer


@lru_cache
def _waits(silence: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS, sock_read=silence)


class Calls:
    """Makes calls, and waits for each only `answer_timeout` seconds.

    A call is never cancelled: during a global rate limit that would block discord.py for ever. But once nobody waits
    for it, no further request of it leaves, unless it has a nonce: then discord.py's repeats may leave for as long as
    that holds, and no longer. What was in the air by then, or lost, is a straggler. It is hung up on when its
    last request is as old as a call is waited for: it may hold up its channel.
    """

    def __init__(self, answer_timeout: float) -> None:
        self.stragglers = Stragglers()
        self._answer_timeout = answer_timeout
        self._running: set[asyncio.Task[Any]] = set()
        # One timer for all: each waits equally long, so that the oldest is the first to wait no more.
        self._waits: deque[tuple[float, asyncio.Future[None]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    async def make(
        self,
        call: Coroutine[Any, Any, T],
        *,
        picture: bool = False,
        once: bool = False,
        about: str = "",
        until: float | None = None,
    ) -> T:
        """The result of `call`. Raises a DeliveryError for what was no success.

        `once`: it is not idempotent, so discord.py may repeat only what was surely not carried out. `about` is what it
        is remembered by where its outcome is not known. `until`: it has a nonce, so that its requests may leave until
        then, by the loop's clock, whether somebody waits for it or not.
        """
        heard = Heard(once, leaves_until=math.inf if until is None else until)
        context = copy_context()
        context.run(HEARD.set, heard)  # for this task alone
        loop = asyncio.get_running_loop()
        task = loop.create_task(call, context=context)
        over = self._wait(loop)
        self._running.add(task)
        task.add_done_callback(partial(self._ended, over))
        try:
            await over
        finally:  # also where the waiting is cancelled
            silence = None if task.done() else self._give_up(task, heard, about, goes_on=until is not None)
        if silence is not None:
            raise silence
        if task.cancelled():
            raise self._failed(OutcomeUnknown("the call was given up because newsbell stops"), about)
        if isinstance(error := task.exception(), Exception):
            raise self._failed(_of_call(heard, verdict(error, picture=picture, scope=heard.scope)), about) from error
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

    def _wait(self, loop: asyncio.AbstractEventLoop) -> asyncio.Future[None]:
        """What is done when a call has ended (see `_ended`), or its time is over."""
        over: asyncio.Future[None] = loop.create_future()
        while self._waits and self._waits[0][1].done():
            self._waits.popleft()
        self._waits.append((loop.time() + self._answer_timeout, over))
        if self._timer is None:
            self._timer = loop.call_later(self._answer_timeout, self._lose_patience)
        return over

    def _lose_patience(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waits and (self._waits[0][1].done() or self._waits[0][0] <= loop.time()):
            _settle(self._waits.popleft()[1])
        self._timer = loop.call_at(self._waits[0][0], self._lose_patience) if self._waits else None

    def _give_up(self, task: asyncio.Task[Any], heard: Heard, about: str, *, goes_on: bool) -> DeliveryError:
        """Wait no longer for a call that runs; what is to be said of it."""
        heard.given_up = not goes_on
        self._bound_silence(task, heard)
        silence = Reason("no answer from Discord within {seconds} s", seconds=f"{self._answer_timeout:g}")
        if heard.given_up and not heard.may_be_done:
            return TryLater(Reason(_NOTHING_SENT, reason=silence))
        if about:
            self.stragglers.lag(about)
            task.add_done_callback(partial(self._arrived, heard, about))
        return OutcomeUnknown(silence)

    def _bound_silence(self, task: asyncio.Task[Any], heard: Heard) -> None:
        """Hang up on a call that nobody waits for, now or when its last request is as old as that."""
        loop, rest = asyncio.get_running_loop(), self._answer_timeout
        if heard.left and heard.hang_up is not None and (rest := heard.left_at + rest - loop.time()) <= 0:
            heard.hang_up()
            rest = self._answer_timeout
        again = loop.call_later(rest, self._bound_silence, task, heard)
        task.add_done_callback(lambda _task: again.cancel())

    def _arrived(self, heard: Heard, about: str, task: asyncio.Task[Any]) -> None:
        """A call that was given up has ended."""
        error = None if task.cancelled() else task.exception()
        if task.cancelled() or (isinstance(error, Exception) and _is_unknown(heard, error)):
            self.stragglers.arrive(about, in_doubt=True)
        else:
            result = None if error else task.result()
            self.stragglers.arrive(about, receipt=result if isinstance(result, Receipt) else None)

    def _failed(self, error: DeliveryError, about: str) -> DeliveryError:
        """`error`, which a call has ended with; its outcome is remembered where it is not known."""
        if about and isinstance(error, OutcomeUnknown):
            self.stragglers.lose(about)
        return error

    def _ended(self, over: asyncio.Future[None], task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        _settle(over)
        if not task.cancelled():
            task.exception()  # read, or asyncio would complain about a late failure that nobody waits for


def _settle(over: asyncio.Future[None]) -> None:
    if not over.done():
        over.set_result(None)


def _is_unknown(heard: Heard, error: Exception) -> bool:
    return isinstance(_of_call(heard, verdict(error)), OutcomeUnknown)


def _of_call(heard: Heard, error: DeliveryError) -> DeliveryError:
    """What `error`, of the last request of a call, means for the call: discord.py repeats some by itself."""
    if heard.doubtful:
        return OutcomeUnknown(Reason("an earlier try may have arrived; {reason}", reason=str(error)))
    if not heard.left and isinstance(error, OutcomeUnknown):
        return TryLater(Reason(_NOTHING_SENT, reason=str(error)))
    return error
