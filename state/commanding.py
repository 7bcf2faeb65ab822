"""Which role may command newsbell on a server. It is the server's will, and the same for every bot."""

from __future__ import annotations

import sqlite3


def role(connection: sqlite3.Connection, platform: str, server: str) -> str:
    """The role that was named; empty: none was."""
    query = "SELECT role FROM commanders WHERE platform = ? AND server = ?"
    row = connection.execute(query, (platform, server)).fetchone()
    return row["role"] if row else ""


def name(connection: sqlite3.Connection, platform: str, server: str, role: str) -> None:
    """Name another role; an empty one takes the right away."""
    connection.execute("DELETE FROM commanders WHERE platform = ? AND server = ?", (platform, server))
    if role:
        connection.execute("INSERT INTO commanders VALUES (?, ?, ?)", (platform, server, role))


def forget(connection: sqlite3.Connection, platform: str, role: str) -> None:
    """The role was deleted."""
    connection.execute("DELETE FROM commanders WHERE platform = ? AND role = ?", (platform, role))
