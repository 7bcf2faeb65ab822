"""Pins messages that were sent, and takes back its own pins. It is a favour: a failure changes nothing else."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.delivering.pins import Pins
from bot.delivering.remembering import reach
from bot.delivering.sayings import Sayings
from bot.errors import DeliveryError, MessageGone, OutcomeUnknown, Rejected, StoreError, TryLater
from bot.models import GONE, Action, Delivery, Destination, Receipt, Shown
from bot.ports import Adapter, Deliveries, Notices, Pace
from bot.records import Pin
from bot.texts import sentence

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 20.0
"""For the turn and the call: the chat's next post waits behind it."""

FAREWELL_SECONDS: Final = 2.0
"""For all that is left to pin and unpin when newsbell stops: a chat's turn comes within that, a full group's not."""

REMEMBERED_COMPLAINTS: Final = 1000

_FAILED: Final = {
    Action.PIN: "the message was sent, but not pinned",
    Action.UNPIN: "an earlier message stays pinned",
}
_NOT_PINNED: Final = sentence("Posts arrive in {place}, but are not pinned: {reason}.")
_BY_HAND: Final = {Action.PIN: "pin it by hand", Action.UNPIN: "unpin it by hand"}


class Pinner:
    """Pins what its post or its subscription wants pinned; a failure is said once for each chat and reason, and
    that the bot may not pin to the owner of the chat as well.

    The subscription wants the newest post pinned: the one before is unpinned then, unless it asked for its pin itself.
    What is pinned is remembered before the call, so that a crash leaves no pin of which nobody knows, and stays
    remembered where the call had no answer.
    """

    def __init__(
        self,
        adapter: Adapter,
        deliveries: Deliveries,
        sayings: Sayings,
        pace: Pace,
        now: Callable[[], datetime],
        *,
        notices: Notices | None = None,
    ) -> None:
        self._adapter = adapter
        self._sayings = sayings
        self._pace = pace
        self._now = now
        self._notices = notices
        self._pins = Pins(adapter, deliveries)
        self._complaints: OrderedDict[tuple[Destination, str], None] = OrderedDict()
        self._calls: set[asyncio.Timeout] = set()
        self._ends_at = math.inf  # by the loop's clock

    def stop(self) -> None:
        """Newsbell stops: no pin is waited for any longer."""
        self._ends_at = asyncio.get_running_loop().time() + FAREWELL_SECONDS
        for call in self._calls:
            if not call.expired():
                call.reschedule(min(call.when() or math.inf, self._ends_at))

    async def after_send(self, delivery: Delivery, shown: Shown) -> None:
        """Pin what was just sent, if that is wanted. Raises nothing."""
        try:
            wanted = (await self._sayings.announcement(delivery.subject, shown.revision)).pin
            if not wanted and not delivery.look.pin:
                return
            [message_id, *_] = shown.receipt.message_ids
            pin = Pin(delivery.id, delivery.destination, message_id, rotates=not wanted)
            before = await self._pins.before(pin.delivery, pin.destination) if delivery.look.pin else []
            await self._pins.note(pin, self._now())
            is_pinned = await self._call(Action.PIN, pin)
            if is_pinned is False:
                await self._pins.forget(pin)
            if not is_pinned:
                return
            for earlier in before:
                await self._unpin(earlier)
        except StoreError as error:
            log.warning("to %s: the message was sent, but not pinned: %s", delivery.destination, error)

    async def after_change(self, delivery: Delivery, shown: Shown | None) -> None:
        """Unpin what was withdrawn, or asks for its pin no more; deleted, it is unpinned by itself. Raises nothing."""
        try:
            pin = await self._pins.of(delivery.id)
            if pin is None:
                return
            if shown is None:
                await self._pins.forget(pin)
            elif delivery.wanted == GONE:
                await self._unpin(pin)
            elif not pin.rotates and not (await self._sayings.announcement(delivery.subject, shown.revision)).pin:
                is_newest = not await self._pins.before(pin.delivery, pin.destination)
                if delivery.look.pin and is_newest:
                    await self._pins.note(replace(pin, rotates=True), self._now())
                else:
                    await self._unpin(pin)
        except StoreError as error:
            log.warning("to %s: an earlier message stays pinned: %s", delivery.destination, error)

    # --- calls --------------------------------------------------------------------------------------------------------

    async def _unpin(self, pin: Pin) -> None:
        """What could not be unpinned is tried again with the next post."""
        if await self._call(Action.UNPIN, pin):
            await self._pins.forget(pin)

    async def _call(self, action: Action, pin: Pin) -> bool | None:
        """Whether the message is pinned, or unpinned, now; None: nobody knows."""
        call: Callable[[Destination, Receipt], Awaitable[None]]
        call = self._adapter.pin if action is Action.PIN else self._adapter.unpin
        try:
            async with self._patience():
                await call(pin.destination, Receipt((pin.message_id,)))
        except TimeoutError:
            self._complain(action, pin.destination, f"there was no turn for it in time; {_BY_HAND[action]}")
            return None
        except OutcomeUnknown as error:
            self._complain(action, pin.destination, str(error))
            return None
        except DeliveryError as error:
            if action is Action.UNPIN and isinstance(error, MessageGone):
                return True
            await self._keep_silence(action, pin.destination, error)
            is_new = self._complain(action, pin.destination, str(error))
            if is_new and action is Action.PIN and isinstance(error, Rejected) and self._notices is not None:
                cause = f"not pinned: {pin.destination}: {error}"
                await self._notices.tell_owners(pin.destination, cause, _NOT_PINNED, reason=str(error))
        except Exception:
            log.exception("to %s: the adapter failed: %s", pin.destination, _FAILED[action])
        else:
            log.info("%sned in %s", action.value, pin.destination)
            return True
        return False

    @asynccontextmanager
    async def _patience(self) -> AsyncIterator[None]:
        """For one call, or until newsbell has stopped. Raises TimeoutError."""
        until = min(asyncio.get_running_loop().time() + PATIENCE_SECONDS, self._ends_at)
        async with asyncio.timeout_at(until) as patience:
            self._calls.add(patience)
            try:
                yield
            finally:
                self._calls.discard(patience)

    async def _keep_silence(self, action: Action, destination: Destination, error: DeliveryError) -> None:
        """A pin can run into a flood wait that was another call's: nothing else may, after it."""
        if isinstance(error, TryLater) and error.flood:
            await self._pace.heed(reach(self._adapter, destination, action, error.scope), error)

    def _complain(self, action: Action, destination: Destination, reason: str) -> bool:
        """Say it, if that is new; whether it is."""
        if (destination, reason) in self._complaints:
            return False
        self._complaints[destination, reason] = None
        if len(self._complaints) > REMEMBERED_COMPLAINTS:
            self._complaints.popitem(last=False)
        log.warning("to %s: %s: %s", destination, _FAILED[action], reason)
        return True
