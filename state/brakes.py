"""The operator's brakes (DESIGN 4.4): nothing more of a post is sent, or all of it is taken back. Transactions each.

Whoever sends notices at once: a claim takes only what is due, and nothing of a held post ever is (see the trigger
`deliveries_braked`, which also catches what a call that was in the air leaves to be done).
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot.models import Withdrawn
from bot.records import HELD_BY_WORD, Brake, Braked
from state import digesting
from state.rows import moment
from state.withdrawing import count_shown, count_shut, withdraw


def brake_of(connection: sqlite3.Connection, subject: int | None) -> Brake:
    """The brake that is on for a post."""
    row = connection.execute("SELECT brake FROM posts WHERE subject = ?", (subject,)).fetchone()
    return Brake(row["brake"]) if row else Brake.OFF


def hold(connection: sqlite3.Connection, subject: int, now: datetime) -> Braked:
    """See bot.ports.Archive.hold."""
    connection.execute(
        """UPDATE posts SET brake = 'held', page = '', page_until = '',
                reason = CASE WHEN state IN ('scheduled', 'waiting') THEN :reason ELSE reason END,
                state = CASE WHEN state IN ('scheduled', 'waiting') THEN 'held' ELSE state END
            WHERE subject = :subject""",
        {"reason": HELD_BY_WORD, "subject": subject},
    )
    digesting.take_out(connection, subject, now)
    digesting.fall_back(connection, subject, now)
    hold_due(connection, subject)
    return _counts(connection, subject)


def hold_due(connection: sqlite3.Connection, subject: int) -> None:
    """Let what is due of a held post wait; a message that is to go away goes."""
    connection.execute(
        """UPDATE deliveries SET state = 'held', braked = 1, reason = ?
            WHERE subject = ? AND state = 'due' AND wanted != 0""",
        (HELD_BY_WORD, subject),
    )


def hold_refused(connection: sqlite3.Connection, subject: int, revision: int, platform: str, reason: str) -> int:
    """See bot.ports.Deliveries.hold_refused."""
    return connection.execute(
        """UPDATE deliveries SET state = 'held', reason = :reason
            WHERE subject = :subject AND shown_revision IS NULL AND wanted = :revision
            AND (state = 'due' OR state = 'failed' AND reason = :reason)
            AND destination IN (SELECT id FROM destinations WHERE platform = :platform)""",
        {"subject": subject, "revision": revision, "platform": platform, "reason": reason},
    ).rowcount


def take_back(connection: sqlite3.Connection, subject: int, how: Withdrawn, now: datetime) -> Braked:
    """See bot.ports.Archive.take_back."""
    before, (digests, edits) = _counts(connection, subject), digesting.count(connection, subject)
    shut = count_shut(connection, subject, how)
    connection.execute(
        """UPDATE posts SET brake = 'taken', leaving = 0, reason = '', copy_of = 0, page = '', page_until = '',
                state = CASE
                WHEN state = 'published' THEN 'withdrawn'
                WHEN state IN ('scheduled', 'waiting', 'held') THEN 'unpublished' ELSE state END
            WHERE subject = ?""",
        (subject,),
    )
    connection.execute("UPDATE deliveries SET braked = 0, leaving = 0 WHERE subject = ?", (subject,))
    return Braked(before.unsent, before.flying, withdraw(connection, subject, how, now), digests, shut, edits)


def free(connection: sqlite3.Connection, subject: int, now: datetime) -> int:
    """See bot.ports.Archive.free."""
    connection.execute("UPDATE posts SET brake = '' WHERE subject = ?", (subject,))
    connection.execute(
        "UPDATE deliveries SET edit_held = '', braked = 0 WHERE subject = ? AND (edit_held != '' OR braked = 1)",
        (subject,),
    )
    digests = digesting.release(connection, subject, now)
    # What may be there already, though nobody knows, is looked into before it is sent again.
    own = connection.execute(
        """UPDATE deliveries SET reason = '', tries = 0, due_at = ?,
                state = CASE WHEN nonce != '' AND shown_revision IS NULL THEN 'unknown' ELSE 'due' END
            WHERE subject = ? AND state = 'held' AND leaving = 0""",
        (moment(now), subject),
    ).rowcount
    return own + digests


def _counts(connection: sqlite3.Connection, subject: int) -> Braked:
    row = connection.execute(
        """SELECT count(*) FILTER (WHERE state IN ('due', 'held') AND shown_revision IS NULL) AS unsent,
                count(*) FILTER (WHERE state IN ('claimed', 'unknown')) AS flying
            FROM deliveries WHERE subject = ? AND wanted != 0""",
        (subject,),
    ).fetchone()
    return Braked(row["unsent"], row["flying"], count_shown(connection, subject))
