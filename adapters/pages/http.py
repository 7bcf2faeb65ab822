"""Asks for a page and reads no more of it than the answer's head."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from yarl import URL

from adapters.pages.guard import Guard, PrivateAddress

TIMEOUT: Final = ClientTimeout(total=5, sock_connect=3)
"""Seconds. Whoever needs longer has readers who wait as long."""

REDIRECTS: Final = 5
_AWAY: Final = frozenset({301, 302, 303, 307, 308})
_HEADERS: Final = {"User-Agent": "newsbell", "Accept": "text/html,*/*;q=0.5", "Cache-Control": "no-cache"}
_UNSAFE: Final = "it is a private address, and NEWSBELL_FETCH_ALLOW does not name it"


class HttpPages:
    """bot.ports.Pages over HTTP. `allow` are hosts with their ports that may be private."""

    def __init__(self, allow: Collection[tuple[str, int]] = ()) -> None:
        self._guard = Guard(allow)
        self._session: ClientSession | None = None

    async def fault(self, url: str) -> str:
        """See bot.ports.Pages."""
        try:
            return await self._ask(URL(url))
        except PrivateAddress:
            return _UNSAFE
        except TimeoutError:
            return f"no answer within {TIMEOUT.total:g} seconds"
        except ClientError as error:
            return _UNSAFE if isinstance(error.__cause__, PrivateAddress) else f"it can't be reached ({_why(error)})"
        except OSError as error:
            return f"it can't be reached ({_why(error)})"
        except ValueError:
            return "it is no address of a page"

    async def close(self) -> None:
        """See bot.ports.Pages."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(self, url: URL) -> str:
        for _ in range(REDIRECTS + 1):
            if url.scheme not in {"http", "https"} or not url.host:
                return "it is no address of a page"
            self._guard.check(url)
            # A redirect is followed here, so that each hop is looked at; the body stays on the wire.
            async with self._open().get(url, allow_redirects=False) as answer:
                status, location = answer.status, answer.headers.get("Location", "")
                answer.close()
            if status not in _AWAY or not location:
                return "" if 200 <= status < 300 else f"it answers {status}"
            url = url.join(URL(location))
        return f"it leads on more than {REDIRECTS} times"

    def _open(self) -> ClientSession:
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(resolver=self._guard, limit=8, use_dns_cache=False, force_close=True),
                cookie_jar=DummyCookieJar(),
                headers=_HEADERS,
                timeout=TIMEOUT,
                auto_decompress=False,
            )
        return self._session


def _why(error: ClientError | OSError) -> str:
    """The system's words for what went wrong: Python's own would tell of its calls."""
    if isinstance(error, OSError) and error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    reason = getattr(error, "strerror", None) or str(error)
    return reason or type(error).__name__
