"""Sends whose outcome is unknown: how long others wait for them, and how long it is safe to repeat them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
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
    """A send of which nobody has known since then whether it arrived."""

    since: datetime
    safe_at: datetime | None = None  # when a look last found that it may be repeated


class Patience:
    """Remembers them while this process runs: after a restart each is looked into, and its minute begins anew."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._open: OrderedDict[int, _Open] = OrderedDict()

    def bounded(self, conclusion: Conclusion) -> Conclusion:
        """`conclusion`, with which nobody waits longer than HOLDS_UP for a send, however often it is lost and repeated.

        A flood wait is the chat's, and waited for as it is.
        """
        opened = self._note(conclusion)
        until = conclusion.destination_waits_until
        if opened is None or until is None or conclusion.attempt.outcome is Outcome.FLOOD:
            return conclusion
        return replace(conclusion, destination_waits_until=min(until, opened.since + HOLDS_UP))

    def is_doubtful(self, delivery: Delivery) -> bool:
        """Whether a send that may have arrived is to be looked into before it is repeated: it is safe no more."""
        if not delivery.nonce:
            return False
        opened = self._open.get(delivery.id)
        if opened is None or opened.safe_at is None:
            return True
        return abs(self._now() - opened.safe_at) > REPEAT_WITHIN  # a clock that was set back proves nothing

    def _note(self, conclusion: Conclusion) -> _Open | None:
        """What is known of its send from now on; None: it is not open."""
        key, attempt, state = conclusion.delivery.id, conclusion.attempt, conclusion.state
        if conclusion.suspend or state not in (DeliveryState.UNKNOWN, DeliveryState.DUE):
            self._open.pop(key, None)
            return None
        if state is DeliveryState.UNKNOWN or conclusion.nonce:
            opened = self._open.setdefault(key, _Open(attempt.ended_at))
            if len(self._open) > REMEMBERED_SENDS:
                self._open.popitem(last=False)
            if attempt.action is Action.PROBE and state is DeliveryState.DUE:
                opened.safe_at = attempt.began_at
        return self._open.get(key)
