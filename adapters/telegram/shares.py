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
    """Counts the answers of the last minute, or of so many `seconds`. What is beyond gets none.

    Times are seconds of a monotonic `clock`. A restart forgets them: that gives away one more share.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        seconds: float = SECONDS,
        of_a_group: int = OF_A_GROUP,
        of_a_person: int = OF_A_PERSON,
    ) -> None:
        self._clock = clock
        self._seconds = seconds
        self._of_a_group = of_a_group
        self._of_a_person = of_a_person
        self._given: dict[int, deque[tuple[float, str]]] = {}
        """When, and to whom, by chat; who had the last share stands last."""

    def take(self, chat: int, person: str) -> bool:
        """Whether `person` may be answered in `chat` now; then it is counted."""
        now = self._clock()
        self._forget(now - self._seconds)
        given = self._given.get(chat, deque())
        while given and given[0][0] <= now - self._seconds:
            given.popleft()
        if len(given) >= self._of_a_group or sum(to == person for _, to in given) >= self._of_a_person:
            return False
        given.append((now, person))
        self._given.pop(chat, None)
        self._given[chat] = given  # at the end
        return True

    def _forget(self, since: float) -> None:
        """The chats that had their last share before: they stand at the beginning."""
        while self._given:
            chat, given = next(iter(self._given.items()))
            if given and given[-1][0] > since:
                return
            del self._given[chat]
