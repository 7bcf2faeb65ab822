"""A backup takes the database's place; what stood there is kept."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import StoreError
from state.lock import SendingLock


def restore(database: Path, backup: Path) -> Path | None:
    """See state.restore_store."""
    lock = SendingLock(database)
    lock.take()
    try:
        _verify(backup)
        kept = _put_aside(database)
        fresh = database.with_name(database.name + ".restoring")
        shutil.copyfile(backup, fresh)
        _forget_messages(fresh)
        fresh.replace(database)  # all or nothing, whatever happens in between
    finally:
        lock.free()
    return kept


def _verify(backup: Path) -> None:
    if not backup.is_file():
        raise StoreError(f"there is no file {backup}; nothing was changed")
    connection = sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro", uri=True)
    try:
        verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
        known = connection.execute(
            "SELECT count(*) FROM _sqlite_migrations WHERE migration_set = 'newsbell'"
        ).fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"{backup} is no database of newsbell's ({error}); nothing was changed") from error
    finally:
        connection.close()
    if verdict != "ok" or not known[0]:
        raise StoreError(f"{backup} is damaged ({verdict}); nothing was changed")


def _forget_messages(database: Path) -> None:
    """Nobody knows what was sent since the backup: it would be taken for what was lost before (docs/adr/0017)."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM messages")


def _put_aside(database: Path) -> Path | None:
    if not database.exists():
        return None
    connection = sqlite3.connect(database)
    with closing(connection), suppress(sqlite3.DatabaseError):  # a damaged one is kept as it is
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = database.with_name(f"{database.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    database.replace(kept)
    for tail in ("-wal", "-shm"):
        database.with_name(database.name + tail).unlink(missing_ok=True)
    return kept
