"""Asks for an address as a reader's browser would, and is led nowhere that a reader could not go."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from yarl import URL

from adapters.fetching.guard import Guard, PrivateAddress
from bot.texts import Reason, sentence

REDIRECTS: Final = 5
CONNECT_SECONDS: Final = 3.0

_NO_ADDRESS: Final = sentence("it is no web address")
_AWAY: Final = frozenset({301, 302, 303, 307, 308})


class Unfetchable(Exception):
    """What stands at an address can't be had; `str()` says why, in words that follow the address."""


class NotPublic(Unfetchable):
    """It is none of the internet's addresses, and NEWSBELL_FETCH_ALLOW does not name it."""

    def __init__(self) -> None:
        super().__init__(sentence("it is a private address, and NEWSBELL_FETCH_ALLOW does not name it"))


class Fetcher:
    """Guarded HTTP: no private address, no proxy, no cookie, no password, and an end in time."""

    def __init__(
        self, allow: Collection[tuple[str, int]], *, whole: float, idle: float, accept: str, at_once: int = 8
    ) -> None:
        """`allow` are hosts with their ports that may be private. Within `whole` seconds all is over, redirects
        included; `idle` is the longest pause in an answer."""
        self._guard = Guard(allow)
        self._whole = whole
        self._patience = ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=idle)
        # What is sent packed may be a bomb: nothing is unpacked.
        self._headers = {
            "User-Agent": "newsbell",
            "Accept": accept,
            "Accept-Encoding": "identity",
            "Cache-Control": "no-cache",
        }
        self._at_once = at_once
        self._session: ClientSession | None = None

    @asynccontextmanager
    async def get(self, address: str) -> AsyncIterator[ClientResponse]:
        """The answer at the end of at most five redirects; nothing of its body is read. Raises Unfetchable.

        Also when it breaks while its body is read: that belongs inside of this context.
        """
        with self._in_words():
            async with asyncio.timeout(self._whole):
                url = _web(address)
                for _ in range(REDIRECTS + 1):
                    # A redirect is followed here, so that each hop is looked at.
                    async with await self._ask(url) as answer:
                        location = answer.headers.get("Location", "") if answer.status in _AWAY else ""
                        if not location:
                            yield answer
                            return
                        answer.close()
                    url = _web(location, url)
                raise Unfetchable(Reason("it leads on more than {count} times", count=REDIRECTS))

    async def close(self) -> None:
        """Let go of everything. Safe to call twice."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(self, url: URL) -> ClientResponse:
        """The head of the answer at `url` itself."""
        self._guard.check(url)
        try:
            return await self._open().get(url, allow_redirects=False)
        except ClientError:  # some of which, as those about certificates, are ValueErrors as well
            raise
        except ValueError as error:  # a host that can't be written as a name, such as "news..example" (RFC 1035, 2.3.4)
            raise Unfetchable(_NO_ADDRESS) from error

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except PrivateAddress as error:
            raise NotPublic from error
        except TimeoutError as error:
            raise Unfetchable(Reason("no whole answer within {seconds} seconds", seconds=f"{self._whole:g}")) from error
        except ClientError as error:
            if isinstance(error.__cause__, PrivateAddress):
                raise NotPublic from error
            raise Unfetchable(_unreached(error)) from error
        except OSError as error:
            raise Unfetchable(_unreached(error)) from error

    def _open(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(
                    resolver=self._guard,
                    socket_factory=self._guard.socket,
                    limit=self._at_once,
                    use_dns_cache=False,
                    force_close=True,
                ),
                cookie_jar=DummyCookieJar(),
                headers=self._headers,
                timeout=self._patience,
                auto_decompress=False,
                trust_env=False,  # no proxy, behind which nothing could be checked, and no password out of a .netrc
            )
        return self._session


def _web(address: str, base: URL | None = None) -> URL:
    """An address on the web, without the name and password that it may hold."""
    try:
        url = base.join(URL(address)) if base else URL(address)
        if url.scheme in {"http", "https"} and url.host:
            return url.with_user(None)
    except ValueError:
        pass
    raise Unfetchable(_NO_ADDRESS)


def answers(status: int) -> Reason:
    """Why an answer is of no use."""
    return Reason("it answers {status}", status=status)


def _unreached(error: ClientError | OSError) -> Reason:
    return Reason("it can't be reached ({error})", error=_why(error))


def _why(error: ClientError | OSError) -> str:
    """The system's words for what went wrong: Python's own would tell of its calls."""
    if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    reason = getattr(error, "strerror", None) or str(error)
    return reason or type(error).__name__
