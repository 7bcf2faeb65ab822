"""Keeps every call inside the platforms' limits before they have to say so."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from bot.errors import StoreError
from bot.ports import Deliveries, Rate

log = logging.getLogger(__name__)

SWEEP_ABOVE: Final = 4096
"""Counted keys above which the ones that count nothing any more are forgotten."""

CATCHING_UP: Final = 0.98
"""The part of a rate's gap that lies between two real starts; a little less than all, so that delays wear off."""


class Pacer:
    """Counts the calls of one bot under its rates. Times are seconds of a monotonic `clock`.

    An even rate leaves at least `seconds / amount` between two calls; any other lets `amount` calls go in any window of
    `seconds`. A call is counted when it starts.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._windows: dict[str, deque[float]] = {}
        self._started: dict[str, float] = {}  # the last real start under a rate that has a gap
        self._held: dict[str, float] = {}  # the platform asked for silence until then
        self._urgent = 0  # replies that wait only for the bot as a whole

    def blocker(self, rates: Sequence[Rate]) -> tuple[Rate, float] | None:
        """The rate that keeps a call from going now, and when it lets it go; None: nothing does."""
        now = self._clock()
        latest: tuple[Rate, float] | None = None
        for rate in rates:
            free_at = self._free_at(rate) + (self._urgent * rate.seconds / rate.amount if rate.even else 0)
            if free_at > now and (latest is None or free_at > latest[1]):
                latest = rate, free_at
        return latest

    def count(self, rates: Sequence[Rate]) -> None:
        """A call under `rates` starts now."""
        now = self._clock()
        for rate in rates:
            window = self._windows.setdefault(rate.key, deque())
            window.append(now)
            while len(window) > rate.amount:
                window.popleft()
        if len(self._windows) > SWEEP_ABOVE:
            self._sweep(now)

    def recall(self, keys: Iterable[str], *, ago: float) -> None:
        """A call under the rates with these keys started `ago` seconds ago; recall older calls first."""
        for key in keys:
            self._windows.setdefault(key, deque()).append(self._clock() - ago)

    def hold(self, rates: Sequence[Rate], seconds: float, *, whole: bool) -> None:
        """The platform asked for silence in a chat, or of the `whole` bot: let nothing go there, replies neither."""
        until = self._clock() + seconds
        for rate in rates:
            if rate.even == whole:
                self._held[rate.key] = max(until, self._held.get(rate.key, 0.0))

    async def turn(self, rates: Sequence[Rate], *, urgent: bool = False) -> None:
        """See bot.ports.Pace. An urgent call goes before every other that waits for the bot as a whole."""
        while True:
            blocked = self._first_block(rates) if urgent else self.blocker(rates)
            if blocked is None:
                self.count(rates)
                return
            rate, free_at = blocked
            # Only who waits for nothing but the bot's own gap holds back the others: a full chat must not.
            waits_for_bot = urgent and rate.even
            self._urgent += waits_for_bot
            try:
                await asyncio.sleep(max(0.0, free_at - self._clock()))
            finally:
                self._urgent -= waits_for_bot

    async def start(self, rates: Sequence[Rate]) -> None:
        """Return when a call that had its turn may really leave.

        Turns come evenly, but between its turn and its start a call waits for the database: two that waited differently
        would leave at once, and a platform that counts strictly would refuse the second.
        """
        starts_at = self.reserve_start(rates)
        if (wait := starts_at - self._clock()) > 0:
            await asyncio.sleep(wait)

    def reserve_start(self, rates: Sequence[Rate]) -> float:
        """The first moment, by the clock, that keeps the gap of each rate that has one; it is taken from now on."""
        gaps = {rate.key: rate.seconds / rate.amount * CATCHING_UP for rate in rates if rate.even or rate.amount == 1}
        taken = [self._started[key] + gap for key, gap in gaps.items() if key in self._started]
        starts_at = max([self._clock(), *taken])
        self._started |= dict.fromkeys(gaps, starts_at)
        return starts_at

    def _first_block(self, rates: Sequence[Rate]) -> tuple[Rate, float] | None:
        now = self._clock()
        blocks = [(rate, free_at) for rate in rates if (free_at := self._free_at(rate)) > now]
        return max(blocks, key=lambda block: block[1], default=None)

    def _free_at(self, rate: Rate) -> float:
        held_until = self._held.get(rate.key, 0.0)
        window = self._windows.get(rate.key)
        if not window:
            return held_until
        if rate.even:
            return max(held_until, window[-1] + rate.seconds / rate.amount)
        if len(window) < rate.amount:
            return held_until
        return max(held_until, window[-rate.amount] + rate.seconds)

    def _sweep(self, now: float) -> None:
        """Forget windows that were silent for longer than any platform counts (Telegram's minute a group)."""
        for key in [key for key, window in self._windows.items() if window[-1] < now - 120]:
            del self._windows[key]
        for moments in (self._held, self._started):
            for key in [key for key, moment in moments.items() if moment < now - 120]:
                del moments[key]


class RememberedPace:
    """A Pace for an adapter's own calls, its replies: they count after a restart like everything else."""

    def __init__(self, pacer: Pacer, deliveries: Deliveries, platform: str, now: Callable[[], datetime]) -> None:
        self._pacer = pacer
        self._deliveries = deliveries
        self._platform = platform
        self._now = now

    async def turn(self, rates: Sequence[Rate], *, urgent: bool = False) -> None:
        """See bot.ports.Pace."""
        await self._pacer.turn(rates, urgent=urgent)
        try:
            await self._deliveries.note_reply(self._platform, [rate.key for rate in rates], self._now())
        except StoreError as error:
            log.warning("a reply goes out uncounted: %s", error)
        await self._pacer.start(rates)
