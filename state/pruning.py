"""Forgets what is kept for a time only, a few rows at a time between other writes, so that no send waits for it.

What goes, and what stays for good, is decided in docs/adr/0012-what-is-forgotten.md. Nothing is noted down of how far a
pass came: one that was interrupted begins anew, and finds what is left.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from state.memory import Memory
from state.messages import Sequence, open_floors
from state.rows import moment

ROWS: Final = 200
"""Rows that one transaction looks at: a millisecond or two, which whoever writes at that moment waits."""

PAUSE_SECONDS: Final = 0.02
"""Between two of them, so that the writer has most of its time for others."""

PACE_MEMORY: Final = timedelta(minutes=2)
"""Attempts are never forgotten sooner: after a restart the pacer counts those of the last minute."""

MESSAGE_IDS_KEPT: Final = timedelta(days=1)
"""Of each sequence the newest id stays for longer, to be a floor; and all from the floor of an open send on."""

_OLDEST_ATTEMPTS: Final = """
    SELECT attempts.id, ended_at, deliveries.state IN ('due', 'claimed', 'unknown', 'held') AS of_open
    FROM attempts LEFT JOIN deliveries ON deliveries.id = attempts.delivery
    WHERE attempts.id > ? ORDER BY attempts.id LIMIT ?
"""

_OLDEST_MESSAGES: Final = """
    SELECT platform, bot, sequence, message_id, at FROM messages
    WHERE (at, platform, bot, sequence, message_id) > (?, ?, ?, ?, ?) AND at < ?
    ORDER BY at, platform, bot, sequence, message_id LIMIT ?
"""

Place = TypeVar("Place")
MessagePlace = tuple[str, str, str, str, int]


class Pruner:
    """Takes rows away whose time is over."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._superseded_until = ""  # what was superseded up to then was looked at

    async def prune(self, now: datetime, keep: timedelta) -> int:
        """See bot.ports.Store."""
        gone = await self._pass(partial(_forget_attempts, moment(now - max(keep, PACE_MEMORY))), 0)
        gone += await self._forget_revisions(moment(now - keep))
        gone += await self._pass(partial(_forget_media, moment(now - keep)), ())
        floors = await self._memory.read(open_floors)
        forget_messages = partial(_forget_messages, moment(now - MESSAGE_IDS_KEPT), floors)
        return gone + await self._pass(forget_messages, ("", "", "", "", 0))

    async def _pass(self, step: Callable[[Place, sqlite3.Connection], tuple[int, Place | None]], start: Place) -> int:
        """Repeat `step` from the place that it came to, until it comes to the end; how many rows went."""
        gone = 0
        place: Place | None = start
        while place is not None:
            rows, place = await self._memory.write(partial(step, place))
            gone += rows
            await asyncio.sleep(PAUSE_SECONDS)
        return gone

    async def _forget_revisions(self, before: str) -> int:
        """Forget the revisions that were superseded before then, where no delivery shows or wants them.

        A revision that nothing shows or wants is never shown or wanted again: what changes is given the latest.
        """
        gone = 0
        for subject, latest in await self._memory.read(partial(_revised, self._superseded_until, before)):
            used = await self._revisions_in_use(subject)
            gone += await self._memory.write(partial(_forget_revisions, subject, latest, used))
            await asyncio.sleep(PAUSE_SECONDS)
        self._superseded_until = before
        return gone

    async def _revisions_in_use(self, subject: int) -> set[int]:
        """The revisions of a subject that are shown or wanted; ten thousands of chats are asked in many small reads."""
        used: set[int] = set()
        last: int | None = 0
        while last is not None:
            revisions, last = await self._memory.read(partial(_in_use, subject, last))
            used |= revisions
        return used


def _forget_attempts(before: str, last: int, connection: sqlite3.Connection) -> tuple[int, int | None]:
    """Attempts are written in the order of their ids; the trace of what is not done with stays whole."""
    rows = connection.execute(_OLDEST_ATTEMPTS, (last, ROWS)).fetchall()
    old = [row for row in rows if row["ended_at"] < before]
    ids = [row["id"] for row in old if not row["of_open"]]
    connection.execute("DELETE FROM attempts WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),))
    return len(ids), old[-1]["id"] if len(old) == ROWS else None


def _revised(since: str, before: str, connection: sqlite3.Connection) -> list[tuple[int, int]]:
    """Subjects with a revision from that time that superseded others, and the last of those."""
    rows = connection.execute(
        """SELECT subject, max(revision) FROM announcements
            WHERE revision > 1 AND created_at >= ? AND created_at < ? GROUP BY subject""",
        (since, before),
    )
    return [(subject, revision) for subject, revision in rows]


def _in_use(subject: int, last: int, connection: sqlite3.Connection) -> tuple[set[int], int | None]:
    rows = connection.execute(
        """SELECT id, wanted, shown_revision, tried FROM deliveries
            WHERE subject = ? AND id > ? ORDER BY id LIMIT ?""",
        (subject, last, ROWS),
    ).fetchall()
    used = {revision for _, *revisions in rows for revision in revisions if revision}
    return used, rows[-1]["id"] if len(rows) == ROWS else None


def _forget_revisions(subject: int, latest: int, used: set[int], connection: sqlite3.Connection) -> int:
    return connection.execute(
        """DELETE FROM announcements WHERE subject = ? AND revision < ?
            AND revision NOT IN (SELECT value FROM json_each(?))
            AND revision NOT IN (SELECT revision FROM digest_posts WHERE subject = announcements.subject)
            AND revision NOT IN (SELECT told FROM digest_told WHERE subject = announcements.subject)""",
        (subject, latest, json.dumps(list(used))),
    ).rowcount


def _forget_media(before: str, _: tuple[()], connection: sqlite3.Connection) -> tuple[int, tuple[()] | None]:
    """A picture whose id is forgotten is simply fetched anew by its address."""
    gone = connection.execute(
        """DELETE FROM media WHERE (platform, bot, source) IN (
            SELECT platform, bot, source FROM media WHERE at < ? ORDER BY at LIMIT ?)""",
        (before, ROWS),
    ).rowcount
    return gone, () if gone == ROWS else None


def _forget_messages(
    before: str, floors: Mapping[Sequence, int], last: MessagePlace, connection: sqlite3.Connection
) -> tuple[int, MessagePlace | None]:
    """Message ids that no search for a lost message starts from, nor passes.

    That is what is below the sequence's floor (state.messages.open_floors) or, where nothing is open, its newest id. A
    send that begins during the pass has the newest id for its floor.
    """
    rows = connection.execute(_OLDEST_MESSAGES, (*last, before, ROWS)).fetchall()
    gone = 0
    for row in rows:
        sequence = row["platform"], row["bot"], row["sequence"]
        gone += connection.execute(
            """DELETE FROM messages WHERE platform = :platform AND bot = :bot AND sequence = :sequence
                AND message_id = :id AND :id < ifnull(:floor, (SELECT max(message_id) FROM messages AS later
                    WHERE later.platform = :platform AND later.bot = :bot AND later.sequence = :sequence))""",
            dict(row) | {"id": row["message_id"], "floor": floors.get(sequence)},
        ).rowcount
    if len(rows) < ROWS:
        return gone, None
    end = rows[-1]
    return gone, (end["at"], end["platform"], end["bot"], end["sequence"], end["message_id"])
