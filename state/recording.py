"""Writing down files, posts, their keys and their selectors: the statements below publishing and the baseline."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Final

from bot.models import Post, SubjectKind, Visibility
from bot.publishing.likeness import traits_of
from bot.publishing.sameness import differ
from bot.records import FileRecord, PostState
from bot.subscribing.selectors import match_key
from state.rows import moment, traits_columns

_WEAK: Final = ("path:", "page:")
_PASSING: Final = ("page:", "was:")
"""Keys that alone don't make a file a post that is known: where the site shows or showed it (bot.reading.identity)."""


def record_file(
    connection: sqlite3.Connection,
    root: int,
    record: FileRecord,
    subject: int | None = None,
    *,
    baseline: bool = False,
) -> None:
    """Remember a file, with its problem if it has one. A file that can't be read keeps the post it was."""
    stamp, problem = record.stamp, record.problem
    connection.execute(
        """INSERT INTO files (root, path, size, mtime_ns, ctime_ns, inode, digest, subject,
                problem_line, problem_what, problem_mend, refused_for, unread)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (root, path) DO UPDATE SET
                size = excluded.size, mtime_ns = excluded.mtime_ns, ctime_ns = excluded.ctime_ns,
                inode = excluded.inode, digest = excluded.digest, subject = coalesce(excluded.subject, subject),
                problem_line = excluded.problem_line, problem_what = excluded.problem_what,
                problem_mend = excluded.problem_mend, missing_since = NULL, refused_for = excluded.refused_for,
                unread = excluded.unread OR (unread AND excluded.problem_what IS NOT NULL)""",
        (
            root,
            record.path,
            stamp.size,
            stamp.mtime_ns,
            stamp.ctime_ns,
            stamp.inode,
            record.digest,
            subject,
            problem.line if problem else None,
            problem.what if problem else None,
            problem.mend if problem else None,
            record.refused_for,
            baseline and problem is not None,
        ),
    )


def note_return(connection: sqlite3.Connection, root: int, subject: int, now: datetime) -> None:
    """Remember when a post came back, if its file was away: it has just come, however long it is known."""
    connection.execute(
        """UPDATE posts SET back_at = ? WHERE subject = ? AND EXISTS (SELECT 1 FROM files
            WHERE root = ? AND files.path = posts.path AND files.subject = posts.subject
            AND missing_since IS NOT NULL)""",
        (moment(now), subject, root),
    )


def move_file(connection: sqlite3.Connection, root: int, subject: int, path: str, now: datetime) -> None:
    """Let go of a post's old file, and of the copy that it was held as until the old file went away."""
    connection.execute(
        """UPDATE files SET missing_since = ?, problem_line = NULL, problem_what = NULL, problem_mend = NULL
            WHERE root = ? AND path = (SELECT path FROM posts WHERE subject = ?) AND path != ? AND subject = ?
            AND missing_since IS NULL""",
        (moment(now), root, subject, path, subject),
    )
    for (copy,) in connection.execute(
        """SELECT subject FROM posts WHERE path = ? AND subject != ? AND state = 'held' AND copy_of != 0
            AND subject NOT IN (SELECT subject FROM announcements)""",
        (path, subject),
    ).fetchall():
        connection.execute("UPDATE files SET subject = NULL WHERE subject = ?", (copy,))
        for table in ("post_keys", "post_selectors", "posts"):
            connection.execute(f"DELETE FROM {table} WHERE subject = ?", (copy,))
        connection.execute("DELETE FROM subjects WHERE id = ?", (copy,))


def record_known(connection: sqlite3.Connection, root: int, record: FileRecord, now: datetime) -> None:
    """Remember a file of the baseline. Its post is known, never news; one that is not public yet may become news."""
    subject = None
    if record.post is not None:
        subject = find_post(connection, record.post)
        if subject is None:
            subject = insert_post(connection, record, first_state(record.post, now), now)
        else:
            update_post(connection, subject, record, _known_state(connection, subject, record.post, now))
    record_file(connection, root, record, subject, baseline=True)


def _known_state(connection: sqlite3.Connection, subject: int, post: Post, now: datetime) -> PostState:
    """The state of a post that a baseline sees again: one that became public since is known, not news."""
    before = PostState(connection.execute("SELECT state FROM posts WHERE subject = ?", (subject,)).fetchone()[0])
    return first_state(post, now) if before in (PostState.UNPUBLISHED, PostState.SCHEDULED) else before


def first_state(post: Post, now: datetime) -> PostState:
    """How a post of the baseline is remembered."""
    if post.visibility is not Visibility.PUBLIC:
        return PostState.UNPUBLISHED
    if post.lies_ahead(now):
        return PostState.SCHEDULED
    return PostState.KNOWN


def find_post(connection: sqlite3.Connection, post: Post) -> int | None:
    """The subject that has the post's code, publisher's address or path, the strongest first (DESIGN 4.5).

    Two posts with different explicit ids are different, even where one took over the other's path. What was renamed is
    not found here: that takes a look at the disk (bot.publishing.identifying).
    """
    for key in (post.key, *post.aliases):
        if key.startswith(_PASSING):
            continue
        row = connection.execute(
            "SELECT subject, posts.key FROM post_keys JOIN posts USING (subject) WHERE post_keys.key = ?", (key,)
        ).fetchone()
        if row and not differ(row["key"], post.key):
            subject: int = row["subject"]
            return subject
    return None


def insert_post(connection: sqlite3.Connection, record: FileRecord, state: PostState, now: datetime) -> int:
    """Write down a post that was never seen; its subject."""
    post = record.post
    assert post is not None
    subject = connection.execute(
        "INSERT INTO subjects (kind, created_at) VALUES (?, ?)", (SubjectKind.POST, moment(now))
    ).lastrowid
    assert subject is not None
    row = _row(record, state) | {"subject": subject, "first_seen_at": moment(now)}
    names = ", ".join(row)
    connection.execute(f"INSERT INTO posts ({names}) VALUES ({', '.join(f':{name}' for name in row)})", row)
    _write_keys(connection, subject, post)
    return subject


def update_post(connection: sqlite3.Connection, subject: int, record: FileRecord, state: PostState) -> None:
    """Bring what is known of a post up to date."""
    assert record.post is not None
    row = _row(record, state)
    changes = ", ".join(f"{name} = :{name}" for name in row)
    connection.execute(f"UPDATE posts SET {changes} WHERE subject = :subject", row | {"subject": subject})
    _drop_keys(connection, subject, record.post)
    _write_keys(connection, subject, record.post)


def note_bytes(connection: sqlite3.Connection, subject: int, record: FileRecord) -> None:
    """Remember which bytes a post was last read from."""
    connection.execute("UPDATE posts SET digest = ? WHERE subject = ?", (record.digest, subject))


def _row(record: FileRecord, state: PostState) -> dict[str, object]:
    """The columns of a post that its file decides."""
    post = record.post
    assert post is not None
    return {
        "key": post.key,
        "path": post.path,
        "title": post.title,
        "language": post.language,
        "state": state.value,
        "visibility": post.visibility.value,
        "published_at": moment(post.published_at) if post.published_at else None,
        "digest": record.digest,
        "gone": 0,
    } | traits_columns(traits_of(post))


def _drop_keys(connection: sqlite3.Connection, subject: int, post: Post) -> None:
    """A weak key goes when it changes, and selectors are written anew."""
    connection.execute(
        """DELETE FROM post_keys WHERE subject = ? AND substr(key, 1, 5) IN ('path:', 'page:')
            AND key NOT IN (SELECT value FROM json_each(?))""",
        (subject, json.dumps([post.key, *post.aliases])),
    )
    connection.execute("DELETE FROM post_selectors WHERE subject = ?", (subject,))


def _write_keys(connection: sqlite3.Connection, subject: int, post: Post) -> None:
    """A strong key stays with the post that had it first, a code until that post has another code.

    A weak key is the last post's.
    """
    keys = (post.key, *post.aliases)
    weak = [key for key in keys if key.startswith(_WEAK)]
    connection.executemany(
        """INSERT INTO post_keys (key, subject) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET subject = excluded.subject
            WHERE key LIKE 'code:%' AND EXISTS (SELECT 1 FROM posts WHERE posts.subject = post_keys.subject
                AND posts.key LIKE 'code:%' AND posts.key != post_keys.key)""",
        [(key, subject) for key in keys if not key.startswith((*_WEAK, "was:"))],
    )
    connection.executemany(
        "INSERT OR REPLACE INTO post_keys (key, subject) VALUES (?, ?)", [(key, subject) for key in weak]
    )
    selectors = [("category", name) for name in post.categories] + [("tag", name) for name in post.tags]
    connection.executemany(
        "INSERT OR IGNORE INTO post_selectors (subject, kind, value, display) VALUES (?, ?, ?, ?)",
        [(subject, kind, match_key(name), name) for kind, name in selectors],
    )
