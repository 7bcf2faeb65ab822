"""What SQLite complains about tells whether it helps to wait, and for what."""

from __future__ import annotations

import sqlite3

import pytest

from bot.errors import StoreBusy, StoreError, StoreFull
from state.troubles import in_our_words


@pytest.mark.parametrize(
    ("name", "kind", "mend"),
    [
        ("SQLITE_BUSY_SNAPSHOT", StoreBusy, "another program is using it"),
        ("SQLITE_FULL", StoreFull, "the disk is full; make room"),
        ("SQLITE_IOERR_SHMSIZE", StoreFull, "the disk is full; make room"),
        ("SQLITE_IOERR_READ", StoreError, "the disk does not work; check it"),
    ],
)
def test_an_error_says_what_to_do_and_whether_it_passes_by_itself(name: str, kind: type[StoreError], mend: str) -> None:
    """The names are those of sqlite.org/rescode.html; of SHMSIZE it says that the volume may be out of space."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = name

    said = in_our_words(error, "written")

    assert type(said) is kind
    assert str(said).endswith(mend)
