"""How many answers those without rights get in a group: whatever they type, posts and administrators come through."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

SECONDS: Final = 60.0
OF_A_GROUP: Final = 5
"""Answers to all simple members of a group together, of the twenty messages a minute that Telegram takes there."""

OF_A_PERSON: Final = 3
"""Answers to one of them: one who floods leaves some to the others."""


class Shares:
    """Counts the answers of the last minute. What is beyond gets none: it is not worth a message by then.

    Times are seconds of a monotonic `clock`. A restart forgets them: that gives away one more share.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._given: dict[int, deque[tuple[float, str]]] = {}  # when, and to whom, by chat

    def take(self, chat: int, person: str) -> bool:
        """Whether `person` may be answered in `chat` now; then it is counted."""
        self._forget()
        given = self._given.get(chat, deque())
        if len(given) >= OF_A_GROUP or sum(to == person for _, to in given) >= OF_A_PERSON:
            return False
        self._given.setdefault(chat, given).append((self._clock(), person))
        return True

    def _forget(self) -> None:
        since = self._clock() - SECONDS
        for chat, given in list(self._given.items()):
            while given and given[0][0] <= since:
                given.popleft()
            if not given:
                del self._given[chat]
