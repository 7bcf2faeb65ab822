"""The wire to the Bot API: aiohttp below python-telegram-bot, patient, and certain of how far a request got."""

from __future__ import annotations

import asyncio
import json
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

from adapters.fetching.connections import Connections
from adapters.telegram.bodies import Body, Phase, Trip, body_of

CONNECT_SECONDS: Final = 10.0  # for name, connection and TLS together
POOL_SECONDS: Final = 30.0  # a send that waits for a connection was not sent: there is no reason to hurry it
WRITE_SECONDS: Final = 10.0
UPLOAD_SECONDS: Final = 60.0  # so long nothing may move; a slow line that moves has time
KEEPALIVE_SECONDS: Final = 60.0  # a TLS handshake is dearer than a socket
DNS_SECONDS: Final = 60
LARGEST_ANSWER_BYTES: Final = 32 * 1024 * 1024  # of files, a bot may fetch 20 MB (Bot API, getFile)

_HEADERS: Final = {"User-Agent": BaseRequest.USER_AGENT, "Accept-Encoding": "identity"}
_PROXY_SCHEMES: Final = ("http", "https")


class Flood(TelegramError):
    """429: Telegram wants `seconds` of silence; None if it does not say how many.

    Takes the place of PTB's `RetryAfter`, which warns of its own future with every use and mistakes 0 s for an error.
    """

    def __init__(self, seconds: float | None) -> None:
        super().__init__(f"Too Many Requests: retry after {seconds} seconds")
        self.seconds = seconds


class Broken(NetworkError):
    """An exchange that ended without an answer: how far it got, and the `kind` of error that ended it.

    `written_at` is when all of the request had been written, by the loop's clock; None: that is not known.

    The error itself is left behind: aiohttp puts the address into it, and that has the token.
    """

    def __init__(self, phase: Phase, kind: type[Exception], written_at: float | None = None) -> None:
        super().__init__(f"{kind.__name__} ({phase.name.lower()})")
        self.phase = phase
        self.kind = kind
        self.written_at = written_at


class ProxyUnusableError(Exception):
    """The environment names a proxy that does not speak HTTP."""


class AnswerTooLargeError(Exception):
    """More came than any answer of the Bot API has."""


class Transport(BaseRequest):
    """A pool of `connections` to the Bot API. A slow answer is worth `read_timeout` seconds: without it, the outcome
    of a send is not known."""

    __slots__ = ("_connections", "_free", "_proxies", "_read_timeout", "_session")

    def __init__(self, connections: int, read_timeout: float) -> None:
        self._connections = connections
        self._read_timeout = read_timeout
        self._free = asyncio.Semaphore(connections)
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[str, str] = {}

    @property
    def read_timeout(self) -> float:
        """For how many seconds an answer is waited for; PTB adds that of a long poll."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool, if it is not open. Proxies are those that the environment names now."""
        if self._session is not None:
            return
        self._proxies = getproxies()
        connector = Connections(limit=self._connections, keepalive_timeout=KEEPALIVE_SECONDS, ttl_dns_cache=DNS_SECONDS)
        # Not by trust_env: aiohttp would ask the environment in a thread, for every request.
        self._session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers=_HEADERS, trust_env=False
        )

    async def shutdown(self) -> None:
        """Close the pool, if it is open. What is in the air breaks, each call with its own certainty."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(  # noqa: PLR0917 - the signature is PTB's
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one exchange, as PTB asks for it. Raises Flood for 429, and Broken where no whole answer came."""
        trip = Trip()
        try:
            body = None
            if request_data is not None:
                usual = UPLOAD_SECONDS if request_data.contains_files else WRITE_SECONDS
                body = body_of(request_data, trip, _seconds(write_timeout, usual))
            await self._wait_for_turn(_seconds(pool_timeout, POOL_SECONDS))
            try:
                waits = _waits(_seconds(connect_timeout, CONNECT_SECONDS), _seconds(read_timeout, self._read_timeout))
                status, payload = await self._exchange(trip, method, url, body, waits)
            finally:
                self._free.release()
        except Exception as error:  # noqa: BLE001 - none may leave without its phase, in which the certainty lies
            raise Broken(trip.phase, type(error), trip.written_at) from None
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Flood(_seconds_named_in(payload))
        return status, payload

    async def _wait_for_turn(self, seconds: float | None) -> None:
        if not self._free.locked():
            await self._free.acquire()
            return
        async with asyncio.timeout(seconds):
            await self._free.acquire()

    async def _exchange(
        self, trip: Trip, method: str, url: str, body: Body | None, waits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        """Ask once. aiohttp repeats no POST by itself, and a redirect is not followed: that would be a second one."""
        if self._session is None:
            raise RuntimeError("the transport is not open; await initialize() first")
        # Without a body, aiohttp does not tell whether anything was written: then nothing is certain.
        trip.phase = Phase.LEAVING if body is not None else Phase.WRITTEN
        proxy = self._proxy_for(url) if self._proxies else None
        async with self._session.request(
            method, url, data=body, proxy=proxy, timeout=waits, allow_redirects=False
        ) as answer:
            trip.phase = Phase.ANSWERING
            content = bytearray()
            while piece := await answer.content.readany():
                content += piece
                if len(content) > LARGEST_ANSWER_BYTES:
                    raise AnswerTooLargeError
            return answer.status, bytes(content)

    def _proxy_for(self, url: str) -> str | None:
        """The proxy that the environment names for `url`, as HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say."""
        parts = urlsplit(url)
        proxy = self._proxies.get(parts.scheme) or self._proxies.get("all")
        if not proxy or proxy_bypass(parts.hostname or ""):
            return None
        if "://" not in proxy:
            return f"http://{proxy}"
        if urlsplit(proxy).scheme not in _PROXY_SCHEMES:
            raise ProxyUnusableError
        return proxy

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer. PTB's own way logs a traceback for each page of a proxy; the error says enough."""
        try:
            answer = json.loads(payload.decode(errors="replace"))
        except ValueError as error:
            raise TelegramError("Invalid server response") from error
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        return answer


@lru_cache(maxsize=64)
def _waits(connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, connect=connect, sock_read=read)


def _seconds(asked_for: object, usual: float) -> float | None:
    """`asked_for`, where None means "for ever"; PTB's DEFAULT_NONE means the usual."""
    return asked_for if asked_for is None or isinstance(asked_for, int | float) else usual


def _seconds_named_in(payload: bytes) -> float | None:
    try:
        return float(json.loads(payload)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):  # a proxy's page, or an answer without parameters
        return None
