"""The pacer's memory: who was called lately, and where a platform asked for silence."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime
from typing import Final

from bot.models import Action, Destination
from bot.ports import Silence
from state.moving import CHANNELS_OF_THEIR_OWN
from state.rows import moment, time_of

_BEHIND_A_COLON: Final = "substr(rate, instr(rate || ':', ':') + 1)"
_CHAT: Final = f"substr({_BEHIND_A_COLON}, 1, instr({_BEHIND_A_COLON} || ':', ':') - 1)"
"""Whom a rate is about, see bot.ports.Rate; empty: the bot as a whole."""

_THEIR_OWN: Final = ", ".join(f"'{platform}'" for platform in sorted(CHANNELS_OF_THEIR_OWN))
_CHANNEL: Final = f"iif(thread_id != '' AND destinations.platform IN ({_THEIR_OWN}), thread_id, chat_id)"
"""Whom the waits of a destination are about. Elsewhere the id of a thread is one within its chat alone."""

# An earlier bot's waits are nobody's any more.
_TOLD: Final = f"""
    WITH waits (platform, chat, until) AS (
        SELECT platform, '', waits_until FROM bots
            WHERE opened = (SELECT max(opened) FROM bots AS each WHERE each.platform = bots.platform)
        UNION ALL SELECT platform, {_CHANNEL}, waits_until FROM destinations WHERE state = 'active'
        UNION ALL SELECT platform, {_CHAT}, until FROM cooldowns
    )
    SELECT platform, max(until) AS until, count(DISTINCT nullif(chat, '')) AS chats FROM waits WHERE until > ?
        GROUP BY platform, chat != '' ORDER BY platform, chat != ''
"""

_OF_A_CHAT: Final = f"""
    SELECT max(until) FROM (
        SELECT waits_until AS until FROM destinations WHERE id = :id
        UNION ALL SELECT until FROM cooldowns JOIN destinations ON destinations.id = :id
            WHERE cooldowns.platform = destinations.platform AND {_CHAT} = {_CHANNEL}
    )
"""


def calls_since(
    connection: sqlite3.Connection, platform: str, since: datetime
) -> list[tuple[Destination, Action, datetime]]:
    """See bot.ports.Deliveries.attempts_since. Those for which no call was made are left out."""
    rows = connection.execute(
        """SELECT chat, action, ended_at FROM attempts
            WHERE platform = ? AND ended_at > ? AND action != 'reply' AND outcome NOT IN ('unchanged', 'put off')
            ORDER BY ended_at""",
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


def told(connection: sqlite3.Connection, now: datetime) -> list[Silence]:
    """See bot.ports.Stories.silences."""
    rows = connection.execute(_TOLD, (moment(now),))
    return [Silence(row["platform"], datetime.fromisoformat(row["until"]), row["chats"]) for row in rows]


def chat_waits_until(connection: sqlite3.Connection, destination: int) -> datetime | None:
    """The last time that was named for a chat, by the id of its destination."""
    return time_of(connection.execute(_OF_A_CHAT, {"id": destination}).fetchone()[0])
