"""Which message ids stand in chats, as far as the bot knows: what the search for a lost message starts from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from datetime import datetime
from typing import Final

from bot.models import Destination
from bot.ports import Trail
from state.rows import moment, time_of

COUNTING: Final = frozenset({"telegram"})
"""The platforms whose message ids count up one by one."""

LOWEST_GROUP: Final = -1_000_000_000_000
"""Ids below are Telegram's channels and supergroups, which count for themselves (Bot API, "chat identifiers")."""

_FLOOR: Final = """
    SELECT message_id, at FROM messages WHERE platform = :platform AND bot = :bot AND sequence = :line
    AND at < :tried_at ORDER BY message_id DESC LIMIT 1
"""

_TRAIL: Final = f"""
    SELECT message_id FROM messages WHERE platform = :platform AND bot = :bot AND sequence = :line
    AND message_id > ifnull((SELECT message_id FROM ({_FLOOR})), 0)
"""

_RECEIVED: Final = """
    SELECT value AS message_id FROM destinations JOIN deliveries ON deliveries.destination = destinations.id,
        json_each(message_ids)
    WHERE destinations.platform = :platform AND destinations.bot = :bot AND chat_id = :chat AND thread_id = :thread
"""
"""The messages of all deliveries to one destination, whatever they show by now."""

# What has a nonce and shows nothing was called and is not known to have arrived, or is called at this moment.
_CROWDED: Final = """
    WITH open AS (
        SELECT subject, nonce FROM destinations JOIN deliveries ON deliveries.destination = destinations.id
        WHERE destinations.platform = :platform AND destinations.bot = :bot AND destinations.chat_id = :chat
        AND deliveries.state IN ('due', 'claimed', 'unknown', 'held') AND shown_revision IS NULL AND nonce != ''
    )
    SELECT max(subject IN (SELECT subject FROM open WHERE nonce = :nonce)) AS twinned FROM open WHERE nonce != :nonce
"""
"""Of the others in the chat: none (NULL), none about the same post (0), or one that is (1)."""

_LOST: Final = """
    SELECT 1 FROM destinations JOIN deliveries ON deliveries.destination = destinations.id
    WHERE destinations.platform = ? AND destinations.bot = ? AND destinations.chat_id = ?
    AND destinations.kind IN ('', 'channel') AND deliveries.state = 'unknown' AND NOT deliveries.parked
    AND nonce != '' AND shown_revision IS NULL
"""

# The times from which on lost messages are looked for.
_OPEN: Final = """
    SELECT destinations.platform, destinations.bot, chat_id, min(deliveries.tried_at) AS tried_at
    FROM deliveries JOIN destinations ON destinations.id = deliveries.destination
    WHERE nonce != '' AND shown_revision IS NULL AND deliveries.state IN ('due', 'claimed', 'unknown', 'held')
    GROUP BY destinations.platform, destinations.bot, chat_id
"""

Sequence = tuple[str, str, str]
"""Platform, bot, and the sequence's name: what `sequence_of` says."""


def sequence_of(chat_id: str) -> str:
    """What `chat_id` shares its message ids with: itself, or, empty, all private chats and basic groups of the bot.

    From memory, and never tried live (telegram.md 5).
    """
    return chat_id if chat_id.startswith("@") or int(chat_id) <= LOWEST_GROUP else ""


def note(
    connection: sqlite3.Connection, platform: str, bot: str, messages: Collection[tuple[str, str, datetime]]
) -> None:
    """Remember that messages, (chat id, message id, time), are there since then at the latest.

    None is written down as older than a claim before it, however the clock was set meanwhile: else it could be the
    floor of a message that was lost below it, which nobody would find.
    """
    if platform not in COUNTING:
        return
    rows = [(sequence_of(chat), int(message_id), moment(at)) for chat, message_id, at in messages]
    connection.execute(
        """INSERT OR IGNORE INTO messages (platform, bot, sequence, message_id, at)
            SELECT :platform, :bot, value ->> 0, value ->> 1,
                max(value ->> 2, (SELECT ifnull(max(claimed_at), '') FROM bots WHERE platform = :platform))
            FROM json_each(:rows)""",
        {"platform": platform, "bot": bot, "rows": json.dumps(rows)},
    )


def note_claim(connection: sqlite3.Connection, bots: Collection[tuple[str, str]], now: datetime) -> None:
    """Sends of `bots`, (platform, bot), are claimed: whatever is noted from now on was not there before them."""
    connection.executemany(
        """INSERT INTO bots (platform, bot, claimed_at) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET claimed_at = max(claimed_at, excluded.claimed_at)""",
        [(platform, bot, moment(now)) for platform, bot in bots if platform in COUNTING],
    )


def trail(connection: sqlite3.Connection, place: Destination, nonce: str, tried_at: datetime) -> Trail:
    """See bot.ports.Deliveries.trail."""
    terms = {"platform": place.platform, "bot": place.bot, "chat": place.chat_id, "thread": place.thread_id}
    if place.platform not in COUNTING:
        received = frozenset(int(row["message_id"]) for row in connection.execute(_RECEIVED, terms))
        return Trail(None, received, max(received, default=0))
    line = sequence_of(place.chat_id)
    terms |= {"line": line, "nonce": nonce}
    rows = connection.execute(_TRAIL, terms | {"tried_at": moment(tried_at)}).fetchall()
    floor = connection.execute(_FLOOR, terms | {"tried_at": moment(tried_at)}).fetchone()
    known = frozenset(row["message_id"] for row in rows)
    twinned = connection.execute(_CROWDED, terms).fetchone()["twinned"]
    return Trail(
        floor["message_id"] if floor else None,
        known,
        max(known, default=floor["message_id"] if floor else 0),
        shared=not line,
        crowded=twinned is not None,
        twinned=bool(twinned),
        floor_at=time_of(floor["at"]) if floor else None,
    )


def is_lost(connection: sqlite3.Connection, place: Destination) -> bool:
    """See bot.ports.Deliveries.is_lost."""
    return connection.execute(_LOST, (place.platform, place.bot, place.chat_id)).fetchone() is not None


def open_floors(connection: sqlite3.Connection) -> dict[Sequence, int]:
    """Where the search for the oldest open send of each sequence starts; 0: no id is known from before it.

    An open send may be as old as its chat is paused or suspended (a week and more).
    """
    since: dict[Sequence, str] = {}
    for row in connection.execute(_OPEN):
        if row["platform"] in COUNTING:
            sequence = row["platform"], row["bot"], sequence_of(row["chat_id"])
            since[sequence] = min(row["tried_at"], since.get(sequence, row["tried_at"]))
    return {sequence: _floor(connection, sequence, tried_at) for sequence, tried_at in since.items()}


def _floor(connection: sqlite3.Connection, sequence: Sequence, tried_at: str) -> int:
    platform, bot, line = sequence
    terms = {"platform": platform, "bot": bot, "line": line, "tried_at": tried_at}
    row = connection.execute(_FLOOR, terms).fetchone()
    return row["message_id"] if row else 0
