"""What the long poll has brought so far: whether every message that people wrote is known."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from adapters.telegram.application import App

BATCH: Final = 100  # the most updates in one answer (Bot API, getUpdates.limit)
QUIET_SECONDS: Final = 1.0
"""A poll that has waited for so long may wait because nothing is there: that is asked, for a slow wire waits, too."""

PATIENCE_SECONDS: Final = 8.0
"""So long a process that has just begun, or an outage, may keep it from being said."""


class Ears(Protocol):
    """How updates come in: Telegram is asked for them, or brings them."""

    @property
    def fault(self) -> str:
        """Why none is heard at this moment, and the mend; empty: they are, as far as is known."""

    async def hear(self, application: App) -> None:
        """Put every update into the queue of `application` while that is running. Raises BotRefused for a dead token.

        The ids of the messages that people wrote are noted before that.
        """

    async def caught_up(self) -> bool:
        """Wait until all that people wrote up to now is known; False: that can't be said."""

    async def ask(self) -> str:
        """As `fault`, by what Telegram says to a process that hears nothing itself. Raises a DeliveryError."""


class Listening:
    """Told by the poll of its requests. Times are those of the event loop."""

    def __init__(self) -> None:
        self._asked_at: float | None = None  # the request that is under way
        self._complete_up_to = float("-inf")
        self._missed = False
        self._news = asyncio.Event()

    def asking(self) -> None:
        """A request goes out."""
        self._asked_at = asyncio.get_running_loop().time()
        self._tell()

    def answered(self, updates: int, *, noted: bool) -> None:
        """It brought so many updates; `noted`: their messages are remembered."""
        if self._asked_at is not None and updates < BATCH:
            self._complete_up_to = self._asked_at
        self._missed = self._missed or not noted
        self._asked_at = None
        self._tell()

    def broken(self) -> None:
        """It had no answer."""
        self._asked_at = None
        self._tell()

    async def caught_up(self, nothing_waits: Callable[[], Awaitable[bool]]) -> bool:
        """Wait until all that people wrote up to now is known; False: that can't be said.

        `nothing_waits` asks Telegram whether every update was confirmed, and so noted before.
        """
        loop = asyncio.get_running_loop()
        began = asked = loop.time()
        while not self._missed and (left := began + PATIENCE_SECONDS - loop.time()) > 0:
            if self._complete_up_to >= began:
                return True
            waited = 0.0 if self._asked_at is None else loop.time() - max(self._asked_at, asked)
            if waited >= QUIET_SECONDS:
                if await nothing_waits():
                    return not self._missed
                asked = loop.time()
                continue
            try:
                async with asyncio.timeout(min(left, QUIET_SECONDS - waited)):
                    await self._news.wait()
            except TimeoutError:
                pass
        return False

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
