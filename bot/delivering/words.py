"""Says in the log what people told newsbell by commands beside the process that sends."""

from __future__ import annotations

import logging

from bot.ports import Words

log = logging.getLogger(__name__)


class Heard:
    """Who reads the log sees why messages stop, go on, or go away, though nothing happened in the folder."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._last: int | None = None

    async def look(self) -> None:
        """Tell what was said since the last look; at the first, what was said before is old."""
        if self._last is None:
            self._last = await self._words.last()
            return
        for word in await self._words.since(self._last):
            log.info("%s: %s", word.command, word.what)
            self._last = word.id
