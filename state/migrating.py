"""Brings a database's tables up to date, through sqlite-utils; most often there is nothing to do."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.errors import StoreTooNew
from state.memory import connect
from state.schema import MIGRATIONS
from state.troubles import in_our_words, of_the_disk

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

_APPLIED: Final = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'newsbell'"
"""Where sqlite-utils keeps what it has applied."""


def migrate(path: Path) -> None:
    """Apply the migrations that are missing; a database that has some already is copied to `<name>.bak` before."""
    if _is_up_to_date(path):
        return
    from sqlite_utils import Database, Migrations  # noqa: PLC0415 - a tenth of a command's time, and seldom needed

    migrations = _filled(Migrations("newsbell"))
    try:
        connection = connect(path)
    except sqlite3.Error as error:
        raise in_our_words(error, "opened", path) from error
    database = Database(connection)
    try:
        applied = {migration.name for migration in migrations.applied(database)}
        if strange := applied - {name for name, _ in MIGRATIONS}:
            raise StoreTooNew(
                f"the database {path} was made by a later newsbell (it has {', '.join(sorted(strange))}); "
                "install that version again or restore a backup"
            )
        if applied and migrations.pending(database):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            _copy(path, path.with_name(path.name + ".bak"))
        migrations.apply(database)
    except sqlite3.DatabaseError as error:
        raise in_our_words(error, "used", path) from error
    finally:
        connection.close()


def _copy(path: Path, backup: Path) -> None:
    """Copy `path` to `backup`, which stays the one of the earlier upgrade until the new one is whole."""
    begun = backup.with_name(backup.name + ".new")
    try:
        shutil.copyfile(path, begun)
        begun.replace(backup)
    except OSError as error:
        with suppress(OSError):
            begun.unlink()
        raise of_the_disk(error, "written", begun) from error


def _is_up_to_date(path: Path) -> bool:
    """Whether exactly our migrations are applied; False also where that can't be asked: migrating says why."""
    try:
        with closing(connect(path)) as connection:
            return {name for (name,) in connection.execute(_APPLIED)} == {name for name, _ in MIGRATIONS}
    except sqlite3.Error:
        return False


def _filled(migrations: Migrations) -> Migrations:
    for name, statements in MIGRATIONS:
        migrations(name=name)(_step(statements))
    return migrations


def _step(statements: tuple[str, ...]) -> Callable[[Database], None]:
    def migration(db: Database, /) -> None:
        for statement in statements:
            db.execute(statement)

    return migration
