"""The shelf of stories: what became of a post in each chat, for people."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.models import Delivery, Destination, DestinationState
from bot.ports import Silence
from bot.records import Digested, Here, Story, Tally
from state import cooldowns
from state.memory import Memory
from state.rows import DELIVERY, announcement_of, attempt_of, delivery_of, place_of, time_of
from state.subscriptions import id_of

# A digest goes to a destination once, so that its delivery there is found by the two.
_DIGESTED: Final = """
    LEFT JOIN deliveries AS whole ON deliveries.digest != 0
        AND whole.subject = deliveries.digest AND whole.destination = deliveries.destination
    LEFT JOIN digest_posts ON digest_posts.digest = deliveries.digest AND digest_posts.subject = deliveries.subject
"""

_HOW_DIGESTED: Final = """
    CASE WHEN deliveries.digest = 0 THEN '' WHEN digest_posts.subject IS NULL THEN 'left'
        WHEN whole.shown_revision IS NOT NULL THEN 'shown' WHEN whole.state = 'failed' THEN 'failed'
        ELSE 'waiting' END
"""

# What a chat had before the post was sent anew is history, unless that still stands there. Whether a chat is closed
# matters only to what is due there.
_TALLIES: Final = f"""
    SELECT count(*) AS count, min(deliveries.id) AS example, {_HOW_DIGESTED} AS digested,
        CASE deliveries.state WHEN 'due' THEN destinations.state ELSE 'active' END AS chat
    FROM deliveries JOIN destinations ON destinations.id = deliveries.destination {_DIGESTED}
    WHERE deliveries.subject = ? AND (deliveries.state != 'settled' OR deliveries.shown_revision IS NOT NULL
        OR NOT EXISTS (SELECT 1 FROM deliveries AS newer WHERE newer.destination = deliveries.destination
            AND newer.subject = deliveries.subject AND newer.copy > deliveries.copy))
    GROUP BY deliveries.platform, deliveries.state, deliveries.reason, deliveries.wanted, deliveries.shown_revision,
        digested, chat
    ORDER BY count DESC, example
"""

_STANDING: Final = f"""
    SELECT 1 AS count, deliveries.id AS example, {_HOW_DIGESTED} AS digested,
        CASE deliveries.state WHEN 'due' THEN destinations.state ELSE 'active' END AS chat
    FROM deliveries JOIN destinations ON destinations.id = deliveries.destination {_DIGESTED}
    WHERE deliveries.id IN (SELECT value FROM json_each(?))
"""

_IN_NEED: Final = """
    (deliveries.state = 'failed' OR deliveries.state = 'held' AND braked = 0 AND leaving = 0
        OR deliveries.state = 'due' AND destinations.state = 'suspended')
"""

_WAITS: Final = """
    SELECT sum(state IN ('due', 'claimed', 'unknown')) AS waiting, sum(state = 'held') AS held FROM deliveries
    WHERE destination = ? AND shown_revision IS NULL AND wanted != 0 AND digest = 0
"""

_FAILED: Final = """
    SELECT count(*) OVER () AS failed, content, deliveries.reason
    FROM deliveries JOIN announcements ON announcements.subject = deliveries.subject
        AND announcements.revision = deliveries.wanted
    WHERE destination = ? AND deliveries.state = 'failed' AND shown_revision IS NULL
    ORDER BY position DESC, deliveries.id DESC LIMIT 1
"""

_LAST: Final = """
    SELECT content, message_ids, tried_at,
        (SELECT max(ended_at) FROM attempts
            WHERE delivery = deliveries.id AND outcome = 'sent' AND action IN ('send', 'probe')) AS came_at
    FROM deliveries JOIN announcements ON announcements.subject = deliveries.subject
        AND announcements.revision = deliveries.shown_revision
    WHERE deliveries.destination = ? AND wanted != 0 ORDER BY position DESC, deliveries.id DESC LIMIT 1
"""

_AT: Final = "destinations.platform = :platform AND chat_id = :chat_id AND thread_id = :thread_id"


class StoryShelf:
    """bot.ports.Stories in SQLite."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def tallies(self, subject: int) -> Sequence[Tally]:
        """See bot.ports.Stories."""

        def job(connection: sqlite3.Connection) -> list[Tally]:
            return [_tally(connection, row) for row in connection.execute(_TALLIES, (subject,)).fetchall()]

        return await self._memory.read(job)

    async def standing(self, ids: Collection[int]) -> Mapping[int, Tally]:
        """See bot.ports.Stories."""

        def job(connection: sqlite3.Connection) -> dict[int, Tally]:
            rows = connection.execute(_STANDING, (json.dumps(list(ids)),)).fetchall()
            return {row["example"]: _tally(connection, row) for row in rows}

        return await self._memory.read(job)

    async def told(
        self, subject: int, *, chat: Destination | None = None, in_need: bool = False, after: int = 0, limit: int
    ) -> Sequence[Story]:
        """See bot.ports.Stories."""
        conditions = ["subject = :subject", "deliveries.id > :after", *([_AT] if chat else [])]
        query = f"SELECT {DELIVERY} WHERE {' AND '.join([*conditions, *([_IN_NEED] if in_need else [])])}"
        terms: dict[str, int | str] = {"subject": subject, "after": after, "limit": limit}
        if chat:
            terms |= {"platform": chat.platform, "chat_id": chat.chat_id, "thread_id": chat.thread_id}

        def job(connection: sqlite3.Connection) -> list[Story]:
            rows = connection.execute(f"{query} ORDER BY deliveries.id LIMIT :limit", terms).fetchall()
            return [_story(connection, delivery_of(row)) for row in rows]

        return await self._memory.read(job)

    async def silences(self, now: datetime) -> Sequence[Silence]:
        """See bot.ports.Stories."""
        return await self._memory.read(lambda connection: cooldowns.told(connection, now))

    async def here(self, chat: Destination) -> Here:
        """See bot.ports.Stories."""
        return await self._memory.read(lambda connection: _here(connection, chat))


def _here(connection: sqlite3.Connection, chat: Destination) -> Here:
    key = id_of(connection, chat)
    waits = connection.execute(_WAITS, (key,)).fetchone()
    here = Here(waiting=waits["waiting"] or 0, held=waits["held"] or 0)
    if failed := connection.execute(_FAILED, (key,)).fetchone():
        title = announcement_of(failed["content"]).title
        here = replace(here, failed=failed["failed"], failed_title=title, failed_reason=failed["reason"])
    last = connection.execute(_LAST, (key,)).fetchone()
    if last is None:
        return here
    ids = json.loads(last["message_ids"])
    return replace(
        here,
        last_title=announcement_of(last["content"]).title,
        last_at=time_of(last["came_at"] or last["tried_at"]),
        last_message=ids[0] if ids else "",
    )


def _tally(connection: sqlite3.Connection, row: sqlite3.Row) -> Tally:
    return Tally(
        row["count"],
        _delivery(connection, row["example"]),
        DestinationState(row["chat"]),
        Digested(row["digested"]),
    )


def _story(connection: sqlite3.Connection, delivery: Delivery) -> Story:
    attempts = connection.execute("SELECT * FROM attempts WHERE delivery = ? ORDER BY id", (delivery.id,))
    place = connection.execute("SELECT * FROM destinations WHERE id = ?", (delivery.destination_id,)).fetchone()
    whole = connection.execute(
        f"SELECT whole.id, {_HOW_DIGESTED} AS digested FROM deliveries {_DIGESTED} WHERE deliveries.id = ?",
        (delivery.id,),
    ).fetchone()
    return Story(
        delivery,
        [attempt_of(row) for row in attempts],
        place_of(place),
        Digested(whole["digested"]),
        _delivery(connection, whole["id"]) if whole["id"] else None,
        cooldowns.chat_waits_until(connection, delivery.destination_id),
    )


def _delivery(connection: sqlite3.Connection, id: int) -> Delivery:
    return delivery_of(connection.execute(f"SELECT {DELIVERY} WHERE deliveries.id = ?", (id,)).fetchone())
