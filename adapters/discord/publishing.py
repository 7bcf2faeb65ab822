"""Publishes what stands in announcement channels, for those who follow them: behind the sends, never in their way."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import discord

from adapters.discord.errands import AGAIN_SECONDS, Bars, forget_past, keep_up
from adapters.discord.places import kind_of
from adapters.discord.rates import BOT
from adapters.discord.rights import Ground
from adapters.discord.transport import Calls
from adapters.discord.verdicts import harmless
from bot.errors import BotRefused, DeliveryError, MessageGone, OutcomeUnknown, Scope, TryLater
from bot.models import Destination
from bot.ports import Crosspost, Crossposts, Notices, Pace
from bot.texts import sentence

log = logging.getLogger(__name__)

SAID_AGAIN: Final = timedelta(days=1)
"""When the log says it once more that a channel's messages are not published."""

_NOT_PUBLISHED: Final = sentence("Posts arrive in {place}, but are not published to those who follow it: {reason}.")
_SIGNED: Final = sentence(
    "Discord takes what comes under another name for somebody else's; in Discord open the channel's settings > "
    "Permissions > newsbell and allow Manage Messages"
)


class Publishing:
    """Publishes in each channel the newest message first, as many an hour as Discord takes (bot.ports.Crossposts)."""

    def __init__(
        self,
        crossposts: Crossposts,
        calls: Calls,
        pace: Pace,
        client: Callable[[], discord.Client],
        *,
        heard: Callable[[Destination], Ground | None],
        notices: Notices | None,
    ) -> None:
        """`client` gives the one that is logged in. Raises TryLater where there is none.

        `heard` says what newsbell may do in a channel, as far as it was told.
        """
        self._crossposts = crossposts
        self._calls = calls
        self._pace = pace
        self._client = client
        self._heard = heard
        self._notices = notices
        self._bars = Bars()
        self._webhooks_bars = Bars()
        self._said: dict[tuple[Destination, str], datetime] = {}  # until when it need not be said again

    async def run(self, platform: str, bot: str) -> None:
        """Publish until cancelled."""
        await keep_up(partial(self.round, platform, bot), "nothing is published")

    async def round(self, platform: str, bot: str) -> None:
        """Publish what may be now, one message a channel, until nothing may. What a channel is, is asked once.

        Raises BotRefused when Discord refuses the token: all that waits stays as it is.
        """
        for crosspost in await self._crossposts.unfamiliar(platform, bot, datetime.now(UTC)):
            await self._learn(crosspost, Destination(platform, crosspost.chat_id, bot=bot))
        while due := await self._crossposts.due(platform, bot, datetime.now(UTC)):
            for crosspost in due:
                await self._carry_out(crosspost, Destination(platform, crosspost.chat_id, bot=bot))

    async def _learn(self, crosspost: Crosspost, place: Destination) -> None:
        await self._pace.turn([BOT])
        try:
            kind = await self._kind_of(int(crosspost.chat_id))
        except DeliveryError as error:
            await self._note(crosspost, place, error)
        else:
            await self._crossposts.learn(crosspost, kind)

    async def _carry_out(self, crosspost: Crosspost, place: Destination) -> None:
        if crosspost.signed and self._is_barred(place):
            await self._crossposts.drop(crosspost)  # those that are the bot's own wait for it no longer
            return
        await self._pace.turn([BOT])
        if not await self._crossposts.may_go(crosspost):
            return
        try:
            await self._calls.make(self._message(crosspost).publish())
        except DeliveryError as error:
            await self._note(crosspost, place, error)
        else:
            self._bars_of(crosspost).succeed(crosspost.chat_id)
            await self._crossposts.done(crosspost, datetime.now(UTC))

    def _is_barred(self, place: Destination) -> bool:
        """Whether what webhooks wrote there was forbidden lately, and nobody has told that it is allowed since."""
        if not self._webhooks_bars.until(place.chat_id, datetime.now(UTC)):
            return False
        ground = self._heard(place)
        return ground is None or not ground.permissions.manage_messages

    async def _kind_of(self, channel: int) -> str:
        found = await self._calls.make(self._client().fetch_channel(channel))
        return "private" if isinstance(found, discord.abc.PrivateChannel) else kind_of(found.type)

    def _message(self, crosspost: Crosspost) -> discord.PartialMessage:
        channel = self._client().get_partial_messageable(int(crosspost.chat_id))
        return channel.get_partial_message(int(crosspost.message_id))

    async def _note(self, crosspost: Crosspost, place: Destination, error: DeliveryError) -> None:
        cause = error.__cause__
        if isinstance(cause, discord.HTTPException) and harmless(cause):
            await self._crossposts.done(crosspost, datetime.now(UTC))
        elif isinstance(error, BotRefused):
            raise error
        elif isinstance(cause, discord.Forbidden):
            await self._forbid(crosspost, place, str(error))
        elif isinstance(error, TryLater | OutcomeUnknown):
            seconds = (error.retry_after if isinstance(error, TryLater) else None) or AGAIN_SECONDS
            if isinstance(error, TryLater) and error.flood and error.scope is Scope.BOT:
                await self._pace.heed([BOT], error)
            await self._crossposts.postpone(crosspost, datetime.now(UTC) + timedelta(seconds=seconds))
        else:
            await self._crossposts.drop(crosspost)
            if not isinstance(error, MessageGone):
                await self._tell(place, str(error))

    async def _forbid(self, crosspost: Crosspost, place: Destination, reason: str) -> None:
        """For a while nothing is published in the channel; what waits there is once that is mended, within its day.

        What webhooks wrote is left out then: publishing it takes a right of its own, which the bot's own needs not.
        """
        now = datetime.now(UTC)
        until = self._bars_of(crosspost).refuse(crosspost.chat_id, now)
        if until and crosspost.signed:
            await self._crossposts.drop(crosspost)
        else:
            await self._crossposts.postpone(crosspost, until or now + timedelta(seconds=AGAIN_SECONDS))
        if until:
            await self._tell(place, _SIGNED if crosspost.signed else reason)

    def _bars_of(self, crosspost: Crosspost) -> Bars:
        return self._webhooks_bars if crosspost.signed else self._bars

    async def _tell(self, place: Destination, reason: str) -> None:
        now = datetime.now(UTC)
        forget_past(self._said, now)
        if (place, reason) not in self._said:
            self._said[place, reason] = now + SAID_AGAIN
            log.warning("to %s: the message was sent, but not published to followers: %s", place, reason)
        if self._notices is not None:
            await self._notices.tell_owners(place, f"not published: {place}: {reason}", _NOT_PUBLISHED, reason=reason)
