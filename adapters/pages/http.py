"""Asks for a page and reads no more of it than the answer's head."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from adapters.fetching.fetcher import Fetcher, Unfetchable, answers

PATIENCE_SECONDS: Final = 5.0
"""Whoever needs longer has readers who wait as long."""


class HttpPages:
    """bot.ports.Pages over HTTP. `allow` are hosts with their ports that may be private."""

    def __init__(self, allow: Collection[tuple[str, int]] = ()) -> None:
        self._fetcher = Fetcher(allow, whole=PATIENCE_SECONDS, idle=PATIENCE_SECONDS, accept="text/html,*/*;q=0.5")

    async def fault(self, url: str) -> str:
        """See bot.ports.Pages."""
        try:
            async with self._fetcher.get(url) as answer:
                status = answer.status
                answer.close()  # the body stays on the wire
        except Unfetchable as error:
            return str(error)
        return "" if 200 <= status < 300 else answers(status)

    async def close(self) -> None:
        """See bot.ports.Pages."""
        await self._fetcher.close()
