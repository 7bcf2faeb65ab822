"""What every command stands on: the time, and the store. It loads quickly: a brake has to work within a second."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot.ports import Store
from bot.settings import Settings
from state import open_store


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


async def open_memory(settings: Settings) -> Store:
    """The store, without the sending lock. Raises StoreError."""
    return await open_store(settings.database, str(await asyncio.to_thread(settings.posts.resolve)))
