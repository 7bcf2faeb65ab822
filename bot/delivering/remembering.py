"""What the pacer must know after a restart: the last minute's calls, and the silence that a platform asked for."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.delivering.decisions import BACK_OFF_SECONDS, Decision, RetryAt
from bot.delivering.pacer import Pacer
from bot.errors import Scope, StoreError, TryLater
from bot.models import Action, Destination
from bot.ports import Adapter, Deliveries, Rate

log = logging.getLogger(__name__)

MEMORY: Final = timedelta(seconds=61)
"""How far back the pacer must remember: the longest window is Telegram's minute a group."""


class RememberedPace:
    """A Pace for an adapter's own calls, its replies: they count after a restart like everything else."""

    def __init__(self, pacer: Pacer, deliveries: Deliveries, platform: str, now: Callable[[], datetime]) -> None:
        self._pacer = pacer
        self._deliveries = deliveries
        self._platform = platform
        self._now = now

    async def turn(self, rates: Sequence[Rate], *, urgent: bool = False, patience: float = math.inf) -> None:
        """See bot.ports.Pace."""
        await self._pacer.turn(rates, urgent=urgent, patience=patience)
        try:
            await self._deliveries.note_reply(self._platform, [rate.key for rate in rates], self._now())
        except StoreError as error:
            log.warning("a call goes out uncounted: %s", error)
        except BaseException:
            self._pacer.forgo(rates)
            raise
        await self._pacer.start(rates, patience=patience)

    def wait(self, rates: Sequence[Rate]) -> float:
        """See bot.ports.Pace."""
        return self._pacer.wait(rates)

    def end(self, rates: Sequence[Rate]) -> None:
        """See bot.ports.Pace."""
        self._pacer.end(rates)

    async def heed(self, rates: Sequence[Rate], error: TryLater, decision: Decision | None = None) -> None:
        """See bot.ports.Pace. Where the platform names no time, the silence is as long as the wait of `decision`."""
        now = self._now()
        seconds = error.retry_after
        if seconds is None:
            seconds = (decision.at - now).total_seconds() if isinstance(decision, RetryAt) else BACK_OFF_SECONDS[0]
        keys = self._pacer.hold(rates, seconds, error.scope)
        until = now + timedelta(seconds=seconds)
        if error.scope is Scope.UNSAID and any(rate.even and rate.key in keys for rate in rates):
            log.warning(
                "%s: two chats were told to wait, so the bot as a whole does, for %.0f s",
                self._platform,
                seconds,
            )
        try:
            await self._deliveries.note_silence(self._platform, keys, until, now)
        except StoreError as failure:
            log.warning("that %s asked for a pause is forgotten by a restart: %s", self._platform, failure)


async def recall(pacer: Pacer, deliveries: Deliveries, adapter: Adapter, now: datetime) -> None:
    """Fill the windows of `pacer` with the last minute's calls, so that a restart earns no flood wait."""
    platform, since = adapter.platform, now - MEMORY
    calls = [
        (at, [rate.key for rate in adapter.rates(destination, action)])
        for destination, action, at in await deliveries.attempts_since(platform, since)
    ]
    calls += [(at, keys) for keys, at in await deliveries.replies_since(platform, since)]
    for at, keys in sorted(calls):
        if at <= now:  # what a clock that was set back calls the future would block everything until then
            pacer.recall(keys, ago=(now - at).total_seconds())
    for key, until in await deliveries.silences(platform, now):
        pacer.hold_keys([key], (until - now).total_seconds())


def reach(adapter: Adapter, destination: Destination, action: Action, scope: Scope) -> list[Rate]:
    """The rates that lie in `scope` of an answer to `action`: of this kind of call, or of all to the chat."""
    actions = [action] if scope is Scope.ROUTE else list(Action)
    return list({rate.key: rate for each in actions for rate in adapter.rates(destination, each)}.values())
