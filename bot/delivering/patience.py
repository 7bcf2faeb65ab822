"""Sends whose outcome is unknown: how long others wait for them, and how long it is safe to repeat them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.delivering.conclusions import HOLDS_UP
from bot.models import Action, Delivery, DeliveryState, Outcome
from bot.records import Conclusion

REPEAT_WITHIN: Final = timedelta(seconds=30)
"""So long after a look that found it safe a send is repeated under its nonce; later it is looked into again."""

REMEMBERED_SENDS: Final = 10_000
"""Some are withdrawn, or change hands, before anything came of them. Who is forgotten is looked into again."""


@dataclass(slots=True)
class _Open:
    """A send that was lost, and of which nothing is known since but, perhaps, that it has not arrived so far."""

    since: float
    safe_at: float | None = None  # when a look last found that it may be repeated


class Patience:
    """Remembers them while this process runs: after a restart each is looked into, and its minute begins anew.

    It counts the seconds of a `clock` that nobody sets, and those in which the bot is silent, or the chat by a flood
    wait, as none of the minute: nobody waits for a lost send then.
    """

    def __init__(self, clock: Callable[[], float] = lambda: asyncio.get_running_loop().time()) -> None:
        self._clock = clock
        self._open: OrderedDict[int, _Open] = OrderedDict()
        self._silent_until = 0.0
        self._silent = 0.0  # seconds, until then

    def bounded(self, conclusion: Conclusion) -> Conclusion:
        """`conclusion`, with which nobody waits longer than HOLDS_UP for a send, however often it is lost and repeated.

        A flood wait is the chat's, and waited for as it is.
        """
        attempt, until = conclusion.attempt, conclusion.destination_waits_until
        if silence := conclusion.nothing_before:
            self._note_silence((silence - attempt.ended_at).total_seconds())
        opened = self._note(conclusion)
        if opened is None or until is None:
            return conclusion
        if attempt.outcome is Outcome.FLOOD:
            if not silence:
                opened.since += (until - attempt.ended_at).total_seconds()
            return conclusion
        left = max(timedelta(), HOLDS_UP - timedelta(seconds=self._spoken() - opened.since))
        return replace(conclusion, destination_waits_until=min(until, attempt.ended_at + left))

    def is_doubtful(self, delivery: Delivery) -> bool:
        """Whether a send that may have arrived is to be looked into before it is repeated: it is safe no more."""
        if not delivery.nonce:
            return False
        opened = self._open.get(delivery.id)
        if opened is None or opened.safe_at is None:
            return True
        return self._clock() - opened.safe_at > REPEAT_WITHIN.total_seconds()

    def _note(self, conclusion: Conclusion) -> _Open | None:
        """What is known of its send from now on; None: it is not open."""
        key, attempt, state = conclusion.delivery.id, conclusion.attempt, conclusion.state
        if conclusion.suspend or state not in (DeliveryState.UNKNOWN, DeliveryState.DUE):
            self._open.pop(key, None)
            return None
        if state is DeliveryState.UNKNOWN or conclusion.nonce:
            opened = self._open.setdefault(key, _Open(self._spoken()))
            if len(self._open) > REMEMBERED_SENDS:
                self._open.popitem(last=False)
            if attempt.action is Action.PROBE and state is DeliveryState.DUE:
                opened.safe_at = self._clock() - max(0.0, (attempt.ended_at - attempt.began_at).total_seconds())
        return self._open.get(key)

    def _note_silence(self, seconds: float) -> None:
        """The bot is silent from now on."""
        now = self._clock()
        begins, ends = max(now, self._silent_until), now + seconds
        if ends > begins:
            self._silent, self._silent_until = self._silent + ends - begins, ends

    def _spoken(self) -> float:
        """By a clock that stands still while the bot is silent."""
        return max(self._clock(), self._silent_until) - self._silent
