"""The queue of messages in announcement channels that are to be published: Discord takes few of them an hour."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.models import Style
from bot.ports import Crosspost
from bot.records import Conclusion
from state.memory import Memory
from state.rows import moment

ANNOUNCEMENT: Final = "announcement"
"""The kind of channel from which messages are published."""

AN_HOUR: Final = timedelta(hours=1)
MOST_AN_HOUR: Final = 10
"""As people report; Discord's own word is the 429 (discord.js #4956, Pycord #2316)."""

GIVEN_UP: Final = timedelta(days=1)
"""News of yesterday is no news."""

_OLD_ONES: Final = "FROM crossposts WHERE written_at < :old"
_OLD: Final = f"SELECT 1 {_OLD_ONES} LIMIT 1"

# A channel that the operator subscribed by its id alone is of no kind until it was asked for.
_UNFAMILIAR: Final = """
    EXISTS (SELECT 1 FROM destinations WHERE destinations.platform = waiting.platform
        AND destinations.bot = waiting.bot AND destinations.chat_id = waiting.chat_id AND thread_id = '' AND kind = '')
"""

_ASKS: Final = f"""
    SELECT max(id), chat_id, message_id FROM crossposts waiting
    WHERE platform = :platform AND bot = :bot AND done_at IS NULL AND {_UNFAMILIAR}
    GROUP BY chat_id HAVING max(due_at) <= :now
"""

_LEARN: Final = """
    UPDATE destinations SET kind = :kind FROM crossposts
    WHERE crossposts.id = :id AND destinations.platform = crossposts.platform AND destinations.bot = crossposts.bot
    AND destinations.chat_id = crossposts.chat_id AND thread_id = '' AND kind = ''
"""

_DROP_WAITING: Final = """
    DELETE FROM crossposts WHERE done_at IS NULL
    AND (platform, bot, chat_id) = (SELECT platform, bot, chat_id FROM crossposts WHERE id = :id)
"""

# Messages that are not wanted any more, of a post that is braked or leaves, or in a channel that is paused or suspended
# go no further. Their rows stay: each of that may end within their day. Of rows without a delivery nobody knows.
_MAY_GO: Final = """
    (waiting.delivery IS NULL OR EXISTS (
        SELECT 1 FROM deliveries CROSS JOIN destinations ON destinations.id = deliveries.destination
        LEFT JOIN posts ON posts.subject = deliveries.subject
        WHERE deliveries.id = waiting.delivery AND wanted != 0 AND message_ids ->> 0 = waiting.message_id
        AND destinations.state = 'active'
        AND ifnull(posts.brake = '' AND posts.leaving = 0 AND posts.state != 'withdrawn', 1)))
"""

_GOES: Final = f"SELECT EXISTS (SELECT 1 FROM crossposts waiting WHERE id = ? AND {_MAY_GO})"

_DUE: Final = f"""
    SELECT id, chat_id, message_id, signed FROM crossposts WHERE id IN (
        SELECT max(id) FILTER (WHERE {_MAY_GO}) FROM crossposts waiting
        WHERE platform = :platform AND bot = :bot AND done_at IS NULL AND NOT {_UNFAMILIAR}
        GROUP BY chat_id HAVING max(due_at) <= :now AND (
            SELECT count(*) FROM crossposts done WHERE done.platform = :platform AND done.bot = :bot
            AND done.chat_id = waiting.chat_id AND done.done_at > :an_hour_ago) < :most)
    ORDER BY id DESC
"""

# Only on Discord are there such channels. They are few: what was sent to the others need not be written out for SQL.
_PUBLISHING: Final = f"""
    SELECT id FROM destinations WHERE id IN (SELECT value FROM json_each(?))
    AND thread_id = '' AND (kind = '{ANNOUNCEMENT}' OR kind = '' AND platform = 'discord')
"""

_ENQUEUE: Final = """
    INSERT INTO crossposts (platform, bot, chat_id, message_id, due_at, written_at, signed, delivery)
        SELECT platform, bot, chat_id, value ->> 1, value ->> 2, value ->> 2, value ->> 3,
            (SELECT id FROM deliveries WHERE deliveries.id = value ->> 4)
        FROM json_each(?) CROSS JOIN destinations ON destinations.id = value ->> 0
"""


def enqueue(connection: sqlite3.Connection, sent: Sequence[Conclusion]) -> None:
    """Messages were sent: those that stand in announcement channels, or may, are to be published.

    Frames of components are not: followers would get them without their parts (discord-api-docs #6311).
    """
    places = json.dumps([one.delivery.destination_id for one in sent])
    publishing = {row["id"] for row in connection.execute(_PUBLISHING, (places,))}
    rows = [
        (
            one.delivery.destination_id,
            one.shown.receipt.message_ids[0],
            moment(one.attempt.ended_at),
            bool(one.delivery.look.sender),
            one.delivery.id,
        )
        for one in sent
        if one.delivery.destination_id in publishing
        and one.shown is not None
        and one.delivery.look.style is not Style.COMPONENTS
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
            lambda connection: [
                Crosspost(row["id"], row["chat_id"], row["message_id"], signed=bool(row["signed"]))
                for row in connection.execute(_DUE, terms)
            ],
        )

    async def may_go(self, crosspost: Crosspost) -> bool:
        """See bot.ports.Crossposts."""
        return await self._memory.read(
            lambda connection: bool(connection.execute(_GOES, (crosspost.id,)).fetchone()[0])
        )

    async def unfamiliar(self, platform: str, bot: str, now: datetime) -> list[Crosspost]:
        """See bot.ports.Crossposts."""
        terms = {"platform": platform, "bot": bot, "now": moment(now)}
        return await self._memory.read(
            lambda connection: [Crosspost(*row) for row in connection.execute(_ASKS, terms)],
        )

    async def learn(self, crosspost: Crosspost, kind: str) -> None:
        """See bot.ports.Crossposts."""

        def job(connection: sqlite3.Connection) -> None:
            connection.execute(_LEARN, {"id": crosspost.id, "kind": kind})
            if kind != ANNOUNCEMENT:
                connection.execute(_DROP_WAITING, {"id": crosspost.id})

        await self._memory.write(job)

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
