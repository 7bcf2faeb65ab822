"""Pins messages that were sent. It is a favour: whether it succeeds changes nothing about the delivery."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from typing import Final

from bot.delivering.remembering import reach
from bot.errors import DeliveryError, TryLater
from bot.models import Action, Destination, Receipt
from bot.ports import Adapter, Pace

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 20.0
"""For the turn and the call: the chat's next post waits behind it."""

REMEMBERED_COMPLAINTS: Final = 1000


class Pinner:
    """Pins once and never again: a failure is said once for each chat and reason, with what to do."""

    def __init__(self, adapter: Adapter, pace: Pace) -> None:
        self._adapter = adapter
        self._pace = pace
        self._complaints: OrderedDict[tuple[Destination, str], None] = OrderedDict()

    async def pin(self, destination: Destination, receipt: Receipt) -> None:
        """Pin the message of `receipt`. Raises nothing."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._adapter.pin(destination, receipt)
        except TimeoutError:
            self._complain(destination, "there was no turn for it in time; pin it by hand")
        except DeliveryError as error:
            await self._keep_silence(destination, error)
            self._complain(destination, str(error))
        except Exception:
            log.exception("to %s: the adapter failed to pin a message; it was sent all the same", destination)
        else:
            log.info("pinned in %s", destination)

    async def _keep_silence(self, destination: Destination, error: DeliveryError) -> None:
        """A pin can run into a flood wait that was another call's: nothing else may, after it."""
        if isinstance(error, TryLater) and error.flood:
            await self._pace.heed(reach(self._adapter, destination, Action.PIN, error.scope), error)

    def _complain(self, destination: Destination, reason: str) -> None:
        if (destination, reason) in self._complaints:
            return
        self._complaints[destination, reason] = None
        if len(self._complaints) > REMEMBERED_COMPLAINTS:
            self._complaints.popitem(last=False)
        log.warning("to %s: the message was sent, but not pinned: %s", destination, reason)
