"""One thread writes, and commits for all who wait: a transaction takes whatever is queued by then (group commit)."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

from bot.errors import StoreError
from state.troubles import blamed, in_our_words

T = TypeVar("T")

BATCH: Final = 256
"""Jobs in one transaction at most, so that none waits long for its commit."""


class Writer:
    """Runs jobs on the one connection that writes, each as if in a transaction of its own.

    A job that raises undoes only its own changes, and those beside it are done once more: they must not mind. Nothing
    is reported done before its commit is on disk.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._connect = connect
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="newsbell-writer", daemon=True)
        self._thread.start()

    async def run(self, job: Callable[[sqlite3.Connection], T], meanwhile: Callable[[T], object] | None = None) -> T:
        """Return what `job` returns, once it is committed. Raises what it raises, and StoreBusy or StoreError.

        `meanwhile` is called with that in the event loop once the job has run, while the commit waits for the disk, and
        may fail. Sooner it would hold up the job, which waits for the interpreter's lock after each of its statements.
        """
        if self._closed:
            raise StoreError("the database is closed already")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(job, done, loop, meanwhile))
        return await done  # a caller who gives up is told nothing: the job is done all the same

    async def close(self) -> None:
        """Finish what is queued and close the connection."""
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        connection = self._connect()
        try:
            while (job := self._jobs.get()) is not None:
                batch = self._queued_after(job)
                _commit_together(connection, batch)
                _report(batch)
        finally:
            connection.close()

    def _queued_after(self, first: _Job) -> list[_Job]:
        batch = [first]
        while len(batch) < BATCH:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            batch.append(job)
        return batch


class _Job:
    """A piece of work and whom to tell."""

    __slots__ = ("done", "error", "loop", "meanwhile", "result", "work")

    def __init__(
        self,
        work: Callable[[sqlite3.Connection], Any],
        done: asyncio.Future[Any],
        loop: asyncio.AbstractEventLoop,
        meanwhile: Callable[[Any], object] | None,
    ) -> None:
        self.work = work
        self.done = done
        self.loop = loop
        self.meanwhile = meanwhile
        self.result: Any = None
        self.error: BaseException | None = None

    def tell(self) -> None:
        if self.done.done():
            return
        if self.error is not None:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.result)


def _commit_together(connection: sqlite3.Connection, batch: list[_Job]) -> None:
    """Do and commit all. Where one fails, all are taken back, and each is done anew in a transaction of its own.

    A savepoint for each would spare that rare case and cost every other one: SQLite copies each page before it is
    changed, beyond 64 kB into a file.
    """
    try:
        # IMMEDIATE: a deferred transaction that reads first fails at once beside another writer (SQLITE_BUSY_SNAPSHOT).
        connection.execute("BEGIN IMMEDIATE")
        failure = _do(connection, batch)
        if failure is None:
            _call_meanwhile(batch)
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        for job in batch:
            job.error = in_our_words(error, "written")
        return
    if failure is None:
        return
    if len(batch) == 1:
        batch[0].error = failure
        return
    for job in batch:
        _commit_together(connection, [job])


def _do(connection: sqlite3.Connection, batch: list[_Job]) -> Exception | None:
    """Why nothing is done, if one of them failed."""
    try:
        for job in batch:
            job.result = job.work(connection)
    except Exception as error:  # noqa: BLE001 - it is handed to the one who asked
        if connection.in_transaction:
            connection.execute("ROLLBACK")
            return blamed(error, "written")
        # SQLite took everything back by itself, as it may on a full disk.
        return in_our_words(error, "written") if isinstance(error, sqlite3.Error) else error
    return None


def _call_meanwhile(batch: list[_Job]) -> None:
    for job in batch:
        if job.meanwhile is not None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                job.loop.call_soon_threadsafe(job.meanwhile, job.result)


def _report(batch: list[_Job]) -> None:
    for loop in {job.loop for job in batch}:
        mine = [job for job in batch if job.loop is loop]
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_tell_all, mine)


def _tell_all(jobs: list[_Job]) -> None:
    for job in jobs:
        job.tell()
