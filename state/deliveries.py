"""The shelf of deliveries and attempts: what is due, what is claimed, and what came of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from bot.composing.withdraw import withdrawn
from bot.models import Action, Announcement, Attempt, Delivery, DeliveryState, Destination, OnUnknown
from bot.ports import Trail
from bot.records import Conclusion, HeldEdits, NextUp, Pin
from state import brakes, clocks, digesting, upcoming
from state.bots import RESENDS
from state.claiming import claim
from state.concluding import conclude, make_unknown
from state.cooldowns import calls_since, note_silence, silences
from state.held import held_edits, release_edits, removed_by_hand
from state.memory import Memory
from state.messages import is_lost, note, trail
from state.pins import forget_pin, note_pin, pin_of, pins
from state.rows import DELIVERY, announcement_of, attempt_of, delivery_of, moment, time_of
from state.subscriptions import id_of

# What may be there already, though nobody knows, is looked for again. Where that is known to be of no use, so that the
# destination's policy held it, a person's word sends it: a send like any other (bot.delivering.conclusions).
_IS_LOOKED_FOR: Final = f"nonce != '' AND shown_revision IS NULL AND (wanted = 0 OR state = 'failed' OR {RESENDS})"
_TRY_AGAIN: Final = f"""
    UPDATE deliveries SET state = iif({_IS_LOOKED_FOR}, 'unknown', 'due'), nonce = iif({_IS_LOOKED_FOR}, nonce, ''),
        rung = iif({_IS_LOOKED_FOR} OR wanted = tried, rung, 0), due_at = :now, tries = 0, reason = ''
    WHERE state IN (SELECT value FROM json_each(:states)) AND state IN ('failed', 'held')
    AND leaving = 0 AND braked = 0
    AND (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))
"""

# Keys of codes and addresses end in "@" and the language; "A" is the letter after "@". What is to go away is no answer.
_MESSAGE_ABOUT = """
    WITH kinds (kind, rank) AS (VALUES ('code', 0), ('url', 1), ('page', 2)),
    meant (subject, rank) AS (
        SELECT subject, rank FROM kinds CROSS JOIN post_keys
            WHERE key >= kind || ':' || :post || '@' AND key < kind || ':' || :post || 'A'
        UNION ALL SELECT subject, 1 FROM post_keys WHERE key = 'path:' || :post
    )
    SELECT message_ids FROM meant JOIN posts USING (subject) JOIN deliveries USING (subject)
    WHERE deliveries.destination = :destination AND subject != :subject
    AND shown_revision IS NOT NULL AND wanted != 0 AND message_ids != '[]'
    ORDER BY posts.language = :language DESC, rank, copy DESC LIMIT 1
"""


class DeliveryShelf:
    """bot.ports.Deliveries in SQLite."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def due(self, platform: str, bot: str, now: datetime, *, limit: int, skip: Collection[int]) -> list[Delivery]:
        """See bot.ports.Deliveries."""
        where = platform, bot, moment(now)
        return await self._memory.read(lambda connection: upcoming.due(connection, where, limit, skip))

    async def next_up(
        self,
        platform: str,
        bot: str,
        now: datetime,
        *,
        room: int,
        looks: int,
        skip: Collection[int],
        dark: Collection[int] = (),
    ) -> NextUp:
        """See bot.ports.Deliveries."""
        where = platform, bot, moment(now)
        return await self._memory.read(
            lambda connection: upcoming.next_up(connection, where, room, looks, skip, dark=dark)
        )

    async def claim(
        self,
        nonces: Mapping[int, str],
        *,
        epoch: int,
        now: datetime,
        meanwhile: Callable[[Sequence[Delivery]], object] | None = None,
        rungs: Mapping[int, tuple[int, int]] = MappingProxyType({}),
    ) -> list[Delivery]:
        """See bot.ports.Deliveries."""
        return await self._memory.write(
            lambda connection: claim(connection, nonces, epoch, now, rungs), meanwhile=meanwhile
        )

    async def conclude(self, conclusions: Sequence[Conclusion]) -> None:
        """See bot.ports.Deliveries."""
        await self._memory.write(lambda connection: conclude(connection, conclusions))

    async def orphans(self, epoch: int, now: datetime) -> int:
        """See bot.ports.Deliveries."""
        return await self._memory.write(lambda connection: make_unknown(connection, epoch, now))

    async def clock_set_back(self, platform: str, by: timedelta, now: datetime) -> None:
        """See bot.ports.Deliveries."""
        await self._memory.write(lambda connection: clocks.set_back(connection, platform, by, now))

    async def unknown(self, platform: str, bot: str, now: datetime, *, limit: int) -> list[Delivery]:
        """See bot.ports.Deliveries."""
        where = platform, bot, moment(now)
        return await self._memory.read(lambda connection: upcoming.unknown(connection, where, limit))

    async def announcement(self, subject: int, revision: int) -> Announcement:
        """See bot.ports.Deliveries."""

        def job(connection: sqlite3.Connection) -> Announcement:
            row = connection.execute(
                "SELECT content FROM announcements WHERE subject = ? AND revision = ?", (subject, revision)
            ).fetchone()
            return announcement_of(row["content"])

        return await self._memory.read(job)

    async def message_about(self, post: str, delivery: Delivery, language: str) -> str:
        """See bot.ports.Deliveries."""
        terms = {
            "post": post,
            "language": language,
            "destination": delivery.destination_id,
            "subject": delivery.subject,
        }

        def job(connection: sqlite3.Connection) -> str:
            row = connection.execute(_MESSAGE_ABOUT, terms).fetchone()
            return json.loads(row["message_ids"])[0] if row else ""

        return await self._memory.read(job)

    async def note_reply(self, platform: str, rates: Collection[str], now: datetime) -> None:
        """See bot.ports.Deliveries."""
        row = (platform, json.dumps(list(rates)), moment(now), moment(now))
        await self._memory.write(
            lambda connection: connection.execute(
                """INSERT INTO attempts (platform, chat, rates, action, outcome, began_at, ended_at, epoch)
                    VALUES (?, '', ?, 'reply', 'sent', ?, ?, 0)""",
                row,
            )
        )

    async def note_messages(
        self, platform: str, bot: str, messages: Collection[tuple[str, str]], now: datetime
    ) -> None:
        """See bot.ports.Deliveries."""
        rows = [(chat, message_id, now) for chat, message_id in messages]
        await self._memory.write(lambda connection: note(connection, platform, bot, rows))

    async def trail(self, destination: Destination, nonce: str, tried_at: datetime) -> Trail:
        """See bot.ports.Deliveries."""
        return await self._memory.read(lambda connection: trail(connection, destination, nonce, tried_at))

    async def is_lost(self, destination: Destination) -> bool:
        """See bot.ports.Deliveries."""
        return await self._memory.read(lambda connection: is_lost(connection, destination))

    async def replies_since(self, platform: str, since: datetime) -> list[tuple[list[str], datetime]]:
        """See bot.ports.Deliveries."""

        def job(connection: sqlite3.Connection) -> list[tuple[list[str], datetime]]:
            rows = connection.execute(
                """SELECT rates, began_at FROM attempts
                    WHERE platform = ? AND ended_at > ? AND action = 'reply' ORDER BY ended_at""",
                (platform, moment(since)),
            )
            return [(json.loads(rates), datetime.fromisoformat(began_at)) for rates, began_at in rows]

        return await self._memory.read(job)

    async def attempts_since(self, platform: str, since: datetime) -> list[tuple[Destination, Action, datetime]]:
        """See bot.ports.Deliveries."""
        return await self._memory.read(lambda connection: calls_since(connection, platform, since))

    async def note_silence(self, platform: str, rates: Collection[str], until: datetime, now: datetime) -> None:
        """See bot.ports.Deliveries."""
        await self._memory.write(lambda connection: note_silence(connection, platform, rates, until, now))

    async def silences(self, platform: str, now: datetime) -> list[tuple[str, datetime]]:
        """See bot.ports.Deliveries."""
        return await self._memory.read(lambda connection: silences(connection, platform, now))

    async def bot_waits_until(self, platform: str, bot: str) -> datetime | None:
        """See bot.ports.Deliveries."""

        def job(connection: sqlite3.Connection) -> datetime | None:
            row = connection.execute(
                "SELECT waits_until FROM bots WHERE platform = ? AND bot = ?", (platform, bot)
            ).fetchone()
            return time_of(row["waits_until"]) if row else None

        return await self._memory.read(job)

    async def pins(self, platform: str, bot: str) -> list[Pin]:
        """See bot.ports.Deliveries."""
        return await self._memory.read(lambda connection: pins(connection, platform, bot))

    async def pin(self, delivery: int) -> Pin | None:
        """See bot.ports.Deliveries."""
        return await self._memory.read(lambda connection: pin_of(connection, delivery))

    async def note_pin(self, pin: Pin, now: datetime) -> None:
        """See bot.ports.Deliveries."""
        await self._memory.write(lambda connection: note_pin(connection, pin, now))

    async def forget_pin(self, delivery: int) -> None:
        """See bot.ports.Deliveries."""
        await self._memory.write(lambda connection: forget_pin(connection, delivery))

    async def media_id(self, platform: str, bot: str, source: str) -> str:
        """See bot.ports.Deliveries."""

        def job(connection: sqlite3.Connection) -> str:
            row = connection.execute(
                "SELECT media_id FROM media WHERE platform = ? AND bot = ? AND source = ?", (platform, bot, source)
            ).fetchone()
            return row["media_id"] if row else ""

        return await self._memory.read(job)

    async def remember_media(self, platform: str, bot: str, source: str, media_id: str, now: datetime) -> None:
        """See bot.ports.Deliveries."""
        await self._memory.write(
            lambda connection: connection.execute(
                "INSERT OR REPLACE INTO media (platform, bot, source, media_id, at) VALUES (?, ?, ?, ?, ?)",
                (platform, bot, source, media_id, moment(now)),
            )
        )

    async def shown_in(self, destination: Destination, *, limit: int) -> list[tuple[Delivery, Announcement]]:
        """See bot.ports.Deliveries."""

        def job(connection: sqlite3.Connection) -> list[tuple[Delivery, Announcement]]:
            rows = connection.execute(
                f"""SELECT announcements.content, {DELIVERY}
                    JOIN announcements ON announcements.subject = deliveries.subject
                        AND announcements.revision = deliveries.shown_revision
                    WHERE deliveries.destination = ? AND shown_revision IS NOT NULL
                    ORDER BY position DESC LIMIT ?""",
                (id_of(connection, destination), limit),
            ).fetchall()
            return [_as_it_stands(delivery_of(row[1:]), announcement_of(row["content"])) for row in reversed(rows)]

        return await self._memory.read(job)

    async def of_post(self, subject: int) -> list[tuple[Delivery, list[Attempt]]]:
        """See bot.ports.Deliveries."""

        def job(connection: sqlite3.Connection) -> list[tuple[Delivery, list[Attempt]]]:
            rows = connection.execute(f"SELECT {DELIVERY} WHERE subject = ? ORDER BY deliveries.id", (subject,))
            tried = "SELECT * FROM attempts WHERE delivery = ? ORDER BY id"
            return [
                (delivery_of(row), [attempt_of(attempt) for attempt in connection.execute(tried, (row["id"],))])
                for row in rows.fetchall()
            ]

        return await self._memory.read(job)

    async def listing(self, states: Collection[DeliveryState], *, limit: int) -> list[Delivery]:
        """See bot.ports.Deliveries."""

        def job(connection: sqlite3.Connection) -> list[Delivery]:
            rows = connection.execute(
                f"""SELECT {DELIVERY} WHERE deliveries.state IN (SELECT value FROM json_each(?))
                    ORDER BY deliveries.id DESC LIMIT ?""",
                (json.dumps(list(states)), limit),
            )
            return [delivery_of(row) for row in rows]

        return await self._memory.read(job)

    async def digest_above(self, posts: int) -> None:
        """See bot.ports.Deliveries."""
        await self._memory.write(lambda connection: digesting.set_limit(connection, posts))

    async def gather(self, now: datetime, *, before: datetime | None = None) -> int:
        """See bot.ports.Deliveries."""
        return await self._memory.write(lambda connection: digesting.gather(connection, now, before=before), stirs=True)

    async def hold_refused(self, subject: int, revision: int, platform: str, reason: str) -> int:
        """See bot.ports.Deliveries."""
        return await self._memory.write(
            lambda connection: brakes.hold_refused(connection, subject, revision, platform, reason), stirs=True
        )

    async def retry(
        self,
        states: Collection[DeliveryState],
        now: datetime,
        *,
        only: Collection[int] | None = None,
        on_unknown: OnUnknown = OnUnknown.RESEND,
    ) -> int:
        """See bot.ports.Deliveries."""
        ids = None if only is None else json.dumps(list(only))

        def job(connection: sqlite3.Connection) -> int:
            terms = {"now": moment(now), "states": json.dumps(list(states)), "ids": ids, "on_unknown": on_unknown}
            return connection.execute(_TRY_AGAIN, terms).rowcount

        return await self._memory.write(job, stirs=True)

    async def with_ids(self, ids: Collection[int]) -> list[Delivery]:
        """See bot.ports.Deliveries."""

        def job(connection: sqlite3.Connection) -> list[Delivery]:
            rows = connection.execute(
                f"SELECT {DELIVERY} WHERE deliveries.id IN (SELECT value FROM json_each(?)) ORDER BY deliveries.id",
                (json.dumps(list(ids)),),
            )
            return [delivery_of(row) for row in rows]

        return await self._memory.read(job)

    async def held_edits(self) -> list[HeldEdits]:
        """See bot.ports.Deliveries."""
        return await self._memory.read(held_edits)

    async def release_edits(self, now: datetime) -> int:
        """See bot.ports.Deliveries."""
        return await self._memory.write(lambda connection: release_edits(connection, now), stirs=True)

    async def removed_by_hand(self, delivery: int, now: datetime) -> bool:
        """See bot.ports.Deliveries."""
        return await self._memory.write(lambda connection: removed_by_hand(connection, delivery, now))

    async def shut(self) -> int:
        """See bot.ports.Deliveries."""

        def job(connection: sqlite3.Connection) -> int:
            query = (
                "SELECT count(*) FROM deliveries WHERE wanted = 0 AND shown_revision > 0 AND state = 'due' AND parked"
            )
            count: int = connection.execute(query).fetchone()[0]
            return count

        return await self._memory.read(job)

    async def unproven(self) -> int:
        """See bot.ports.Deliveries."""

        def job(connection: sqlite3.Connection) -> int:
            query = """SELECT count(*) FROM deliveries
                WHERE state = 'held' AND nonce != '' AND shown_revision IS NULL AND braked = 0 AND leaving = 0"""
            count: int = connection.execute(query).fetchone()[0]
            return count

        return await self._memory.read(job)

    async def counts(self) -> dict[tuple[str, str], int]:
        """See bot.ports.Deliveries."""

        def job(connection: sqlite3.Connection) -> dict[tuple[str, str], int]:
            rows = connection.execute("SELECT platform, state, count(*) FROM deliveries GROUP BY platform, state")
            return {(platform, state): count for platform, state, count in rows}

        return await self._memory.read(job)


def _as_it_stands(delivery: Delivery, said: Announcement) -> tuple[Delivery, Announcement]:
    return delivery, withdrawn(said) if delivery.is_marked else said
