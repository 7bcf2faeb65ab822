"""In one chat, with all its topics, there are sends or looks, never both at a time (docs/adr/0017).

A look into a lost message can't tell it from one that is just being sent. Nobody waits for long: a look waits for the
sends that are in the air, and who comes later waits for it; between two looks the sends that waited have their turn.
Where each topic has ids of its own, as on Discord, nobody waits at all: another destination never (DESIGN 4.2).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from bot.models import Delivery, DeliveryState

KNOCK_SECONDS: Final = 0.2
"""Who was kept out asks again after this."""

PATIENCE_SECONDS: Final = 30.0
"""So long a look that waits for an answer keeps other sends out: with its own 25 s less than a minute (DESIGN 4.2)."""

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


class Gates:
    """Who may go into which chat of one bot. Times are seconds of a monotonic `clock`.

    All are open to all unless topics have their ids `in_one_sequence`.
    """

    def __init__(self, clock: Callable[[], float], *, in_one_sequence: bool) -> None:
        self._clock = clock
        self._in_one_sequence = in_one_sequence
        self._chats: dict[str, _Chat] = {}  # those with somebody inside, or with a time that is not over
        self._over_at: deque[tuple[float, str]] = deque()  # when such times are, the next one first
        self._inside: dict[int, tuple[str, _Kind]] = {}  # by delivery

    def opens_at(self, delivery: Delivery) -> float:
        """When to ask again; a time that is over: it may go in now."""
        chat, kind = self._chats.get(delivery.destination.chat_id), _kind_of(delivery)
        if chat is None or kind is _Kind.CHANGE:
            return 0.0
        now = self._clock()
        again = now + KNOCK_SECONDS
        if kind is _Kind.SEND:
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
            chat.look_waits_since = None  # its patience was over, and begins anew

    def leave(self, delivery: Delivery) -> None:
        """It is over, or was not begun; wherever its chat has moved meanwhile."""
        now = self._clock()
        if entered := self._inside.pop(delivery.id, None):
            name, kind = entered
            chat = self._chats[name]
            chat.sends -= kind is _Kind.SEND
            chat.looks -= kind is _Kind.LOOK
            if chat.look_waits_since is not None and not chat.sends:
                chat.look_waits_since, chat.no_send_before = None, now + BREATH_SECONDS
                self._over_at.append((chat.no_send_before, name))
            elif chat.send_waits and not chat.looks:
                chat.send_waits, chat.no_look_before = False, now + BREATH_SECONDS
                self._over_at.append((chat.no_look_before, name))
            elif not (chat.sends or chat.looks):
                del self._chats[name]
        self._forget(now)

    def _forget(self, now: float) -> None:
        """Those whose turn it was did not come."""
        while self._over_at and self._over_at[0][0] <= now:
            _, name = self._over_at.popleft()
            chat = self._chats.get(name)
            if chat and not (chat.sends or chat.looks) and max(chat.no_look_before, chat.no_send_before) <= now:
                del self._chats[name]


def _kind_of(delivery: Delivery) -> _Kind:
    if delivery.state is DeliveryState.UNKNOWN or delivery.nonce:
        return _Kind.LOOK  # what is to be repeated under its nonce is perhaps looked into first
    return _Kind.SEND if delivery.shown is None else _Kind.CHANGE
