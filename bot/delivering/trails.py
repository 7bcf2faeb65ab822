"""What an adapter remembers of messages, kept in the store."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from bot.errors import StoreError, TryLater
from bot.models import Destination
from bot.ports import Deliveries, Trail

log = logging.getLogger(__name__)


class RememberedTrails:
    """bot.ports.Trails for the adapter of `platform`."""

    def __init__(self, deliveries: Deliveries, platform: str, now: Callable[[], datetime]) -> None:
        self._deliveries = deliveries
        self._platform = platform
        self._now = now

    async def note(self, bot: str, messages: Collection[tuple[str, str]]) -> bool:
        """See bot.ports.Trails. A database that can't be written to keeps no message from being read."""
        try:
            await self._deliveries.note_messages(self._platform, bot, messages, self._now())
        except StoreError as error:
            log.warning("messages in chats are not remembered: %s", error)
            return False
        return True

    async def trail(self, destination: Destination, nonce: str, tried_at: datetime) -> Trail:
        """See bot.ports.Trails. Raises TryLater while the database can't be read."""
        try:
            return await self._deliveries.trail(destination, nonce, tried_at)
        except StoreError as error:
            raise TryLater(str(error)) from error

    async def is_lost(self, destination: Destination) -> bool:
        """See bot.ports.Trails."""
        try:
            return await self._deliveries.is_lost(destination)
        except StoreError as error:
            log.warning("whether a message to %s is lost can't be read: %s", destination, error)
            return False
