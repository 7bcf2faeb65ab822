"""What is done behind the sends, never in their way: rounds through a queue, for as long as the adapter listens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from bot.errors import BotRefused, StoreError

log = logging.getLogger(__name__)

GLANCE_SECONDS: Final = 5.0
"""Between two looks at what is to be done."""

AGAIN_SECONDS: Final = 60.0
"""After a try that failed, and nobody said how long to wait."""

REFUSED_SECONDS: Final = 300.0
"""After the token was refused, which is about no message: an outage, or the operator renews it."""


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
