"""A post is taken back, and comes back: what is shown of it, and what waits to be. Inside one transaction each."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from bot.models import Lane, Withdrawn
from bot.records import Changes, Gone, PostState
from state import digesting
from state.matching import WHO_WANTS
from state.revisions import FIRST_RUNG
from state.rows import moment, time_of
from state.turns import line_up_edits

_AT_HOME: Final = """
    FROM files CROSS JOIN posts ON posts.subject = files.subject AND posts.path = files.path WHERE files.root = ?
"""

# Of a post that was there before newsbell, or was taken back, only what somebody sent by hand can be taken back.
_MISSING: Final = f"""{_AT_HOME}
    AND files.missing_since IS NOT NULL AND leaving = 0 AND gone = 0 AND (
        posts.state IN ('published', 'scheduled', 'waiting', 'held')
        OR ((posts.state = 'known' OR brake = 'taken') AND EXISTS (
            SELECT 1 FROM deliveries WHERE deliveries.subject = posts.subject AND wanted != 0)))
"""


_TO_GO: Final = "subject = :subject AND shown_revision IS NOT NULL AND (wanted != 0 OR goes != :how)"
"""The messages that a withdrawal takes back."""


def withdraw(connection: sqlite3.Connection, subject: int, how: Withdrawn, now: datetime, *, hold: str = "") -> int:
    """Take back what is shown of a subject, as `how` says, and send no more of it; how many messages that concerns.

    `hold`: why all that waits for a person's word. A call in the air is concluded first, and then followed by this.
    """
    if hold:
        return _hold(connection, subject, hold)
    _stay(connection, subject)  # that it waited for a word is over, one way or the other
    _drop_unsent(connection, subject, how, now)
    digesting.leave(connection, subject, now, unsent_only=how is Withdrawn.KEEP)
    if how is Withdrawn.KEEP:
        return 0
    taken_back = connection.execute(
        f"""UPDATE deliveries SET wanted = 0, goes = :how, rung = 0, tries = 0, lane = :edit, reason = '', braked = 0,
                due_at = CASE WHEN state IN ('claimed', 'unknown') THEN due_at ELSE :now END,
                state = CASE WHEN state IN ('claimed', 'unknown') THEN state ELSE 'due' END
            WHERE {_TO_GO}""",
        {"how": how, "edit": Lane.EDIT, "now": moment(now), "subject": subject},
    ).rowcount
    line_up_edits(connection, subject)
    return taken_back


def withdraw_missing(connection: sqlite3.Connection, root: int, now: datetime, changes: Changes) -> list[Gone]:
    """Withdraw the posts whose files are away, each once; those that were to come out do so no more."""
    rows = connection.execute(f"SELECT posts.subject, posts.state, posts.path {_MISSING} ORDER BY posts.path", (root,))
    gone = []
    for row in rows.fetchall():
        subject, state = row["subject"], PostState(row["state"])
        connection.execute("UPDATE posts SET gone = 1 WHERE subject = ?", (subject,))
        if state is PostState.HELD:
            continue  # what it was held for counts when it is back
        if state in (PostState.SCHEDULED, PostState.WAITING):
            connection.execute(
                "UPDATE posts SET state = 'unpublished', page = '', page_until = '' WHERE subject = ?", (subject,)
            )
            continue
        if state is PostState.PUBLISHED and not changes.hold:
            connection.execute("UPDATE posts SET state = 'withdrawn' WHERE subject = ?", (subject,))
        messages = withdraw(connection, subject, changes.withdrawn, now, hold=changes.hold)
        gone.append(Gone(row["path"], messages, bool(changes.hold)))
    return gone


def gone_together(connection: sqlite3.Connection, root: int, within: timedelta) -> set[int]:
    """The posts whose files went away `within` that time of those that are to be withdrawn, and these themselves."""
    first = time_of(connection.execute(f"SELECT min(missing_since) {_MISSING}", (root,)).fetchone()[0])
    if first is None:
        return set()
    rows = connection.execute(f"SELECT posts.subject {_AT_HOME} AND missing_since >= ?", (root, moment(first - within)))
    return {row["subject"] for row in rows}


def count_known(
    connection: sqlite3.Connection, root: int, going: Collection[int], *, since: datetime, new_since: datetime
) -> tuple[int, int]:
    """See bot.ports.Posts.count_known."""
    known, before = connection.execute(
        f"""WITH going (subject) AS (SELECT value FROM json_each(?))
            SELECT count(*), count(*) FILTER (WHERE posts.subject IN going OR back_at <= ? AND (
                first_seen_at <= ? OR posts.state = 'known' OR posts.subject < (SELECT min(subject) FROM going)))
            {_AT_HOME} AND (missing_since IS NULL OR missing_since >= ? OR posts.subject IN going)""",
        (json.dumps(list(going)), moment(new_since), moment(new_since), root, moment(since)),
    ).fetchone()
    return known, before


def let_go(connection: sqlite3.Connection, subject: int, how: Withdrawn, now: datetime) -> int:
    """A person's word: what waited for it is taken back."""
    connection.execute("UPDATE posts SET state = 'withdrawn' WHERE subject = ? AND state = 'published'", (subject,))
    return withdraw(connection, subject, how, now)


def bring_back(connection: sqlite3.Connection, subject: int, revision: int, now: datetime) -> int:
    """Let what still stands of a subject show `revision`, whatever was to become of it; how many messages.

    What somebody removed in the chat stays away. What may stand there, though nobody could find out, is no reason to
    send it once more: it is looked for again, and then its destination's policy decides (DESIGN 4.1). What its chat
    unsubscribed from comes back only where the chat asks for it again.
    """
    back = _bring_back(connection, subject, revision, now)
    _stay(connection, subject)
    return back


def bring_back_in(connection: sqlite3.Connection, destination: int, subject: int, revision: int, now: datetime) -> int:
    """The same in one destination, whatever becomes of the subject elsewhere, and whatever it subscribed to."""
    return _bring_back(connection, subject, revision, now, only=destination)


def _bring_back(
    connection: sqlite3.Connection, subject: int, revision: int, now: datetime, *, only: int | None = None
) -> int:
    return connection.execute(
        f"""UPDATE deliveries SET wanted = :revision, rung = {FIRST_RUNG}, tries = 0, leaving = 0, reason = '',
                edit_held = '', unwanted = 0, braked = 0,
                due_at = CASE WHEN state IN ('claimed', 'unknown') THEN due_at ELSE :now END,
                state = CASE WHEN state IN ('claimed', 'unknown') THEN state
                    WHEN shown_revision IS NULL AND nonce != '' THEN 'unknown' ELSE 'due' END
            WHERE subject = :subject AND (:only IS NULL OR destination = :only)
            AND (unwanted = 0 OR :only IS NOT NULL OR destination IN ({WHO_WANTS}))
            AND removed = 0 AND (leaving = 1 AND state = 'held'
                OR wanted != :revision AND (shown_revision IS NOT NULL OR state IN ('claimed', 'unknown'))
                OR wanted = 0 AND nonce != '')""",
        {"revision": revision, "now": moment(now), "subject": subject, "only": only},
    ).rowcount


def leaves(connection: sqlite3.Connection, subject: int | None) -> str:
    """Why a post that is public no more waits for a person's word; empty: it does not."""
    row = connection.execute("SELECT reason FROM posts WHERE subject = ? AND leaving = 1", (subject,)).fetchone()
    return row["reason"] if row else ""


def _stay(connection: sqlite3.Connection, subject: int) -> None:
    if connection.execute(
        "UPDATE posts SET leaving = 0, reason = '' WHERE subject = ? AND leaving = 1", (subject,)
    ).rowcount:
        connection.execute("UPDATE deliveries SET leaving = 0 WHERE subject = ? AND leaving = 1", (subject,))


def _hold(connection: sqlite3.Connection, subject: int, reason: str) -> int:
    """What is shown stays, what is unsent waits, with its nonce where it has one: then it is looked for at the word.

    A call in the air ends as it would have, and what is unknown is found out. What is to be sent again after that is
    held by the trigger `deliveries_leaving`; but nothing is that a person sends somewhere from now on.
    """
    connection.execute("UPDATE posts SET leaving = 1, reason = ? WHERE subject = ?", (reason, subject))
    connection.execute(
        """UPDATE deliveries SET leaving = 1, reason = CASE state WHEN 'due' THEN ? ELSE reason END,
                state = CASE state WHEN 'due' THEN 'held' ELSE state END
            WHERE subject = ? AND shown_revision IS NULL AND wanted != 0 AND state IN ('due', 'claimed', 'unknown')""",
        (reason, subject),
    )
    return count_shown(connection, subject)


def count_shut(connection: sqlite3.Connection, subject: int, how: Withdrawn) -> int:
    """How many of the messages that a withdrawal would take back stand where nothing can be done now."""
    shut: int = connection.execute(
        f"""SELECT count(*) FROM deliveries WHERE {_TO_GO}
            AND (SELECT state FROM destinations WHERE destinations.id = destination) != 'active'""",
        {"subject": subject, "how": how},
    ).fetchone()[0]
    return shut


def count_shown(connection: sqlite3.Connection, subject: int) -> int:
    """How many messages of a subject stand in chats, and are to."""
    shown: int = connection.execute(
        "SELECT count(*) FROM deliveries WHERE subject = ? AND shown_revision IS NOT NULL AND wanted != 0", (subject,)
    ).fetchone()[0]
    return shown


def _drop_unsent(connection: sqlite3.Connection, subject: int, how: Withdrawn, now: datetime) -> None:
    """What was never tried is done with; what may be there already is found out, and then goes as `how` says."""
    connection.execute(
        """UPDATE deliveries SET wanted = 0, goes = :how, braked = 0,
                reason = CASE state WHEN 'failed' THEN 'its post was withdrawn; it had been given up: ' || reason
                    ELSE 'its post was withdrawn before it was sent' END,
                concluded_at = :now, due_at = CASE WHEN state = 'due' AND nonce != '' THEN :now ELSE due_at END,
                state = CASE WHEN state IN ('claimed', 'unknown') THEN state
                    WHEN nonce != '' THEN 'unknown' ELSE 'settled' END
            WHERE subject = :subject AND shown_revision IS NULL AND (wanted != 0 OR nonce != '' AND goes != :how)""",
        {"how": how, "now": moment(now), "subject": subject},
    )
