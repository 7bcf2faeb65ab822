"""Ends pauses when their time is over."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from bot.ports import Subscriptions

log = logging.getLogger(__name__)


class Alarm:
    """What was paused until some time goes on by itself then; also when newsbell was down at that time."""

    def __init__(self, subscriptions: Subscriptions, now: Callable[[], datetime]) -> None:
        self._subscriptions = subscriptions
        self._now = now

    async def ring(self) -> float | None:
        """Wake the places whose pause is over; the seconds until the next one's is, None: none ends by itself."""
        for place in await self._subscriptions.end_pauses(self._now()):
            log.info("%s goes on: its pause is over", place.destination)
        next_at = await self._subscriptions.next_pause_ends_at()
        return None if next_at is None else (next_at - self._now()).total_seconds()
