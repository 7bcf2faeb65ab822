"""The queue of messages in announcement channels that are to be published: Discord takes few of them an hour."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.ports import Crosspost
from bot.records import Conclusion
from state.memory import Memory
from state.rows import moment

AN_HOUR: Final = timedelta(hours=1)
MOST_AN_HOUR: Final = 10
"""As people report; Discord's own word is the 429 (discord.js #4956, Pycord #2316)."""

GIVEN_UP: Final = timedelta(days=1)
"""News of yesterday is no news."""

_OLD_ONES: Final = "FROM crossposts WHERE written_at < :old"
_OLD: Final = f"SELECT 1 {_OLD_ONES} LIMIT 1"

_DUE: Final = """
    SELECT id, chat_id, message_id FROM crossposts WHERE id IN (
        SELECT max(id) FROM crossposts waiting WHERE platform = :platform AND bot = :bot AND done_at IS NULL
        GROUP BY chat_id HAVING max(due_at) <= :now AND (
            SELECT count(*) FROM crossposts done WHERE done.platform = :platform AND done.bot = :bot
            AND done.chat_id = waiting.chat_id AND done.done_at > :an_hour_ago) < :most)
    ORDER BY id DESC
"""


_ENQUEUE: Final = """
    INSERT INTO crossposts (platform, bot, chat_id, message_id, due_at, written_at)
        SELECT platform, bot, chat_id, value ->> 1, value ->> 2, value ->> 2
        FROM json_each(?) CROSS JOIN destinations ON destinations.id = value ->> 0
        WHERE destinations.kind = 'announcement' AND thread_id = ''
"""


def enqueue(connection: sqlite3.Connection, sent: Sequence[Conclusion]) -> None:
    """Messages were sent: those that stand in announcement channels are to be published."""
    rows = [
        (one.delivery.destination_id, one.shown.receipt.message_ids[0], moment(one.attempt.ended_at))
        for one in sent
        if one.shown is not None
    ]
    if rows:
        connection.execute(_ENQUEUE, (json.dumps(rows),))


class CrosspostShelf:
    """bot.ports.Crossposts in SQLite."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def due(self, platform: str, bot: str, now: datetime) -> list[Crosspost]:
        """See bot.ports.Crossposts."""
        terms = {
            "platform": platform,
            "bot": bot,
            "now": moment(now),
            "an_hour_ago": moment(now - AN_HOUR),
            "most": MOST_AN_HOUR,
            "old": moment(now - GIVEN_UP),
        }
        if await self._memory.read(lambda connection: connection.execute(_OLD, terms).fetchone()):
            await self._memory.write(lambda connection: connection.execute(f"DELETE {_OLD_ONES}", terms))
        return await self._memory.read(
            lambda connection: [Crosspost(*row) for row in connection.execute(_DUE, terms)],
        )

    async def done(self, crosspost: Crosspost, now: datetime) -> None:
        """See bot.ports.Crossposts."""
        await self._set("UPDATE crossposts SET done_at = ? WHERE id = ?", moment(now), crosspost.id)

    async def drop(self, crosspost: Crosspost) -> None:
        """See bot.ports.Crossposts."""
        await self._set("DELETE FROM crossposts WHERE id = ?", crosspost.id)

    async def postpone(self, crosspost: Crosspost, until: datetime) -> None:
        """See bot.ports.Crossposts."""
        await self._set("UPDATE crossposts SET due_at = ? WHERE id = ?", moment(until), crosspost.id)

    async def _set(self, statement: str, *terms: str | int) -> None:
        await self._memory.write(lambda connection: connection.execute(statement, terms))
