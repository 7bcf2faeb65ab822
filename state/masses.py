"""What a new process has to know of a mass of changes that the one before was taking in (bot.publishing.masses)."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot.models import Visibility
from bot.ports import LateChange
from state.rows import moment, time_of


def note_change(connection: sqlite3.Connection, subject: int, now: datetime) -> None:
    """The file of a post that is known, or was sent, says something else since now."""
    connection.execute("UPDATE posts SET changed_at = ? WHERE subject = ?", (moment(now), subject))


def note_mass(connection: sqlite3.Connection, root: int, began_at: datetime | None) -> None:
    """See bot.ports.Posts.note_mass."""
    connection.execute("UPDATE roots SET mass_began_at = ? WHERE id = ?", (moment(began_at) if began_at else "", root))


def mass_began_at(connection: sqlite3.Connection, root: int) -> datetime | None:
    """See bot.ports.Posts.mass_began_at."""
    return time_of(connection.execute("SELECT mass_began_at FROM roots WHERE id = ?", (root,)).fetchone()[0])


def changed_since(connection: sqlite3.Connection, since: datetime) -> list[LateChange]:
    """See bot.ports.Posts.changed_since."""
    rows = connection.execute(
        "SELECT subject, visibility, changed_at FROM posts WHERE changed_at >= ?", (moment(since),)
    )
    return [
        LateChange(row["subject"], row["visibility"] == Visibility.PUBLIC, datetime.fromisoformat(row["changed_at"]))
        for row in rows
    ]


def news_since(connection: sqlite3.Connection, since: datetime) -> dict[str, datetime]:
    """See bot.ports.Posts.news_since. Who waited for a word, a date or a page was seen before."""
    rows = connection.execute(
        "SELECT path, at FROM publications JOIN posts USING (subject) WHERE at >= ? AND at = first_seen_at",
        (moment(since),),
    )
    return {row["path"]: datetime.fromisoformat(row["at"]) for row in rows}
