"""Threads that are opened under messages, for people to talk about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Discussion:
    """The thread under a message: it is to be opened, or closed where the message is gone (`closes`)."""

    delivery: int
    chat_id: str
    message_id: str
    title: str  # of what the message shows
    closes: bool = False


class Discussions(Protocol):
    """What threads are to be opened and closed. A message joins in the transaction that records it as sent.

    That one is to be closed is noted in the transaction that records its message as gone.
    """

    async def due(self, platform: str, bot: str, now: datetime) -> list[Discussion]:
        """The oldest of each channel that need not wait; what could not be opened for a day is given up."""

    async def done(self, discussion: Discussion) -> None:
        """It is open, or closed, as was wanted."""

    async def drop(self, discussion: Discussion) -> None:
        """It can't be opened or closed, and never will be."""

    async def postpone(self, discussion: Discussion, until: datetime) -> None:
        """Nothing is opened or closed in its channel before `until`."""
