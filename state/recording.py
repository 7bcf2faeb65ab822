"""Writing down files, posts, their keys and their selectors: the statements below publishing and the baseline."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from bot.models import Post, SubjectKind, Visibility
from bot.records import FileRecord, PostState
from bot.subscribing.selectors import match_key
from state.rows import moment


def record_file(connection: sqlite3.Connection, root: int, record: FileRecord, subject: int | None = None) -> None:
    """Remember a file, with its problem if it has one. A file that can't be read keeps the post it was."""
    stamp, problem = record.stamp, record.problem
    connection.execute(
        """INSERT INTO files (root, path, size, mtime_ns, ctime_ns, inode, digest, subject,
                problem_line, problem_what, problem_mend)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (root, path) DO UPDATE SET
                size = excluded.size, mtime_ns = excluded.mtime_ns, ctime_ns = excluded.ctime_ns,
                inode = excluded.inode, digest = excluded.digest, subject = coalesce(excluded.subject, subject),
                problem_line = excluded.problem_line, problem_what = excluded.problem_what,
                problem_mend = excluded.problem_mend, missing_since = NULL""",
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
        ),
    )


def record_known(connection: sqlite3.Connection, root: int, record: FileRecord, now: datetime) -> None:
    """Remember a file of the baseline. Its post is known, never news; one that is not public yet may become news."""
    subject = None
    if record.post is not None:
        subject = find_post(connection, record.post)
        if subject is None:
            subject = insert_post(connection, record.post, first_state(record.post, now), now)
        else:
            update_post(connection, subject, record.post, _known_state(connection, subject, record.post, now))
    record_file(connection, root, record, subject)


def _known_state(connection: sqlite3.Connection, subject: int, post: Post, now: datetime) -> PostState:
    """The state of a post that a baseline sees again: one that became public since is known, not news."""
    before = PostState(connection.execute("SELECT state FROM posts WHERE subject = ?", (subject,)).fetchone()[0])
    return first_state(post, now) if before in (PostState.UNPUBLISHED, PostState.SCHEDULED) else before


def first_state(post: Post, now: datetime) -> PostState:
    """How a post of the baseline is remembered."""
    if post.visibility is not Visibility.PUBLIC:
        return PostState.UNPUBLISHED
    if post.published_at is not None and post.published_at > now:
        return PostState.SCHEDULED
    return PostState.KNOWN


def find_post(connection: sqlite3.Connection, post: Post) -> int | None:
    """The subject that has one of the post's keys, the strongest first (DESIGN 4.5).

    Two posts with different explicit ids are different, even where one took over the other's path.
    """
    for key in (post.key, *post.aliases):
        row = connection.execute(
            "SELECT subject, posts.key FROM post_keys JOIN posts USING (subject) WHERE post_keys.key = ?", (key,)
        ).fetchone()
        if row and not _differ(row["key"], post.key):
            subject: int = row["subject"]
            return subject
    return None


def _differ(known: str, key: str) -> bool:
    return known != key and known.startswith("code:") and key.startswith("code:")


def insert_post(connection: sqlite3.Connection, post: Post, state: PostState, now: datetime) -> int:
    """Write down a post that was never seen; its subject."""
    subject = connection.execute(
        "INSERT INTO subjects (kind, created_at) VALUES (?, ?)", (SubjectKind.POST, moment(now))
    ).lastrowid
    assert subject is not None
    connection.execute(
        """INSERT INTO posts (subject, key, path, title, language, state, published_at, first_seen_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        (subject, post.key, post.path, post.title, post.language, state.value, _date(post), moment(now)),
    )
    _write_keys(connection, subject, post)
    return subject


def update_post(connection: sqlite3.Connection, subject: int, post: Post, state: PostState) -> None:
    """Bring what is known of a post up to date."""
    connection.execute(
        """UPDATE posts SET key = ?, path = ?, title = ?, language = ?, state = ?, published_at = ?
            WHERE subject = ?""",
        (post.key, post.path, post.title, post.language, state.value, _date(post), subject),
    )
    _write_keys(connection, subject, post)


def _date(post: Post) -> str | None:
    return moment(post.published_at) if post.published_at else None


def _write_keys(connection: sqlite3.Connection, subject: int, post: Post) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO post_keys (key, subject) VALUES (?, ?)",
        [(key, subject) for key in (post.key, *post.aliases)],
    )
    connection.execute("DELETE FROM post_selectors WHERE subject = ?", (subject,))
    selectors = [("category", name) for name in post.categories] + [("tag", name) for name in post.tags]
    connection.executemany(
        "INSERT OR IGNORE INTO post_selectors (subject, kind, value, display) VALUES (?, ?, ?, ?)",
        [(subject, kind, match_key(name), name) for kind, name in selectors],
    )
