"""Fair turns: how the publications that have deliveries due at the same time share the pace (DESIGN 4.2).

Each publication's deliveries count their turns upwards from the turn that was taken last in their lane, and the
smallest turn goes first. So a post to 50 chats that comes out in the middle of one to 40,000 takes every second turn,
not the 40,001st; and who is next is still the first row of an index. (Self-clocked fair queueing: Golestani, 1994.)
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime
from typing import Final

from bot.models import Lane
from state.rows import moment

TAKEN: Final = """
    coalesce((SELECT turn FROM turns WHERE turns.platform = {of}.platform AND turns.bot = {of}.bot
        AND turns.lane = {lane}), 0)
"""
"""The turn that was taken last in a lane, of the bot that `of` names the table of."""

# A delivery that comes back later than its turn was (a retry) must not set the clock back.
_TAKE: Final = """
    INSERT INTO turns (platform, bot, lane, turn)
        SELECT platform, bot, lane, max(turn) FROM deliveries
        WHERE id IN (SELECT value FROM json_each(?)) GROUP BY platform, bot, lane
        ON CONFLICT DO UPDATE SET turn = max(turn, excluded.turn)
"""

_LINE_UP: Final = f"""
    UPDATE deliveries SET turn = {TAKEN.format(of="deliveries", lane=":lane")} + line.number
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM deliveries WHERE subject = :subject) AS line
    WHERE line.id = deliveries.id AND deliveries.lane = :lane AND deliveries.state = 'due'
"""


def note_publication(connection: sqlite3.Connection, subject: int, now: datetime) -> int:
    """The position of what is enqueued now: after everything that was enqueued before."""
    position = connection.execute(
        "INSERT INTO publications (subject, at) VALUES (?, ?)", (subject, moment(now))
    ).lastrowid
    assert position is not None
    return position


def take(connection: sqlite3.Connection, deliveries: Collection[int]) -> None:
    """These have their turns now: what is published from here on counts from there."""
    connection.execute(_TAKE, (json.dumps(list(deliveries)),))


def line_up_edits(connection: sqlite3.Connection, subject: int) -> None:
    """All that is due to be edited or taken back of a subject takes its turns from now on."""
    connection.execute(_LINE_UP, {"subject": subject, "lane": Lane.EDIT})
