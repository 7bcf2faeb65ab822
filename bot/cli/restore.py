"""`newsbell restore`: a backup takes the database's place."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.setting import start
from bot.cli.wording import say
from state import restore_store


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put the backup FILE in the database's place; what was there is kept beside it. newsbell must not be running."""
    kept = restore_store(start(level="WARNING").database, file)
    say(f"✓ restored from {file}" + (f"; the database before is kept as {kept}" if kept else ""))
