"""`newsbell backup`: a copy of the database, while newsbell runs."""

from __future__ import annotations

import click

from bot.cli.setting import memory, start, wait_for
from bot.cli.wording import say
from bot.settings import Settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
def backup(file: str) -> None:
    """Copy the database to FILE. newsbell may run meanwhile."""
    wait_for(_copy(start(level="WARNING"), file))
    say(f"✓ {file}")


async def _copy(settings: Settings, file: str) -> None:
    async with memory(settings) as store:
        await store.backup(file)
