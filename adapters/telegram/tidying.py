"""Takes commands and their answers out of channels again: readers come for the posts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from bot.errors import DeliveryError
from bot.models import Destination

log = logging.getLogger(__name__)

FINISH_SECONDS: Final = 5.0
"""How long the end of newsbell may wait for a tidy channel."""

Remove = Callable[[Destination, int], Awaitable[None]]


class Tidying:
    """Removes messages by `remove`, each `after` so many seconds, and what is left at the end at once."""

    def __init__(self, remove: Remove, after: float) -> None:
        self._remove = remove
        self._after = after
        self._closing = asyncio.Event()
        self._pending: dict[tuple[Destination, int], asyncio.Task[None]] = {}

    def later(self, destination: Destination, message_id: int) -> None:
        """Remove the message when its time has come; said again, the time begins anew."""
        key = destination, message_id
        if waiting := self._pending.get(key):
            waiting.cancel()
        self._pending[key] = asyncio.create_task(self._wait_and_remove(destination, message_id))

    async def finish(self, within: float = FINISH_SECONDS) -> None:
        """Remove now what is still waiting, and return when that is done or `within` so many seconds."""
        self._closing.set()
        if not self._pending:
            return
        _, late = await asyncio.wait(set(self._pending.values()), timeout=within)
        for task in late:
            task.cancel()
        if late:
            log.info("telegram: %d commands and answers stay in channels: newsbell stops", len(late))
            await asyncio.wait(late)

    async def _wait_and_remove(self, destination: Destination, message_id: int) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), self._after)
        try:
            await self._remove(destination, message_id)
        except DeliveryError as error:  # no right to delete, or somebody was quicker: it stays as it is
            log.debug("message %s of %s was not tidied away: %s", message_id, destination, error)
        finally:
            self._forget(destination, message_id)

    def _forget(self, destination: Destination, message_id: int) -> None:
        if self._pending.get((destination, message_id)) is asyncio.current_task():
            del self._pending[destination, message_id]
