"""Who gets a post: the same question as SQL over the index of selectors, asked once for all destinations.

bot.subscribing.matching.decide() is the pure form of it; a property test proves both equal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final

from state.turns import TAKEN

# One arm for each kind of selector, so that each is found by the index (kind, value). CROSS JOIN: the post's few
# selectors come first, or SQLite would walk through all subscriptions of the kind.
_WISHES: Final = """
    SELECT s.id, s.destination, s.language, s.options, 0 AS breadth FROM post_selectors p
        CROSS JOIN subscriptions s ON s.kind = p.kind AND s.value = p.value
        WHERE p.subject = :subject AND p.kind = 'category'
    UNION ALL
    SELECT s.id, s.destination, s.language, s.options, 1 FROM post_selectors p
        CROSS JOIN subscriptions s ON s.kind = p.kind AND s.value = p.value
        WHERE p.subject = :subject AND p.kind = 'tag'
    UNION ALL
    SELECT s.id, s.destination, s.language, s.options, 2 FROM subscriptions s WHERE s.kind = 'all-except'
        AND NOT EXISTS (SELECT 1 FROM post_selectors p WHERE p.subject = :subject AND p.kind = 'category'
            AND instr(',' || s.value || ',', ',' || p.value || ',') > 0)
    UNION ALL
    SELECT s.id, s.destination, s.language, s.options, 3 FROM subscriptions s WHERE s.kind = 'all'
"""

# Each destination once, numbered as it was met, with the options of its most specific (then oldest) subscription. A
# table for it costs a third of what GROUP BY and row_number() cost over as many rows: nothing is sorted.
_TABLE: Final = """
    CREATE TEMP TABLE IF NOT EXISTS wishes (
        number INTEGER PRIMARY KEY,
        destination INTEGER NOT NULL UNIQUE,
        rank INTEGER NOT NULL,
        options TEXT NOT NULL
    )
"""

_GATHER: Final = f"""
    INSERT INTO temp.wishes (destination, rank, options)
    SELECT destination, breadth << 56 | id, options FROM ({_WISHES}) AS every WHERE language IN ('', :language) %s
    ON CONFLICT (destination) DO UPDATE SET rank = excluded.rank, options = excluded.options
        WHERE excluded.rank < rank
"""

_GATHER_ALL: Final = _GATHER % ""

_GATHER_THE_REST: Final = (
    _GATHER
    % """
    AND (:only IS NULL OR destination IN (SELECT value FROM json_each(:only)))
    AND NOT EXISTS (
        SELECT 1 FROM deliveries had WHERE had.destination = every.destination AND had.subject = :subject
        AND (had.wanted != 0 OR had.shown_revision IS NOT NULL OR had.removed = 1
            OR had.state IN ('claimed', 'unknown')
            OR had.digest IN (SELECT digest FROM digest_posts WHERE digest_posts.subject = had.subject)))
"""
)
"""Those who have no delivery that is still good, nor had one that somebody removed in the chat."""

NEXT_COPY: Final = """
    (SELECT ifnull(max(copy), -1) + 1 FROM deliveries WHERE destination = destinations.id AND subject = :subject)
"""

_ENQUEUE: Final = f"""
    INSERT INTO deliveries
        (destination, subject, copy, platform, bot, wanted, state, parked, lane, position, turn, due_at, piled,
        options, created_at)
    SELECT destinations.id, :subject, %s, platform, bot, :revision, 'due', state != 'active', :lane, :position,
        {TAKEN.format(of="destinations", lane=":lane")} + wish.number, :due, :piled, wish.options, :now
    FROM temp.wishes AS wish CROSS JOIN destinations ON destinations.id = wish.destination
"""

_ENQUEUE_FIRST: Final = _ENQUEUE % "0"
_ENQUEUE_AGAIN: Final = _ENQUEUE % NEXT_COPY


def enqueue(connection: sqlite3.Connection, terms: Mapping[str, object], *, again: bool) -> int:
    """A delivery for each destination that wants a post; how many.

    `again`: the post went out before, and who has it still, or saw it removed in the chat, gets none.
    """
    connection.execute(_TABLE)
    connection.execute(_GATHER_THE_REST if again else _GATHER_ALL, terms)
    enqueued = connection.execute(_ENQUEUE_AGAIN if again else _ENQUEUE_FIRST, terms).rowcount
    connection.execute("DELETE FROM temp.wishes")
    return enqueued


WHO_WANTS: Final = f"""
    SELECT DISTINCT destination FROM ({_WISHES})
    WHERE language IN ('', (SELECT language FROM posts WHERE subject = :subject))
"""

_FITS: Final = """
    s.language IN ('', posts.language)
    AND (s.kind = 'all'
        OR (s.kind IN ('category', 'tag') AND EXISTS (SELECT 1 FROM post_selectors p
            WHERE p.subject = posts.subject AND p.kind = s.kind AND p.value = s.value))
        OR (s.kind = 'all-except' AND NOT EXISTS (SELECT 1 FROM post_selectors p
            WHERE p.subject = posts.subject AND p.kind = 'category'
            AND instr(',' || s.value || ',', ',' || p.value || ',') > 0)))
"""
"""Whether one subscription, s, asks for one of the posts."""

IS_WANTED: Final = f"EXISTS (SELECT 1 FROM subscriptions s WHERE s.destination = :destination AND {_FITS})"
"""Whether a destination asks for one of the posts."""

THE_WISH: Final = f"""
    SELECT id, options FROM ({_WISHES}) WHERE destination = :destination
    AND language IN ('', (SELECT language FROM posts WHERE subject = :subject)) ORDER BY breadth, id LIMIT 1
"""
"""Under which of its subscriptions a destination gets a post."""

_UNWANTED: Final = f"""
    destination = :destination AND shown_revision IS NULL
    AND NOT (EXISTS (SELECT 1 FROM digests WHERE digests.subject = deliveries.subject)
        AND EXISTS (SELECT 1 FROM subscriptions WHERE destination = :destination))
    AND NOT EXISTS (
        SELECT 1 FROM subscriptions s, posts
        WHERE s.destination = :destination AND posts.subject = deliveries.subject AND {_FITS}
    )
"""
"""What is unsent to a destination, as far as anybody knows, and wanted by none of its subscriptions any more."""

DROP_UNWANTED: Final = f"DELETE FROM deliveries WHERE state IN ('due', 'held') AND nonce = '' AND {_UNWANTED}"
"""What is surely unsent is dropped (DESIGN 4.4)."""

RECALL_UNWANTED: Final = f"""
    UPDATE deliveries SET wanted = 0, unwanted = 1, tries = 0, reason = 'nobody here wants it any more',
        state = CASE state WHEN 'claimed' THEN 'claimed' ELSE 'unknown' END
    WHERE (state IN ('claimed', 'unknown') OR state IN ('due', 'held') AND nonce != '') AND wanted != 0 AND {_UNWANTED}
"""
"""What may be there already is never sent again: it is found out, and then taken back, as of a withdrawn post.

No edit of its post brings it back (state.withdrawing).
"""
