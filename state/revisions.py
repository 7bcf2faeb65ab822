"""What is said about a subject, revision by revision, and who is to see the last one."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.models import Announcement, Lane
from bot.records import UNHELD, Changes, News, Published
from state.rows import announcement_of, announcement_text, moment
from state.turns import line_up_edits

FIRST_RUNG: Final = "iif(nonce != '' AND shown_revision IS NULL, rung, 0)"
"""The rung of a delivery that comes to want another thing: the first. What may be there is looked for as it was."""

_TOO_OLD: Final = "the message is too old to follow edits by itself (NEWSBELL_EDIT_DAYS)"


def latest(connection: sqlite3.Connection, subject: int) -> int:
    """The number of the last revision; 0: nothing was ever said."""
    row = connection.execute("SELECT max(revision) AS last FROM announcements WHERE subject = ?", (subject,)).fetchone()
    return row["last"] or 0


def said(connection: sqlite3.Connection, subject: int, revision: int) -> Announcement:
    """What was said at a revision."""
    row = connection.execute(
        "SELECT content FROM announcements WHERE subject = ? AND revision = ?", (subject, revision)
    ).fetchone()
    return announcement_of(row["content"])


def last_said(connection: sqlite3.Connection, subject: int) -> Announcement | None:
    """What was said last; None: nothing was ever said."""
    revision = latest(connection, subject)
    return said(connection, subject, revision) if revision else None


def differs(connection: sqlite3.Connection, subject: int, announcement: Announcement) -> bool:
    """Whether something else is said now than at the last revision, of a subject of which anything was."""
    last = latest(connection, subject)
    if not last:
        return False
    before = said(connection, subject, last)
    return announcement_text(_dated_as(announcement, before)) != announcement_text(before)


def is_held(connection: sqlite3.Connection, subject: int, hold: str) -> bool:
    """Whether a message of a subject, or of a digest that it is in, waits for a word, for the reason `hold`."""
    row = connection.execute(
        """SELECT 1 FROM deliveries WHERE (state = 'held' AND reason = :hold OR edit_held = :hold)
            AND subject IN (SELECT :subject UNION ALL SELECT digest FROM digest_posts WHERE subject = :subject)
            LIMIT 1""",
        {"subject": subject, "hold": hold},
    ).fetchone()
    return row is not None


def write_announcement(connection: sqlite3.Connection, subject: int, announcement: Announcement, now: datetime) -> int:
    """Write down the next revision; its number."""
    revision = latest(connection, subject) + 1
    dated = replace(announcement, published_at=announcement.published_at or now)
    connection.execute(
        "INSERT INTO announcements (subject, revision, content, created_at) VALUES (?, ?, ?, ?)",
        (subject, revision, announcement_text(dated), moment(now)),
    )
    return revision


def revise(
    connection: sqlite3.Connection,
    subject: int,
    announcement: Announcement,
    now: datetime,
    changes: Changes = UNHELD,
) -> Published:
    """A new revision, if something else is said now; what shows an earlier one becomes due for an edit, or held.

    What was given up before anything was shown stays so, for a send is no edit: at a person's word it says the latest.
    Where a call is in the air, or may have been made, the edit that follows it is held when that is known.
    """
    last = latest(connection, subject)
    if not differs(connection, subject, announcement):
        return Published(subject, News.UNCHANGED, last, 0)
    revision = write_announcement(connection, subject, _dated_as(announcement, said(connection, subject, last)), now)
    connection.execute(
        f"""UPDATE deliveries SET wanted = :revision, rung = {FIRST_RUNG}, tries = 0,
                due_at = CASE WHEN state IN ('settled', 'failed') THEN :now ELSE due_at END,
                lane = CASE WHEN shown_revision IS NULL THEN lane ELSE :edit END,
                reason = CASE WHEN shown_revision IS NULL OR state IN ('claimed', 'unknown') THEN reason
                    WHEN :hold != '' THEN :hold WHEN created_at < :since THEN :old ELSE reason END,
                state = CASE WHEN state IN ('claimed', 'unknown') THEN state
                    WHEN shown_revision IS NOT NULL AND (:hold != '' OR created_at < :since) THEN 'held'
                    WHEN state = 'settled' OR (state = 'failed' AND shown_revision IS NOT NULL) THEN 'due'
                    ELSE state END,
                edit_held = CASE WHEN nonce = '' THEN '' WHEN :hold != '' THEN :hold
                    WHEN shown_revision IS NOT NULL AND created_at < :since THEN :old ELSE edit_held END
            WHERE subject = :subject AND wanted != 0""",
        {
            "revision": revision,
            "now": moment(now),
            "edit": Lane.EDIT,
            "subject": subject,
            "hold": changes.hold,
            "old": _TOO_OLD,
            "since": moment(changes.edits_since) if changes.edits_since else "",
        },
    )
    line_up_edits(connection, subject)
    too_old = _too_old(connection, subject) if changes.edits_since else 0
    return Published(subject, News.EDITED, revision, _following(connection, subject, revision), too_old)


def _following(connection: sqlite3.Connection, subject: int, revision: int) -> int:
    """How many messages of a subject come to show a revision without a word."""
    query = """SELECT count(*) FROM deliveries
        WHERE subject = ? AND wanted = ? AND state NOT IN ('held', 'failed') AND edit_held = ''"""
    count: int = connection.execute(query, (subject, revision)).fetchone()[0]
    return count


def _too_old(connection: sqlite3.Connection, subject: int) -> int:
    """How many messages of a subject are too old to be edited without a word."""
    query = """SELECT count(*) FROM deliveries
        WHERE subject = :subject AND (state = 'held' AND reason = :old OR edit_held = :old)"""
    count: int = connection.execute(query, {"subject": subject, "old": _TOO_OLD}).fetchone()[0]
    return count


def _dated_as(announcement: Announcement, before: Announcement) -> Announcement:
    """The time shown is the one of the first sending; by itself it causes no edit (DESIGN 3)."""
    return replace(announcement, published_at=before.published_at)
