"""What is done behind the sends, never in their way: rounds through a queue, for as long as the adapter listens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from bot.errors import BotRefused, StoreError

log = logging.getLogger(__name__)

GLANCE_SECONDS: Final = 5.0
"""Between two looks at what is to be done."""

AGAIN_SECONDS: Final = 60.0
"""After a try that failed, and nobody said how long to wait."""

REFUSED_SECONDS: Final = 300.0
"""After the token was refused, which is about no message: an outage, or the operator renews it."""


BARRED: Final = timedelta(hours=1)
"""How long nothing more is tried in a channel that forbids it: each refusal counts (discord.md 2.1)."""

DOUBTED: Final = timedelta(days=1)
"""How long a channel's first refusal is remembered: an hour later one try shows whether it still forbids."""


K = TypeVar("K")


def forget_past(known: dict[K, datetime], now: datetime) -> None:
    """Drop what is believed until a time that is over."""
    for key in [key for key, until in known.items() if until <= now]:
        del known[key]


class Bars:
    """The channels that forbid an errand. The first refusal is doubted, for outages refuse as well (PTB #3956)."""

    def __init__(self) -> None:
        self._doubted: dict[str, datetime] = {}  # when each refusal is forgotten
        self._barred: dict[str, datetime] = {}

    def until(self, channel: str, now: datetime) -> datetime | None:
        """Until when nothing is to be tried there; None: it may be."""
        until = self._barred.get(channel)
        return until if until is not None and now < until else None

    def refuse(self, channel: str, now: datetime) -> datetime | None:
        """It was forbidden: until when nothing more is to be tried there; None: it is to be tried once more soon."""
        forget_past(self._doubted, now)
        forget_past(self._barred, now)
        if channel not in self._doubted:
            self._doubted[channel] = now + DOUBTED
            return None
        self._doubted[channel] = now + DOUBTED
        return self.shut(channel, now)

    def shut(self, channel: str, now: datetime) -> datetime:
        """Try nothing more there for a while; until when."""
        self._barred[channel] = now + BARRED
        return self._barred[channel]

    def succeed(self, channel: str) -> None:
        """It is allowed there."""
        self._doubted.pop(channel, None)
        self._barred.pop(channel, None)


async def keep_up(a_round: Callable[[], Awaitable[None]], nothing_is: str) -> None:
    """Make rounds until cancelled; `nothing_is` says for the log what is left undone meanwhile."""
    while True:
        rest = GLANCE_SECONDS
        try:
            await a_round()
        except (StoreError, BotRefused) as error:
            log.warning("discord: %s for now: %s", nothing_is, error)
            rest = REFUSED_SECONDS if isinstance(error, BotRefused) else GLANCE_SECONDS
        except Exception:
            log.exception("discord: %s for now, by a mistake of newsbell's", nothing_is)
            rest = AGAIN_SECONDS
        await asyncio.sleep(rest)
