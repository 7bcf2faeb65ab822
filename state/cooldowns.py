"""The pacer's memory: who was called lately, and where a platform asked for silence."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime

from bot.models import Action, Destination
from state.rows import moment


def calls_since(
    connection: sqlite3.Connection, platform: str, since: datetime
) -> list[tuple[Destination, Action, datetime]]:
    """See bot.ports.Deliveries.attempts_since. Where nothing was to change, no call was made."""
    rows = connection.execute(
        """SELECT chat, action, ended_at FROM attempts
            WHERE platform = ? AND ended_at > ? AND action != 'reply' AND outcome != 'unchanged' ORDER BY ended_at""",
        (platform, moment(since)),
    )
    return [(Destination.parse(chat), Action(action), datetime.fromisoformat(at)) for chat, action, at in rows]


def note_silence(
    connection: sqlite3.Connection, platform: str, rates: Collection[str], until: datetime, now: datetime
) -> None:
    """See bot.ports.Deliveries."""
    connection.execute("DELETE FROM cooldowns WHERE until <= ?", (moment(now),))
    connection.execute(
        """INSERT INTO cooldowns (platform, rate, until) SELECT ?, value, ? FROM json_each(?) WHERE true
            ON CONFLICT DO UPDATE SET until = max(until, excluded.until)""",
        (platform, moment(until), json.dumps(list(rates))),
    )


def silences(connection: sqlite3.Connection, platform: str, now: datetime) -> list[tuple[str, datetime]]:
    """See bot.ports.Deliveries."""
    rows = connection.execute(
        "SELECT rate, until FROM cooldowns WHERE platform = ? AND until > ?", (platform, moment(now))
    )
    return [(rate, datetime.fromisoformat(until)) for rate, until in rows]
