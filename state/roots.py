"""The watched folders, each by the name that the settings give it: links in it lead elsewhere after a deploy."""

from __future__ import annotations

import os
import sqlite3

_BY_NAME = "ORDER BY baseline_at IS NULL, path != ?, id DESC"
"""The rows whose first scan is complete go first, and among them the one of that name."""


def find_root(connection: sqlite3.Connection, path: str) -> int:
    """The row of the folder that is named `path` (absolute, its links not followed); 0: there is none. Blocking.

    Under another name it is the same folder as long as both lead to the same place: earlier versions knew it by where
    the links led, and people write its path in more than one way.
    """
    rows = connection.execute(f"SELECT id, path FROM roots {_BY_NAME}", (path,)).fetchall()
    if rows and rows[0]["path"] == path:
        return int(rows[0]["id"])
    there = os.path.realpath(path)
    return next((row["id"] for row in rows if os.path.realpath(row["path"]) == there), 0)


def make_root(connection: sqlite3.Connection, path: str) -> int:
    """The row of a folder that was not known."""
    connection.execute("INSERT OR IGNORE INTO roots (path) VALUES (?)", (path,))
    return find_root(connection, path)


def name_root(connection: sqlite3.Connection, root: int, path: str) -> None:
    """Let the folder be known by the name that it is sent from by now.

    What went by that name without a complete first scan (a glance of `newsbell status` is enough) gives it up.
    """
    for (other,) in connection.execute("SELECT id FROM roots WHERE path = ? AND id != ?", (path, root)).fetchall():
        connection.execute("DELETE FROM files WHERE root = ?", (other,))
        connection.execute("DELETE FROM roots WHERE id = ?", (other,))
    connection.execute("UPDATE roots SET path = ? WHERE id = ? AND path != ?", (path, root, path))


def other_roots(connection: sqlite3.Connection, path: str) -> list[str]:
    """The names of the folders whose first scan is complete, the latest first, without the one that is named `path`."""
    rows = connection.execute(
        "SELECT path FROM roots WHERE id != ? AND baseline_at IS NOT NULL ORDER BY baseline_at DESC, id DESC",
        (find_root(connection, path),),
    )
    return [row["path"] for row in rows]
