"""Closed doors: what waits before a suspended chat is tried now and then, and given up in the end (DESIGN 4.4).

Mostly the platform tells when a right returns. Where it does not (a topic that was opened again, anything that happened
while newsbell was away), one waiting delivery is let through, and what comes of it decides. It is a delivery like any
other: claimed, paced, concluded. A dead chat costs one call an hour at first, and the longer it is dead the fewer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.ports import Adapter, Subscriptions

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 60.0
KNOCKS: Final = 20
"""Doors that are tried with one look at most, so that thousands of dead chats cost the living ones nothing."""

PAUSE: Final = timedelta(hours=1)
"""Between two tries at a door at least; it grows to a quarter of the time for which it has been closed."""

PAUSE_AT_START: Final = timedelta(minutes=10)
"""A start tries all the doors: much may have happened while newsbell was away. But one that crashes must not hammer."""

PATIENCE: Final = timedelta(days=7)
"""How long deliveries wait for a door to open."""


class Doors:
    """The closed doors of one platform."""

    def __init__(self, adapter: Adapter, subscriptions: Subscriptions, now: Callable[[], datetime]) -> None:
        self._adapter = adapter
        self._subscriptions = subscriptions
        self._now = now
        self._starting = True

    async def run(self) -> None:
        """Look after them until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Let what may be tried be tried, and give up what has waited too long. Never raises."""
        platform, bot, now = self._adapter.platform, self._adapter.bot, self._now()
        try:
            if given_up := await self._subscriptions.give_up_suspended(platform, bot, now, now - PATIENCE):
                log.warning(
                    "%s: %d messages were given up, for their chats could not be written to for %d days; newsbell why "
                    "tells of each post where it did not arrive",
                    platform,
                    given_up,
                    PATIENCE.days,
                )
            pause = PAUSE_AT_START if self._starting else PAUSE
            tried = await self._subscriptions.try_suspended(
                platform, bot, now, pause=pause, limit=KNOCKS, starting=self._starting
            )
            self._starting = self._starting and tried == KNOCKS
            if tried:
                log.info("%s: trying whether %d suspended chats can be written to again", platform, tried)
        except Exception:
            log.exception("%s: the suspended chats could not be looked at; looking again", platform)
