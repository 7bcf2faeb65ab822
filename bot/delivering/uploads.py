"""Which pictures a platform has, kept in the store: what a delivery has uploaded serves previews, and the reverse."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.errors import StoreError
from bot.models import Picture
from bot.ports import Deliveries, Upload

log = logging.getLogger(__name__)


class RememberedUploads:
    """bot.ports.Uploads for the adapter of `platform`."""

    def __init__(self, deliveries: Deliveries, platform: str, now: Callable[[], datetime]) -> None:
        self._deliveries = deliveries
        self._platform = platform
        self._now = now

    async def find(self, bot: str, picture: Picture) -> Upload:
        """See bot.ports.Uploads."""
        name = await name_of(picture)
        try:
            return Upload(name, await self._deliveries.media_id(self._platform, bot, name))
        except StoreError as error:
            log.warning("whether %s has %s can't be read: %s", self._platform, picture.source, error)
            return Upload(name)

    async def keep(self, bot: str, picture: Picture, upload: Upload) -> None:
        """See bot.ports.Uploads."""
        if await name_of(picture) != upload.name:
            return
        try:
            await self._deliveries.remember_media(self._platform, bot, upload.name, upload.media_id, self._now())
        except StoreError as error:
            log.warning("that %s has %s is not remembered: %s", self._platform, upload.name, error)


async def name_of(picture: Picture) -> str:
    """Under which name the platform's id of a picture is kept; that of a file tells its state."""
    return await asyncio.to_thread(_state_of, picture.file) if picture.file else picture.source


def _state_of(file: str) -> str:
    """A file's name for as long as it does not change."""
    try:
        found = Path(file).stat()
    except OSError:
        return f"{file}#"
    return f"{file}#{found.st_size:x}-{found.st_mtime_ns:x}"
