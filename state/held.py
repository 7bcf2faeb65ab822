"""What waits for a person's word: edits, and messages that are to be removed by hand. Transactions each.

Edits wait because too many came at once, or the message is too old. While a call is in the air, or its outcome unknown,
`edit_held` keeps why: what comes of it holds the delivery (state.concluding). By hand is removed what nobody wants any
more, where nobody could find out whether it is there.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from bot.records import HeldEdits
from state.joining import WAITS_TO_JOIN, drop_late_joins
from state.rows import moment

_EDITS: Final = f"""
    state = 'held' AND leaving = 0 AND braked = 0 AND (shown_revision IS NOT NULL OR {WAITS_TO_JOIN})
"""


_REMOVED: Final = """
    UPDATE deliveries SET state = 'settled', nonce = '', concluded_at = :now, reason = 'it was removed by hand'
    WHERE id = :id AND state = 'held' AND wanted = 0 AND shown_revision IS NULL
"""


def held_edits(connection: sqlite3.Connection) -> list[HeldEdits]:
    """See bot.ports.Deliveries.held_edits."""
    rows = connection.execute(
        f"""SELECT reason, count(DISTINCT subject) FILTER (WHERE NOT is_digest) AS posts, count(*) AS messages,
                count(DISTINCT subject) FILTER (WHERE is_digest) AS digests
            FROM (SELECT reason, subject, subject IN (SELECT subject FROM digests) AS is_digest FROM deliveries
                WHERE {_EDITS})
            GROUP BY reason ORDER BY messages DESC, reason"""
    )
    return [HeldEdits(*row) for row in rows]


def release_edits(connection: sqlite3.Connection, now: datetime) -> int:
    """See bot.ports.Deliveries.release_edits."""
    drop_late_joins(connection, now)
    connection.execute("UPDATE deliveries SET edit_held = '' WHERE edit_held != ''")
    return connection.execute(
        f"UPDATE deliveries SET state = 'due', due_at = ?, tries = 0, reason = '' WHERE {_EDITS}", (moment(now),)
    ).rowcount


def removed_by_hand(connection: sqlite3.Connection, delivery: int, now: datetime) -> bool:
    """See bot.ports.Deliveries.removed_by_hand."""
    return connection.execute(_REMOVED, {"id": delivery, "now": moment(now)}).rowcount > 0
