"""Conclusions are written down in batches: one commit for all that ended while the one before was on its way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

from bot.complaints import Complaint
from bot.delivering.conclusions import unwritten
from bot.errors import StoreError
from bot.models import DeliveryState
from bot.ports import Deliveries
from bot.records import Conclusion

log = logging.getLogger(__name__)

BUSY_SECONDS: Final = 1.0
"""Between tries to write to a database that somebody else holds; the store itself has waited before."""

Entry = tuple[Conclusion, asyncio.Future[None]]


class Ledger:
    """Writes down what came of calls, however long somebody else holds the database: it must not be forgotten.

    Nothing waits for company: what ends while no commit is on its way is written at once.
    """

    def __init__(self, deliveries: Deliveries, settling: Callable[[], None] = lambda: None) -> None:
        """`settling` is called for each conclusion that begins its way to the disk and leaves nothing to be done."""
        self.writing = 0  # how many conclusions are not on disk yet
        self.settling = 0  # how many of them leave nothing to be done
        self._deliveries = deliveries
        self._on_settling = settling
        self._entries: list[Entry] = []
        self._writing: asyncio.Task[None] | None = None
        self._complaint = Complaint(log)

    async def enter(self, conclusion: Conclusion) -> None:
        """Return once `conclusion` is on disk."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._entries.append((conclusion, written))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all(), name="write down what came of calls")
        settles = conclusion.state is DeliveryState.SETTLED
        self.writing += 1
        self.settling += settles
        if settles:
            self._on_settling()
        try:
            await written
        finally:
            self.writing -= 1
            self.settling -= settles

    async def _write_all(self) -> None:
        try:
            while self._entries:
                entries, self._entries = self._entries, []
                await self._write(entries)
        finally:
            self._writing = None

    async def _write(self, entries: Sequence[Entry]) -> None:
        try:
            await self._patiently([conclusion for conclusion, _ in entries])
        except Exception as error:  # noqa: BLE001 - it is handed to the one whom it concerns
            if len(entries) == 1:
                await self._hold(entries[0], error)
                return
            for entry in entries:  # one that can't be written must not take the others with it
                await self._write([entry])
        else:
            _tell(entries)

    async def _hold(self, entry: Entry, error: Exception) -> None:
        """Let a delivery wait for a person's word: claimed, it would wait for the next start, and nobody would know."""
        conclusion, _ = entry
        try:
            await self._patiently([unwritten(conclusion, error)])
        except Exception:
            log.exception("%s to %s can't be held", conclusion.delivery.subject, conclusion.delivery.destination)
        _tell([entry], error)

    async def _patiently(self, conclusions: Sequence[Conclusion]) -> None:
        while True:
            try:
                await self._deliveries.conclude(conclusions)
            except StoreError as error:
                self._complaint.say("%s; what came of calls is written down as soon as that works", error)
                await asyncio.sleep(BUSY_SECONDS)
            else:
                self._complaint.over("what came of calls can be written down again")
                return


def _tell(entries: Sequence[Entry], error: Exception | None = None) -> None:
    for _, written in entries:
        if written.done():  # nobody waits any more
            continue
        if error is None:
            written.set_result(None)
        else:
            written.set_exception(error)
