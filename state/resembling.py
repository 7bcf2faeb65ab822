"""Looks for the posts that a file may be: by its keys, its bytes, its name and its text, each through an index."""

from __future__ import annotations

import sqlite3
from typing import Final

from bot.models import Post
from bot.publishing.likeness import traits_of
from bot.records import FileRecord, Kin, PostState
from state.rows import KIN, kin_of, leads_of

_MOST: Final = 40
"""Posts that are looked at for one likeness, the newest: a title such as "Planet News" may stand on thousands."""


def find_kin(connection: sqlite3.Connection, root: int, record: FileRecord) -> list[Kin]:
    """See bot.ports.Posts.kin."""
    if record.post is None:
        return []
    keys = _by_keys(connection, record.post)
    if (before := _by_file(connection, root, record)) is not None:
        keys[before] = keys.get(before, frozenset()) | {f"file:{record.path}"}
    kin = _read(connection, root, keys)
    if any(_is_unchanged(one, record) for one in kin):
        return kin
    others = {one.subject for one in kin}
    return kin + _read(connection, root, dict.fromkeys(_by_looks(connection, record, others) - others, frozenset()))


def _is_unchanged(kin: Kin, record: FileRecord) -> bool:
    """Whether the file is what it was when it was last read, so that nobody else need be asked."""
    return kin.path == record.path and kin.digest == record.digest and kin.state in _DONE and kin.stamp is not None


_DONE: Final = (PostState.KNOWN, PostState.PUBLISHED)


def _by_keys(connection: sqlite3.Connection, post: Post) -> dict[int, frozenset[str]]:
    """The file's keys by the post that they lead to. An old address leads to whatever is shown there."""
    found: dict[int, frozenset[str]] = {}
    for key in (post.key, *post.aliases):
        kept = f"page:{key.removeprefix('was:')}" if key.startswith("was:") else key
        row = connection.execute("SELECT subject FROM post_keys WHERE key = ?", (kept,)).fetchone()
        if row:
            found[row["subject"]] = found.get(row["subject"], frozenset()) | {key}
    return found


def _by_file(connection: sqlite3.Connection, root: int, record: FileRecord) -> int | None:
    """The post that this path held when it last held these bytes, if that went elsewhere since: another branch."""
    row = connection.execute(
        """SELECT subject FROM files JOIN posts USING (subject)
            WHERE root = ? AND files.path = ? AND files.digest = ? AND posts.path != files.path""",
        (root, record.path, record.digest),
    ).fetchone()
    return row["subject"] if row else None


def _by_looks(connection: sqlite3.Connection, record: FileRecord, known: set[int]) -> set[int]:
    """The posts with the same bytes; if `known` and copies are all of them, also those with the slug, title or text."""
    assert record.post is not None
    found = _newest(connection, "digest = ?", record.digest)
    if _newest(connection, "digest = ? AND copy_of = 0", record.digest) - known:
        return found
    traits, language = traits_of(record.post), record.post.language
    found |= _newest(connection, "likeness_slug = ? AND language = ?", traits.slug, language)
    found |= _newest(connection, "likeness_title = ? AND language = ?", traits.title, language)
    first, second = leads_of(traits)
    if first is not None:
        found |= _newest(connection, "likeness_first IN (?, ?)", first, second)
        found |= _newest(connection, "likeness_second IN (?, ?)", first, second)
    return found


def _newest(connection: sqlite3.Connection, likeness: str, *terms: object) -> set[int]:
    query = f"SELECT subject FROM posts WHERE {likeness} ORDER BY subject DESC LIMIT {_MOST}"
    return {row["subject"] for row in connection.execute(query, terms)}


def _read(connection: sqlite3.Connection, root: int, found: dict[int, frozenset[str]]) -> list[Kin]:
    query = f"SELECT {KIN} WHERE posts.subject = :subject"
    rows = (connection.execute(query, {"root": root, "subject": subject}).fetchone() for subject in found)
    return [kin_of(row, found[row["subject"]]) for row in rows if row]
