"""Who gets a post: all who want it when it comes out, and who comes to want it while it is young. In a transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.models import Lane, Post
from bot.records import Brake, Published
from state.brakes import brake_of, hold_due
from state.matching import WHO_WANTS, enqueue
from state.rows import moment
from state.turns import note_publication

YOUNG: Final = timedelta(days=1)
"""For so long after it went out, a post still goes to those who want it since its categories changed."""

WAITS_TO_JOIN: Final = "state = 'held' AND joins = 1 AND tried_at IS NULL AND wanted != 0"
"""Deliveries that wait with the mass of edits that made their chats want the post."""

_HOLD: Final = """
    UPDATE deliveries SET state = 'held', joins = 1, reason = :hold
    WHERE subject = :subject AND state = 'due'
    AND position = (SELECT max(id) FROM publications WHERE subject = :subject)
"""

_DROP: Final = f"""
    DELETE FROM deliveries WHERE subject = :subject AND {WAITS_TO_JOIN}
    AND (:is_old OR destination NOT IN ({WHO_WANTS}))
"""


def who_wants(connection: sqlite3.Connection, subject: int) -> set[int]:
    """The destinations whose subscriptions match a post as it is written down now."""
    return {row["destination"] for row in connection.execute(WHO_WANTS, {"subject": subject})}


def fan_out(
    connection: sqlite3.Connection,
    subject: int,
    revision: int,
    post: Post,
    now: datetime,
    *,
    only: Collection[int] | None = None,
    piles_until: datetime | None = None,
) -> int:
    """A delivery for all who want the post and have none that is still good; `only`: for those destinations alone."""
    piled = piles_until is not None and not post.overrides.breaking
    again = _began(connection, subject) is not None
    terms = {
        "subject": subject,
        "only": None if only is None else json.dumps(list(only)),
        "revision": revision,
        "lane": Lane.BREAKING if post.overrides.breaking else Lane.POST,
        "position": note_publication(connection, subject, now),
        "now": moment(now),
        "due": moment(piles_until if piled and piles_until else now),
        "piled": piled,
        "language": post.language,
    }
    return enqueue(connection, terms, again=again)


def join(
    connection: sqlite3.Connection, revised: Published, post: Post, before: set[int], now: datetime, *, hold: str
) -> Published:
    """A young post has other categories: who wants it now, and did not `before`, gets it as well.

    `hold`: why that waits for a person's word, as the edits of its mass do.
    """
    subject = revised.subject
    wanted = who_wants(connection, subject) - before
    if not wanted or not _is_young(connection, subject, now):
        return revised
    joined = fan_out(connection, subject, revised.revision, post, now, only=wanted)
    if hold:
        connection.execute(_HOLD, {"subject": subject, "hold": hold})
        return replace(revised, held=revised.held or joined > 0)
    if brake_of(connection, subject) is Brake.HELD:
        hold_due(connection, subject)
    return replace(revised, deliveries=revised.deliveries + joined)


def drop_late_joins(connection: sqlite3.Connection, now: datetime) -> None:
    """Of what waits to join, drop what its chat wants no more, and posts that are young no more."""
    rows = connection.execute(f"SELECT DISTINCT subject FROM deliveries WHERE {WAITS_TO_JOIN}").fetchall()
    for subject in (row["subject"] for row in rows):
        connection.execute(_DROP, {"subject": subject, "is_old": not _is_young(connection, subject, now)})


def _is_young(connection: sqlite3.Connection, subject: int, now: datetime) -> bool:
    began = _began(connection, subject)
    return began is not None and began >= moment(now - YOUNG)


def _began(connection: sqlite3.Connection, subject: int) -> str | None:
    """When a post came out first; None: it did not."""
    began: str | None = connection.execute("SELECT min(at) FROM publications WHERE subject = ?", (subject,)).fetchone()[
        0
    ]
    return began
