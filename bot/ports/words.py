"""What people tell newsbell by commands beside the process that sends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.records import Word


class Words(Protocol):
    """Commands that changed what is sent, for the log of who sends: they are done already. Kept for some days."""

    async def note(self, command: str, what: str, now: datetime) -> None:
        """A command was given, and `what` came of it."""

    async def last(self) -> int:
        """The id of the last word; 0: there was none."""

    async def since(self, id: int) -> Sequence[Word]:
        """The words after the one with this id, oldest first."""
