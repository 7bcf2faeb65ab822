"""The guestbook: which chats were welcomed, who connected them, what people speak, and what topics are called."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter
from typing import Final

from bot.models import Destination, Place
from state.memory import Memory
from state.rows import moment, place_of

# A chat of which anything is known (somebody subscribed it, chose its language) needs no welcome.
_WELCOME: Final = """
    INSERT INTO welcomes (platform, bot, chat_id, kind, title, welcomed_at)
    SELECT :platform, :bot, :chat, :kind, :title, :now
    WHERE NOT EXISTS (SELECT 1 FROM destinations WHERE platform = :platform AND bot = :bot AND chat_id = :chat)
    ON CONFLICT DO NOTHING
"""

_KEEP: Final = """
    INSERT INTO keepers (platform, bot, person, chat_id, kind, title, since)
    VALUES (:platform, :bot, :person, :chat, :kind, :title, :now)
    ON CONFLICT DO UPDATE SET kind = excluded.kind, title = excluded.title, since = excluded.since
"""

_SUBSCRIBED: Final = """
    SELECT *, max(created_at, coalesce((
        SELECT since FROM keepers WHERE platform = :platform AND bot = :bot AND person = :person
            AND keepers.chat_id = destinations.chat_id
    ), '')) AS latest
    FROM destinations WHERE platform = :platform AND bot = :bot AND chat_id != :person
        AND id IN (SELECT destination FROM subscriptions WHERE created_by = :person)
    ORDER BY latest DESC, id DESC LIMIT :limit
"""

_KEPT: Final = """
    SELECT * FROM keepers WHERE platform = :platform AND bot = :bot AND person = :person
    ORDER BY since DESC LIMIT :limit
"""


TOPICS: Final = 1024
"""So many names are remembered of topics to which nothing may ever be subscribed: those that were heard last."""


class SqliteGuestbook:
    """bot.ports.Guestbook in SQLite."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def welcome(self, chat: Place, now: datetime) -> bool:
        """See bot.ports.Guestbook."""
        return await self._memory.write(lambda connection: connection.execute(_WELCOME, _row(chat, now)).rowcount > 0)

    async def unwelcome(self, chat: Destination) -> None:
        """See bot.ports.Guestbook."""
        await self._memory.write(
            lambda connection: connection.execute(
                "DELETE FROM welcomes WHERE platform = ? AND bot = ? AND chat_id = ?",
                (chat.platform, chat.bot, chat.chat_id),
            )
        )

    async def put_off(self, chat: Destination, person: str) -> None:
        """See bot.ports.Guestbook."""
        await self._memory.write(
            lambda connection: connection.execute(
                "UPDATE welcomes SET waits_for = ? WHERE platform = ? AND bot = ? AND chat_id = ?",
                (person, chat.platform, chat.bot, chat.chat_id),
            )
        )

    async def put_off_for(self, platform: str, bot: str, person: str) -> list[Place]:
        """See bot.ports.Guestbook."""

        def job(connection: sqlite3.Connection) -> list[Place]:
            rows = connection.execute(
                "UPDATE welcomes SET waits_for = '' WHERE platform = ? AND bot = ? AND waits_for = ? RETURNING *",
                (platform, bot, person),
            )
            return [_place(row) for row in sorted(rows, key=lambda row: row["welcomed_at"])]

        return await self._memory.write(job)

    async def keep(self, chat: Place, person: str, now: datetime) -> bool:
        """See bot.ports.Guestbook."""
        row = _row(chat, now) | {"person": person}

        def job(connection: sqlite3.Connection) -> bool:
            is_known = connection.execute(
                """SELECT 1 FROM keepers WHERE platform = :platform AND bot = :bot AND chat_id = :chat UNION
                    SELECT 1 FROM destinations WHERE platform = :platform AND bot = :bot AND chat_id = :chat""",
                row,
            ).fetchone()
            connection.execute(_KEEP, row)
            return is_known is None

        return await self._memory.write(job)

    async def kept_by(self, platform: str, bot: str, person: str, *, limit: int) -> list[Place]:
        """See bot.ports.Guestbook."""
        terms = {"platform": platform, "bot": bot, "person": person, "limit": limit}

        def job(connection: sqlite3.Connection) -> list[Place]:
            subscribed = [(row["latest"], place_of(row)) for row in connection.execute(_SUBSCRIBED, terms)]
            known = {place.destination.chat_id for _, place in subscribed}
            kept = [
                (row["since"], _place(row)) for row in connection.execute(_KEPT, terms) if row["chat_id"] not in known
            ]
            latest_first = sorted([*kept, *subscribed], key=itemgetter(0), reverse=True)
            return [place for _, place in latest_first[:limit]]

        return await self._memory.read(job)

    async def hear(self, person: Destination, language: str) -> None:
        """See bot.ports.Guestbook."""
        key = person.platform, person.chat_id

        def known(connection: sqlite3.Connection) -> str:
            row = connection.execute("SELECT language FROM people WHERE platform = ? AND person = ?", key).fetchone()
            return row["language"] if row else ""

        if await self._memory.read(known) != language:
            await self._memory.write(
                lambda connection: connection.execute(
                    "INSERT OR REPLACE INTO people VALUES (?, ?, ?)", (*key, language)
                )
            )

    async def topic_name(self, topic: Destination) -> str:
        """See bot.ports.Guestbook."""

        def job(connection: sqlite3.Connection) -> str:
            query = "SELECT name FROM topics WHERE platform = ? AND chat_id = ? AND thread_id = ?"
            row = connection.execute(query, _topic(topic)).fetchone()
            return row["name"] if row else ""

        return await self._memory.read(job)

    async def name_topic(self, topic: Destination, name: str) -> None:
        """See bot.ports.Guestbook."""

        def job(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT OR REPLACE INTO topics (platform, chat_id, thread_id, name) VALUES (?, ?, ?, ?)",
                (*_topic(topic), name),
            )
            connection.execute("DELETE FROM topics WHERE id <= (SELECT max(id) FROM topics) - ?", (TOPICS,))

        if await self.topic_name(topic) != name:
            await self._memory.write(job)


def _topic(topic: Destination) -> tuple[str, str, str]:
    return topic.platform, topic.chat_id, topic.thread_id


def guests_moved(connection: sqlite3.Connection, chat: Destination, chat_id: str) -> None:
    """The chat has a new id: it is no new chat. What is known of it there already stays."""
    terms = {"platform": chat.platform, "bot": chat.bot, "old": chat.chat_id, "new": chat_id}
    for table in ("welcomes", "keepers"):
        connection.execute(
            f"""UPDATE OR IGNORE {table} SET chat_id = :new
                WHERE platform = :platform AND bot = :bot AND chat_id = :old""",
            terms,
        )
        connection.execute(f"DELETE FROM {table} WHERE platform = :platform AND bot = :bot AND chat_id = :old", terms)
    connection.execute(
        "UPDATE welcomes SET waits_for = :new WHERE platform = :platform AND bot = :bot AND waits_for = :old", terms
    )


def handed_over(connection: sqlite3.Connection, terms: Mapping[str, str]) -> None:
    """The bot `new` takes over from `old`: its chats were welcomed by that one, and are kept by the same people.

    What has moved is where it moved to.
    """
    for table in ("welcomes", "keepers", "moves"):
        connection.execute(
            f"UPDATE OR IGNORE {table} SET bot = :new WHERE platform = :platform AND bot = :old",
            {name: terms[name] for name in ("platform", "old", "new")},
        )


def _row(chat: Place, now: datetime) -> dict[str, str]:
    return {
        "platform": chat.destination.platform,
        "bot": chat.destination.bot,
        "chat": chat.destination.chat_id,
        "kind": chat.kind,
        "title": chat.title,
        "now": moment(now),
    }


def _place(row: sqlite3.Row) -> Place:
    return Place(Destination(row["platform"], row["chat_id"], bot=row["bot"]), row["kind"], row["title"])
