"""Calls that nobody waits for any more and that may still have their effect (docs/adr/0028)."""

from __future__ import annotations

import asyncio
import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.delivering.decisions import ARRIVES_WITHIN
from bot.errors import Scope, TryLater
from bot.models import Receipt

REMEMBERED_RECEIPTS: Final = 1000

PATIENCE_SECONDS: Final = 2.0
"""A change waits so long for an earlier one; where that takes longer, it is tried later."""


@dataclass(slots=True)
class _Doubt:
    running: int = 0  # calls
    until: float = 0.0  # by the clock: from then on, those that ended in doubt have had their effect, or never will


class Stragglers:
    """Remembers them by what they are about: the nonce of a send, or the message that is changed.

    A restart forgets them, and they end with its process.
    """

    def __init__(self, clock: Callable[[], float] = lambda: asyncio.get_running_loop().time()) -> None:
        self._clock = clock
        self._doubts: OrderedDict[str, _Doubt] = OrderedDict()
        self._receipts: OrderedDict[str, Receipt] = OrderedDict()

    def lag(self, about: str) -> None:
        """A call is given up while it runs."""
        self._doubt(about).running += 1

    def arrive(self, about: str, *, receipt: Receipt | None = None, in_doubt: bool = False) -> None:
        """Such a call has ended: well, perhaps with a `receipt`, or `in_doubt`, or surely without an effect."""
        self._doubt(about).running -= 1
        if in_doubt:
            self.lose(about)
        if receipt is not None:
            self._receipts[about] = receipt
            if len(self._receipts) > REMEMBERED_RECEIPTS:
                self._receipts.popitem(last=False)

    def lose(self, about: str) -> None:
        """A call has ended, and nobody knows how: Discord may have all of it by now."""
        self._doubt(about).until = self._clock() + ARRIVES_WITHIN.total_seconds()

    def rest(self, about: str) -> float:
        """For how many seconds a call may still have its effect; infinite while one runs."""
        doubt = self._doubts.get(about)
        if doubt is None:
            return 0.0
        return math.inf if doubt.running else max(0.0, doubt.until - self._clock())

    def receipt(self, about: str) -> Receipt | None:
        """What a send came to after it was given up."""
        return self._receipts.get(about)

    async def over(self, about: str) -> None:
        """Wait until no earlier call can undo the next one. Raises TryLater where that may take long."""
        rest = self.rest(about)
        if rest > PATIENCE_SECONDS:
            raise TryLater("an earlier change may still arrive", named(rest), scope=Scope.ROUTE)
        if rest > 0:
            await asyncio.sleep(rest)

    def _doubt(self, about: str) -> _Doubt:
        """That of `about`; the oldest are forgotten once they are over."""
        doubt = self._doubts.setdefault(about, _Doubt())
        self._doubts.move_to_end(about)
        while (first := next(iter(self._doubts))) != about and not self.rest(first):
            del self._doubts[first]
        return doubt


def named(rest: float) -> float | None:
    """A rest as an error names it; one without an end is left to the back-off."""
    return None if math.isinf(rest) else rest
