"""The shelf of operators: who became one by a one-time code. Of a code only its digest is ever written down."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Final

from bot.models import Destination
from bot.records import Admission, Operator
from state.memory import Memory
from state.rows import moment

GUESSES: Final = 5
"""So many wrong codes of one person in GUESSING, and no further one is looked at, right or wrong."""

GUESSING: Final = timedelta(hours=1)

KEPT: Final = timedelta(days=7)
"""So long a code is known to be used or too old, for a better answer to whoever gives it."""


class SqliteOperators:
    """bot.ports.OperatorShelf in SQLite."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def all(self) -> list[Operator]:
        """See bot.ports.OperatorShelf."""

        def job(connection: sqlite3.Connection) -> list[Operator]:
            rows = connection.execute("SELECT * FROM operators ORDER BY since, platform, person")
            return [
                Operator(Destination(row["platform"], row["person"]), datetime.fromisoformat(row["since"]))
                for row in rows
            ]

        return await self._memory.read(job)

    async def invite(self, digest: str, now: datetime, until: datetime) -> None:
        """See bot.ports.OperatorShelf."""

        def job(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM codes WHERE until < ?", (moment(now - KEPT),))
            connection.execute("INSERT INTO codes (digest, until) VALUES (?, ?)", (digest, moment(until)))

        await self._memory.write(job)

    async def admit(self, digest: str, person: Destination, now: datetime) -> Admission:
        """See bot.ports.OperatorShelf."""

        def job(connection: sqlite3.Connection) -> Admission:
            if _has_guessed_enough(connection, person, now):
                return Admission.TOO_MANY
            code = connection.execute("SELECT * FROM codes WHERE digest = ?", (digest,)).fetchone()
            verdict = _verdict(connection, code, person, now)
            if verdict is Admission.ADMITTED:
                return _admit(connection, digest, person, now)
            if verdict is not Admission.KNOWN:
                connection.execute("INSERT INTO guesses (person, at) VALUES (?, ?)", (str(person), moment(now)))
            return verdict

        return await self._memory.write(job)

    async def spend(self, digest: str, place: Destination) -> bool:
        """See bot.ports.OperatorShelf."""

        def is_good(connection: sqlite3.Connection) -> bool:
            found = connection.execute("SELECT 1 FROM codes WHERE digest = ? AND used_by = ''", (digest,))
            return found.fetchone() is not None

        def job(connection: sqlite3.Connection) -> bool:
            change = "UPDATE codes SET used_by = ? WHERE digest = ? AND used_by = ''"
            return connection.execute(change, (str(place), digest)).rowcount > 0

        return await self._memory.read(is_good) and await self._memory.write(job)

    async def forget(self, person: Destination) -> bool:
        """See bot.ports.OperatorShelf."""

        def job(connection: sqlite3.Connection) -> bool:
            whom = (person.platform, person.chat_id)
            return connection.execute("DELETE FROM operators WHERE platform = ? AND person = ?", whom).rowcount > 0

        return await self._memory.write(job)


def _has_guessed_enough(connection: sqlite3.Connection, person: Destination, now: datetime) -> bool:
    connection.execute("DELETE FROM guesses WHERE at < ?", (moment(now - GUESSING),))
    guesses: int = connection.execute("SELECT count(*) FROM guesses WHERE person = ?", (str(person),)).fetchone()[0]
    return guesses >= GUESSES


def _verdict(connection: sqlite3.Connection, code: sqlite3.Row | None, person: Destination, now: datetime) -> Admission:
    """What comes of giving `code`; None: nobody made it. Who presses Start twice is told the same twice."""
    if code is None:
        return Admission.STRANGE
    if code["used_by"]:
        is_theirs = code["used_by"] == str(person) and _is_one(connection, person)
        return Admission.KNOWN if is_theirs else Admission.USED
    return Admission.ADMITTED if moment(now) < code["until"] else Admission.EXPIRED


def _is_one(connection: sqlite3.Connection, person: Destination) -> bool:
    """Whether `person` is an operator by a code: one who was removed is none by the same link."""
    whom = (person.platform, person.chat_id)
    return bool(connection.execute("SELECT 1 FROM operators WHERE platform = ? AND person = ?", whom).fetchone())


def _admit(connection: sqlite3.Connection, digest: str, person: Destination, now: datetime) -> Admission:
    connection.execute("UPDATE codes SET used_by = ? WHERE digest = ?", (str(person), digest))
    is_new = connection.execute(
        "INSERT INTO operators (platform, person, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (person.platform, person.chat_id, moment(now)),
    ).rowcount
    return Admission.ADMITTED if is_new else Admission.KNOWN
