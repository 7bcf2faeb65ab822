"""What newsbell has pinned in chats, so that it takes its own pins back and nobody else's."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final

from bot.models import Destination
from bot.records import Pin
from state.rows import moment

_PINS: Final = """
    SELECT delivery, pins.message_id, rotates, destinations.platform, chat_id, thread_id, destinations.bot
    FROM pins JOIN deliveries ON deliveries.id = delivery JOIN destinations ON destinations.id = deliveries.destination
"""
_OF_A_BOT: Final = f"{_PINS} WHERE destinations.platform = ? AND destinations.bot = ?"
_OF_A_DELIVERY: Final = f"{_PINS} WHERE delivery = ?"

_IN_A_CHAT: Final = "DELETE FROM pins WHERE delivery IN (SELECT id FROM deliveries WHERE destination = ?)"


def pins(connection: sqlite3.Connection, platform: str, bot: str) -> list[Pin]:
    """See bot.ports.Deliveries."""
    return [_pin(row) for row in connection.execute(_OF_A_BOT, (platform, bot))]


def pin_of(connection: sqlite3.Connection, delivery: int) -> Pin | None:
    """See bot.ports.Deliveries."""
    row = connection.execute(_OF_A_DELIVERY, (delivery,)).fetchone()
    return _pin(row) if row else None


def note_pin(connection: sqlite3.Connection, pin: Pin, now: datetime) -> None:
    """See bot.ports.Deliveries."""
    connection.execute(
        "INSERT OR REPLACE INTO pins (delivery, message_id, rotates, at) VALUES (?, ?, ?, ?)",
        (pin.delivery, pin.message_id, pin.rotates, moment(now)),
    )


def forget_pin(connection: sqlite3.Connection, delivery: int) -> None:
    """See bot.ports.Deliveries."""
    connection.execute("DELETE FROM pins WHERE delivery = ?", (delivery,))


def pins_left_behind(connection: sqlite3.Connection, destination: int) -> None:
    """The chat lives on under another id, where the pinned messages have none."""
    connection.execute(_IN_A_CHAT, (destination,))


def _pin(row: sqlite3.Row) -> Pin:
    return Pin(
        row["delivery"],
        Destination(row["platform"], row["chat_id"], row["thread_id"], row["bot"]),
        row["message_id"],
        rotates=bool(row["rotates"]),
    )
