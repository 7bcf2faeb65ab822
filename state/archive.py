"""The shelf of posts with what only people ask of it: what became of a post, and the brakes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime

from bot.models import Withdrawn
from bot.records import Brake, Braked, KnownPost
from state import brakes
from state.posts import PostShelf
from state.rows import KNOWN_POST, known_post_of, time_of


class ArchiveShelf(PostShelf):
    """bot.ports.Archive in SQLite."""

    async def about(self, subjects: Collection[int]) -> dict[int, KnownPost]:
        """See bot.ports.Archive."""

        def job(connection: sqlite3.Connection) -> dict[int, KnownPost]:
            rows = connection.execute(
                f"SELECT {KNOWN_POST} WHERE subject IN (SELECT value FROM json_each(?))", (json.dumps(list(subjects)),)
            )
            return {row["subject"]: known_post_of(row) for row in rows}

        return await self._memory.read(job)

    async def missing_since(self, path: str) -> datetime | None:
        """See bot.ports.Archive."""
        root = await self._root()

        def job(connection: sqlite3.Connection) -> datetime | None:
            row = connection.execute(
                "SELECT missing_since FROM files WHERE root = ? AND path = ?", (root, path)
            ).fetchone()
            return time_of(row["missing_since"]) if row else None

        return await self._memory.read(job)

    async def braked(self, brake: Brake) -> list[KnownPost]:
        """See bot.ports.Archive."""

        def job(connection: sqlite3.Connection) -> list[KnownPost]:
            rows = connection.execute(f"SELECT {KNOWN_POST} WHERE brake = ? ORDER BY path", (brake,))
            return [known_post_of(row) for row in rows]

        return await self._memory.read(job)

    async def hold(self, subject: int, now: datetime) -> Braked:
        """See bot.ports.Archive."""
        return await self._memory.write(lambda connection: brakes.hold(connection, subject, now), stirs=True)

    async def take_back(self, subject: int, how: Withdrawn, now: datetime) -> Braked:
        """See bot.ports.Archive."""
        return await self._memory.write(lambda connection: brakes.take_back(connection, subject, how, now), stirs=True)

    async def free(self, subject: int, now: datetime) -> int:
        """See bot.ports.Archive."""
        return await self._memory.write(lambda connection: brakes.free(connection, subject, now), stirs=True)
