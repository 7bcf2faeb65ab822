"""Deliveries are marked as being tried before their calls, each send under a nonce of its own (docs/adr/0004)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Final

from bot.delivering.pacer import Pacer
from bot.delivering.sayings import Sayings
from bot.delivering.turn import Turn, action_for
from bot.models import Action, Delivery, DeliveryState, Destination
from bot.ports import Deliveries, Rate

SALTS: Final = 2**32
"""Eight hex digits: ADR 0004."""


class Claims:
    """Claims what is to be called next, for one process."""

    def __init__(
        self,
        deliveries: Deliveries,
        sayings: Sayings,
        pacer: Pacer,
        rates: Callable[[Destination, Action], Sequence[Rate]],
        *,
        epoch: int,
        now: Callable[[], datetime],
        needs_no_call: Callable[[Delivery], bool],
    ) -> None:
        self._deliveries = deliveries
        self._sayings = sayings
        self._pacer = pacer
        self._rates = rates
        self._epoch = epoch
        self._now = now
        self._needs_no_call = needs_no_call
        # Drawn once: to ask the system for each claim is to give the interpreter's lock away to the writing thread.
        self._salts = count(secrets.randbits(32))

    async def make(self, deliveries: Sequence[Delivery]) -> list[Turn]:
        """Those of `deliveries` that could still be claimed, all in one commit. The others forgo their turns.

        So do those that are to make another kind of call by now than the one that they had their turn for.
        """
        if not deliveries:
            return []
        # The salt keeps the nonces apart from earlier ones, and from those of another database with the same numbers.
        salt = f"{next(self._salts) % SALTS:08x}"
        nonces = {one.id: one.nonce or f"{one.id:x}-{salt}" for one in deliveries}
        turns = {one.id: action_for(one) for one in deliveries if not self._needs_no_call(one)}
        rungs = {one.id: (one.wanted, one.rung) for one in deliveries if one.rung}
        in_turn: set[int] = set()
        try:
            claimed = await self._deliveries.claim(
                nonces, epoch=self._epoch, now=self._now(), meanwhile=self._sayings.foresee, rungs=rungs
            )
            in_turn.update(one.id for one in claimed if turns.get(one.id) is action_for(one))
        finally:
            if len(in_turn) < len(turns):
                self.forgo(one for one in deliveries if one.id in turns and one.id not in in_turn)
        if spared := {(one.id, one.wanted): one.spared for one in deliveries if one.spared}:
            claimed = [replace(one, spared=spared.get((one.id, one.wanted), "")) for one in claimed]
        repeated = {one.id for one in deliveries if one.nonce}
        return [Turn(one, repeats=one.id in repeated, unpaced=one.id not in in_turn) for one in claimed]

    def forgo(self, deliveries: Iterable[Delivery]) -> None:
        """They had their turns, and make no call in them. What was unknown then was looked for, which counts as one."""
        for one in deliveries:
            if one.state is not DeliveryState.UNKNOWN:
                self._pacer.forgo(self._rates(one.destination, action_for(one)))
