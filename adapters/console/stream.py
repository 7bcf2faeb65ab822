"""What happens in the chats, as server-sent events that every open page can follow and catch up with."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

KEPT: Final = 500
"""Events that a page can catch up with after its connection was away; beyond that it loads anew."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event: `kind` is message, edited, deleted, notice, problem or stale; `content` one line of JSON."""

    id: str
    kind: str
    content: str

    def __bytes__(self) -> bytes:
        return f"id: {self.id}\nevent: {self.kind}\ndata: {self.content}\n\n".encode()


class Stream:
    """The last events, in order, and a way to wait for the next.

    Readers keep their own position, the id of the last event they have: a slow one costs nothing and may fall behind.
    Ids begin with a word of this run: those of an earlier process are recognised.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._run = secrets.token_hex(4)
        self._events: deque[Event] = deque(maxlen=kept)
        self._count = 0
        self._change = asyncio.Event()
        self.closed = False

    @property
    def last_id(self) -> str:
        """The id of the newest event."""
        return f"{self._run}-{self._count}"

    def publish(self, kind: str, **content: str) -> None:
        """Add an event and wake everybody who waits for it."""
        self._count += 1
        self._events.append(Event(self.last_id, kind, json.dumps(content)))
        self._wake()

    def since(self, last_id: str) -> list[Event]:
        """The events after `last_id`, oldest first; a single "stale" if that is too long ago to tell."""
        run, _, number = last_id.partition("-")
        missed = self._count - int(number) if run == self._run and number.isdecimal() else -1
        if not 0 <= missed <= len(self._events):
            return [Event(self.last_id, "stale", "{}")]
        return list(self._events)[len(self._events) - missed :]

    async def wait(self, last_id: str, seconds: float) -> None:
        """Return once there is an event after `last_id`, or the stream is closed, or after `seconds`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self.last_id == last_id and not self.closed:
                    await self._change.wait()

    def close(self) -> None:
        """Let go of everybody who waits."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        self._change.set()
        self._change = asyncio.Event()
