"""A post becomes deliveries: everything here runs inside the one transaction that records the post (DESIGN 4.1)."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.delivering.standing import next_state
from bot.models import Announcement, Destination, Lane, Post, Visibility
from bot.records import FileRecord, Hold, News, PostState, Published
from state.matching import ENQUEUE
from state.recording import find_post, first_state, insert_post, move_file, note_bytes, record_file, update_post
from state.rows import announcement_of, announcement_text, moment
from state.subscriptions import id_of


def take_in(
    connection: sqlite3.Connection,
    root: int,
    record: FileRecord,
    announcement: Announcement,
    now: datetime,
    *,
    same: int | None,
    hold: Hold | None,
    release: bool,
    edits_since: datetime | None,
    old: bool,
) -> Published:
    """See bot.ports.Posts.take_in."""
    post = record.post
    if post is None:
        raise ValueError(f"{record.path} holds no post")
    subject = find_post(connection, post) if same is None else same or None
    before = _state(connection, subject, hold)
    unchanged = subject is not None and _same_bytes(connection, subject, record)
    after = first_state(post, now) if old else next_state(before, post, now, hold=hold, release=release)
    if subject is None:
        subject = insert_post(connection, record, after, now)
    else:
        move_file(connection, root, subject, record.path, now)
        update_post(connection, subject, record, after)
    record_file(connection, root, record, subject)
    _note_hold(connection, subject, after, hold, release=release)

    if after is PostState.PUBLISHED and before is not PostState.PUBLISHED:
        revision = _write_announcement(connection, subject, announcement, now)
        count = _fan_out(connection, subject, revision, post, now)
        return Published(subject, News.NEW, revision, count)
    revision = _revision(connection, subject)
    if revision and not unchanged and post.visibility is Visibility.PUBLIC:
        return _revise(connection, subject, announcement, now, edits_since)
    is_old = old and after is PostState.KNOWN
    return Published(subject, News.OLD if is_old else _NEWS[after], revision, 0)


_NEWS = {
    PostState.KNOWN: News.UNCHANGED,
    PostState.PUBLISHED: News.UNCHANGED,
    PostState.UNPUBLISHED: News.UNPUBLISHED,
    PostState.SCHEDULED: News.SCHEDULED,
    PostState.HELD: News.HELD,
}


def enqueue_for(
    connection: sqlite3.Connection,
    root: int,
    record: FileRecord,
    announcement: Announcement,
    *,
    destinations: Sequence[Destination],
    now: datetime,
) -> int:
    """See bot.ports.Posts.send_to."""
    assert record.post is not None
    subject = find_post(connection, record.post)
    if subject is None:
        subject = insert_post(connection, record, PostState.KNOWN, now)
    unchanged = _same_bytes(connection, subject, record)
    note_bytes(connection, subject, record)
    record_file(connection, root, record, subject)
    revision = _revision(connection, subject)
    if not revision:
        revision = _write_announcement(connection, subject, announcement, now)
    elif not unchanged:  # edited just now: whoever has it gets the edit as well
        revision = _revise(connection, subject, announcement, now).revision
    position = _publication(connection, subject, now)
    keys = [key for destination in destinations if (key := id_of(connection, destination)) is not None]
    enqueued = 0
    for key in keys:
        enqueued += connection.execute(
            """INSERT OR IGNORE INTO deliveries
                (destination, subject, platform, bot, wanted, state, parked, lane, position, due_at, created_at)
                SELECT id, ?, platform, bot, ?, 'due', state != 'active', ?, ?, ?, ? FROM destinations WHERE id = ?""",
            (subject, revision, Lane.POST, position, moment(now), moment(now), key),
        ).rowcount
    return enqueued


def _state(connection: sqlite3.Connection, subject: int | None, hold: Hold | None = None) -> PostState | None:
    row = connection.execute("SELECT state, copy_of FROM posts WHERE subject = ?", (subject,)).fetchone()
    if row is None:
        return None
    before = PostState(row["state"])
    # What was held as a copy, and is looked at again without being one, is new.
    return None if before is PostState.HELD and row["copy_of"] and hold is None else before


def _note_hold(
    connection: sqlite3.Connection, subject: int, after: PostState, hold: Hold | None, *, release: bool
) -> None:
    """Why a post is held; a person's word is remembered, so that it is not asked for twice."""
    if after is PostState.HELD and hold is not None:
        connection.execute(
            "UPDATE posts SET reason = ?, copy_of = ? WHERE subject = ?", (hold.reason, hold.copy_of, subject)
        )
    elif after is not PostState.HELD:
        connection.execute(
            "UPDATE posts SET reason = '', cleared = cleared OR (copy_of != 0 AND ?), copy_of = 0 WHERE subject = ?",
            (release, subject),
        )


def _same_bytes(connection: sqlite3.Connection, subject: int, record: FileRecord) -> bool:
    """Only changed bytes start an edit: an upgrade that words things differently edits nothing (DESIGN 3).

    A new path is a change as well: the link may go by it.
    """
    row = connection.execute("SELECT path, digest FROM posts WHERE subject = ?", (subject,)).fetchone()
    return (row["path"], row["digest"]) == (record.path, record.digest)


def _revision(connection: sqlite3.Connection, subject: int) -> int:
    row = connection.execute("SELECT max(revision) AS last FROM announcements WHERE subject = ?", (subject,)).fetchone()
    return row["last"] or 0


def _write_announcement(connection: sqlite3.Connection, subject: int, announcement: Announcement, now: datetime) -> int:
    revision = _revision(connection, subject) + 1
    dated = replace(announcement, published_at=announcement.published_at or now)
    connection.execute(
        "INSERT INTO announcements (subject, revision, content, created_at) VALUES (?, ?, ?, ?)",
        (subject, revision, announcement_text(dated), moment(now)),
    )
    return revision


def _publication(connection: sqlite3.Connection, subject: int, now: datetime) -> int:
    """The position of what is enqueued now: after everything that was enqueued before."""
    position = connection.execute(
        "INSERT INTO publications (subject, copy, at) VALUES (?, 0, ?)", (subject, moment(now))
    ).lastrowid
    assert position is not None
    return position


def _fan_out(connection: sqlite3.Connection, subject: int, revision: int, post: Post, now: datetime) -> int:
    return connection.execute(
        ENQUEUE,
        {
            "subject": subject,
            "copy": 0,
            "revision": revision,
            "lane": Lane.BREAKING if post.overrides.breaking else Lane.POST,
            "position": _publication(connection, subject, now),
            "now": moment(now),
            "language": post.language,
        },
    ).rowcount


def _revise(
    connection: sqlite3.Connection,
    subject: int,
    announcement: Announcement,
    now: datetime,
    edits_since: datetime | None = None,
) -> Published:
    """A new revision, if something else is said now; what shows an earlier one becomes due for an edit."""
    last = _revision(connection, subject)
    row = connection.execute(
        "SELECT content FROM announcements WHERE subject = ? AND revision = ?", (subject, last)
    ).fetchone()
    # The time shown is the one of the first sending; by itself it causes no edit (DESIGN 3).
    dated = replace(announcement, published_at=announcement_of(row["content"]).published_at) if row else announcement
    if row and row["content"] == announcement_text(dated):
        return Published(subject, News.UNCHANGED, last, 0)
    revision = _write_announcement(connection, subject, dated, now)
    changed = connection.execute(
        """UPDATE deliveries SET wanted = :revision, rung = 0, tries = 0,
                due_at = CASE WHEN state IN ('settled', 'failed') THEN :now ELSE due_at END,
                lane = CASE WHEN shown_revision IS NULL THEN lane ELSE :edit END,
                state = CASE WHEN state IN ('settled', 'failed') THEN 'due' ELSE state END
            WHERE subject = :subject AND wanted != 0 AND (shown_revision IS NULL OR created_at >= :since)""",
        {
            "revision": revision,
            "now": moment(now),
            "edit": Lane.EDIT,
            "subject": subject,
            "since": moment(edits_since) if edits_since else "",
        },
    ).rowcount
    return Published(subject, News.EDITED, revision, changed)
