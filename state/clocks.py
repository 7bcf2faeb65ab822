"""The clock was set back: what waits for a time that the old clock named would wait too long."""

from __future__ import annotations

import logging
import sqlite3
from datetime import datetime, timedelta
from typing import Final

from bot.delivering.wall_clock import SET_BACK
from state.rows import moment

log = logging.getLogger(__name__)

# Where it is written until when something waits, and which rows are looked at. Posts, pauses and the like wait for a
# time that a person named, by the clock on the wall.
_WAITS: Final = (
    ("deliveries", "arrives_until", "arrives_until != ''"),  # first: nothing is due before
    ("deliveries", "due_at", "state IN ('due', 'unknown')"),
    ("destinations", "waits_until", "waits_until != ''"),
    ("bots", "waits_until", "waits_until != ''"),
    ("bots", "claimed_at", "claimed_at != ''"),  # nobody waits for it, but it goes with the tried_at of open sends
    ("cooldowns", "until", "true"),
    ("crossposts", "due_at", "done_at IS NULL"),
    ("discussions", "due_at", "wants != ''"),
)

_STORED: Final = "%Y-%m-%dT%H:%M:%f000+00:00"
"""As `state.rows.moment` writes a time, for SQLite's strftime, which knows thousandths of a second only."""

_OPEN: Final = "nonce != '' AND shown_revision IS NULL"
"""Sends of which it is not known whether they arrived; those in the air among them."""

_LAST_DONE: Final = """
    SELECT max(at) FROM (
        SELECT * FROM (SELECT ended_at AS at FROM attempts ORDER BY id DESC LIMIT 1)
        UNION ALL SELECT claimed_at FROM bots)
"""
"""When newsbell ended an attempt, or claimed, last; a kill leaves a claim without an attempt."""


def set_back(connection: sqlite3.Connection, platform: str, by: timedelta, now: datetime) -> None:
    """See bot.ports.Deliveries.clock_set_back."""
    terms = {"platform": platform, "now": moment(now), "by": f"-{by.total_seconds()} seconds", "stored": _STORED}
    for table, column, rows in _WAITS:
        connection.execute(
            f"""UPDATE {table} SET {column} = max(strftime(:stored, {column}, :by), :now)
                WHERE {rows} AND platform = :platform AND {column} > :now""",
            terms,
        )
    connection.execute(
        f"""UPDATE deliveries SET tried_at = strftime(:stored, tried_at, :by)
            WHERE {_OPEN} AND platform = :platform""",
        terms,
    )


def forgive(connection: sqlite3.Connection, now: datetime) -> None:
    """At a start: if the last attempt or claim lies in the future, nobody knows how far the clock was set back since.

    The last attempt is the one that was written last: a single one by a clock that ran ahead says nothing of later
    starts. Of claims the newest is kept, and the first start sets that right. Less than SET_BACK is let be, as while
    newsbell runs: clocks are set right by some milliseconds all the time.
    """
    last: str | None = connection.execute(_LAST_DONE).fetchone()[0]
    if last is None or last < moment(now + SET_BACK):
        return
    log.warning("the clock was set back to before the last attempt or claim (%s); what waits is tried at once", last)
    for table, column, rows in _WAITS:
        connection.execute(f"UPDATE {table} SET {column} = :now WHERE {rows} AND {column} > :now", {"now": moment(now)})
    connection.execute(f"UPDATE deliveries SET tried_at = :now WHERE {_OPEN} AND tried_at > :now", {"now": moment(now)})
