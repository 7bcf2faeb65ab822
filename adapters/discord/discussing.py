"""Opens threads under messages, where their subscription wants it, and closes those whose message is gone.

A message has one thread at most, which has the message's id (docs, Start Thread from Message): trying twice is safe.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar

import discord

from adapters.discord.errands import AGAIN_SECONDS, Bars, keep_up
from adapters.discord.forums import thread_name
from adapters.discord.rates import BOT, new_threads
from adapters.discord.transport import Calls
from adapters.discord.verdicts import harmless
from bot.errors import (
    BotRefused,
    DeliveryError,
    DestinationLost,
    MessageGone,
    OutcomeUnknown,
    Rejected,
    Scope,
    TryLater,
)
from bot.models import Destination
from bot.ports import Discussion, Discussions, Notices, Pace
from bot.texts import sentence

log = logging.getLogger(__name__)

DAY_MINUTES: Final = 1440
"""A thread in which nobody says anything is archived after a day."""

_LACKS_THREADS: Final = sentence(
    "newsbell may not open threads here; in Discord open the channel's settings > Permissions > newsbell and allow "
    "Create Public Threads"
)
_NOT_OPENED: Final = sentence("Posts arrive in {place}, but no threads are opened below them: {reason}.")

T = TypeVar("T")


class Discussing:
    """Opens in each channel the oldest thread first. It is a favour: the message stands, whatever comes of it."""

    def __init__(
        self,
        discussions: Discussions,
        calls: Calls,
        pace: Pace,
        client: Callable[[], discord.Client],
        notices: Notices | None,
    ) -> None:
        """`client` gives the one that is logged in. Raises TryLater where there is none."""
        self._discussions = discussions
        self._calls = calls
        self._pace = pace
        self._client = client
        self._notices = notices
        self._bars = Bars()

    async def run(self, platform: str, bot: str) -> None:
        """Open and close until cancelled."""
        await keep_up(partial(self.round, platform, bot), "no threads are opened")

    async def round(self, platform: str, bot: str) -> None:
        """Open and close what may be now. Raises BotRefused when Discord refuses the token: all stays as it is."""
        while due := await self._discussions.due(platform, bot, datetime.now(UTC)):
            for discussion in due:
                place = Destination(platform, discussion.chat_id, bot=bot)
                await (self._close(discussion) if discussion.closes else self._open(discussion, place))

    async def _open(self, discussion: Discussion, place: Destination) -> None:
        channel = discussion.chat_id
        if self._bars.until(channel, datetime.now(UTC)):
            await self._discussions.drop(discussion)
            return
        call = partial(
            self._client().http.start_thread_with_message,
            int(channel),
            int(discussion.message_id),
            name=thread_name(discussion.title),
            auto_archive_duration=DAY_MINUTES,
        )
        try:
            await self._pace.turn([BOT, new_threads(channel)])
            await self._calls.make(_made(call))
        except DeliveryError as error:
            if not await self._is_over(discussion, error):
                await self._forbid(discussion, place, error)
        else:
            self._bars.succeed(channel)
            await self._discussions.done(discussion)

    async def _close(self, discussion: Discussion) -> None:
        """Delete a thread in which nobody said anything, or archive it, where newsbell may not delete it."""
        thread, http = int(discussion.message_id), self._client().http
        try:
            found = await self._do(partial(http.get_channel, thread))
            if not found.get("message_count"):
                try:
                    await self._do(partial(http.delete_channel, thread))
                except DestinationLost as error:
                    if not isinstance(error.__cause__, discord.Forbidden):
                        raise
                    await self._do(partial(http.edit_channel, thread, archived=True))
        except DeliveryError as error:
            if not await self._is_over(discussion, error):
                await self._discussions.drop(discussion)  # somebody else deleted or locked it
        else:
            await self._discussions.done(discussion)

    async def _is_over(self, discussion: Discussion, error: DeliveryError) -> bool:
        """Deal with what needs no word: done before, gone, or to be tried again."""
        cause = error.__cause__
        if isinstance(error, BotRefused):
            raise error
        if isinstance(cause, discord.HTTPException) and harmless(cause):
            await self._discussions.done(discussion)
        elif isinstance(error, MessageGone):
            await self._discussions.drop(discussion)
        elif isinstance(error, TryLater | OutcomeUnknown):
            seconds = (error.retry_after if isinstance(error, TryLater) else None) or AGAIN_SECONDS
            if isinstance(error, TryLater) and error.flood and error.scope is Scope.BOT:
                await self._pace.heed([BOT], error)
            await self._discussions.postpone(discussion, datetime.now(UTC) + timedelta(seconds=seconds))
        else:
            return False
        return True

    async def _forbid(self, discussion: Discussion, place: Destination, error: DeliveryError) -> None:
        """Try nothing more in the channel for a while; what is wrong with one title alone costs only its thread."""
        channel, now = discussion.chat_id, datetime.now(UTC)
        about_title = isinstance(error, Rejected)
        forbidden = isinstance(error.__cause__, discord.Forbidden) and not about_title
        if forbidden and self._bars.refuse(channel, now) is None:
            await self._discussions.postpone(discussion, now + timedelta(seconds=AGAIN_SECONDS))
            return
        await self._discussions.drop(discussion)
        reason = _LACKS_THREADS if forbidden else str(error)
        log.warning("to %s: the message was sent, but no thread is opened below it: %s", place, reason)
        if about_title:
            return
        self._bars.shut(channel, now)
        if self._notices is not None:
            await self._notices.tell_owners(place, f"no threads: {place}: {reason}", _NOT_OPENED, reason=reason)

    async def _do(self, call: Callable[[], Coroutine[Any, Any, T]]) -> T:
        await self._pace.turn([BOT])
        return await self._calls.make(_made(call))


async def _made(call: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """The answer to a call that is made only when it is waited for."""
    return await call()
