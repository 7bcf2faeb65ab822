"""How fast a bot may send, by two theories; Telegram does not say which is right (telegram.md 2.1).

`strict` counts in sliding windows, `bucket` lets a burst through and refills. Only what changes something counts: a
message sent, an edit that edits. Refused calls cost nothing. A call that a fault of kind `late` keeps back counts from
its arrival, as on the other platform: that is what its client could pace.
"""

import math
import time
from bisect import insort
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from tests.emulators.busyness import BUSY_SECONDS

from .chats import Chat
from .refusals import flooded

Theory = Literal["strict", "bucket", "off"]

JITTER_SECONDS: Final = 0.02  # clients count from their own clock; so much too early still counts as on time
CROWDS: Final = frozenset({"group", "supergroup", "channel"})


@dataclass(frozen=True, slots=True)
class Early:
    """A call that came before its time: by so many seconds, while the emulator itself may have been `lag` late."""

    at: float  # by the clock of the limits
    chat: str
    limit: str
    seconds: float
    lag: float

    def __str__(self) -> str:
        return (
            f"{self.at:.3f} {self.chat}: {self.seconds:.3f} s too early for {self.limit}; "
            f"the emulator itself lags {self.lag:.3f} s"
        )


def no_lag() -> float:
    """The emulator serves every request when it arrives."""
    return 0.0


class Rate(Protocol):
    """So many messages in so many seconds."""

    def wait(self, messages: int, now: float) -> float:
        """Seconds until `messages` more are allowed; 0 when they are."""

    def take(self, messages: int, now: float) -> None:
        """Count `messages` that were accepted."""


class Window:
    """At most `count` messages in any span of `seconds`."""

    def __init__(self, count: int, seconds: float) -> None:
        self._name = f"{count} in {seconds:g} s"
        self._count = count
        self._seconds = seconds - min(JITTER_SECONDS, seconds / 10)
        self._times: deque[float] = deque()  # of what was accepted, oldest first

    def __str__(self) -> str:
        return self._name

    def wait(self, messages: int, now: float) -> float:
        """Seconds until enough of the accepted messages are old enough."""
        while self._times and self._times[0] <= now - self._seconds:
            self._times.popleft()
        surplus = len(self._times) + messages - self._count
        if surplus <= 0 or not self._times:
            return 0.0  # an album larger than the window passes when the window is empty
        return max(0.0, self._times[min(surplus, len(self._times)) - 1] + self._seconds - now)

    def take(self, messages: int, now: float) -> None:
        """Remember when they were accepted; others may have been since."""
        for _ in range(messages):
            insort(self._times, now)


class Bucket:
    """`burst` messages at once; then as many as drain away, `count` in `seconds`."""

    def __init__(self, count: int, seconds: float, burst: int) -> None:
        self._name = f"{count} in {seconds:g} s after {burst} at once"
        self._drain = count / seconds
        self._burst = burst
        self._level = 0.0
        self._level_at = 0.0

    def __str__(self) -> str:
        return self._name

    def wait(self, messages: int, now: float) -> float:
        """Seconds until enough has drained away."""
        self._level = max(0.0, self._level - (now - self._level_at) * self._drain)
        self._level_at = now
        surplus = self._level + messages - self._burst
        return surplus / self._drain if surplus > 1e-9 and self._level else 0.0

    def take(self, messages: int, now: float) -> None:
        """Pour them in; `wait` has brought the level up to `now`."""
        self._level += messages


class Limits:
    """The rates of one bot: 30/s overall, 1/s a chat, 20/min a group or channel (telegram.md 2.1, 8.5).

    `scale` stretches all times: at 0.1 everything goes ten times as fast, and `retry_after` may be a fraction (8.6).
    `lag` tells how many seconds late the emulator itself may serve what has arrived: that is not the client's haste.
    What only this let pass stands in `forgiven`: where nothing does, the lag hid nothing.
    """

    def __init__(
        self,
        theory: Theory,
        scale: float = 1.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        lag: Callable[[], float] = no_lag,
    ) -> None:
        self.refusals = 0
        self.refused: list[Early] = []
        self.forgiven: list[Early] = []
        self._clock = clock
        self._lag = lag
        self.use(theory, scale)

    @property
    def hasty(self) -> list[Early]:
        """Those refused that no busy machine explains."""
        return [early for early in self.refused if early.seconds - early.lag > BUSY_SECONDS]

    def use(self, theory: Theory, scale: float = 1.0) -> None:
        """Begin anew by this theory, as if nothing had been sent yet."""
        self.theory: Theory = theory
        self.scale = scale
        self._bot = self._rate(30, 1, burst=30)
        self._paid = self._rate(1000, 1, burst=1000)
        self._chats: dict[int, list[Rate]] = {}

    def _rate(self, count: int, seconds: float, *, burst: int) -> Rate:
        stretched = seconds * self.scale
        return Window(count, stretched) if self.theory == "strict" else Bucket(count, stretched, burst)

    def _rates_of(self, chat: Chat) -> list[Rate]:
        if chat.id not in self._chats:
            own = [self._rate(1, 1, burst=3)]  # "short bursts tolerated"
            crowd = [self._rate(20, 60, burst=20)] if chat.kind in CROWDS else []
            self._chats[chat.id] = own + crowd
        return self._chats[chat.id]

    def take(self, chat: Chat, messages: int = 1, *, paid: bool = False, kept_since: float | None = None) -> None:
        """Count `messages` to `chat`, or refuse them with 429; those that the emulator itself kept back only count."""
        if self.theory == "off":
            return
        own, *crowd = self._rates_of(chat)
        bot = self._paid if paid else self._bot
        # An album counts as so many messages (2.2), but as one for the second's limit: else nobody could send one.
        rates = [(own, 1), *((rate, messages) for rate in crowd), (bot, messages)]
        now = self._clock()
        if kept_since is None:
            self._check(chat, rates, now)
        for rate, count in rates:
            rate.take(count, now if kept_since is None else kept_since)

    def _check(self, chat: Chat, rates: list[tuple[Rate, int]], now: float) -> None:
        """Raise the 429 that is due, unless the emulator itself is to blame."""
        lag = self._lag()
        wait, limit = max((rate.wait(count, now), str(rate)) for rate, count in rates)
        if wait > 0:
            early = Early(now, f"{chat.kind} {chat.id}", limit, wait, lag)
            if wait > lag:
                self.refusals += 1
                self.refused.append(early)
                raise flooded(self._retry_after(wait))
            self.forgiven.append(early)

    def _retry_after(self, wait: float) -> float:
        return math.ceil(wait) if self.scale == 1.0 else math.ceil(wait * 100) / 100
