"""Who goes next: the waiting deliveries of one platform, at most one for each destination."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from typing import Final

from bot.delivering.darkroom import Darkroom
from bot.delivering.gates import Gates
from bot.delivering.pacer import Pacer, gap
from bot.models import Delivery, DeliveryState, Lane
from bot.ports import Rate

Rank = tuple[str, int, int, int]

SHARE_EVERY: Final = 8

WAITING: Final = 32
"""So many of those that wait for the same picture stand in line, so that the wire is busy as soon as it is ready."""

AHEAD: Final = 0.025
"""Seconds that a turn may lie in the future when it is given out: about as long as a claim takes to be on disk."""

NEAR: Final = AHEAD / 4
"""Turns that follow each other more closely are given out in bunches, once the next one is so near: a claim costs the
disk as much for one as for twenty."""


class Line:
    """Deliveries in order of lane and turn; whom a chat's rate or gate or a picture holds back lets the others pass.

    Edits come after posts, and looks for lost messages after both (DESIGN 4.3). But every SHARE_EVERY-th turn is
    theirs: however many posts come, they are made.
    """

    def __init__(
        self,
        pacer: Pacer,
        rates: Callable[[Delivery], tuple[Rate, ...]],
        gates: Gates,
        clock: Callable[[], float],
        darkroom: Darkroom,
    ) -> None:
        self._pacer = pacer
        self._rates = rates
        self._clock = clock
        self._posts: list[tuple[Rank, Delivery]] = []
        self._edits: list[tuple[Rank, Delivery]] = []
        self._looks: list[tuple[Rank, Delivery]] = []
        self._held_back: list[tuple[float, Rank, Delivery]] = []
        self._passed = [0, 0, 0]  # turns of others, for each of these three since its own
        self._bunch_at: dict[str, float] = {}  # when an even rate's next turns are given out
        self.destinations: set[int] = set()
        self._ids: set[int] = set()  # of all who stand in line
        self.gates = gates
        self._darkroom = darkroom
        self._in_the_dark: dict[str, list[tuple[Rank, Delivery]]] = {}  # who waits for a picture, by its name there

    def __len__(self) -> int:
        return len(self.destinations)

    @property
    def looks(self) -> int:
        """How many wait for their turn to be looked for."""
        return len(self._looks)

    @property
    def dark(self) -> set[int]:
        """The subjects that wait for their pictures: no more of them need stand in line until those are ready."""
        return {delivery.subject for waiting in self._in_the_dark.values() for _, delivery in waiting}

    def clear(self) -> None:
        """Forget everybody: nothing here is claimed, the store knows them all."""
        self._posts.clear()
        self._edits.clear()
        self._looks.clear()
        self._held_back.clear()
        self._in_the_dark.clear()
        self.destinations.clear()
        self._ids.clear()

    def join(self, deliveries: Iterable[Delivery]) -> None:
        """Let deliveries stand in line; one whose destination has somebody in line already is left out.

        So is one that stands there as another destination's: the two were found to be one.
        """
        for delivery in deliveries:
            if delivery.destination_id not in self.destinations and delivery.id not in self._ids:
                self.destinations.add(delivery.destination_id)
                self._ids.add(delivery.id)
                self._push(_rank(delivery), delivery)

    def next(self) -> Delivery | float | None:
        """The delivery whose turn it is (and its call is counted), or the time when there will be one, or None.

        It is inside its chat's gate from now on. Times are the pacer's clock. A turn of the bot as a whole is given out
        up to AHEAD seconds before: meanwhile it is claimed, and Pacer.start lets it go when it may.
        """
        now = self._clock()
        for name in self._darkroom.opened():
            for rank, delivery in self._in_the_dark.pop(name, ()):
                self._push(rank, delivery)
        while self._held_back and self._held_back[0][0] <= now:
            _, rank, delivery = heapq.heappop(self._held_back)
            self._push(rank, delivery)
        times = []
        kinds = self._posts, self._edits, self._looks
        for kind in self._by_preference():
            turn = self._first_of(kinds[kind], now)
            if isinstance(turn, Delivery):
                self._passed = [passed + 1 for passed in self._passed]
                self._passed[kind] = 0
                return turn
            if turn is not None:
                times.append(turn)
        return min(times or [self._held_back[0][0]]) if times or self._held_back else None

    def _first_of(self, ready: list[tuple[Rank, Delivery]], now: float) -> Delivery | float | None:
        while ready:
            rank, delivery = ready[0]
            rates = self._rates(delivery)
            rate, free_at = self._pacer.blocker(rates) or (None, now)
            if rate is not None and rate.even:
                if (given_out_at := self._given_out_at(rate, free_at, now)) > now:
                    return given_out_at  # the bot as a whole: nobody else could go either
                free_at = now
            heapq.heappop(ready)
            admitted = self._darkroom.admit(delivery)
            if isinstance(admitted, str):
                self._darken(admitted, rank, delivery)
                continue
            if admitted is not delivery:  # on another rung it may need no call, or one after all
                heapq.heappush(ready, (rank, admitted))
                continue
            free_at = free_at if free_at > now else self.gates.opens_at(delivery)
            if free_at > now:
                heapq.heappush(self._held_back, (free_at, rank, delivery))
                continue
            self._let_out(delivery)
            self._pacer.count(rates, starts=delivery.state is DeliveryState.UNKNOWN)
            self.gates.enter(delivery)
            self._darkroom.enter(delivery)
            return delivery
        return None

    def _given_out_at(self, rate: Rate, turn_at: float, now: float) -> float:
        """When a turn under an even rate is given out; a time that is over: now.

        Where somebody waits before the line, half a gap before it at most: they take the turn before this one when it
        has come, not ahead of it, and the line would pass them again and again. Where turns come in bunches it does so;
        but no reply waits for those.
        """
        if gap(rate) >= NEAR:
            return turn_at - (min(AHEAD, gap(rate) / 2) if self._pacer.is_awaited else AHEAD)
        if turn_at - AHEAD > now:
            self._bunch_at[rate.key] = turn_at - NEAR
        return self._bunch_at.get(rate.key, now)

    def leave(self, delivery: Delivery, *, in_doubt: bool) -> None:
        """What had its turn is over, or was not begun. `in_doubt`: it may have arrived."""
        self.gates.leave(delivery, in_doubt=in_doubt)
        self._darkroom.leave(delivery)

    def _darken(self, name: str, rank: Rank, delivery: Delivery) -> None:
        """It waits for its picture. Of many, most do that in the store, and take no room from others."""
        waiting = self._in_the_dark.setdefault(name, [])
        if len(waiting) < WAITING:
            waiting.append((rank, delivery))
        else:
            self._let_out(delivery)

    def _let_out(self, delivery: Delivery) -> None:
        self.destinations.discard(delivery.destination_id)
        self._ids.discard(delivery.id)

    def _push(self, rank: Rank, delivery: Delivery) -> None:
        if delivery.state is DeliveryState.UNKNOWN:
            heapq.heappush(self._looks, (rank, delivery))
        else:
            heapq.heappush(self._edits if delivery.lane is Lane.EDIT else self._posts, (rank, delivery))

    def _by_preference(self) -> list[int]:
        """Who had no turn for so long goes first, and then posts before edits before looks; mostly it is one kind."""
        waiting = [kind for kind, ready in enumerate((self._posts, self._edits, self._looks)) if ready]
        return sorted(waiting, key=lambda kind: (self._passed[kind] < SHARE_EVERY - 1, kind))


def _rank(delivery: Delivery) -> Rank:
    return delivery.lane, delivery.turn, delivery.position, delivery.id
