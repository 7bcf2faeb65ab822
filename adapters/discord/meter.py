"""Reads what Discord says beside its answers: the room in each bucket, and how near its patience is to its end.

It hears of every request and every answer, those that discord.py repeats by itself too (adapters.discord.wire).
"""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, NamedTuple

from bot.errors import OutcomeUnknown, Scope, TryLater
from bot.models import Action
from bot.texts import sentence

log = logging.getLogger(__name__)

INVALID_SECONDS: Final = 600.0
MOST_INVALID: Final = 2000
"""Of 10,000 answers 401, 403 or 429 in ten minutes, after which Cloudflare shuts the address out (docs rate-limits)."""

BAN_SECONDS: Final = 600.0
"""The rest after Cloudflare shut the door without a word about how long: its window is 10 minutes."""

REMEMBERED_BUCKETS: Final = 4096

_MESSAGES: Final = re.compile(r"/channels/(\d+)/(?:messages(?:/\d+)?|threads)$")  # a forum's are threads
_ACTIONS: Final = {"POST": Action.SEND, "PATCH": Action.EDIT, "DELETE": Action.DELETE, "GET": Action.PROBE}


class Room(NamedTuple):
    """So many calls in so many seconds."""

    amount: int
    seconds: float


USUAL: Final = Room(5, 5.0)
"""What Discord's headers say of message routes, until they have said something else."""


@dataclass(slots=True)
class Heard:
    """What is heard of the requests of one call of ours."""

    once: bool = False  # it must not be repeated where it may have been carried out
    scope: Scope = Scope.ROUTE  # how far the last 429 reaches
    left: bool = False  # the last request was written, at least in part
    status: int = 0  # of its answer; 0: none has begun
    doubtful: bool = False  # an earlier request may have been carried out
    given_up: bool = False  # nobody waits for it any more, and nothing more of it may leave
    leaves_until: float = math.inf  # by the meter's clock: later no request of it may leave
    left_at: float = 0.0  # by the meter's clock: when the last request was written
    hang_up: Callable[[], None] | None = None  # closes its connection; None: aiohttp itself bounds its silence

    @property
    def may_be_done(self) -> bool:
        """Whether any request of it may have been carried out, or may still be, if no other one leaves."""
        refused = HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR
        return self.doubtful or (self.left and not refused)

    def begin(self, now: float) -> None:
        """A request is made, the first or another one. Raises OutcomeUnknown where another one is one too many."""
        self.doubtful |= self.left and (not self.status or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR)
        self.left, self.status = False, 0
        if self.once and self.doubtful:
            raise OutcomeUnknown("Discord has trouble of its own")
        self._check(now)

    def leave(self, now: float, hang_up: Callable[[], None] | None) -> None:
        """The request is written from now on. Raises OutcomeUnknown where it must not be any more."""
        self._check(now)
        self.left, self.left_at, self.hang_up = True, now, hang_up

    def _check(self, now: float) -> None:
        if self.given_up:
            raise OutcomeUnknown("nobody waits for it any more")
        if now > self.leaves_until:
            raise OutcomeUnknown("it would come too late for its nonce")


HEARD: Final[ContextVar[Heard | None]] = ContextVar("heard", default=None)
"""Of the call that this task makes."""

SHUT_OUT: Final = sentence("Cloudflare shuts out this address for a while")
_TOO_MANY: Final = sentence("Discord refused too many calls, so newsbell makes none for a while")

_SCOPES: Final = {"global": Scope.BOT, "shared": Scope.DESTINATION}


class Meter:
    """One for each process: Cloudflare counts by address."""

    def __init__(self, clock: Callable[[], float] = lambda: asyncio.get_running_loop().time()) -> None:
        self._clock = clock
        self._rooms: OrderedDict[tuple[str, Action], Room] = OrderedDict()
        self._invalid: deque[float] = deque()
        self._shut_until = 0.0
        self._reason = ""

    def room(self, channel: str, action: Action) -> Room:
        """What the bucket of messages in `channel` takes."""
        return self._rooms.get((channel, action), USUAL)

    @property
    def rest(self) -> float:
        """For how many seconds no call is made."""
        return max(0.0, self._shut_until - self._clock())

    def begin(self) -> None:
        """A request is to be made. Raises TryLater while the door is shut, and OutcomeUnknown (see `Heard.begin`)."""
        if heard := HEARD.get():
            heard.begin(self._clock())
        if (rest := self.rest) > 0:
            raise TryLater(self._reason, rest, flood=True, scope=Scope.BOT)

    def leave(self, hang_up: Callable[[], None] | None = None) -> None:
        """The request is written from now on: at worst, what did not leave counts as unknown.

        `hang_up` ends it where it finds no answer. Raises OutcomeUnknown (see `Heard.leave`).
        """
        if heard := HEARD.get():
            heard.leave(self._clock(), hang_up)

    def end(self, method: str, path: str, status: int, headers: Mapping[str, str]) -> None:
        """The request was answered."""
        if heard := HEARD.get():
            heard.status = status
        self.note(method, path, status, headers)

    def note(self, method: str, path: str, status: int, headers: Mapping[str, str]) -> None:
        """An answer came. The names of `headers` are compared without case, as aiohttp does."""
        if status == 429:
            self._note_refusal(headers)
        if status in {401, 403, 429} and headers.get("X-RateLimit-Scope") != "shared":
            self._count_invalid()
        if status != 429 and method in _ACTIONS and (found := _MESSAGES.search(path)):
            self._learn((found[1], _ACTIONS[method]), headers)

    def _note_refusal(self, headers: Mapping[str, str]) -> None:
        if from_cloudflare(headers):
            self._shut(seconds_of(headers) or BAN_SECONDS, SHUT_OUT)
            log.error(
                "discord: Cloudflare shuts out this address; every program on it that speaks to Discord has to stop"
            )
        if heard := HEARD.get():
            heard.scope = scope_of(headers)

    def _learn(self, bucket: tuple[str, Action], headers: Mapping[str, str]) -> None:
        """The first answer of a window names its length: it is what is left of it."""
        try:
            limit = int(headers["X-RateLimit-Limit"])
            first = int(headers["X-RateLimit-Remaining"]) == limit - 1
            room = Room(limit, float(headers["X-RateLimit-Reset-After"]))
        except (KeyError, ValueError):
            return
        if not first or room.amount < 1 or room.seconds <= 0:
            return
        if room == USUAL:
            self._rooms.pop(bucket, None)
            return
        self._rooms[bucket] = room
        if len(self._rooms) > REMEMBERED_BUCKETS:
            self._rooms.popitem(last=False)

    def _count_invalid(self) -> None:
        now = self._clock()
        self._invalid.append(now)
        while self._invalid[0] <= now - INVALID_SECONDS:
            self._invalid.popleft()
        if len(self._invalid) < MOST_INVALID:
            return
        # Not at the first moment that has room for one more, but when half of them count no more.
        seconds = self._invalid[MOST_INVALID // 2] + INVALID_SECONDS - now
        for _ in range(MOST_INVALID // 2):
            self._invalid.popleft()
        self._shut(seconds, _TOO_MANY)
        log.error(
            "discord: %d calls were refused within ten minutes (401, 403, 429), and at 10,000 Discord shuts out this "
            "address; newsbell makes no call for %.0f s. Look above for what was refused: give back the permissions "
            "or remove the subscriptions, and see whether another program uses this bot or this address",
            MOST_INVALID,
            seconds,
        )

    def _shut(self, seconds: float, reason: str) -> None:
        self._shut_until = max(self._shut_until, self._clock() + seconds)
        self._reason = reason


def from_cloudflare(headers: Mapping[str, str]) -> bool:
    """Discord's own 429 comes by its proxy and in JSON (the rule of discord.py's http.py)."""
    return not headers.get("Via") or headers.get("Content-Type") != "application/json"


def scope_of(headers: Mapping[str, str]) -> Scope:
    """How far a 429 reaches: a bucket's is about one kind of call in one channel."""
    return _SCOPES.get(headers.get("X-RateLimit-Scope", ""), Scope.ROUTE)


def seconds_of(headers: Mapping[str, str]) -> float | None:
    """The seconds to wait that an answer names, or None."""
    try:
        return float(headers["Retry-After"])
    except (KeyError, ValueError):
        return None
