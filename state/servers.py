"""What is chosen for a whole server, and holds for every bot: which role may command newsbell, and its language."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that is chosen, in a table and a column of its own. Empty: nothing is."""

    table: str
    column: str

    def of(self, connection: sqlite3.Connection, platform: str, server: str) -> str:
        """What was chosen."""
        query = f"SELECT {self.column} FROM {self.table} WHERE platform = ? AND server = ?"
        row = connection.execute(query, (platform, server)).fetchone()
        return row[0] if row else ""

    def choose(self, connection: sqlite3.Connection, platform: str, server: str, value: str) -> None:
        """Choose anew."""
        connection.execute(f"DELETE FROM {self.table} WHERE platform = ? AND server = ?", (platform, server))
        if value:
            connection.execute(f"INSERT INTO {self.table} VALUES (?, ?, ?)", (platform, server, value))

    def forget(self, connection: sqlite3.Connection, platform: str, value: str) -> None:
        """There is no such thing any more, on whatever server it was chosen."""
        connection.execute(f"DELETE FROM {self.table} WHERE platform = ? AND {self.column} = ?", (platform, value))


ROLE: Final = Choice("commanders", "role")
LANGUAGE: Final = Choice("server_languages", "language")
