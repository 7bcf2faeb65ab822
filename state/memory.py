"""The two connections to one SQLite file: one thread writes, another reads, and neither ever blocks the event loop."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeVar

from bot.errors import StoreError
from bot.records import NextUp
from state.troubles import in_our_words
from state.writer import Writer

T = TypeVar("T")

log = logging.getLogger(__name__)

LOCK_WAIT_SECONDS: Final = 5
GLANCE_SECONDS: Final = 0.2
"""How often a look is taken whether another process (a command beside the service) has written."""


class Memory:
    """Runs jobs on a SQLite database. A job is a function of a connection; it must not keep it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = Writer(lambda: connect(path))
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="newsbell-reader")
        self._reading: sqlite3.Connection | None = None
        self._listeners: list[tuple[Callable[[NextUp | None], None], str]] = []
        self._glancing: asyncio.Task[None] | None = None
        self._seen = self._strangers = 0  # the versions at the last look: after anybody's commits, after strangers'
        self._closed = False

    async def read(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """What `job` finds; it sees all that was committed before."""

        def read() -> T:
            try:
                return job(self._connection())
            except sqlite3.Error as error:
                raise in_our_words(error, "read", self.path) from error

        return await asyncio.get_running_loop().run_in_executor(self._reader, read)

    async def write(
        self,
        job: Callable[[sqlite3.Connection], T],
        *,
        stirs: bool | Callable[[T], Mapping[str, NextUp | None] | None] = False,
        meanwhile: Callable[[T], object] | None = None,
    ) -> T:
        """What `job` returns, once its changes are on disk. `stirs`: they, if there are any, may make something due.

        It may say of a result on which platforms, and what was found to be next there; None: on any.
        `meanwhile` is called with the result in the event loop while the disk writes: it may still fail.
        """
        changes = 0

        def count(connection: sqlite3.Connection) -> T:
            nonlocal changes
            before = connection.total_changes
            result = job(connection)
            changes = connection.total_changes - before
            return result

        result = await self._writer.run(count, meanwhile)
        if stirs and changes:
            self._stir(stirs(result) if callable(stirs) else None)
            # Those who were woken go first: a send does not wait for what its post's reader logs.
            await asyncio.sleep(0)
        return result

    def on_change(self, call: Callable[[NextUp | None], None], platform: str = "") -> None:
        """Call `call` in the event loop after commits that may have made something due, of any process.

        One who names a platform is spared those that concern others alone, and told what is next there, if the commit
        itself found that.
        """
        self._listeners.append((call, platform))
        if self._glancing is None:
            self._glancing = asyncio.create_task(self._glance(), name="glance at the database")

    async def close(self) -> None:
        """Finish what is queued, then let go. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        if self._glancing is not None:
            self._glancing.cancel()
            await asyncio.gather(self._glancing, return_exceptions=True)
            self._glancing = None
        await self._writer.close()
        await asyncio.get_running_loop().run_in_executor(self._reader, self._close_reading)
        self._reader.shutdown()

    def _stir(self, platforms: Mapping[str, NextUp | None] | None = None) -> None:
        for call, platform in self._listeners:
            if platforms is None or not platform or platform in platforms:
                call(platforms.get(platform) if platforms else None)

    async def strangers_wrote(self) -> bool:
        """Whether another process has committed since the last look. The first look says yes: nobody looked before.

        The connection that reads sees every commit, and its look costs the writer nothing; only where it sees one is
        the connection that writes asked, to which ours are no news (sqlite.org/pragma.html#pragma_data_version).
        """
        seen = await self.read(_version)
        if seen == self._seen:
            return False
        version = await self._writer.run(_version)
        known, self._strangers, self._seen = self._strangers, version, seen
        return version != known

    async def _glance(self) -> None:
        while True:
            try:
                if await self.strangers_wrote():
                    self._stir()
            except StoreError as error:
                log.warning("%s; looking again", error)
            await asyncio.sleep(GLANCE_SECONDS)

    def _connection(self) -> sqlite3.Connection:
        if self._reading is None:
            self._reading = connect(self.path)
            self._reading.execute("PRAGMA query_only = ON")
        return self._reading

    def _close_reading(self) -> None:
        if self._reading is not None:
            self._reading.close()
            self._reading = None


def connect(path: Path) -> sqlite3.Connection:
    """A connection with the settings that the promises rest on; use it in the thread that opened it.

    synchronous=FULL: with NORMAL a power loss may roll back commits, and a rolled-back "sent" is a doubled message
    (sqlite.org/pragma.html#pragma_synchronous).
    """
    connection = sqlite3.connect(path, timeout=LOCK_WAIT_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _version(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection than this one commits."""
    version: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return version
