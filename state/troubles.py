"""What SQLite complains about, in words that say what to do."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from typing import Final

from bot.errors import StoreBusy, StoreError, StoreFull

_FULL: Final = ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE")
"""The other one where the file beside the database, which is made when it is opened, finds no room."""

MENDS: Final = {
    **dict.fromkeys(_FULL, "the disk is full; make room"),
    "SQLITE_IOERR": "the disk does not work; check it",
    "SQLITE_READONLY": "it may not be written; give newsbell the right",
    "SQLITE_CANTOPEN": "its folder is missing, or may not be written; check both",
    "SQLITE_CORRUPT": "it is damaged; restore a backup",
    "SQLITE_NOTADB": "it is no database; restore a backup, or name another in NEWSBELL_DATABASE",
}
"""By the beginning of SQLite's error name (sqlite.org/rescode.html)."""

_IN_USE: Final = ("SQLITE_BUSY", "SQLITE_LOCKED")


def blamed(error: Exception, what: str) -> Exception:
    """`error`; in our words where the disk or another program is to blame, and the same may work later."""
    if isinstance(error, sqlite3.Error) and _name(error).startswith((*_IN_USE, *MENDS)):
        return in_our_words(error, what)
    return error


def in_our_words(error: sqlite3.Error, what: str, path: Path | str = "") -> StoreError:
    """The error for what could not be done ("read", "written"): StoreBusy or StoreFull where it helps to wait."""
    database = f"the database {path}" if path else "the database"
    name = _name(error)
    if name.startswith(_IN_USE):
        return StoreBusy(f"{database} can't be {what} now: another program is using it")
    mend = next((mend for beginning, mend in MENDS.items() if name.startswith(beginning)), str(error))
    kind = StoreFull if name.startswith(_FULL) else StoreError
    return kind(f"{database} can't be {what}: {mend}")


def of_the_disk(error: OSError, what: str, path: Path) -> StoreError:
    """The error for a file beside the database that the system does not let be: StoreFull where room is missing."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFull(f"{path} can't be {what}: {MENDS['SQLITE_FULL']}")
    return StoreError(f"{path} can't be {what}: {error.strerror or error}; check the disk, and newsbell's rights there")


def _name(error: sqlite3.Error) -> str:
    """SQLite's own; empty where the error is Python's."""
    return getattr(error, "sqlite_errorname", "") or ""
