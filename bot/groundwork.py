"""What every command stands on: the time, and the store. It loads quickly: a brake has to work within a second."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.ports import Store
from bot.settings import Settings, surroundings
from state import open_store


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


async def open_memory(settings: Settings) -> Store:
    """The store, without the sending lock. Raises StoreError."""
    return await open_store(settings.database, str(await asyncio.to_thread(named, settings.posts)))


def named(folder: Path) -> Path:
    """The absolute path of `folder`, no link in it followed: after a deploy they lead elsewhere. Blocking.

    The links on the way to the working directory are known to the shell alone, which tells them in PWD.
    """
    here = Path(surroundings().get("PWD", ""))
    with suppress(OSError):
        if here.is_absolute() and here.samefile(Path.cwd()):
            return here / folder
    return folder.absolute()
