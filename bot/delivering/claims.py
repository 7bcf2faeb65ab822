"""Deliveries are marked as being tried before their calls, each send under a nonce of its own (docs/adr/0004)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Final

from bot.delivering.sayings import Sayings
from bot.delivering.turn import Turn
from bot.models import Delivery
from bot.ports import Deliveries

SALTS: Final = 2**32
"""Eight hex digits: ADR 0004."""


class Claims:
    """Claims what is to be called next, for one process."""

    def __init__(
        self,
        deliveries: Deliveries,
        sayings: Sayings,
        *,
        epoch: int,
        now: Callable[[], datetime],
        needs_no_call: Callable[[Delivery], bool],
    ) -> None:
        self._deliveries = deliveries
        self._sayings = sayings
        self._epoch = epoch
        self._now = now
        self._needs_no_call = needs_no_call
        # Drawn once: to ask the system for each claim is to give the interpreter's lock away to the writing thread.
        self._salts = count(secrets.randbits(32))

    async def make(self, deliveries: Sequence[Delivery]) -> list[Turn]:
        """Those of `deliveries` that could still be claimed, all in one commit."""
        if not deliveries:
            return []
        # The salt keeps the nonces apart from earlier ones, and from those of another database with the same numbers.
        salt = f"{next(self._salts) % SALTS:08x}"
        nonces = {one.id: one.nonce or f"{one.id:x}-{salt}" for one in deliveries}
        unpaced = {one.id for one in deliveries if self._needs_no_call(one)}
        rungs = {one.id: (one.wanted, one.rung) for one in deliveries if one.rung}
        claimed = await self._deliveries.claim(
            nonces, epoch=self._epoch, now=self._now(), meanwhile=self._sayings.foresee, rungs=rungs
        )
        if spared := {(one.id, one.wanted): one.spared for one in deliveries if one.spared}:
            claimed = [replace(one, spared=spared.get((one.id, one.wanted), "")) for one in claimed]
        repeated = {one.id for one in deliveries if one.nonce}
        return [Turn(one, repeats=one.id in repeated, unpaced=one.id in unpaced) for one in claimed]
