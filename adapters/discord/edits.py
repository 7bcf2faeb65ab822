"""What Discord counts of edits beside their bucket: those of old messages, and those of published ones."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import discord

from adapters.discord.rates import OLD, old_edits
from bot.errors import Scope, TryLater
from bot.ports import Pace
from bot.texts import Reason, sentence

PUBLISHED: Final = 3
PUBLISHED_SECONDS: Final = 3600.0
"""Edits of one published message, as bots report (discord-api-docs #2258 and #6109); clocks differ."""

CHANNELS_SECONDS: Final = 60.0
"""No limit of a channel's edits asks for a longer pause. A published message's asks for up to an hour: for it alone."""

_TOO_OFTEN: Final = sentence("Discord takes {count} edits an hour of a message that is published")

REMEMBERED: Final = 1024
"""Published messages that were edited."""


@dataclass(slots=True)
class Turn:
    """One edit, and what Discord answered to it."""

    answer: Mapping[str, Any] = field(default_factory=dict)


class Edits:
    """Sees to it that edits wait where Discord would refuse them.

    That a message is published is told by the answer to an edit of it; what was edited before a start is not known.
    """

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._clock = clock
        self._published: OrderedDict[int, deque[float]] = OrderedDict()  # the latest edits of each

    @asynccontextmanager
    async def turn(self, message: discord.PartialMessage) -> AsyncIterator[Turn]:
        """An edit of `message` inside; before, its turn is waited for. Raises TryLater where that is long in coming."""
        if (seconds := self._wait(message.id)) > 0:
            raise TryLater(Reason(_TOO_OFTEN, count=PUBLISHED), seconds)
        if datetime.now(UTC) - message.created_at > OLD:
            await self._pace.turn([old_edits(str(message.channel.id))])
        turn = Turn()
        try:
            yield turn
        except TryLater as error:
            if not error.flood or error.scope is not Scope.DESTINATION:
                raise
            if (seconds := error.retry_after or 0.0) > CHANNELS_SECONDS:
                self._note(message.id, *[self._clock() + seconds - PUBLISHED_SECONDS] * PUBLISHED)
                raise TryLater(Reason(_TOO_OFTEN, count=PUBLISHED), seconds) from error
            # What Discord shares among all who edit there is no limit of sends (discord-api-docs #6109).
            raise TryLater(str(error), error.retry_after, flood=True, scope=Scope.ROUTE) from error
        if discord.MessageFlags._from_value(int(turn.answer.get("flags", 0))).crossposted:
            self._note(message.id, self._clock())

    def _wait(self, message: int) -> float:
        """For how many seconds a message is not to be edited."""
        edits = self._published.get(message)
        return edits[0] + PUBLISHED_SECONDS - self._clock() if edits and len(edits) == PUBLISHED else 0.0

    def _note(self, message: int, *edited_at: float) -> None:
        self._published.setdefault(message, deque(maxlen=PUBLISHED)).extend(edited_at)
        self._published.move_to_end(message)
        if len(self._published) > REMEMBERED:
            self._published.popitem(last=False)
