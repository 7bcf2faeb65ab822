"""Times in which a platform's commands are not heard: the operators are told when that lasts, and of its end."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.ports import Notices
from bot.texts import sentence, texts

_DEAF = sentence("For {minutes} min newsbell has not heard what people type on {platform}: {reason}")
_HEARS = sentence("newsbell hears again what people type on {platform}.")


class Deafness:
    """One thing that keeps commands from being heard, however often it is noticed."""

    def __init__(
        self,
        notices: Notices | None,
        platform: str,
        cause: str,
        *,
        after: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`cause` tells it from others; the operators are told of it once it has lasted for `after` seconds."""
        self._notices = notices
        self._platform = platform
        self._cause = cause
        self._after = after
        self._clock = clock
        self._since: float | None = None
        self._may_be_told = True  # by a process before this one
        self.reason = ""
        """Why commands are not heard now, and the mend; empty: they are."""

    async def lasts(self, reason: str, **values: str) -> None:
        """It is there, once more. `reason` is a sentence of bot.texts whose {placeholders} are `values`, or English."""
        now = self._clock()
        self._since = now if self._since is None else self._since
        self.reason = texts("en").term(reason, **values)
        if self._notices is None or now - self._since < self._after:
            return
        self._may_be_told = True
        minutes = max(1, round((now - self._since) / 60))
        await self._notices.tell_once_a_day(
            self._cause, _DEAF, platform=self._platform.title(), minutes=minutes, reason=reason, **values
        )

    async def over(self) -> None:
        """It is not there, or not any more."""
        self._since, self.reason = None, ""
        if self._notices is not None and self._may_be_told:
            self._may_be_told = False
            await self._notices.tell_of_end(self._cause, _HEARS, platform=self._platform.title())
