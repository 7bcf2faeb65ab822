"""What there is to subscribe to, and what of it a destination asks for."""

from __future__ import annotations

import sqlite3
from typing import Final

from bot.models import Category, Destination, Subscription
from bot.records import KnownPost, PostState
from state.matching import IS_WANTED, THE_WISH
from state.rows import KNOWN_POST, SUBSCRIPTION, known_post_of, subscription_of
from state.subscriptions import id_of

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


def latest_for(connection: sqlite3.Connection, destination: Destination) -> KnownPost | None:
    """See bot.ports.Posts."""
    row = connection.execute(
        f"""SELECT {KNOWN_POST} WHERE state IN ('known', 'published') AND brake = '' AND {IS_WANTED}
            ORDER BY published_at DESC, path DESC LIMIT 1""",
        {"destination": id_of(connection, destination)},
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
