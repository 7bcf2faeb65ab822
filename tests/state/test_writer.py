"""The one thread that writes: jobs, commits, and a database that somebody else holds."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StoreBusy, StoreError, StoreFull
from state.memory import connect
from state.writer import Writer


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    with closing(connect(path)) as connection:
        connection.execute("CREATE TABLE entries (number INTEGER PRIMARY KEY)")
    return path


def add(number: int, then: Exception | None = None) -> Callable[[sqlite3.Connection], int]:
    def job(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO entries VALUES (?)", (number,))
        if then:
            raise then
        return number

    return job


def entries(path: Path) -> list[int]:
    with closing(connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM entries ORDER BY number")]


async def test_a_failing_job_undoes_itself_and_nothing_else(ledger: Path) -> None:
    writer = Writer(lambda: connect(ledger))
    jobs = [add(1), add(2, then=KeyError("no")), add(1), add(3)]

    results = await asyncio.gather(*(writer.run(job) for job in jobs), return_exceptions=True)
    await writer.close()

    assert [type(result) for result in results] == [int, KeyError, sqlite3.IntegrityError, int]
    assert entries(ledger) == [1, 3]


async def test_where_one_fails_what_follows_in_time_is_told_once_and_of_the_last_try(ledger: Path) -> None:
    writer = Writer(lambda: connect(ledger))
    tries: list[int] = []
    called: list[int] = []

    def count(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO entries VALUES (1)")
        tries.append(1)
        return len(tries)

    counted = writer.run(count, called.append)
    results = await asyncio.gather(
        counted, writer.run(add(2, then=KeyError("no")), called.append), writer.run(add(3)), return_exceptions=True
    )
    await writer.close()

    assert [results[0], results[2]] == [len(tries), 3]
    assert called == [len(tries)]
    assert entries(ledger) == [1, 3]


async def test_a_job_that_fails_alone_undoes_itself_and_the_next_one_goes_on(ledger: Path) -> None:
    writer = Writer(lambda: connect(ledger))
    with pytest.raises(KeyError):
        await writer.run(add(1, then=KeyError("no")))

    assert await writer.run(add(2)) == 2
    await writer.close()
    assert entries(ledger) == [2]


async def test_meanwhile_something_else_is_done_in_the_event_loop_and_its_failure_is_not_the_jobs(ledger: Path) -> None:
    writer = Writer(lambda: connect(ledger))
    called: list[tuple[int, asyncio.AbstractEventLoop]] = []
    faults: list[dict[str, object]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, fault: faults.append(fault))

    def meanwhile(result: int) -> None:
        called.append((result, asyncio.get_running_loop()))
        raise KeyError("no")

    assert await writer.run(add(1), meanwhile) == 1
    await writer.close()

    assert called == [(1, loop)]
    assert [type(fault["exception"]) for fault in faults] == [KeyError]
    assert entries(ledger) == [1]


async def test_of_what_failed_nothing_is_done_meanwhile(ledger: Path) -> None:
    writer = Writer(lambda: connect(ledger))
    called: list[int] = []

    with pytest.raises(KeyError):
        await writer.run(add(1, then=KeyError("no")), called.append)
    await writer.run(add(2), called.append)
    await writer.close()

    assert called == [2]


async def test_a_disk_that_is_full_fails_the_job_in_our_words_so_that_it_is_tried_again(ledger: Path) -> None:
    def connect_to_a_full_disk() -> sqlite3.Connection:
        connection = connect(ledger)
        connection.execute("PRAGMA max_page_count = 1")  # as many as there are
        return connection

    def write_much(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE words AS SELECT zeroblob(100000)")

    writer = Writer(connect_to_a_full_disk)
    one, much = await asyncio.gather(writer.run(add(1)), writer.run(write_much), return_exceptions=True)
    await writer.close()

    assert isinstance(much, StoreFull)
    assert "the disk is full; make room" in str(much)
    assert (one, entries(ledger)) == (1, [1])


@pytest.mark.parametrize("others", [0, 1])
async def test_where_sqlite_takes_back_the_whole_transaction_only_what_is_on_disk_is_told_as_done(
    ledger: Path, others: int
) -> None:
    """SQLite may do so on a full disk (sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction")."""

    def fill_the_disk(connection: sqlite3.Connection) -> None:
        connection.execute("ROLLBACK")
        raise sqlite3.OperationalError("database or disk is full")

    writer = Writer(lambda: connect(ledger))
    jobs = [*(add(number) for number in range(others)), fill_the_disk]
    *told, full = await asyncio.gather(*(writer.run(job) for job in jobs), return_exceptions=True)
    assert await writer.run(add(9)) == 9, "the writer goes on"
    await writer.close()

    assert isinstance(full, StoreError)
    assert "database or disk is full" in str(full)
    assert entries(ledger) == [*told, 9], "who is told that his is done has it on disk"
    assert told == list(range(others)), "the others are done by themselves"


async def test_what_is_reported_done_is_on_disk_and_many_share_a_commit(ledger: Path) -> None:
    commits: list[str] = []

    def watched() -> sqlite3.Connection:
        connection = connect(ledger)
        connection.set_trace_callback(lambda sql: commits.append(sql) if sql == "COMMIT" else None)
        return connection

    writer = Writer(watched)
    await asyncio.gather(*(writer.run(add(number)) for number in range(600)))

    assert entries(ledger) == list(range(600))
    assert 3 <= len(commits) < 100
    await writer.close()


async def test_a_job_whose_caller_gave_up_is_done_all_the_same(ledger: Path) -> None:
    writer = Writer(lambda: connect(ledger))
    asked = asyncio.create_task(writer.run(add(1)))
    await asyncio.sleep(0)
    asked.cancel()

    await writer.run(add(2))
    await writer.close()

    assert entries(ledger) == [1, 2]


async def test_a_database_that_somebody_else_holds_is_busy_and_then_goes_on(ledger: Path) -> None:
    def impatient() -> sqlite3.Connection:
        connection = connect(ledger)
        connection.execute("PRAGMA busy_timeout = 10")
        return connection

    writer = Writer(impatient)
    with closing(connect(ledger)) as other:
        other.execute("BEGIN IMMEDIATE")
        results = await asyncio.gather(writer.run(add(1)), writer.run(add(2)), return_exceptions=True)
        assert [type(result) for result in results] == [StoreBusy, StoreBusy]
        other.execute("ROLLBACK")

    assert await writer.run(add(3)) == 3
    await writer.close()
    assert entries(ledger) == [3]
