"""One platform's life: opened however long it takes, listening and delivering side by side, stopped in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.complaints import Complaint
from bot.delivering.dispatcher import Dispatcher
from bot.delivering.doors import Doors
from bot.delivering.handing_over import needs_a_word
from bot.delivering.pacer import Pacer
from bot.errors import BotRefused, DeliveryError, StoreError
from bot.models import Announcement, OnUnknown
from bot.ports import Adapter, Desk, Notices, Store
from bot.records import NextUp
from bot.subscribing.mistakes import WHAT_COMES_IN, own_up

log = logging.getLogger(__name__)

REOPEN_SECONDS: Final = (1, 2, 5, 15, 30, 60)
IDLE_GLANCE_SECONDS: Final = 0.05
HURRIED_TRIES: Final = 3
"""How often a run that wants to end tries to log in before it leaves the platform out."""
REDELIVER_SECONDS: Final = 5
WELL_SECONDS: Final = 60
"""After having listened for so long, the next trouble is a new one."""
REFUSED_SECONDS: Final = 300
"""A refused token is tried again all the same: the platform may have erred, or the operator mends it there."""

WORD_SECONDS: Final = 1
"""How often a bot that waits for a person's word looks whether it was given."""


class Platform:
    """Runs an adapter: its trouble is logged and tried again, and never reaches another platform."""

    def __init__(
        self,
        adapter: Adapter,
        store: Store,
        pacer: Pacer,
        *,
        epoch: int,
        now: Callable[[], datetime],
        notices: Notices | None = None,
        on_unknown: OnUnknown = OnUnknown.RESEND,
    ) -> None:
        self.adapter = adapter
        self._store = store
        self._pacer = pacer
        self._epoch = epoch
        self._now = now
        self._notices = notices
        self._on_unknown = on_unknown
        self._doors = Doors(adapter, store.subscriptions, now)
        self._dispatcher: Dispatcher | None = None
        self._stopping = asyncio.Event()
        self.asks = ""
        """The bot whose chats this one would take over, while it waits for a person's word to do so."""

    @property
    def ready(self) -> bool:
        """Whether the bot has logged in."""
        return self._dispatcher is not None

    @property
    def writing(self) -> int:
        """How many calls have ended whose outcome is not written down yet."""
        return self._dispatcher.writing if self._dispatcher else 0

    async def run(self, desk: Desk | None) -> None:
        """Deliver until stopped, and listen for `desk` meanwhile; without one only deliver, and be in a hurry."""
        if not (await self._open(patient=desk is not None) and await self._may_write(patient=desk is not None)):
            return
        while not self._stopping.is_set():
            try:
                await self._deliver(desk)
            except Exception:
                log.exception("%s: delivering failed; trying again", self.adapter.platform)
                await self._pause(REDELIVER_SECONDS)

    async def _deliver(self, desk: Desk | None) -> None:
        adapter, store = self.adapter, self._store
        dispatcher = Dispatcher(
            adapter,
            store.deliveries,
            self._pacer,
            epoch=self._epoch,
            now=self._now,
            notices=self._notices,
            on_unknown=self._on_unknown,
        )
        if self._dispatcher is None:
            store.on_coming(self, self.adapter.platform)
        self._dispatcher = dispatcher
        await self._doors.look()
        knocking = asyncio.create_task(self._doors.run(), name=f"{adapter.platform} looks after closed doors")
        listening = asyncio.create_task(self._listen(desk), name=f"{adapter.platform} listens") if desk else None
        if self._stopping.is_set():
            dispatcher.stop()
        try:
            await dispatcher.run()
        finally:
            beside = [task for task in (listening, knocking) if task is not None]
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)

    @property
    def resting(self) -> str:
        """See bot.ports.Listener."""
        return self._dispatcher.resting if self._dispatcher is not None else ""

    def expect(self, announcement: Announcement, found: NextUp | None = None) -> None:
        """See bot.ports.Listener."""
        if self._dispatcher is not None:
            self._dispatcher.expect(announcement, found)

    def wake(self, found: NextUp | None = None) -> None:
        """See bot.ports.Listener."""
        if self._dispatcher is not None:
            self._dispatcher.wake(found)

    def stop(self) -> None:
        """Claim nothing more; `run` returns when the calls in the air have ended."""
        self._stopping.set()
        if self._dispatcher is not None:
            self._dispatcher.stop()

    async def idle(self) -> bool:
        """Whether there is nothing left to deliver now."""
        return self._dispatcher is not None and await self._dispatcher.idle()

    async def until_idle(self) -> None:
        """Return when there is nothing left to deliver now, or when stopped."""
        while not self._stopping.is_set() and not await self.idle():
            await self._pause(IDLE_GLANCE_SECONDS)

    async def _open(self, *, patient: bool) -> bool:
        """Log in, trying until it works or `stop` is called; says whether it worked. Without patience it gives up."""
        tries = 0
        refused = False
        while not self._stopping.is_set():
            if not patient and (refused or tries == HURRIED_TRIES):
                self._stopping.set()
                break
            try:
                await self.adapter.open()
            except DeliveryError as error:
                refused = isinstance(error, BotRefused)
                wait = REFUSED_SECONDS if refused else REOPEN_SECONDS[min(tries, len(REOPEN_SECONDS) - 1)]
                log.log(logging.ERROR if refused else logging.WARNING, "%s: %s", self.adapter.platform, error)
            except Exception:
                refused = False
                wait = REOPEN_SECONDS[min(tries, len(REOPEN_SECONDS) - 1)]
                log.exception("%s: logging in failed; trying again", self.adapter.platform)
            else:
                log.info("%s: ready as bot %s", self.adapter.platform, self.adapter.bot)
                return True
            tries += 1
            if patient or not refused:
                await self._pause(wait)
        return False

    async def _may_write(self, *, patient: bool) -> bool:
        """Whether this bot may: another one than before waits for a person's word. Without patience it ends there."""
        platform, bot = self.adapter.platform, self.adapter.bot
        while not self._stopping.is_set():
            try:
                before = await self._store.subscriptions.remember_bot(platform, bot)
            except StoreError as error:
                log.warning("%s: %s; trying again", platform, error)
                await self._pause(REDELIVER_SECONDS)
                continue
            if not before:
                if self.asks:
                    log.info("%s: bot %s takes over the chats of bot %s", platform, bot, self.asks)
                self.asks = ""
                return True
            if not self.asks:
                log.error("%s: %s", platform, needs_a_word(before, bot))
            self.asks = before
            if not patient:
                self._stopping.set()
            await self._pause(WORD_SECONDS)
        return False

    async def _listen(self, desk: Desk | None) -> None:
        """Listen, and begin again when listening fails: delivery does not depend on it."""
        assert desk is not None
        tries, complaint = 0, Complaint(log)
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            began = loop.time()
            try:
                await self.adapter.serve(desk)
            except DeliveryError as error:
                complaint.say("%s: no commands are heard for now: %s", self.adapter.platform, error)
            except Exception as error:
                log.exception("%s: listening for commands failed; trying again", self.adapter.platform)
                await own_up(self._notices, self.adapter.platform, WHAT_COMES_IN, error)
            tries = 0 if loop.time() - began > WELL_SECONDS else tries
            await self._pause(REOPEN_SECONDS[min(tries, len(REOPEN_SECONDS) - 1)])
            tries += 1

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            pass
