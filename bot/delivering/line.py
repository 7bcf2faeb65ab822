"""Who goes next: the waiting deliveries of one platform, at most one for each destination."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from typing import Final

from bot.delivering.pacer import Pacer
from bot.models import Delivery
from bot.ports import Rate

Rank = tuple[str, int, int]

AHEAD: Final = 0.025
"""Seconds that a turn may lie in the future when it is given out: about as long as a claim takes to be on disk."""


class Line:
    """Deliveries in order of lane and position; one that its chat's rate holds back lets the others pass."""

    def __init__(self, pacer: Pacer, rates: Callable[[Delivery], tuple[Rate, ...]], clock: Callable[[], float]) -> None:
        self._pacer = pacer
        self._rates = rates
        self._clock = clock
        self._ready: list[tuple[Rank, Delivery]] = []
        self._held_back: list[tuple[float, Rank, Delivery]] = []
        self.destinations: set[int] = set()

    def __len__(self) -> int:
        return len(self.destinations)

    def clear(self) -> None:
        """Forget everybody: nothing here is claimed, the store knows them all."""
        self._ready.clear()
        self._held_back.clear()
        self.destinations.clear()

    def join(self, deliveries: Iterable[Delivery]) -> None:
        """Let deliveries stand in line; one whose destination has somebody in line already is left out."""
        for delivery in deliveries:
            if delivery.destination_id not in self.destinations:
                self.destinations.add(delivery.destination_id)
                heapq.heappush(self._ready, (_rank(delivery), delivery))

    def next(self) -> Delivery | float | None:
        """The delivery whose turn it is (and its call is counted), or the time when there will be one, or None.

        Times are the pacer's clock. A turn of the bot as a whole is given out up to AHEAD seconds before: meanwhile it
        is claimed, and Pacer.start lets it go when it may.
        """
        now = self._clock()
        while self._held_back and self._held_back[0][0] <= now:
            _, rank, delivery = heapq.heappop(self._held_back)
            heapq.heappush(self._ready, (rank, delivery))
        while self._ready:
            rank, delivery = self._ready[0]
            rates = self._rates(delivery)
            blocked = self._pacer.blocker(rates)
            if blocked is not None:
                rate, free_at = blocked
                if not rate.even:
                    heapq.heappop(self._ready)
                    heapq.heappush(self._held_back, (free_at, rank, delivery))
                    continue
                if free_at - AHEAD > now:  # the bot as a whole: nobody else could go either
                    return free_at - AHEAD
            heapq.heappop(self._ready)
            self.destinations.discard(delivery.destination_id)
            self._pacer.count(rates)
            return delivery
        return self._held_back[0][0] if self._held_back else None


def _rank(delivery: Delivery) -> Rank:
    return delivery.lane.value, delivery.position, delivery.id
