"""Another program that takes this bot's commands: by polling, or with a webhook of its own."""

from __future__ import annotations

import logging
import time
from typing import Final

from adapters.telegram.askers import PLATFORM
from adapters.telegram.verdicts import SECOND
from bot.ports import Notices
from bot.subscribing.deafness import Deafness

log = logging.getLogger(__name__)

QUIET_SECONDS: Final = 300.0  # so long without a sign of it, and it is gone
LASTING_SECONDS: Final = 60.0  # so long, and the operators are told: longer than a start beside the old process takes


class Rivalry:
    """Told in the log once, and to the operators if it stays. Both take turns: a success in between is no end of it."""

    def __init__(self, notices: Notices | None) -> None:
        self._deafness = Deafness(notices, PLATFORM, "telegram is heard by two", after=LASTING_SECONDS)
        self._sign_at = float("-inf")
        self._began_at = time.monotonic()

    @property
    def reason(self) -> str:
        """What is to be done about it; empty: nobody is there."""
        return self._deafness.reason

    async def seen(self) -> None:
        """There is a sign of it."""
        now = time.monotonic()
        if now - self._sign_at > QUIET_SECONDS:
            log.error("somebody else takes this bot's commands: %s", SECOND)
        self._sign_at = now
        await self._deafness.lasts(SECOND)

    async def unseen(self) -> None:
        """There is none at this moment."""
        if time.monotonic() - max(self._sign_at, self._began_at) > QUIET_SECONDS:
            await self._deafness.over()
