"""Which webhooks newsbell has in a channel: asked for by REST when one is needed, and kept in memory alone.

The token of each is a secret; bot.redaction hides it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar
from weakref import WeakValueDictionary

import discord

from adapters.discord.rates import BOT
from adapters.discord.rights import Ground
from adapters.discord.transport import Calls
from bot.errors import DestinationLost, OutcomeUnknown, Rejected, TryLater
from bot.ports import Pace
from bot.texts import sentence

NAME: Final = "newsbell"
"""Of the webhook itself, in the channel's settings."""

REMEMBERED: Final = 1024
"""Channels."""

BARRED_SECONDS: Final = 600.0
"""How long a channel that forbids webhooks is not asked again: each refusal counts (discord.md 2.1)."""

_LACKS_WEBHOOKS: Final = sentence(
    "newsbell may have no webhook here; in Discord open the channel's settings > Permissions > newsbell and allow "
    "Manage Webhooks"
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook of newsbell's own in a channel."""

    id: int
    channel: int
    token: str = field(repr=False)


class Bar(NamedTuple):
    """Why newsbell has no webhook in a channel, until when that is believed, and whether it may not even look.

    `lacked`: it was heard to have no right to one.
    """

    reason: str = ""
    until: float = 0.0
    blind: bool = False
    lacked: bool = False


class Hooks:
    """Finds or makes newsbell's webhook in each channel that needs one."""

    def __init__(
        self,
        calls: Calls,
        pace: Pace,
        client: Callable[[], discord.Client],
        heard: Callable[[int], Ground | None],
    ) -> None:
        """`client` gives the one that is logged in. Raises TryLater where there is none.

        `heard` says what newsbell may do in a channel, as far as it was told.
        """
        self._calls = calls
        self._pace = pace
        self._client = client
        self._heard = heard
        self._known: OrderedDict[int, Hook] = OrderedDict()
        self._dead: OrderedDict[int, None] = OrderedDict()  # answered "unknown": must not be used again (docs)
        self._bars: dict[int, Bar] = {}
        self._looking: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()  # by channel: two make but one

    def __contains__(self, channel: int) -> bool:
        """Whether one is known there."""
        return channel in self._known

    async def find(self, channel: int, *, make: bool = False, anew: bool = False) -> Hook | None:
        """The webhook of a channel, or a new one; None: there is none, or newsbell may not look or make one.

        `anew`: what is known is not believed, for people move webhooks.
        """
        async with self._looking.setdefault(channel, asyncio.Lock()):
            if (hook := self._known.get(channel)) and not anew:
                return hook
            if self._bar(channel).reason:
                return None
            try:
                ours = await self._listed(channel)
                hook = ours[0] if ours else None
                if hook is None and make:
                    hook = await self._make(channel)
            except (DestinationLost, Rejected):
                return None
            if hook is not None:
                self._known[channel] = hook
                if len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
            return hook

    async def all(self, channel: int) -> list[Hook] | None:
        """All of newsbell's webhooks in a channel, asked anew; None: newsbell may not look."""
        async with self._looking.setdefault(channel, asyncio.Lock()):
            if self._bar(channel).blind:
                return None
            try:
                return await self._listed(channel)
            except (DestinationLost, Rejected):
                return None

    def why_none(self, channel: int) -> str:
        """Why `find` found none to write with."""
        return self._bars[channel].reason

    def forget(self, hook: Hook) -> None:
        """Look for it again before it is used again."""
        if self._known.get(hook.channel) == hook:
            del self._known[hook.channel]

    def bury(self, hook: Hook) -> None:
        """Never use it again: it is gone."""
        self._dead[hook.id] = None
        if len(self._dead) > REMEMBERED:
            self._dead.popitem(last=False)
        self.forget(hook)

    async def _listed(self, channel: int) -> list[Hook]:
        client = self._client()
        try:
            found = await self._ask(client.http.channel_webhooks(channel))
        except (DestinationLost, Rejected) as error:
            self._shut(channel, error, blind=True)
            raise
        ours = (one for one in found if str(one.get("application_id")) == str(client.application_id))
        hooks = [Hook(int(one["id"]), channel, str(one.get("token"))) for one in ours]
        return [hook for hook in hooks if hook.id not in self._dead]

    async def _make(self, channel: int) -> Hook:
        try:
            made = await self._ask(self._client().http.create_webhook(channel, name=NAME), once=True)
        except (DestinationLost, Rejected) as error:
            self._shut(channel, error)
            raise
        return Hook(int(made["id"]), channel, str(made.get("token")))

    def _bar(self, channel: int) -> Bar:
        """What keeps newsbell from a webhook there; nothing, once it hears that it was given the right."""
        bar = self._bars.get(channel, Bar())
        is_over = bar.until <= asyncio.get_running_loop().time()
        return Bar() if is_over or (bar.lacked and self._lacks(channel) is False) else bar

    def _shut(self, channel: int, error: DestinationLost | Rejected, *, blind: bool = False) -> None:
        now = asyncio.get_running_loop().time()
        self._bars = {known: bar for known, bar in self._bars.items() if bar.until > now}
        forbidden = isinstance(error.__cause__, discord.Forbidden)
        reason = _LACKS_WEBHOOKS if forbidden else str(error)
        self._bars[channel] = Bar(reason, now + BARRED_SECONDS, blind, lacked=bool(self._lacks(channel)))

    def _lacks(self, channel: int) -> bool | None:
        """Whether newsbell has no right to webhooks there; None: nobody told."""
        ground = self._heard(channel)
        return None if ground is None else not ground.permissions.manage_webhooks

    async def _ask(self, call: Coroutine[Any, Any, T], *, once: bool = False) -> T:
        """The answer to a question; asking again does no harm: a webhook that was made is found then."""
        try:
            await self._pace.turn([BOT])
            return await self._calls.make(call, once=once)
        except OutcomeUnknown as error:
            raise TryLater(str(error)) from error
