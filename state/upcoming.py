"""What a dispatcher asks for: what is due now, what is to be looked into, and when there will be more."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from bot.models import GONE, Delivery, Lane
from bot.ports import MOST_LOOKS
from bot.records import NextUp, Said
from state.heads import first_in_line
from state.rows import DELIVERY, announcement_of, delivery_of, time_of
from state.trials import WRITABLE

Where = tuple[str, str, str]
"""The platform, the bot and the time, as it is stored."""

EDITS: Final = 1 / 8
"""Of those who are asked for, the part that is left to edits: however many posts come, they get their share."""

ALONG: Final = 32
"""Deliveries that are looked up along with a publication, as many as begin at once; the others are asked for."""

_UNKNOWN: Final = f"""
    SELECT {DELIVERY} WHERE deliveries.state = 'unknown' AND deliveries.platform = ?
    AND deliveries.bot = ? AND due_at <= ? AND {WRITABLE}
    AND deliveries.destination NOT IN (SELECT value FROM json_each(?)) ORDER BY due_at LIMIT ?
"""

_NEXT_AT: Final = """
    SELECT min(at) AS at FROM (
        SELECT min(due_at) AS at FROM deliveries
            WHERE platform = :platform AND bot = :bot AND state = 'due' AND due_at > :now
        UNION ALL
        SELECT min(waits_until) FROM destinations
            WHERE platform = :platform AND bot = :bot AND state = 'active' AND waits_until > :now
        UNION ALL
        SELECT min(due_at) FROM deliveries
            WHERE platform = :platform AND bot = :bot AND state = 'unknown' AND due_at > :now
    )
"""


_AWAITED: Final = """
    SELECT platform FROM bots WHERE EXISTS (
        SELECT 1 FROM deliveries WHERE deliveries.platform = bots.platform AND deliveries.bot = bots.bot
        AND state = 'due' AND parked = 0)
"""

_SAID: Final = "SELECT content FROM announcements WHERE subject = ? AND revision = ?"

# The name of a file's picture is that of the file, "#" and its state (bot.delivering.uploads); "$" comes after "#".
_MEDIA: Final = """
    SELECT media.source, media_id FROM json_each(:sources) AS wanted CROSS JOIN media
    WHERE platform = :platform AND bot = :bot AND media.source >= wanted.value AND media.source < wanted.value || '$'
    AND (media.source = wanted.value OR media.source >= wanted.value || '#')
"""


def next_up(
    connection: sqlite3.Connection,
    where: Where,
    room: int,
    looks: int,
    skip: Collection[int],
    *,
    dark: Collection[int] = (),
) -> NextUp:
    """See bot.ports.Deliveries.next_up."""
    doubtful = unknown(connection, where, looks, skip) if looks > 0 else []
    busy = {*skip, *(one.destination_id for one in doubtful)}
    found = due(connection, where, room, busy, dark) if room > 0 else []
    first = _said(connection, found[0]) if found and found[0].wanted != GONE else None
    return NextUp(doubtful, found, first, len(found) < room or room <= 0, _next_at(connection, where))


def _said(connection: sqlite3.Connection, delivery: Delivery) -> Said | None:
    """What is asked for next: two rows more in this look, or two looks more between the claim and the call."""
    row = connection.execute(_SAID, (delivery.subject, delivery.wanted)).fetchone()
    if row is None:
        return None  # whoever makes the call says so, of this delivery alone
    announcement = announcement_of(row["content"])
    terms = {
        "platform": delivery.destination.platform,
        "bot": delivery.destination.bot,
        "sources": json.dumps([picture.source for picture in announcement.pictures]),
    }
    media = dict(connection.execute(_MEDIA, terms).fetchall())
    return Said(delivery.subject, delivery.wanted, announcement, media)


def due(
    connection: sqlite3.Connection, where: Where, limit: int, skip: Collection[int], dark: Collection[int] = ()
) -> list[Delivery]:
    """See bot.ports.Deliveries.due."""
    found = first_in_line(connection, where, limit, skip, dark=dark)
    if len(found) < limit or found[-1].lane is Lane.EDIT:
        return found
    edits = first_in_line(connection, where, math.ceil(limit * EDITS), skip, dark=dark, lane=Lane.EDIT)
    return found[: limit - len(edits)] + edits


def unknown(connection: sqlite3.Connection, where: Where, limit: int, skip: Collection[int] = ()) -> list[Delivery]:
    """See bot.ports.Deliveries.unknown."""
    return [delivery_of(row) for row in connection.execute(_UNKNOWN, (*where, json.dumps(list(skip)), limit))]


def awaited_by(connection: sqlite3.Connection, resting: Mapping[str, str], now: str) -> dict[str, NextUp | None]:
    """The platforms on which something waits for its time, or its turn.

    Whose bot is `resting` would ask at once what is next: that is looked up along with it.
    """
    platforms = [row["platform"] for row in connection.execute(_AWAITED)]
    return {
        platform: next_up(connection, (platform, resting[platform], now), ALONG, MOST_LOOKS, ())
        if platform in resting
        else None
        for platform in platforms
    }


def _next_at(connection: sqlite3.Connection, where: Where) -> datetime | None:
    """When something is due that is not yet."""
    platform, bot, now = where
    row = connection.execute(_NEXT_AT, {"platform": platform, "bot": bot, "now": now}).fetchone()
    return time_of(row["at"])
