"""Finds out what became of a send: by its nonce where there is one, else by looking for the message."""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import discord

from adapters.discord import history
from adapters.discord.addressing import number_of
from adapters.discord.forums import Forums
from adapters.discord.render import Message
from adapters.discord.stragglers import named
from adapters.discord.transport import Calls
from bot.delivering.decisions import ARRIVES_WITHIN
from bot.delivering.patience import REPEAT_WITHIN
from bot.errors import DeliveryError, NeverArrived, OutcomeUnknown, TryLater
from bot.models import Announcement, Destination, Receipt
from bot.ports import Trails

REMEMBERED_BY_DISCORD: Final = timedelta(minutes=2)
"""How long the same nonce surely shows one message only: "the past few minutes" in the docs (resources/message)."""

LEAVES_WITHIN: Final = REMEMBERED_BY_DISCORD - ARRIVES_WITHIN
"""So long after the first try a request with its nonce may leave, whoever repeats it: it is there in time.

So long after a look that did not find the message as well: Discord remembers what arrives after it from then on.
discord.py makes up to five for one call, each of which may be kept back, and lack its answer, for half a minute.
"""

NONCE_WINDOW: Final = LEAVES_WITHIN - REPEAT_WITHIN
"""So long after the first try a send may be repeated unlooked-at: what is repeated last still leaves in time."""

REMEMBERED_NONCES: Final = 10_000
"""Of sends that are in the air or lost. Who is forgotten goes by the time on the wall."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A send whose outcome is not known."""

    announcement: Announcement
    message: Message
    destination: Destination
    nonce: str
    signed: bool = False  # by a webhook, which knows no nonce


@dataclass(slots=True)
class _FirstTry:
    """When a nonce was first used."""

    began: float  # by the loop's clock, which nobody sets
    here: bool  # by this process
    at: datetime | None = None  # by the wall's, as the store has it; None: what became of it was not asked yet
    missed_at: float = -math.inf  # when a look last began that did not find the message

    @property
    def leaves_until(self) -> float:
        """Until when requests with it may leave, by the loop's clock."""
        return max(self.began, self.missed_at) + LEAVES_WITHIN.total_seconds()


class Settling:
    """Remembers when nonces were first used, and looks for messages."""

    def __init__(
        self, calls: Calls, forums: Forums, client: Callable[[], discord.Client], trails: Trails | None
    ) -> None:
        """`client` gives the one that is logged in. Raises TryLater where there is none."""
        self._calls = calls
        self._forums = forums
        self._client = client
        self._trails = trails
        self._first_tries: OrderedDict[str, _FirstTry] = OrderedDict()
        self._alone_at = time.monotonic() + ARRIVES_WITHIN.total_seconds()  # an earlier process's requests are over

    def first_try(self, nonce: str) -> datetime | None:
        """When a nonce whose outcome is not known was first used; None: it is a new one."""
        first = self._first_tries.get(nonce)
        return first.at if first else None

    def leaves_until(self, nonce: str) -> float:
        """Until when requests with this nonce may leave, by the loop's clock; a new one's first try begins now."""
        first = self._first_tries.get(nonce) or self._remember(nonce, _FirstTry(_loops_time(), here=True))
        return first.leaves_until

    async def watch(self, nonce: str, sending: Awaitable[Receipt]) -> Receipt:
        """The receipt of a send with this nonce, which is remembered while what became of it is not known."""
        try:
            receipt = await sending
        except OutcomeUnknown:
            raise
        except DeliveryError as error:
            # Where it repeated another one, only that error says what became of that, too.
            if isinstance(error, NeverArrived) or self.first_try(nonce) is None:
                self._forget(nonce)
            raise
        self._forget(nonce)
        return receipt

    async def settle(self, lost: Lost, tried_at: datetime, now: datetime, *, unwanted: bool) -> Receipt | None:
        """The receipt of the message; None where sending again with the nonce is safe, or, `unwanted`, it never was.

        Raises a DeliveryError as bot.ports.Adapter.settle does.
        """
        looked_at = _loops_time()
        first, first_try = self._note(lost.nonce, tried_at, now, looked_at)
        channel = number_of(lost.destination)
        may_still_come = max(now - first_try, timedelta(seconds=looked_at - first.began)) < NONCE_WINDOW
        if may_still_come and not (unwanted or lost.signed or channel in self._forums):
            return None
        stragglers = self._calls.stragglers
        rest = stragglers.rest(lost.nonce)  # asked before the look, which may miss what comes meanwhile
        is_alone = first.here or time.monotonic() >= self._alone_at
        if receipt := stragglers.receipt(lost.nonce):
            found: Receipt | None = receipt
        elif await self._forums.look(channel):
            found = await self.find_post(lost, first_try, now)
        else:
            found = await self._find_message(lost, first_try)
        if not found and lost.signed:
            raise _never_or_later(first_try, now, rest)
        if not found and (may_still_come or (unwanted and (rest or not is_alone))):
            raise TryLater("the message is not there, but may still come")
        if found or unwanted:
            self._forget(lost.nonce)
        else:
            first.missed_at = looked_at
        return found

    async def find_post(self, lost: Lost, first_try: datetime, now: datetime) -> Receipt:
        """The receipt of a forum's post, if it is one.

        Raises TryLater while it may still come, NeverArrived after that, and NoProof where nobody can tell.
        """
        rest = self._calls.stragglers.rest(lost.nonce)
        found = await self._forums.find(
            number_of(lost.destination),
            lost.announcement,
            lost.message,
            self._ours(),
            signed=lost.signed,
            since=first_try,
            known=await self._known(lost, first_try),
        )
        if found is None:
            raise _never_or_later(first_try, now, rest)
        return found

    async def _find_message(self, lost: Lost, first_try: datetime) -> Receipt | None:
        place = self._client().get_partial_messageable(number_of(lost.destination))
        known = await self._known(lost, first_try)
        search = history.find(place, lost.message, self._ours(), since=first_try, known=known)
        try:
            return await self._calls.make(search)
        except OutcomeUnknown as error:
            if isinstance(error, history.NoProof):
                raise
            raise TryLater(str(error)) from error  # only the look failed, and looking again does no harm

    def _ours(self) -> frozenset[str]:
        """The bot, and its application, which its webhooks name."""
        client = self._client()
        return frozenset(str(one) for one in (client.application_id, client.user and client.user.id) if one)

    async def _known(self, lost: Lost, tried_at: datetime) -> Collection[int]:
        """The messages there that are other announcements'."""
        return (await self._trails.trail(lost.destination, lost.nonce, tried_at)).known if self._trails else ()

    def _note(self, nonce: str, tried_at: datetime, now: datetime, loops_now: float) -> tuple[_FirstTry, datetime]:
        """When a nonce was first used, for Discord's window begins there; remembered while the outcome is unknown."""
        began = loops_now - (now - tried_at).total_seconds()
        first = self._first_tries.get(nonce) or self._remember(nonce, _FirstTry(began, here=False))
        first.at = at = min(first.at or tried_at, tried_at)
        first.began = min(first.began, began)
        return first, at

    def _forget(self, nonce: str) -> None:
        """What became of it is known."""
        self._first_tries.pop(nonce, None)

    def _remember(self, nonce: str, first: _FirstTry) -> _FirstTry:
        self._first_tries[nonce] = first
        if len(self._first_tries) > REMEMBERED_NONCES:
            self._first_tries.popitem(last=False)
        return first


def _loops_time() -> float:
    return asyncio.get_running_loop().time()


def _never_or_later(began_at: datetime, now: datetime, rest: float) -> TryLater:
    """What it means that a message is not there: for some time it may still come, and after that it never will.

    `rest` is for how many seconds its call may still have its effect, as far as this process knows it.
    """
    rest = max(rest, min(ARRIVES_WITHIN, ARRIVES_WITHIN - (now - began_at)).total_seconds())
    if rest > 0:
        return TryLater("the post is not there, but may still come", named(rest))
    return NeverArrived("the post never arrived")
