"""The queue of threads that are to be opened under messages, and closed where their message is gone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.ports import Discussion
from bot.records import Conclusion
from state.memory import Memory
from state.rows import moment

GIVEN_UP: Final = timedelta(days=1)
"""Nobody waits for a thread under yesterday's news."""

_OLD_ONES: Final = "FROM discussions WHERE wants = 'open' AND written_at < :old"
_OLD: Final = f"SELECT 1 {_OLD_ONES} LIMIT 1"

_DUE: Final = """
    SELECT delivery, chat_id, message_id, wants = 'close' AS closes, ifnull((
        SELECT content ->> 'title' FROM deliveries JOIN announcements USING (subject)
        WHERE deliveries.id = delivery AND revision = shown_revision), '') AS title
    FROM discussions WHERE delivery IN (
        SELECT min(delivery) FROM discussions WHERE platform = :platform AND bot = :bot AND wants != ''
        GROUP BY chat_id HAVING max(due_at) <= :now)
"""

# Of channels of other kinds it is known that messages there have no threads. Only on Discord are there any.
_OPEN: Final = """
    INSERT OR REPLACE INTO discussions (delivery, platform, bot, chat_id, message_id, wants, due_at, written_at)
        SELECT value ->> 0, place.platform, place.bot, chat_id, value ->> 1, 'open', value ->> 2, value ->> 2
        FROM json_each(?) CROSS JOIN deliveries ON deliveries.id = value ->> 0
        JOIN destinations place ON place.id = deliveries.destination
        WHERE thread_id = '' AND (kind IN ('text', 'announcement') OR kind = '' AND place.platform = 'discord')
"""

# One that is to be opened may be so by a call that is in the air.
_CLOSE: Final = """
    UPDATE discussions SET wants = 'close', due_at = value ->> 1, written_at = value ->> 1
    FROM json_each(?) WHERE delivery = value ->> 0
"""


def open_later(connection: sqlite3.Connection, sent: Sequence[Conclusion]) -> None:
    """Messages were sent: under those of which their subscription wants it, a thread is to be opened."""
    rows = [
        (one.delivery.id, one.shown.receipt.message_ids[0], moment(one.attempt.ended_at))
        for one in sent
        if one.shown is not None and one.delivery.look.thread
    ]
    if rows:
        connection.execute(_OPEN, (json.dumps(rows),))


def close_later(connection: sqlite3.Connection, gone: Sequence[Conclusion]) -> None:
    """Messages are gone: so are their threads, where nobody has said anything."""
    if gone:
        rows = [(one.delivery.id, moment(one.attempt.ended_at)) for one in gone]
        connection.execute(_CLOSE, (json.dumps(rows),))


class DiscussionShelf:
    """bot.ports.Discussions in SQLite."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def due(self, platform: str, bot: str, now: datetime) -> list[Discussion]:
        """See bot.ports.Discussions."""
        terms = {"platform": platform, "bot": bot, "now": moment(now), "old": moment(now - GIVEN_UP)}
        if await self._memory.read(lambda connection: connection.execute(_OLD, terms).fetchone()):
            await self._memory.write(lambda connection: connection.execute(f"DELETE {_OLD_ONES}", terms))

        def find(connection: sqlite3.Connection) -> list[Discussion]:
            return [
                Discussion(row["delivery"], row["chat_id"], row["message_id"], row["title"], bool(row["closes"]))
                for row in connection.execute(_DUE, terms)
            ]

        return await self._memory.read(find)

    async def done(self, discussion: Discussion) -> None:
        """See bot.ports.Discussions."""
        if discussion.closes:
            await self.drop(discussion)
            return
        # Unless its message went meanwhile: then it is to be closed by now.
        await self._set("UPDATE discussions SET wants = '' WHERE delivery = ? AND wants = 'open'", discussion.delivery)

    async def drop(self, discussion: Discussion) -> None:
        """See bot.ports.Discussions."""
        await self._set("DELETE FROM discussions WHERE delivery = ?", discussion.delivery)

    async def postpone(self, discussion: Discussion, until: datetime) -> None:
        """See bot.ports.Discussions."""
        await self._set(
            """UPDATE discussions SET due_at = ? WHERE wants != '' AND (platform, bot, chat_id) =
                (SELECT platform, bot, chat_id FROM discussions WHERE delivery = ?)""",
            moment(until),
            discussion.delivery,
        )

    async def _set(self, statement: str, *terms: str | int) -> None:
        await self._memory.write(lambda connection: connection.execute(statement, terms))
