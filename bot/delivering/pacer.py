"""Keeps every call inside the platforms' limits before they have to say so (docs/adr/0016)."""

from __future__ import annotations

import asyncio
import itertools
import math
from bisect import bisect_left, insort
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final

from bot.delivering.latest import LatestCalls
from bot.errors import PutOff, Scope, TryLater
from bot.ports import Rate
from bot.texts import sentence

PATIENCE_SECONDS: Final = 2.0
"""So long a call that is no reply lets the deliveries go first; then it goes before them, or it might wait for ever."""

CATCHING_UP_SECONDS: Final = 0.5
"""A turn that comes late, for a commit was slow or the process busy, delays the next ones only beyond so much."""

CLOSEST: Final = 0.5
"""Of an even rate's gap, between two starts of which one is late."""

FINEST_SECONDS: Final = 0.002
"""Starts closer than that are not kept apart: the loop's timers are coarser. Their number in a window is exact."""

AIR_SECONDS: Final = 5.0
"""So long a chat waits for the answer to a call before it lets the next one start: it may arrive at any moment. What
takes longer is an outage or a large picture, for which no reply has to wait."""

KNOCK_SECONDS: Final = 0.1
"""Who waits for an answer asks again after this."""

SWEEP_ABOVE: Final = 4096
"""Keys that are remembered; beyond that, those that keep nothing waiting any more are forgotten."""

RECALLED_SECONDS: Final = 120.0
"""So long a recalled call may count at most: by its key alone nobody knows the rate."""

FLOODS_TOGETHER_SECONDS: Final = 30.0
"""When two chats are told to wait within this time, and the platform does not say why, the bot is meant."""

_LINE: Final = 2
"""The line's place behind the replies (0) and those that lost their patience (1)."""

_SILENCE: Final = sentence("the request was not made: the platform asked for a pause meanwhile")

_Ticket = tuple[int, int]


class Pacer:
    """Counts the calls of one bot under its rates. Times are seconds of a monotonic `clock`.

    A call has its turn (`blocker` and `count`, or `turn`), is claimed in the database, and really starts (`start`).
    Turns of an even rate are spread over its window; starts are exact: never more than `amount` in any `seconds`.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._windows: dict[str, LatestCalls] = {}
        self._turns: dict[str, float] = {}  # when a rate with a gap has its next turn
        self._starts: dict[str, float] = {}  # when a chat lets its next call start
        self._in_air: dict[str, float] = {}  # until when a chat waits for the answer to a call
        self._recent: dict[str, deque[float]] = {}  # the latest starts of even rates
        self._held: dict[str, float] = {}  # the platform asked for silence until then
        self._flooded: dict[str, float] = {}  # when a chat was asked for silence, and nobody said why
        self._listeners: list[Callable[[Collection[str], float], None]] = []
        self._serials = itertools.count()
        self._before_the_line: list[_Ticket] = []  # calls that wait only for the bot as a whole, in order
        self._asked: Counter[str] = Counter()  # replies that wait for a chat, by the key of the rate
        self._door = asyncio.Lock()  # calls start one by one, in their order
        self._at_the_door = 0  # how many wait there, or for their chats
        self._sweep_above = SWEEP_ABOVE

    # --- turns --------------------------------------------------------------------------------------------------------

    def blocker(self, rates: Sequence[Rate]) -> tuple[Rate, float] | None:
        """The rate that keeps a delivery from going now, and when it lets it go; None: nothing does."""
        return self._blocker(rates, len(self._before_the_line), self._asked)

    @property
    def is_awaited(self) -> bool:
        """Whether a call that goes before the line waits for the bot as a whole."""
        return bool(self._before_the_line)

    def count(self, rates: Sequence[Rate], *, starts: bool = False) -> None:
        """A call under `rates` has its turn now. `starts`: at once; else `start` follows, or `forgo`."""
        now = self._clock()
        for rate in rates:
            if rate.even:
                turn = self._turns.get(rate.key, 0.0)
                self._turns[rate.key] = (turn if now - turn <= CATCHING_UP_SECONDS else now) + gap(rate)
            elif rate.amount == 1:
                self._turns[rate.key] = now + rate.seconds
            else:
                self._count_in_window(rate, now)
                if starts:
                    self._windows[rate.key].start(now)
        if len(self._windows) + len(self._turns) > self._sweep_above:
            self._sweep(now)

    def forgo(self, rates: Sequence[Rate]) -> None:
        """A call under `rates` that had its turn is not made: its place in their windows is another's.

        Left there its turn would never grow old: each start takes the oldest one away, and leaves its own. Where only
        the time of the next turn is remembered, that is over by itself.
        """
        for rate in rates:
            if window := self._windows.get(rate.key):
                window.forgo()

    def recall(self, keys: Iterable[str], *, ago: float) -> None:
        """A call under the rates with these keys started `ago` seconds ago; recall older calls first.

        Some may have started by now that did not wait for this: an adapter logs in meanwhile.
        """
        started_at = self._clock() - ago
        for key in keys:
            window = self._windows.setdefault(key, LatestCalls(RECALLED_SECONDS))
            window.starts.append(started_at)
            if (times := self._recent.get(key)) is not None:
                self._recent[key] = deque(sorted([*times, started_at]), times.maxlen)

    async def turn(self, rates: Sequence[Rate], *, urgent: bool = False, patience: float = math.inf) -> None:
        """See bot.ports.Pace. Of those that wait for the bot as a whole, urgent calls go first, in their order.

        Raises PutOff where the platform has asked for a silence that lasts longer than `patience` seconds.
        """
        patient_until = self._clock() + (0.0 if urgent else PATIENCE_SECONDS)
        ticket = (0 if urgent else 1, next(self._serials))
        while True:
            self._bear_silence(rates, patience)
            patient = self._clock() < patient_until
            others = self._asked if not urgent else {}
            blocked = self.blocker(rates) if patient else self._blocker(rates, self._ahead_of(ticket), others)
            if blocked is None:
                self.count(rates)
                return
            rate, free_at = blocked
            if patient:
                await self._sleep_until(min(free_at, patient_until))
            elif rate.even:
                await self._sleep_until(free_at, ticket)
            else:  # a full chat: who waits for it holds back nobody else, nor who waits for the replies' share of it
                await self._sleep_until(free_at, asked=rate.key if urgent else "")

    def wait(self, rates: Sequence[Rate]) -> float:
        """See bot.ports.Pace."""
        blocked = self._blocker(rates, 0, {})
        return blocked[1] - self._clock() if blocked else 0.0

    async def heed(self, rates: Sequence[Rate], error: TryLater) -> None:
        """See bot.ports.Pace. Without a memory: after a restart nobody knows of it."""
        self.hold(rates, error.retry_after or 0.0, error.scope)

    # --- starts -------------------------------------------------------------------------------------------------------

    async def start(self, rates: Sequence[Rate], *, patience: float = math.inf) -> None:
        """Return when a call that had its turn may really leave.

        Raises PutOff where the platform has asked for a silence meanwhile that lasts longer than `patience` seconds.
        Whatever it raises, the turn is forgone.

        Between its turn and its start a call waits for the database, and all wait where this process pauses: those that
        waited differently would leave at once, and a platform that counts strictly would refuse one. So they leave one
        by one, and what counts is when they do. Where the answer counts, no two of a chat are in the air at once:
        nobody knows in which order, and how close to each other, they would arrive.
        """
        if not self._at_the_door and self._may_start(rates):
            self._note_start(rates)
            return
        self._at_the_door += 1
        try:
            await self._start_in_order(rates, patience)
        except BaseException:
            self.forgo(rates)
            raise
        finally:
            self._at_the_door -= 1

    async def _start_in_order(self, rates: Sequence[Rate], patience: float) -> None:
        while True:
            while (opens_at := self._opens_at(rates)) > self._clock():
                self._bear_silence(rates, patience)
                await self._sleep_until(opens_at)
            async with self._door:
                # Another one of the chat may have gone through before it, and a silence may begin at any time: neither
                # is waited for here, where all others wait for this one.
                while self._opens_at(rates) <= (now := self._clock()):
                    next_start = max((self._next_start(rate) for rate in rates if rate.even), default=0.0)
                    if next_start <= now:
                        self._note_start(rates)
                        return
                    await self._sleep_until(next_start)

    def _bear_silence(self, rates: Sequence[Rate], patience: float) -> None:
        """Raise PutOff where a silence lasts longer than `patience` seconds."""
        if (silence := self.silence(rates)) > patience:
            raise PutOff(_SILENCE, silence, flood=True, scope=Scope.ROUTE)

    def _may_start(self, rates: Sequence[Rate]) -> bool:
        """Whether nothing is to be waited for, which is so for most calls."""
        now = self._clock()
        for rate in rates:  # noqa: SIM110 - a generator costs as much as what it asks, and each call asks
            if (self._next_start(rate) if rate.even else self._opens(rate)) > now:
                return False
        return True

    def _opens_at(self, rates: Sequence[Rate]) -> float:
        """When the chat lets a call start, and the silence that was asked for is over; or when to ask again."""
        return max(map(self._opens, rates), default=0.0)

    def _opens(self, rate: Rate) -> float:
        held_until = self._held.get(rate.key, 0.0)
        if rate.even or rate.amount != 1:
            return held_until
        return max(held_until, self._starts.get(rate.key, 0.0), self._lands_at(rate))

    def _lands_at(self, rate: Rate) -> float:
        """When to ask again whether the call in the air has its answer; a time that is over: nothing is waited for."""
        until = self._in_air.get(rate.key, 0.0) if rate.answered else 0.0
        return min(until, self._clock() + KNOCK_SECONDS)

    def _next_start(self, rate: Rate) -> float:
        """When an even rate lets a call start: never more than its amount in any window.

        Nor any two closer than CLOSEST of its gap, unless that is less than FINEST_SECONDS.
        """
        times = self._starts_under(rate)
        whole = times[0] + rate.seconds if len(times) == rate.amount else 0.0
        apart = CLOSEST * gap(rate)
        held_until = self._held.get(rate.key, 0.0)
        return max(held_until, whole, times[-1] + apart if times and apart >= FINEST_SECONDS else 0.0)

    def _starts_under(self, rate: Rate) -> deque[float]:
        """The latest starts under an even rate; those of before a restart among them."""
        times = self._recent.get(rate.key)
        if times is None:
            recalled = self._windows.get(rate.key)
            times = self._recent[rate.key] = deque(recalled.starts if recalled else (), rate.amount)
        return times

    def _note_start(self, rates: Sequence[Rate]) -> None:
        """The windows run from here, not from the turn."""
        now = self._clock()
        for rate in rates:
            if rate.even:
                self._starts_under(rate).append(now)
            elif rate.amount == 1:
                if rate.answered:
                    self._in_air[rate.key] = now + AIR_SECONDS
                self._starts[rate.key] = now + rate.seconds
                self._turns[rate.key] = max(self._turns.get(rate.key, 0.0), now + rate.seconds)
            elif window := self._windows.get(rate.key):
                window.start(now)

    def end(self, rates: Sequence[Rate]) -> None:
        """See bot.ports.Pace."""
        now = self._clock()
        for rate in rates:
            if not rate.answered:
                continue
            if rate.amount == 1:
                self._in_air.pop(rate.key, None)
                self._starts[rate.key] = self._turns[rate.key] = now + rate.seconds
            elif window := self._windows.get(rate.key):
                window.end(now)

    # --- silence ------------------------------------------------------------------------------------------------------

    def hold(self, rates: Sequence[Rate], seconds: float, scope: Scope) -> list[str]:
        """The platform asked for silence: nothing goes there for `seconds`, replies neither. The keys that it is about.

        `rates` are all those in the scope, and the bot's.
        """
        bot, own = [rate.key for rate in rates if rate.even], [rate.key for rate in rates if not rate.even]
        keys = bot if scope is Scope.BOT else own  # what has no rate of its own is not held: the bot is not to blame
        if scope is Scope.UNSAID and self._is_not_alone(own):
            keys = [*own, *bot]
        self.hold_keys(keys, seconds)
        return keys

    def hold_keys(self, keys: Collection[str], seconds: float) -> None:
        """Let nothing go under the rates with these keys for `seconds`."""
        until = self._clock() + seconds
        for key in keys:
            self._held[key] = max(until, self._held.get(key, 0.0))
        for hears in self._listeners:
            hears(keys, seconds)

    def listen(self, hears: Callable[[Collection[str], float], None]) -> None:
        """Tell `hears` of each silence: the keys, and the seconds from now on."""
        self._listeners.append(hears)

    def silence(self, rates: Iterable[Rate]) -> float:
        """For how many seconds the platform has asked that nothing go under one of `rates`."""
        held_until = max((self._held.get(rate.key, 0.0) for rate in rates), default=0.0)
        return max(0.0, held_until - self._clock())

    def _is_not_alone(self, chat: Sequence[str]) -> bool:
        """Whether another chat, too, was asked for silence just now."""
        now = self._clock()
        self._flooded = {key: at for key, at in self._flooded.items() if now - at < FLOODS_TOGETHER_SECONDS}
        self._flooded |= dict.fromkeys(chat[:1], now)
        return len(self._flooded) > 1

    # --- counting -----------------------------------------------------------------------------------------------------

    def _blocker(self, rates: Sequence[Rate], ahead: int, asked: Mapping[str, int]) -> tuple[Rate, float] | None:
        """`ahead` calls go first where the bot as a whole is counted, and so many as were `asked` for in a chat."""
        now = self._clock()
        latest: tuple[Rate, float] | None = None
        for rate in rates:
            free_at = self._free_at(rate)
            if ahead and rate.even:
                free_at += ahead * gap(rate)
            elif asked and (replies := asked.get(rate.key)):
                free_at = max(free_at, now) + replies * gap(rate)
            if free_at > now and (latest is None or free_at > latest[1]):
                latest = rate, free_at
        return latest

    def _free_at(self, rate: Rate) -> float:
        key = rate.key
        held_until = self._held.get(key, 0.0)
        if (rate.even or rate.amount == 1) and (turn := self._turns.get(key)) is not None:
            return max(held_until, turn, self._lands_at(rate))
        if (window := self._windows.get(key)) is None:
            return held_until
        amount, seconds = (1, gap(rate)) if rate.even else (rate.amount, rate.seconds)
        return max(held_until, window.free_at(amount, seconds))

    def _count_in_window(self, rate: Rate, now: float) -> None:
        window = self._windows.get(rate.key)
        if window is None:
            window = self._windows[rate.key] = LatestCalls(rate.seconds)
        window.seconds = rate.seconds
        window.take_turn(now, rate.amount)

    def _ahead_of(self, ticket: _Ticket) -> int:
        return bisect_left(self._before_the_line, ticket)

    async def _sleep_until(self, moment: float, ticket: _Ticket | None = None, asked: str = "") -> None:
        """With a `ticket`, keep a place before the line meanwhile; with a key that is `asked` for, one in a chat."""
        if ticket is not None:
            insort(self._before_the_line, ticket)
        if asked:
            self._asked[asked] += 1
        try:
            if (seconds := moment - self._clock()) > 0:
                await asyncio.sleep(seconds)
        finally:
            if ticket is not None:
                self._before_the_line.remove(ticket)
            if asked:
                self._asked -= Counter((asked,))  # keeps none that is at zero

    def _sweep(self, now: float) -> None:
        """Forget what keeps nothing waiting any more."""
        self._windows = {key: one for key, one in self._windows.items() if one.free_at(1, one.seconds) > now}
        for moments in (self._turns, self._starts, self._in_air, self._held):
            for key in [key for key, moment in moments.items() if moment <= now]:
                del moments[key]
        self._sweep_above = max(SWEEP_ABOVE, 2 * (len(self._windows) + len(self._turns)))


def gap(rate: Rate) -> float:
    """Seconds between two turns, spread evenly."""
    return rate.seconds / rate.amount
