"""Doubts: an outage once told healthy bots that they had no rights (2023-10-31, PTB #3956); it must suspend nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

REMEMBERED: Final = timedelta(minutes=10)
"""Longer than the longest pause between two tries (bot.delivering.decisions), so that who still doubts is counted."""


class Doubts:
    """The chats of one platform that answered doubtfully of late."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._since: dict[str, datetime] = {}

    def note(self, chat: str) -> None:
        """The chat answered doubtfully."""
        self._since[chat] = self._now()

    def clear(self, chat: str) -> None:
        """The chat took a message."""
        self._since.pop(chat, None)

    def others(self, chat: str) -> int:
        """How many other chats do: all at once have hardly lost their rights."""
        earliest = self._now() - REMEMBERED
        self._since = {each: at for each, at in self._since.items() if at >= earliest}
        return len(self._since) - (chat in self._since)
