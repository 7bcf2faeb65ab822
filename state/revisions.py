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


def differs(connection: sqlite3.Connection, subject: int, announcement: Announcement) -> bool:
    """Whether something else is said now than at the last revision, of a subject of which anything was."""
    last = latest(connection, subject)
    if not last:
        return False
    before = said(connection, subject, last)
    return announcement_text(_dated_as(announcement, before)) != announcement_text(before)


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
    """
    last = latest(connection, subject)
    if not differs(connection, subject, announcement):
        return Published(subject, News.UNCHANGED, last, 0)
    revision = write_announcement(connection, subject, _dated_as(announcement, said(connection, subject, last)), now)
    connection.execute(
        """UPDATE deliveries SET wanted = :revision, rung = 0, tries = 0,
                due_at = CASE WHEN state IN ('settled', 'failed') THEN :now ELSE due_at END,
                lane = CASE WHEN shown_revision IS NULL THEN lane ELSE :edit END,
                reason = CASE WHEN shown_revision IS NULL OR state IN ('claimed', 'unknown') THEN reason
                    WHEN :hold != '' THEN :hold WHEN created_at < :since THEN :old ELSE reason END,
                state = CASE WHEN state IN ('claimed', 'unknown') THEN state
                    WHEN shown_revision IS NOT NULL AND (:hold != '' OR created_at < :since) THEN 'held'
                    WHEN state = 'settled' OR (state = 'failed' AND shown_revision IS NOT NULL) THEN 'due'
                    ELSE state END
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
    query = "SELECT count(*) FROM deliveries WHERE subject = ? AND wanted = ? AND state NOT IN ('held', 'failed')"
    count: int = connection.execute(query, (subject, revision)).fetchone()[0]
    return count


def _too_old(connection: sqlite3.Connection, subject: int) -> int:
    """How many messages of a subject are too old to be edited without a word."""
    query = "SELECT count(*) FROM deliveries WHERE subject = ? AND state = 'held' AND reason = ?"
    count: int = connection.execute(query, (subject, _TOO_OLD)).fetchone()[0]
    return count


def _dated_as(announcement: Announcement, before: Announcement) -> Announcement:
    """The time shown is the one of the first sending; by itself it causes no edit (DESIGN 3)."""
    return replace(announcement, published_at=before.published_at)
