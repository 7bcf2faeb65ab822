"""In one chat, with all its topics, there are sends or looks, never both, and one send at a time (docs/adr/0017).

A look into a lost message can't tell it from one that is just being sent, nor two lost ones from each other. So a send
waits until the one before it has its answer, or was found. Nobody waits for long: a look waits for the sends that are
in the air, and who comes later waits for it; between two looks the sends that waited have their turn.
Where each topic has ids of its own, as on Discord, nobody waits at all: another destination never (DESIGN 4.2).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from bot.models import Delivery, DeliveryState

KNOCK_SECONDS: Final = 0.2
"""Who was kept out asks again after this."""

PATIENCE_SECONDS: Final = 30.0
"""So long a look that waits for an answer keeps other sends out: with its own 25 s less than a minute (DESIGN 4.2)."""

ALONE_SECONDS: Final = 60.0
"""So long a lost message keeps sends to other topics out, and so long a send waits for others at most (DESIGN 4.2)."""

BREATH_SECONDS: Final = 2.0
"""So long those who waited go first; a chat takes the next call only a second after an answer (docs/adr/0016)."""


class _Kind(Enum):
    SEND = auto()
    LOOK = auto()
    CHANGE = auto()  # an edit or a deletion adds no message: it may go at any time


@dataclass(slots=True)
class _Chat:
    sends: int = 0
    looks: int = 0
    look_waits_since: float | None = None  # for sends in the air
    send_waits: bool = False  # for looks
    no_look_before: float = 0.0
    no_send_before: float = 0.0
    open: dict[int, float] = field(default_factory=dict)  # until when a send counts, in the air or lost, by destination

    @property
    def is_empty(self) -> bool:
        """Whether nobody is inside."""
        return not (self.sends or self.looks)


class Gates:
    """Who may go into which chat of one bot. Times are seconds of a monotonic `clock`.

    All are open to all unless topics have their ids `in_one_sequence`.
    """

    def __init__(self, clock: Callable[[], float], *, in_one_sequence: bool) -> None:
        self._clock = clock
        self._in_one_sequence = in_one_sequence
        self._chats: dict[str, _Chat] = {}  # those with somebody inside, or with a time that is not over
        self._over_at: list[tuple[float, str]] = []  # when such times are: a heap
        self._inside: dict[int, tuple[str, _Kind]] = {}  # by delivery
        self._alone_at: dict[int, float] = {}  # when a send that others kept out goes all the same, by delivery

    def opens_at(self, delivery: Delivery) -> float:
        """When to ask again; a time that is over: it may go in now."""
        chat, kind = self._chats.get(delivery.destination.chat_id), _kind_of(delivery)
        if chat is None or kind is _Kind.CHANGE:
            return 0.0
        now = self._clock()
        again = now + KNOCK_SECONDS
        if kind is _Kind.SEND:
            if self._has_company(chat, delivery, now):
                return again
            chat.send_waits = chat.looks > 0
            asked = chat.look_waits_since
            kept_out = chat.looks or (asked is not None and now < asked + PATIENCE_SECONDS)
            return again if kept_out else chat.no_send_before
        if chat.sends:
            chat.look_waits_since = chat.look_waits_since or now
        return again if chat.sends or chat.send_waits else chat.no_look_before

    def enter(self, delivery: Delivery) -> None:
        """It goes in."""
        name, kind = delivery.destination.chat_id, _kind_of(delivery)
        if not self._in_one_sequence or kind is _Kind.CHANGE:
            return
        self._inside[delivery.id] = name, kind
        chat = self._chats.setdefault(name, _Chat())
        if kind is _Kind.LOOK:
            chat.looks += 1
            chat.no_send_before = 0.0
        else:
            chat.sends += 1
            chat.open[delivery.destination_id] = math.inf
            chat.look_waits_since = None  # its patience was over, and begins anew
            self._alone_at.pop(delivery.id, None)

    def doubt(self, delivery: Delivery) -> None:
        """Whether it arrived was not known when this process began."""
        if self._in_one_sequence:
            self._doubt(delivery.destination.chat_id, delivery.destination_id)

    def leave(self, delivery: Delivery, *, in_doubt: bool = False) -> None:
        """It is over, or was not begun; wherever its chat has moved meanwhile. `in_doubt`: it may have arrived."""
        now = self._clock()
        if entered := self._inside.pop(delivery.id, None):
            name, kind = entered
            chat = self._chats[name]
            chat.sends -= kind is _Kind.SEND
            chat.looks -= kind is _Kind.LOOK
            if not in_doubt:
                chat.open.pop(delivery.destination_id, None)
            elif kind is _Kind.SEND:  # a look that found nothing out begins no other minute
                self._doubt(name, delivery.destination_id)
            if chat.look_waits_since is not None and not chat.sends:
                chat.look_waits_since, chat.no_send_before = None, now + BREATH_SECONDS
                heapq.heappush(self._over_at, (chat.no_send_before, name))
            elif chat.send_waits and not chat.looks:
                chat.send_waits, chat.no_look_before = False, now + BREATH_SECONDS
                heapq.heappush(self._over_at, (chat.no_look_before, name))
            elif chat.is_empty and not chat.open:
                del self._chats[name]
        self._forget(now)

    def _doubt(self, name: str, destination: int) -> None:
        chat, until = self._chats.setdefault(name, _Chat()), self._clock() + ALONE_SECONDS
        chat.open[destination] = until
        heapq.heappush(self._over_at, (until, name))

    def _has_company(self, chat: _Chat, delivery: Delivery, now: float) -> bool:
        """Whether a send has to wait for another one: were both lost, nothing could tell which of them is there.

        What is in doubt in its own topic holds it up by itself, in the store.
        """
        own = delivery.destination_id
        if all(until <= now for place, until in chat.open.items() if place != own):
            return False
        return now < self._alone_at.setdefault(delivery.id, now + ALONE_SECONDS)

    def _forget(self, now: float) -> None:
        """Those whose turn it was did not come, and what is in doubt for long keeps nobody out any more."""
        while self._over_at and self._over_at[0][0] <= now:
            _, name = heapq.heappop(self._over_at)
            if chat := self._chats.get(name):
                chat.open = {place: until for place, until in chat.open.items() if until > now}
                times = chat.no_look_before, chat.no_send_before, *chat.open.values()
                if chat.is_empty and max(times) <= now:
                    del self._chats[name]
        while self._alone_at and (first := next(iter(self._alone_at.items())))[1] + ALONE_SECONDS <= now:
            del self._alone_at[first[0]]  # it was withdrawn meanwhile


def _kind_of(delivery: Delivery) -> _Kind:
    if delivery.state is DeliveryState.UNKNOWN or delivery.nonce:
        return _Kind.LOOK  # what is to be repeated under its nonce is perhaps looked into first
    return _Kind.SEND if delivery.shown is None else _Kind.CHANGE
