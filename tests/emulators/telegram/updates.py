"""The queue of updates and the long poll that empties it (telegram.md 8.3)."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

from .refusals import RefusedError, bad_request

NOT_BY_DEFAULT: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
LONGEST_POLL_SECONDS: Final = 50
FIRST_UPDATE_ID: Final = 700_000_001

CONFLICT: Final = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"  # 4.4
)
SET_WEBHOOK: Final = "Conflict: terminated by setWebhook request"  # Client.cpp
WEBHOOK_ACTIVE: Final = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class UpdateQueue:
    """Updates wait here until a poller confirms them; what was handed out but not confirmed comes again."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.waiting: list[dict[str, Any]] = []
        self.allowed: list[str] = []
        self.webhook = ""
        self.slows_repeats = True  # the rule of 8.3 for repeated offsets; off, PTB's last poll does not take 3 s
        self._changed = changed
        self._last_id = FIRST_UPDATE_ID - 1
        self._poller: asyncio.Future[str] | None = None
        self._last_offset: int | None = None
        self._last_poll_at = 0.0

    @property
    def polled(self) -> bool:
        """Whether somebody waits for updates at this moment."""
        return self._poller is not None

    def add(self, kind: str, body: dict[str, Any]) -> None:
        """Queue an update, unless the bot asked not to see its kind."""
        if not self._wanted(kind):
            return
        self._last_id += 1  # update ids rise one by one
        self.waiting.append({"update_id": self._last_id, kind: body})
        self._end_poll("news")
        self.tell()

    def tell(self) -> None:
        """Wake those who wait for something to happen."""
        self._changed()

    def set_webhook(self, url: str) -> None:
        """From now on updates are brought there; empty: they are polled. A poll that waits ends with 409."""
        if url:
            self._end_poll(SET_WEBHOOK)
        self.webhook = url

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def allow(self, kinds: list[str] | None) -> None:
        """Take over `allowed_updates`; when it was left out, the previous setting stays."""
        if kinds is not None:
            self.allowed = list(kinds)

    def forget(self) -> None:
        """Drop what waits (`drop_pending_updates`)."""
        self.waiting.clear()

    def close(self) -> None:
        """Let a waiting poll end."""
        self._end_poll("closing")

    async def poll(self, offset: int, limit: int, timeout_seconds: float) -> list[dict[str, Any]]:
        """The next updates, held back until one comes or the time runs out. An older poll ends with 409."""
        if self.webhook:
            raise RefusedError(409, WEBHOOK_ACTIVE)
        if not 1 <= limit <= 100:
            raise bad_request("limit must be between 1 and 100")
        self._end_poll("conflict")
        limit, timeout_seconds = self._slow_down(offset, limit, min(timeout_seconds, LONGEST_POLL_SECONDS))
        self._confirm(offset)
        if not self.waiting and timeout_seconds > 0:
            await self._wait(timeout_seconds)
        self._changed()
        return self.waiting[:limit]

    def _slow_down(self, offset: int, limit: int, timeout_seconds: float) -> tuple[int, float]:
        """The same offset again: within 3 s the poll lasts 3 s at least, within 0.5 s it yields one update (8.3)."""
        now = time.monotonic()
        if self.slows_repeats and offset == self._last_offset:
            elapsed = now - self._last_poll_at
            timeout_seconds = max(timeout_seconds, 3.0) if elapsed < 3.0 else timeout_seconds
            limit = 1 if elapsed < 0.5 else limit
        self._last_offset, self._last_poll_at = offset, now
        return limit, timeout_seconds

    def _confirm(self, offset: int) -> None:
        """Everything below `offset` is done with; a negative one counts from the end."""
        if offset < 0:
            self.waiting = self.waiting[offset:]
        elif offset:
            self.waiting = [update for update in self.waiting if update["update_id"] >= offset]

    async def _wait(self, timeout_seconds: float) -> None:
        poller: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poller = poller
        self._changed()
        try:
            reason = await asyncio.wait_for(poller, timeout_seconds)
        except TimeoutError:
            return
        finally:
            if self._poller is poller:
                self._poller = None
        if reason == "conflict":
            raise RefusedError(409, CONFLICT)
        if reason == SET_WEBHOOK:
            raise RefusedError(409, SET_WEBHOOK)

    def _end_poll(self, reason: str) -> None:
        if self._poller and not self._poller.done():
            self._poller.set_result(reason)
        self._poller = None
