"""Which posts are meant by the words that people have for them."""

from __future__ import annotations

import re
import sqlite3
from typing import Final

from bot.publishing.likeness import plain
from bot.reading.addresses import comparable, web_address
from bot.reading.paths import slug_of
from bot.records import KnownPost
from state.rows import KNOWN_POST, known_post_of

_MOST: Final = 8
"""Posts of one title: a bulletin has the same every day."""

_TOKEN: Final = re.compile(r"~([0-9]{1,18}(?:,[0-9]{1,18})*)")

_ADDRESSES: Final = ("page", "url", "was")


def find(connection: sqlite3.Connection, text: str) -> KnownPost | None:
    """See bot.ports.NamedPosts."""
    row = connection.execute(
        f"""SELECT {KNOWN_POST} WHERE path = :text OR subject IN (
                SELECT subject FROM post_keys WHERE key = :text OR key >= :code AND key < :after)
            -- Where one post's file was moved onto another's, the path is the first one's now.
            ORDER BY subject = (SELECT subject FROM post_keys WHERE key = 'path:' || :text) DESC,
                path = :text DESC, subject DESC LIMIT 1""",
        {"text": text, "code": f"code:{text}@", "after": f"code:{text}A"},
    ).fetchone()
    return known_post_of(row) if row else None


def named(connection: sqlite3.Connection, text: str) -> list[KnownPost]:
    """See bot.ports.NamedPosts."""
    if token := _TOKEN.fullmatch(text):
        return _select(connection, "subject", token[1].split(","))
    if address := comparable(web_address(text) or ""):
        keys = [f"{kind}:{address}@" for kind in _ADDRESSES]
        ranges = " OR ".join(["key >= ? AND key < ?"] * len(keys))
        bounds = [bound for key in keys for bound in (key, f"{key[:-1]}A")]  # behind "@" stands the language
        rows = connection.execute(f"SELECT DISTINCT subject FROM post_keys WHERE {ranges}", bounds)
        return _select(connection, "subject", [row["subject"] for row in rows])
    title, slug = plain(text), plain(slug_of(f"{text.removesuffix('.md')}.md"))
    found = _select(connection, "likeness_title", [title]) if title else []
    return found or (_select(connection, "likeness_slug", [slug]) if slug else [])


def _select(connection: sqlite3.Connection, column: str, values: list[str]) -> list[KnownPost]:
    rows = connection.execute(
        f"""SELECT {KNOWN_POST} WHERE {column} IN ({", ".join("?" * len(values))})
            ORDER BY published_at DESC, subject DESC LIMIT {_MOST}""",
        values,
    )
    return [known_post_of(row) for row in rows]
