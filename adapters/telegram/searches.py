"""One search for one send whose answer was lost: what it knows, and what follows where it found nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from adapters.telegram.render import Message, PhotoMessage
from adapters.telegram.sweeping import Answer, Case, end_of, far_probes, guess_of, is_whole, last_of, next_probes
from bot.errors import DeliveryError, NeverArrived, OutcomeUnknown, TryLater
from bot.models import Destination
from bot.ports import Trail

FIRST_SEARCH: Final = timedelta(seconds=5)
BELIEVED: Final = timedelta(seconds=20)
"""After its call had left, a message that is not there will not come any more."""

LONGEST: Final = timedelta(seconds=55)
"""So long a send is looked for: begun after 5 s, that holds up its chat for a minute at most (DESIGN 4.2)."""

SEARCH_SECONDS: Final = 25.0
"""How long one search may hold up its chat."""

BREATH_SECONDS: Final = 2.0
"""Between two searches, for what else is due in the chat."""

PROBES: Final = 80
"""In one search."""


@dataclass(slots=True)
class Findings:
    """What the searches for one send came to so far, as far as it stays true."""

    left_at: float | None = None  # its call, by the loop's clock; None: this process did not call
    asked: dict[int, Answer] = field(default_factory=dict)
    end: int | None = None  # what stands there, or behind, came too late to be the lost message
    is_sure: bool = False  # of the end: something came there later
    guess: int | None = None  # where the lost message most likely stands
    since: datetime | None = None  # when the first search that had an answer began
    crowded: bool = False  # there was another unknown in the chat, and where that stands nobody will ever know
    twinned: bool = False  # and it was about the same post


@dataclass(slots=True)
class Search:
    """One search, which began at `began` and lasts until `until` by the loop's clock.

    `began` is counted from `tried_at` on as if the call had left then; in the chat `aside` more went by.
    """

    message: Message
    destination: Destination
    nonce: str
    tried_at: datetime
    began: datetime
    aside: timedelta
    until: float
    trail: Trail
    found: Findings
    certain: bool  # what people wrote is known
    end: int | None = None  # what stands there, or behind, came after this search began
    open: set[int] = field(default_factory=set)  # nothing stood there, and something may still come
    calls: int = 0
    edits_others: bool | None = None  # whether the bot may edit other people's messages; None: not asked yet
    unsure: bool = False  # for want of certainty, a proof was left out

    @property
    def candidates(self) -> list[int]:
        """Messages that the bot may edit, and of which nobody knows what they are."""
        return [number for number, answer in self.found.asked.items() if answer is Answer.EDITABLE]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to ask about."""
        return is_whole(self.trail, self.found.asked, self.end) and not self._far_probes()

    @property
    def is_late(self) -> bool:
        """Whether all that may arrive had arrived when this search began."""
        return self.began >= self.tried_at + BELIEVED

    @property
    def now(self) -> datetime:
        """By the clock of who asked for the search."""
        return self.began + timedelta(seconds=asyncio.get_running_loop().time() + SEARCH_SECONDS - self.until)

    @property
    def is_last(self) -> bool:
        """Whether there is no time for another one."""
        looked_for = self.now - (self.found.since or self.began)
        return looked_for + timedelta(seconds=BREATH_SECONDS + SEARCH_SECONDS) > LONGEST

    def next_probes(self) -> Sequence[int]:
        """The ids to ask about next."""
        found = self.found
        if found.guess is None or self.trail.shared:  # what others write there becomes known while it is looked
            found.guess = guess_of(self.trail, found.asked, self.tried_at, self.now + self.aside)
        return next_probes(self.trail, found.asked, self.end, found.guess) or self._far_probes()

    def _far_probes(self) -> Sequence[int]:
        """Where nothing was found and the message would be given up: ids behind the end."""
        end = self.end or end_of(self.trail, self.found.asked)
        if end is None or self.found.is_sure or self.candidates or self.trail.floor is None or not self.is_late:
            return ()
        return far_probes(self.trail, self.found.asked, end)

    def note(self, number: int, answer: Answer, asked_at: datetime) -> None:
        """A probe that went out at `asked_at` was answered."""
        self.found.since = self.found.since or self.began
        behind = number > last_of(self.trail, self.found.asked)
        if answer is Answer.NOTHING and behind and asked_at < self.tried_at + BELIEVED:
            self.open.add(number)
        self.found.asked[number] = answer
        if self.end is not None and number >= self.end and answer is not Answer.NOTHING:
            self.end = self.found.end = None  # it was a gap
        if self.end is None:
            self._ends_at(end_of(self.trail, self.found.asked))

    def rest(self, seconds: float | None) -> None:
        """A pause that Telegram asks for is no time in which it was looked for."""
        if self.found.since and seconds:
            self.found.since += timedelta(seconds=seconds)

    def take_in(self, newer: Trail) -> None:
        """What has become known meanwhile need not be asked about. Where nothing was, the end of the chat was.

        But not of one that shares its ids: there, nothing is also what another chat has.
        """
        asked = self.found.asked
        self.found.crowded |= newer.crowded
        self.found.twinned |= newer.twinned
        known = newer.known - self.trail.known
        grown = [key for key in known if asked.get(key) is Answer.NOTHING]
        if grown and not self.trail.shared:
            self._ends_at(min(grown))
            self.found.is_sure |= self.is_late
        asked |= dict.fromkeys(known.difference(grown), Answer.THEIRS)

    def _ends_at(self, end: int | None) -> None:
        """Where the chat ended when nothing could arrive any more, the search ends for good."""
        self.end = end
        if self.is_late:
            self.found.end = end

    def case(self, *, operator: bool = False, certain: bool = False) -> Case:
        """What the choice of a proof depends on."""
        return Case(
            captioned=isinstance(self.message, PhotoMessage),
            edits_others=bool(self.edits_others),
            floored=self.trail.floor is not None,
            crowded=self.found.crowded,
            twinned=self.found.twinned,
            operator=operator,
            certain=certain and not self.destination.chat_id.startswith("@"),
            candidates=len(self.candidates),
            whole=self.is_whole or self.is_last,
        )

    def what_stays(self) -> Findings:
        """What the next search need not ask about again.

        Where nothing was behind the last message, something may have come, whatever stands behind it by now.
        """
        asked = {number: answer for number, answer in self.found.asked.items() if number not in self.open}
        return replace(self.found, asked=asked)

    def without_a_find(self) -> DeliveryError:
        """What follows where nothing was found, or nothing that is proven."""
        wait = max((self.tried_at + BELIEVED - self.now).total_seconds(), 0.0)
        if self.trail.floor is None and self.is_late:
            return OutcomeUnknown("Telegram does not tell where the new messages of this chat begin")
        if (not self.is_whole or (self.unsure and self.candidates)) and not self.is_last:
            return TryLater("not all that is new in the chat is known yet; looking on", max(wait, BREATH_SECONDS))
        if self.candidates:
            return OutcomeUnknown("Telegram shows messages of which each may be the lost one")
        if not self.is_whole:
            return OutcomeUnknown("the chat has more new messages than can be looked through")
        if not self.is_late:
            return TryLater("it is not there yet; looking again", wait)
        return NeverArrived("the message never arrived; sending it anew")
