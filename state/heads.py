"""Who is first in each destination's line, for the bot's next calls: one delivery a destination, smallest turn first.

Two ways lead there. Most often the smallest turns are the first of their destinations: then a walk along the turns has
enough after a few rows, however many destinations there are. But where each destination has a long line, nearly all
that it meets stand behind another one: then each destination is asked for its first, however long the lines are.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from typing import Final

from bot.models import Delivery
from state.rows import DELIVERY, deliveries_of

WALK: Final = 16
"""Rows that the walk may look at for each one wanted: enough for so many posts to everybody at once."""

FEW: Final = 4
"""Destinations for each one wanted that are asked at once where the walk is long: that costs less than to try it."""

_END_OF_WALK: Final = """
    SELECT lane AS end_lane, turn AS end_turn, id AS end_id FROM deliveries
    WHERE platform = :platform AND bot = :bot AND state = 'due' AND parked = 0 AND lane >= :lane
    ORDER BY lane, turn, id LIMIT 1 OFFSET :walk
"""

_NO_END: Final = {"end_lane": "~", "end_turn": 0, "end_id": 0}

# What waits (retry, unknown, flood) or is suspended is skipped; nobody goes before an older one of its own destination.
# The "+" keeps SQLite from sorting all that is due: it walks deliveries_due up to the limit.
_FIRST_BY_TURN: Final = f"""
    SELECT {DELIVERY}
    WHERE deliveries.platform = :platform AND deliveries.bot = :bot AND deliveries.state = 'due' AND parked = 0
    AND deliveries.lane >= :lane AND deliveries.destination NOT IN (SELECT value FROM json_each(:skip))
    AND deliveries.subject NOT IN (SELECT value FROM json_each(:dark))
    AND +deliveries.due_at <= :now AND destinations.waits_until <= :now
    AND (deliveries.lane, deliveries.turn, deliveries.id) < (:end_lane, :end_turn, :end_id)
    AND NOT EXISTS (
        SELECT 1 FROM deliveries ahead WHERE ahead.destination = deliveries.destination AND ahead.state = 'due'
        AND ahead.due_at <= :now
        AND (ahead.lane, ahead.position, ahead.id) < (deliveries.lane, deliveries.position, deliveries.id))
    ORDER BY deliveries.lane, deliveries.turn, deliveries.id LIMIT :limit
"""

_FIRST_BY_DESTINATION: Final = f"""
    WITH heads AS MATERIALIZED (
        SELECT head.id AS head FROM destinations CROSS JOIN deliveries AS head ON head.id = (
            SELECT id FROM deliveries WHERE destination = destinations.id AND state = 'due' AND due_at <= :now
            ORDER BY lane, position, id LIMIT 1)
        WHERE destinations.platform = :platform AND destinations.bot = :bot AND destinations.waits_until <= :now
        AND destinations.id NOT IN (SELECT value FROM json_each(:skip))
        AND head.parked = 0 AND head.lane >= :lane AND head.subject NOT IN (SELECT value FROM json_each(:dark))
        ORDER BY head.lane, head.turn, head.id LIMIT :limit)
    SELECT {DELIVERY} JOIN heads ON head = deliveries.id
    ORDER BY deliveries.lane, deliveries.turn, deliveries.id
"""

_ARE_MANY: Final = "SELECT 1 FROM destinations WHERE platform = :platform AND bot = :bot LIMIT 1 OFFSET :few"


def first_in_line(
    connection: sqlite3.Connection,
    place: tuple[str, str, str],
    most: int,
    skip: Collection[int],
    *,
    dark: Collection[int] = (),
    lane: str = "",
) -> list[Delivery]:
    """At most so many, of other destinations than those in `skip`; of that lane and those behind it.

    `place` is the platform, the bot and the time. Where one of the subjects in `dark` is first, nobody is.
    """
    platform, bot, now = place
    terms: dict[str, str | int] = {"platform": platform, "bot": bot, "now": now, "lane": lane}
    terms |= {"skip": json.dumps(list(skip)), "limit": most, "walk": (most + len(skip)) * WALK}
    terms["dark"] = json.dumps(list(dark))
    end = connection.execute(_END_OF_WALK, terms).fetchone()
    few = end and not connection.execute(_ARE_MANY, terms | {"few": most * FEW}).fetchone()
    found = [] if few else deliveries_of(connection, _FIRST_BY_TURN, terms | dict(end or _NO_END))
    if end and len(found) < most:
        found = deliveries_of(connection, _FIRST_BY_DESTINATION, terms)
    return found
