"""Where the folder, the disk or the database is at fault, `newsbell status` and `newsbell doctor` say so."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.cli import faults
from state import memory
from tests.cli.conftest import Shell


def diagnosis(shell: Shell) -> str:
    """What both say, the doctor with a bad conscience."""
    code, said = shell("doctor", "--offline")
    assert code == 1
    return said


@contextmanager
def no_room(database: Path) -> Iterator[None]:
    """No file may grow beyond what the database's log is by now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        for _ in range(40):
            connection.execute("PRAGMA user_version = 0")
        log = database.with_name(database.name + "-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (log, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_an_empty_folder_where_posts_were_is_a_fault(begun: Shell) -> None:
    assert "✗" not in begun("status")[1]
    (begun.posts / "old.md").rename(begun.home / "old.md")
    fault = "posts holds no post at all, but 1 were there; bring them back or mount the folder; until then nothing"

    assert f"✗ {fault}" in begun("status")[1]
    assert f"✗ posts      {fault}" in diagnosis(begun)


def test_a_disk_that_takes_nothing_is_a_fault(begun: Shell) -> None:
    fault = "the database can't be written: the disk"
    with no_room(begun.database):
        status, doctor = begun("status")[1], diagnosis(begun)

    assert f"✗ {fault}" in status
    assert f"✗ database   {fault}" in doctor
    assert "✗" not in begun("status")[1] + begun("doctor", "--offline")[1]


def test_a_database_that_another_program_holds_can_be_looked_at(begun: Shell) -> None:
    begun.settings.setattr(memory, "LOCK_WAIT_SECONDS", 0.1)
    with closing(sqlite3.connect(begun.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        code, status = begun("status")
        assert code == 0
        assert "posts       1 known\n" in status
        for said in (status, diagnosis(begun)):
            assert "the database can't be written now: another program is using it" in said


def test_a_disk_that_is_almost_full_is_a_fault(begun: Shell) -> None:
    begun.settings.setattr(faults, "LEAST_ROOM", 2**63)

    assert f"✗ the disk of {begun.home} is almost full (" in begun("status")[1]
    assert "KiB free); make room" in diagnosis(begun)


def test_a_first_scan_that_was_interrupted_is_said_to_be(begun: Shell) -> None:
    begun.rows("UPDATE roots SET baseline_at = NULL")

    assert "… the first scan is not complete, and until it is, no post is news: newsbell run" in begun("status")[1]


def test_to_look_whether_all_is_well_changes_nothing(begun: Shell) -> None:
    before = dump(begun)
    begun("status")
    begun("doctor", "--offline")

    assert dump(begun) == before


def dump(shell: Shell) -> list[str]:
    with closing(sqlite3.connect(shell.database)) as connection:
        return [*connection.iterdump(), *map(str, connection.execute("PRAGMA user_version"))]
