"""The shelf of profiles: what platforms were told about the bot itself."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from state.memory import Memory
from state.rows import moment


class ProfileShelf:
    """bot.ports.Profiles in SQLite."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def told(self, platform: str, bot: str) -> dict[str, str]:
        """See bot.ports.Profiles."""
        query = "SELECT part, digest FROM profiles WHERE platform = ? AND bot = ?"
        return await self._memory.read(lambda connection: dict(connection.execute(query, (platform, bot))))

    async def note(self, platform: str, bot: str, part: str, digest: str, now: datetime) -> None:
        """See bot.ports.Profiles."""

        def job(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM profiles WHERE platform = ? AND bot != ?", (platform, bot))
            connection.execute(
                "INSERT OR REPLACE INTO profiles (platform, bot, part, digest, told_at) VALUES (?, ?, ?, ?, ?)",
                (platform, bot, part, digest, moment(now)),
            )

        await self._memory.write(job)
