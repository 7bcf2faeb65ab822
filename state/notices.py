"""The shelf of notices: whom to tell what, and which suspended places their people know of."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.delivering.notices import LOST
from bot.models import Destination, Place
from bot.records import Loss, Notice
from state.memory import Memory
from state.rows import moment, place_of

ONCE_A: Final = timedelta(days=1)
"""The same cause is told once in this time (DESIGN 4.4)."""

APART: Final = timedelta(minutes=10)
"""So long after one notice the next with its cause comes at the earliest, where they may come more often than daily."""

RETURNS: Final = 3
"""So often within APART a cause that had ended and comes back is told at once; one that flaps waits its turn."""

KEPT: Final = timedelta(days=7)
"""So long it is remembered what was told; long enough for ONCE_A, and for somebody who looks into the database."""

# People are told once of a reason, until something has arrived there again: a door that is tried again and stays closed
# is no news. The operators hear of a reason once a day, whatever places it is about.
_IS_NEWS: Final = """
    (state_since > {who}_told_at AND ({who}_told_at = '' OR {who}_told_of != reason OR EXISTS (
        SELECT 1 FROM deliveries WHERE destination = destinations.id
            AND deliveries.state = 'settled' AND concluded_at > {who}_told_at)))
"""

_LOSSES: Final = f"""
    SELECT *, {_IS_NEWS.format(who="owners")} AS to_owners,
        {_IS_NEWS.format(who="operators")} AND NOT EXISTS (
            SELECT 1 FROM notices WHERE cause = '{LOST}' || reason AND written_at > :yesterday) AS to_operators,
        (SELECT json_group_array(DISTINCT created_by) FROM subscriptions WHERE destination = destinations.id) AS people
    FROM destinations WHERE state = 'suspended' AND (to_owners OR to_operators) ORDER BY id
"""

_INSERT: Final = """
    INSERT INTO notices (platform, person, language, cause, message, terms, due_at, written_at)
    SELECT :platform, :person, coalesce(
            (SELECT nullif(language, '') FROM destinations
                WHERE platform = :platform AND chat_id = :person AND thread_id = '' ORDER BY id DESC LIMIT 1),
            (SELECT nullif(language, '') FROM people WHERE platform = :platform AND person = :person), :language),
        :cause, :message, :terms, :now, :now
"""

_OWNERS: Final = """
    SELECT *, (SELECT json_group_array(DISTINCT created_by) FROM subscriptions WHERE destination = destinations.id)
        AS people FROM destinations WHERE platform = ? AND bot = ? AND chat_id = ? AND thread_id = ?
"""

_SUSPENDED: Final = """
    SELECT *, 1 AS to_owners, 1 AS to_operators, '[]' AS people FROM destinations
    WHERE state = 'suspended' AND id IN (SELECT value FROM json_each(?)) ORDER BY id
"""

_WRITE: Final = f"""
    {_INSERT}
    WHERE :cause = '' OR NOT EXISTS (SELECT 1 FROM notices WHERE cause = :cause AND written_at > :yesterday
        AND platform = :platform AND person = :person)
"""

_ADD_TO_UNTOLD: Final = """
    UPDATE notices SET message = :message, terms = CASE WHEN json_extract(terms, '$.count') IS NULL THEN :terms
            ELSE json_set(:terms, '$.count', json_extract(terms, '$.count') + json_extract(:terms, '$.count')) END,
            due_at = min(due_at, :at)
        WHERE platform = :platform AND person = :person AND cause = :cause AND due_at IS NOT NULL
"""

_TOLD: Final = """
    SELECT count(*), max(written_at) FROM notices WHERE cause = :cause AND platform = :platform AND person = :person
        AND due_at IS NULL AND written_at > :since
"""

_WRITE_END: Final = f"""
    {_INSERT}
    WHERE EXISTS (
        SELECT 1 FROM notices WHERE cause = :ended AND platform = :platform AND person = :person
            AND written_at > coalesce((SELECT max(written_at) FROM notices
                WHERE cause = :cause AND platform = :platform AND person = :person), ''))
"""


class SqliteNotices:
    """bot.ports.NoticeShelf in SQLite."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def losses(self, now: datetime) -> list[Loss]:
        """See bot.ports.NoticeShelf."""
        terms = {"yesterday": moment(now - ONCE_A)}
        return await self._memory.read(
            lambda connection: [_loss_of(row) for row in connection.execute(_LOSSES, terms)],
        )

    async def suspended(self, destinations: Collection[int]) -> list[Loss]:
        """See bot.ports.NoticeShelf."""
        terms = (json.dumps(list(destinations)),)
        return await self._memory.read(
            lambda connection: [_loss_of(row) for row in connection.execute(_SUSPENDED, terms)],
        )

    async def owners(self, destination: Destination) -> tuple[Place, tuple[str, ...]] | None:
        """See bot.ports.NoticeShelf."""
        terms = (destination.platform, destination.bot, destination.chat_id, destination.thread_id)

        def job(connection: sqlite3.Connection) -> tuple[Place, tuple[str, ...]] | None:
            row = connection.execute(_OWNERS, terms).fetchone()
            return (place_of(row), tuple(json.loads(row["people"]))) if row else None

        return await self._memory.read(job)

    async def write(
        self,
        notices: Sequence[Notice],
        now: datetime,
        *,
        owners_of: Collection[int] = (),
        operators_of: Collection[int] = (),
    ) -> int:
        """See bot.ports.NoticeShelf."""
        rows = [_row(notice, now) for notice in notices]

        def job(connection: sqlite3.Connection) -> int:
            _forget_old(connection, now)
            written = sum(connection.execute(_WRITE, row).rowcount for row in rows)
            for who, ids in (("owners", owners_of), ("operators", operators_of)):
                connection.execute(
                    f"""UPDATE destinations SET {who}_told_at = ?, {who}_told_of = reason
                        WHERE id IN (SELECT value FROM json_each(?))""",
                    (moment(now), json.dumps(list(ids))),
                )
            return written

        return await self._memory.write(job)

    async def add(self, notices: Sequence[Notice], now: datetime, *, anew: bool = False) -> None:
        """See bot.ports.NoticeShelf."""

        def job(connection: sqlite3.Connection) -> None:
            _forget_old(connection, now)
            for notice in notices:
                row = _row(notice, now)
                at = _next_time(connection, row, now, anew=anew)
                if not connection.execute(_ADD_TO_UNTOLD, row | {"at": moment(at)}).rowcount:
                    connection.execute(_WRITE, row | {"now": moment(at), "yesterday": moment(at)})

        await self._memory.write(job)

    async def end(self, cause: str, notices: Sequence[Notice], now: datetime) -> None:
        """See bot.ports.NoticeShelf."""

        def job(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM notices WHERE cause = ? AND due_at IS NOT NULL", (cause,))
            for notice in notices:
                connection.execute(_WRITE_END, _row(notice, now) | {"ended": cause})

        await self._memory.write(job)

    async def due(self, platform: str, now: datetime, *, limit: int) -> list[Notice]:
        """See bot.ports.NoticeShelf."""

        def job(connection: sqlite3.Connection) -> list[Notice]:
            query = "SELECT * FROM notices WHERE platform = ? AND due_at <= ? ORDER BY id LIMIT ?"
            return [_notice_of(row) for row in connection.execute(query, (platform, moment(now), limit))]

        return await self._memory.read(job)

    async def claim(self, notices: Collection[Notice]) -> None:
        """See bot.ports.NoticeShelf."""
        await self._set_due(notices, None)

    async def postpone(self, notices: Collection[Notice], until: datetime) -> None:
        """See bot.ports.NoticeShelf."""
        await self._set_due(notices, moment(until))

    async def drop(self, notices: Collection[Notice]) -> None:
        """See bot.ports.NoticeShelf."""
        ids = json.dumps([notice.id for notice in notices])
        await self._memory.write(
            lambda connection: connection.execute(
                "DELETE FROM notices WHERE id IN (SELECT value FROM json_each(?))", (ids,)
            )
        )

    async def _set_due(self, notices: Collection[Notice], at: str | None) -> None:
        ids = json.dumps([notice.id for notice in notices])
        await self._memory.write(
            lambda connection: connection.execute(
                "UPDATE notices SET due_at = ? WHERE id IN (SELECT value FROM json_each(?))", (at, ids)
            )
        )


def _next_time(connection: sqlite3.Connection, row: Mapping[str, str], now: datetime, *, anew: bool) -> datetime:
    """When a person may be told of a cause: now, if they were not told of it within APART, or it is there `anew`."""
    told, last = connection.execute(_TOLD, {**row, "since": moment(now - APART)}).fetchone()
    at_once = not told or (anew and told < RETURNS)
    return now if at_once else datetime.fromisoformat(last) + APART


def _forget_old(connection: sqlite3.Connection, now: datetime) -> None:
    connection.execute("DELETE FROM notices WHERE written_at < ?", (moment(now - KEPT),))


def _row(notice: Notice, now: datetime) -> dict[str, str]:
    return {
        "platform": notice.person.platform,
        "person": notice.person.chat_id,
        "language": notice.language,
        "cause": notice.cause,
        "message": notice.message,
        "terms": json.dumps(notice.terms, ensure_ascii=False),
        "now": moment(now),
        "yesterday": moment(now - ONCE_A),
    }


def _notice_of(row: sqlite3.Row) -> Notice:
    return Notice(
        person=Destination(row["platform"], row["person"]),
        cause=row["cause"],
        message=row["message"],
        terms=json.loads(row["terms"]),
        language=row["language"],
        id=row["id"],
        written_at=datetime.fromisoformat(row["written_at"]),
    )


def _loss_of(row: sqlite3.Row) -> Loss:
    return Loss(
        destination=row["id"],
        place=place_of(row),
        since=datetime.fromisoformat(row["state_since"]),
        people=tuple(json.loads(row["people"])),
        to_owners=bool(row["to_owners"]),
        to_operators=bool(row["to_operators"]),
    )
