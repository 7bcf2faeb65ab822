"""Sends whose outcome is unknown: how long others wait for them, and how long it is safe to repeat them."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.delivering.conclusions import HOLDS_UP
from bot.delivering.pacer import Pacer
from bot.models import Action, Delivery, DeliveryState, Destination, Outcome
from bot.ports import Rate
from bot.records import Conclusion

REPEAT_WITHIN: Final = timedelta(seconds=30)
"""So long after a look that found it safe a send is repeated under its nonce; later it is looked into again."""

REMEMBERED_SENDS: Final = 10_000
"""Some are withdrawn, or change hands, before anything came of them. Who is forgotten is looked into again."""


@dataclass(slots=True)
class _Open:
    """A send that was lost, and of which nothing is known since but, perhaps, that it has not arrived so far."""

    since: float
    keys: frozenset[str]  # of the rates under which it is repeated or looked into
    silent_until: float = 0.0
    silent: float = 0.0  # seconds, until then
    safe_at: float | None = None  # when a look last found that it may be repeated

    def hush(self, now: float, seconds: float) -> None:
        """Nothing can become of it for so many `seconds`. What was heard of already counts once."""
        begins, ends = max(now, self.silent_until), now + seconds
        if ends > begins:
            self.silent, self.silent_until = self.silent + ends - begins, ends

    def waited(self, now: float) -> float:
        """For how many seconds, by a clock that stands still in a silence."""
        return max(now, self.silent_until) - self.silent - self.since


class Patience:
    """Remembers them while this process runs: after a restart each is looked into, and its minute begins anew.

    It counts the seconds of a `clock` that nobody sets. None of the minute are those in which the bot is silent, or by
    a flood wait the chat, whichever call was told to wait, a reply too: the `pacer` hears of them all.
    """

    def __init__(
        self,
        pacer: Pacer,
        rates: Callable[[Destination, Action], Sequence[Rate]],
        clock: Callable[[], float] = lambda: asyncio.get_running_loop().time(),
    ) -> None:
        self._pacer = pacer
        self._rates = rates
        self._clock = clock
        self._open: OrderedDict[int, _Open] = OrderedDict()
        self._rests_until = 0.0  # the bot, by what conclusions say
        pacer.listen(self._hear)

    def bounded(self, conclusion: Conclusion) -> Conclusion:
        """`conclusion`, with which nobody waits longer than HOLDS_UP for a send, however often it is lost and repeated.

        A flood wait is the chat's, and waited for as it is; so is a silence in which it was put off.
        """
        attempt, until = conclusion.attempt, conclusion.destination_waits_until
        if silence := conclusion.nothing_before:
            self._rest((silence - attempt.ended_at).total_seconds())
        opened = self._note(conclusion)
        if opened is None or until is None:
            return conclusion
        now = self._clock()
        if attempt.outcome is Outcome.FLOOD:
            opened.hush(now, (until - attempt.ended_at).total_seconds())
            return conclusion
        if attempt.outcome is Outcome.PUT_OFF and until == conclusion.due_at:
            return conclusion
        left = max(timedelta(), HOLDS_UP - timedelta(seconds=opened.waited(now)))
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
            opened = self._open.get(key) or self._begin(conclusion.delivery)
            if len(self._open) > REMEMBERED_SENDS:
                self._open.popitem(last=False)
            if attempt.action is Action.PROBE and state is DeliveryState.DUE:
                opened.safe_at = self._clock() - max(0.0, (attempt.ended_at - attempt.began_at).total_seconds())
        return self._open.get(key)

    def _begin(self, delivery: Delivery) -> _Open:
        """It is lost, perhaps in a silence."""
        now, place = self._clock(), delivery.destination
        rates = [*self._rates(place, Action.SEND), *self._rates(place, Action.PROBE)]
        opened = self._open[delivery.id] = _Open(now, frozenset(rate.key for rate in rates))
        opened.hush(now, max(self._rests_until - now, self._pacer.silence(rates)))
        return opened

    def _rest(self, seconds: float) -> None:
        """The bot is silent from now on."""
        now = self._clock()
        self._rests_until = max(self._rests_until, now + seconds)
        for opened in self._open.values():
            opened.hush(now, seconds)

    def _hear(self, keys: Collection[str], seconds: float) -> None:
        """What goes under the rates with these keys is silent from now on."""
        now = self._clock()
        for opened in self._open.values():
            if not opened.keys.isdisjoint(keys):
                opened.hush(now, seconds)
