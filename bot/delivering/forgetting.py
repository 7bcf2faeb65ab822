"""Lets the store forget, time and again, what is kept for a time only."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from bot.errors import StoreError

log = logging.getLogger(__name__)

EVERY: Final = timedelta(hours=1)
PARTS: Final = 20
"""Where less than a day is kept, so many times in the time that is kept: never more than a twentieth is overdue."""


async def keep_forgetting(
    prune: Callable[[datetime, timedelta], Awaitable[int]], keep: timedelta, now: Callable[[], datetime]
) -> None:
    """`prune` (see bot.ports.Store) what is older than `keep`, until cancelled. A database in use is left for later."""
    pause = min(EVERY, keep / PARTS).total_seconds()
    while True:
        await asyncio.sleep(pause)
        try:
            gone = await prune(now(), keep)
        except StoreError as error:
            log.warning("%s; old traces are forgotten later", error)
        else:
            log.debug("%d rows of traces were forgotten", gone)
