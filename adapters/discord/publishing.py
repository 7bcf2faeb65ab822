"""Publishes what stands in announcement channels, for those who follow them: behind the sends, never in their way."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import discord

from adapters.discord.errands import AGAIN_SECONDS, keep_up
from adapters.discord.rates import BOT
from adapters.discord.verdicts import harmless
from bot.errors import BotRefused, DeliveryError, MessageGone, OutcomeUnknown, Scope, TryLater
from bot.ports import Crosspost, Crossposts, Pace

log = logging.getLogger(__name__)


class Publishing:
    """Publishes in each channel the newest message first, as many an hour as Discord takes (bot.ports.Crossposts)."""

    def __init__(
        self,
        crossposts: Crossposts,
        pace: Pace,
        publish: Callable[[str, str], Awaitable[None]],
        kind_of: Callable[[str], Awaitable[str]],
    ) -> None:
        """`publish` makes the call for a channel's id and a message's, `kind_of` asks what kind of channel one is.

        Both raise a DeliveryError.
        """
        self._crossposts = crossposts
        self._pace = pace
        self._publish = publish
        self._kind_of = kind_of
        self._told: set[tuple[str, str]] = set()
        self._doubted: set[str] = set()  # channels that forbade it once: outages do, too (PTB #3956)

    async def run(self, platform: str, bot: str) -> None:
        """Publish until cancelled."""
        await keep_up(partial(self.round, platform, bot), "nothing is published")

    async def round(self, platform: str, bot: str) -> None:
        """Publish what may be now, one message a channel, until nothing may. What a channel is, is asked once.

        Raises BotRefused when Discord refuses the token: all that waits stays as it is.
        """
        for crosspost in await self._crossposts.unfamiliar(platform, bot, datetime.now(UTC)):
            await self._learn(crosspost)
        while due := await self._crossposts.due(platform, bot, datetime.now(UTC)):
            for crosspost in due:
                await self._carry_out(crosspost)

    async def _learn(self, crosspost: Crosspost) -> None:
        await self._pace.turn([BOT])
        try:
            kind = await self._kind_of(crosspost.chat_id)
        except DeliveryError as error:
            await self._note(crosspost, error)
        else:
            await self._crossposts.learn(crosspost, kind)

    async def _carry_out(self, crosspost: Crosspost) -> None:
        await self._pace.turn([BOT])
        try:
            await self._publish(crosspost.chat_id, crosspost.message_id)
        except DeliveryError as error:
            await self._note(crosspost, error)
        else:
            self._doubted.discard(crosspost.chat_id)
            await self._crossposts.done(crosspost, datetime.now(UTC))

    async def _note(self, crosspost: Crosspost, error: DeliveryError) -> None:
        cause = error.__cause__
        if isinstance(cause, discord.HTTPException) and harmless(cause):
            await self._crossposts.done(crosspost, datetime.now(UTC))
        elif isinstance(error, BotRefused):
            raise error
        elif isinstance(cause, discord.Forbidden) and crosspost.chat_id not in self._doubted:
            self._doubted.add(crosspost.chat_id)
            await self._crossposts.postpone(crosspost, datetime.now(UTC) + timedelta(seconds=AGAIN_SECONDS))
        elif isinstance(error, TryLater | OutcomeUnknown):
            seconds = (error.retry_after if isinstance(error, TryLater) else None) or AGAIN_SECONDS
            if isinstance(error, TryLater) and error.flood and error.scope is Scope.BOT:
                await self._pace.heed([BOT], error)
            await self._crossposts.postpone(crosspost, datetime.now(UTC) + timedelta(seconds=seconds))
        else:
            await self._crossposts.drop(crosspost)
            if not isinstance(error, MessageGone):
                self._complain(crosspost.chat_id, str(error))

    def _complain(self, channel: str, reason: str) -> None:
        if (channel, reason) not in self._told:
            self._told.add((channel, reason))
            log.warning("to discord:%s: the message was sent, but not published to followers: %s", channel, reason)
