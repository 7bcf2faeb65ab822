"""What commands begin with: settings, logging, and the store beside a running newsbell."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.errors import SettingsError
from bot.groundwork import open_memory
from bot.logs import configure
from bot.ports import Store
from bot.settings import Settings, load_settings, surroundings
from bot.variables import gather

T = TypeVar("T")

log = logging.getLogger(__name__)

_ENV_FILE = Path(".env")


def start(level: str | None = None) -> Settings:
    """The settings, with logging set up by them. Raises SettingsError, which then tells the warnings as well."""
    try:
        settings = load_settings(_ENV_FILE)
    except SettingsError as error:
        raise SettingsError([*error.mistakes, *_warnings()]) from error
    if surroundings().get("NO_COLOR") and (context := click.get_current_context(silent=True)):
        context.color = False  # click itself does not know https://no-color.org
    configure(level or settings.log_level, settings.log_format, settings.secrets())
    for warning in settings.warnings:
        log.warning("%s", warning)
    return settings


def wait_for(work: Coroutine[Any, Any, T]) -> T:
    """What `work` returns, in a loop of its own."""
    return asyncio.run(work)


@asynccontextmanager
async def memory(settings: Settings) -> AsyncIterator[Store]:
    """The store, beside whatever else uses it: without the sending lock. Raises click.ClickException if there is none.

    An empty one would say that nothing was ever sent, which is no answer to somebody in the wrong folder.
    """
    if not database_of(settings).exists():
        raise click.ClickException(f"{no_database(settings)}; is this the right folder?")
    store = await open_memory(settings)
    try:
        yield store
    finally:
        await store.close()


def database_of(settings: Settings) -> Path:
    """The database's file."""
    return Path(settings.database.partition(":///")[2])


def no_database(settings: Settings) -> str:
    """What to say where there is no database yet."""
    return f"no database at {database_of(settings).absolute()}; newsbell run makes it"


def _warnings() -> list[str]:
    """The warnings about variables, for those who made mistakes as well: most likely a misspelt name is the cause."""
    fields = Settings.model_fields.values()
    known = {field.validation_alias for field in fields if isinstance(field.validation_alias, str)}
    return gather(known, _ENV_FILE, surroundings()).warnings
