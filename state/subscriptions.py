"""The shelf of destinations and their subscriptions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.models import Destination, DestinationState, OnUnknown, Place, Selector, Subscription
from bot.records import Handover
from state import bots, digesting, servers, trials
from state.matching import DROP_UNWANTED, RECALL_UNWANTED
from state.memory import Memory
from state.moving import move_chat, moved_to, unite
from state.rows import SUBSCRIPTION, moment, place_of, subscription_of, time_of


class SubscriptionShelf:
    """bot.ports.Subscriptions in SQLite."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def add(self, subscription: Subscription, place: Place, person: str, now: datetime) -> bool:
        """See bot.ports.Subscriptions."""

        def job(connection: sqlite3.Connection) -> bool:
            key = remember_place(connection, place, now)
            is_new = subscription.selector not in {known.selector for known in _of(connection, key)}
            _write(connection, key, subscription, person, now)
            return is_new

        return await self._memory.write(job)

    async def remove(self, destination: Destination, selector: Selector | None) -> list[Subscription]:
        """See bot.ports.Subscriptions."""

        def job(connection: sqlite3.Connection) -> list[Subscription]:
            key = id_of(connection, destination)
            removed = [known for known in _of(connection, key) if selector in {None, known.selector}]
            _remove(connection, key, removed)
            return removed

        return await self._memory.write(job, stirs=True)

    async def revise(
        self,
        place: Place,
        change: Callable[[Sequence[Subscription]], Sequence[Subscription]],
        person: str,
        now: datetime,
    ) -> Sequence[Subscription]:
        """See bot.ports.Subscriptions."""

        def job(connection: sqlite3.Connection) -> Sequence[Subscription]:
            key = id_of(connection, place.destination)
            before = _of(connection, key)
            after = change(before)
            if after:
                key = remember_place(connection, place, now)
            for subscription in after:
                if subscription not in before:
                    _write(connection, key, subscription, person, now)
            if {(each.selector, each.language) for each in before} - {(each.selector, each.language) for each in after}:
                kept = {subscription.selector for subscription in after}
                _remove(connection, key, [known for known in before if known.selector not in kept])
            return before

        return await self._memory.write(job, stirs=True)

    async def of(self, destination: Destination) -> list[Subscription]:
        """See bot.ports.Subscriptions."""

        return await self._memory.read(lambda connection: _of(connection, id_of(connection, destination)))

    async def all(self) -> list[Subscription]:
        """See bot.ports.Subscriptions."""

        def job(connection: sqlite3.Connection) -> list[Subscription]:
            rows = connection.execute(f"SELECT {SUBSCRIPTION} ORDER BY destination, subscriptions.id")
            return [subscription_of(row) for row in rows]

        return await self._memory.read(job)

    async def place(self, destination: Destination) -> Place | None:
        """See bot.ports.Subscriptions."""

        def job(connection: sqlite3.Connection) -> Place | None:
            row = connection.execute(
                "SELECT * FROM destinations WHERE id = ?", (id_of(connection, destination),)
            ).fetchone()
            return place_of(row) if row else None

        return await self._memory.read(job)

    async def remember_bot(self, platform: str, bot: str) -> str:
        """See bot.ports.Subscriptions."""
        return await self._memory.write(lambda connection: bots.remember(connection, platform, bot))

    async def bot_of(self, platform: str) -> str:
        """See bot.ports.Subscriptions."""
        return await self._memory.read(lambda connection: bots.bot_of(connection, platform))

    async def handovers(self) -> list[Handover]:
        """See bot.ports.Subscriptions."""
        return await self._memory.read(bots.waiting)

    async def hand_over(self, now: datetime, *, on_unknown: OnUnknown = OnUnknown.RESEND) -> list[Handover]:
        """See bot.ports.Subscriptions."""
        return await self._memory.write(lambda connection: bots.hand_over(connection, now, on_unknown), stirs=True)

    async def set_on_unknown(self, destination: Destination, policy: OnUnknown | None) -> None:
        """See bot.ports.Subscriptions."""
        await self._memory.write(
            lambda connection: connection.execute(
                "UPDATE destinations SET on_unknown = ? WHERE id = ?", (policy or "", id_of(connection, destination))
            )
        )

    async def places(self) -> list[Place]:
        """See bot.ports.Subscriptions."""

        def job(connection: sqlite3.Connection) -> list[Place]:
            return [place_of(row) for row in connection.execute("SELECT * FROM destinations ORDER BY id")]

        return await self._memory.read(job)

    async def remember(self, place: Place, now: datetime) -> None:
        """See bot.ports.Subscriptions."""

        def job(connection: sqlite3.Connection) -> None:
            remember_place(connection, place, now)

        await self._memory.write(job)

    async def set_state(
        self,
        destination: Destination,
        state: DestinationState,
        reason: str,
        now: datetime,
        *,
        was: DestinationState | None = None,
        threads: bool = False,
        until: datetime | None = None,
    ) -> list[Place]:
        """See bot.ports.Subscriptions."""

        def job(connection: sqlite3.Connection) -> list[Place]:
            rows = connection.execute(
                """UPDATE destinations SET state = :state, reason = :reason, state_since = :now, waits_until = '',
                        paused_until = :until
                    WHERE platform = :platform AND bot = :bot AND chat_id = :chat
                    AND (:threads OR thread_id = :thread) AND (state, paused_until) != (:state, :until)
                    AND state = coalesce(:was, state)
                    RETURNING *""",
                {
                    "state": state,
                    "reason": reason,
                    "now": moment(now),
                    "platform": destination.platform,
                    "bot": destination.bot,
                    "chat": destination.chat_id,
                    "thread": destination.thread_id,
                    "threads": threads,
                    "was": was,
                    "until": moment(until) if until else "",
                },
            ).fetchall()
            if state is DestinationState.ACTIVE:
                digesting.gather_for(connection, [row["id"] for row in rows], now)
            return [place_of(row) for row in rows]

        return await self._memory.write(job, stirs=True)

    async def try_suspended(
        self, platform: str, bot: str, now: datetime, *, pause: timedelta, limit: int, starting: bool
    ) -> int:
        """See bot.ports.Subscriptions."""

        def job(connection: sqlite3.Connection) -> int:
            return trials.begin(connection, platform, bot, now, pause=pause, limit=limit, starting=starting)

        return await self._memory.write(job, stirs=True)

    async def give_up_suspended(self, platform: str, bot: str, now: datetime, before: datetime) -> int:
        """See bot.ports.Subscriptions."""
        return await self._memory.write(lambda connection: trials.give_up(connection, platform, bot, now, before))

    async def end_pauses(self, now: datetime) -> list[Place]:
        """See bot.ports.Subscriptions."""

        def job(connection: sqlite3.Connection) -> list[Place]:
            rows = connection.execute(
                """UPDATE destinations SET state = 'active', reason = '', state_since = :now, waits_until = '',
                        paused_until = ''
                    WHERE paused_until != '' AND paused_until <= :now RETURNING *""",
                {"now": moment(now)},
            ).fetchall()
            digesting.gather_for(connection, [row["id"] for row in rows], now)
            return [place_of(row) for row in rows]

        return await self._memory.write(job, stirs=True)

    async def next_pause_ends_at(self) -> datetime | None:
        """See bot.ports.Subscriptions."""

        def job(connection: sqlite3.Connection) -> datetime | None:
            row = connection.execute("SELECT min(paused_until) AS at FROM destinations WHERE paused_until != ''")
            return time_of(row.fetchone()["at"])

        return await self._memory.read(job)

    async def move(self, destination: Destination, chat_id: str) -> None:
        """See bot.ports.Subscriptions."""
        await self._memory.write(lambda connection: move_chat(connection, destination, chat_id), stirs=True)

    async def commander(self, platform: str, server: str) -> str:
        """See bot.ports.Subscriptions."""
        return await self._memory.read(lambda connection: servers.ROLE.of(connection, platform, server))

    async def name_commander(self, platform: str, server: str, role: str) -> None:
        """See bot.ports.Subscriptions."""
        await self._memory.write(lambda connection: servers.ROLE.choose(connection, platform, server, role))

    async def forget_role(self, platform: str, role: str) -> None:
        """See bot.ports.Subscriptions."""
        await self._memory.write(lambda connection: servers.ROLE.forget(connection, platform, role))

    async def server_language(self, platform: str, server: str) -> str:
        """See bot.ports.Subscriptions."""
        return await self._memory.read(lambda connection: servers.LANGUAGE.of(connection, platform, server))

    async def choose_server_language(self, platform: str, server: str, language: str) -> None:
        """See bot.ports.Subscriptions."""
        await self._memory.write(lambda connection: servers.LANGUAGE.choose(connection, platform, server, language))

    async def forget_language(self, destination: Destination) -> None:
        """See bot.ports.Subscriptions."""
        await self._memory.write(
            lambda connection: connection.execute(
                "UPDATE destinations SET language = '' WHERE id = ?", (id_of(connection, destination),)
            )
        )

    async def moved_to(self, destination: Destination) -> Destination:
        """See bot.ports.Subscriptions."""
        return await self._memory.read(lambda connection: moved_to(connection, destination))


def _of(connection: sqlite3.Connection, destination: int | None) -> list[Subscription]:
    """The subscriptions of a destination, oldest first."""
    rows = connection.execute(f"SELECT {SUBSCRIPTION} WHERE destination = ? ORDER BY subscriptions.id", (destination,))
    return [subscription_of(row) for row in rows]


def _write(
    connection: sqlite3.Connection, destination: int | None, subscription: Subscription, person: str, now: datetime
) -> None:
    """Remember a subscription, or what is new about it."""
    connection.execute(
        """INSERT INTO subscriptions (destination, kind, value, display, language, options, created_by, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (destination, kind, value) DO UPDATE SET
                display = excluded.display, language = excluded.language, options = excluded.options""",
        (
            destination,
            subscription.selector.kind,
            subscription.selector.value,
            subscription.display,
            subscription.language,
            json.dumps(subscription.options, sort_keys=True),
            person,
            moment(now),
        ),
    )


def _remove(connection: sqlite3.Connection, destination: int | None, removed: Sequence[Subscription]) -> None:
    """Forget subscriptions, and what is unsent and unwanted now: also for a language that was changed."""
    connection.executemany(
        "DELETE FROM subscriptions WHERE destination = ? AND kind = ? AND value = ?",
        [(destination, each.selector.kind, each.selector.value) for each in removed],
    )
    for what_follows in (DROP_UNWANTED, RECALL_UNWANTED):
        connection.execute(what_follows, {"destination": destination})


def id_of(connection: sqlite3.Connection, destination: Destination) -> int | None:
    """The row id of a destination; None: never heard of."""
    row = connection.execute(
        "SELECT id FROM destinations WHERE platform = ? AND bot = ? AND chat_id = ? AND thread_id = ?",
        (destination.platform, destination.bot, destination.chat_id, destination.thread_id),
    ).fetchone()
    return row["id"] if row else None


def remember_place(connection: sqlite3.Connection, place: Place, now: datetime) -> int:
    """Insert a destination or bring its kind, title and language up to date; its row id."""
    destination = place.destination
    row = connection.execute(
        """INSERT INTO destinations (platform, bot, chat_id, thread_id, kind, title, language, state_since, created_at)
            VALUES (:platform, :bot, :chat, :thread, :kind, :title, :language, :now, :now)
            ON CONFLICT (platform, bot, chat_id, thread_id) DO UPDATE SET
                kind = CASE excluded.kind WHEN '' THEN kind ELSE excluded.kind END,
                title = CASE excluded.title WHEN '' THEN title ELSE excluded.title END,
                language = CASE excluded.language WHEN '' THEN language ELSE excluded.language END
            RETURNING id""",
        {
            "platform": destination.platform,
            "bot": destination.bot,
            "chat": destination.chat_id,
            "thread": destination.thread_id,
            "kind": place.kind,
            "title": place.title,
            "language": place.language,
            "now": moment(now),
        },
    ).fetchone()
    key: int = row["id"]
    unite(connection, destination, key)
    return key
