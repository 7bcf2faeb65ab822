"""The shelf of words: what commands beside the process that sends were told."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.records import Word
from state.memory import Memory
from state.rows import moment

KEPT: Final = timedelta(days=7)
"""Long enough for somebody who looks into the database."""


class WordShelf:
    """bot.ports.Words in SQLite."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def note(self, command: str, what: str, now: datetime) -> None:
        """See bot.ports.Words."""

        def job(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO words (command, what, said_at) VALUES (?, ?, ?)", (command, what, moment(now))
            )
            # Only now, when there is a later one: an id must not come twice.
            connection.execute("DELETE FROM words WHERE said_at < ?", (moment(now - KEPT),))

        await self._memory.write(job)

    async def last(self) -> int:
        """See bot.ports.Words."""

        def job(connection: sqlite3.Connection) -> int:
            return connection.execute("SELECT max(id) FROM words").fetchone()[0] or 0

        return await self._memory.read(job)

    async def since(self, id: int) -> Sequence[Word]:
        """See bot.ports.Words."""

        def job(connection: sqlite3.Connection) -> list[Word]:
            rows = connection.execute("SELECT id, command, what FROM words WHERE id > ? ORDER BY id", (id,))
            return [Word(*row) for row in rows]

        return await self._memory.read(job)
