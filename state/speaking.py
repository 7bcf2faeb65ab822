"""In which language newsbell answers on a server, where a channel has none of its own; the same for every bot."""

from __future__ import annotations

import sqlite3


def language(connection: sqlite3.Connection, platform: str, server: str) -> str:
    """The language that was chosen; empty: none was."""
    query = "SELECT language FROM server_languages WHERE platform = ? AND server = ?"
    row = connection.execute(query, (platform, server)).fetchone()
    return row["language"] if row else ""


def choose(connection: sqlite3.Connection, platform: str, server: str, language: str) -> None:
    """Choose another language; an empty one is none."""
    connection.execute("DELETE FROM server_languages WHERE platform = ? AND server = ?", (platform, server))
    if language:
        connection.execute("INSERT INTO server_languages VALUES (?, ?, ?)", (platform, server, language))
