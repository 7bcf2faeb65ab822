"""What there is to subscribe to, and what of it a destination asks for."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from bot.models import Category, Destination, Subscription
from bot.records import KnownPost, PostState
from state.matching import IS_WANTED, THE_WISH
from state.rows import KNOWN_POST, SUBSCRIPTION, known_post_of, moment, subscription_of
from state.subscriptions import id_of

IS_PUBLIC: Final = """
    state IN ('known', 'published') AND visibility = 'public' AND gone = 0
    AND (published_at IS NULL OR published_at <= :now
        OR EXISTS (SELECT 1 FROM announcements WHERE announcements.subject = posts.subject))
"""
"""Whether readers see one of the posts at `:now`, as far as newsbell knows: what was there before newsbell may be
hidden since, and what is to be taken back may wait for an operator's word. What was announced is known to all.
"""

_HIDDEN: Final = ", ".join(f"'{state}'" for state in PostState if state not in {PostState.KNOWN, PostState.PUBLISHED})

# A press in a menu asks for both. The few posts that readers don't see are left out of a walk along an index that has
# the names in their order; to look at each of 20,000 posts took five times as long.
_CATEGORIES: Final = f"""
    SELECT value, display, sum(spelt) OVER (PARTITION BY value) AS posts,
        row_number() OVER (PARTITION BY value ORDER BY spelt DESC, display) AS preference
    FROM (SELECT value, display, count(*) AS spelt FROM post_selectors
        WHERE kind = 'category' AND subject NOT IN (SELECT subject FROM posts WHERE state IN ({_HIDDEN}))
        GROUP BY value, display)
    ORDER BY posts DESC, value
"""

# By the index that has both, in the order of languages: "+" keeps the one of the states out.
_LANGUAGES: Final = """
    SELECT language FROM posts WHERE +state IN ('known', 'published') GROUP BY language ORDER BY count(*) DESC, language
"""


def newest(connection: sqlite3.Connection, limit: int, now: datetime) -> list[KnownPost]:
    """See bot.ports.Posts.latest."""
    rows = connection.execute(
        f"SELECT {KNOWN_POST} WHERE {IS_PUBLIC} ORDER BY published_at DESC, path DESC LIMIT :limit",
        {"limit": limit, "now": moment(now)},
    )
    return [known_post_of(row) for row in rows]


def latest_for(connection: sqlite3.Connection, destination: Destination, now: datetime) -> KnownPost | None:
    """See bot.ports.Posts."""
    row = connection.execute(
        f"""SELECT {KNOWN_POST} WHERE {IS_PUBLIC} AND brake = '' AND {IS_WANTED}
            ORDER BY published_at DESC, path DESC LIMIT 1""",
        {"destination": id_of(connection, destination), "now": moment(now)},
    ).fetchone()
    return known_post_of(row) if row else None


def wish_for(connection: sqlite3.Connection, subject: int, destination: Destination) -> Subscription | None:
    """See bot.ports.Posts."""
    row = connection.execute(
        f"SELECT {SUBSCRIPTION} WHERE subscriptions.id = (SELECT id FROM ({THE_WISH}))",
        {"subject": subject, "destination": id_of(connection, destination)},
    ).fetchone()
    return subscription_of(row) if row else None


def categories(connection: sqlite3.Connection) -> list[Category]:
    """See bot.ports.Posts."""
    rows = connection.execute(_CATEGORIES)
    return [Category(row["value"], row["display"], row["posts"]) for row in rows if row["preference"] == 1]


def languages(connection: sqlite3.Connection) -> list[str]:
    """See bot.ports.Posts."""
    return [row["language"] for row in connection.execute(_LANGUAGES)]
