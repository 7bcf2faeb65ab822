"""The long poll that brings updates. It mends its own connection and tells each trouble once, in plain words."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Final

from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, TelegramError

from adapters.telegram.application import App
from adapters.telegram.askers import PLATFORM
from adapters.telegram.listening import Listening
from adapters.telegram.rivalry import Rivalry
from adapters.telegram.transport import Flood
from adapters.telegram.updates import Raw, fetch, understood, written
from adapters.telegram.verdicts import verdict
from bot.ports import Notices, Trails
from bot.subscribing.deafness import Deafness

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 30
FIRST_PAUSE_SECONDS: Final = 0.25  # doubled with every failure
LONGEST_PAUSE_SECONDS: Final = 30.0
LASTING_SECONDS: Final = 300.0  # so long without an answer, and the operators are told
REMOVED_SECONDS: Final = 300.0  # a webhook that is there again so soon after it was removed has somebody who sets it


class Polling:
    """adapters.telegram.listening.Ears by long poll.

    PTB's `Updater` is not used: it ends silently with a dead token, does not tell when an outage is over, and its last
    request makes Telegram hold every stop for 3 s (a repeated offset, tdlib/telegram-bot-api `Client.cpp`).
    """

    def __init__(self, trails: Trails | None, notices: Notices | None) -> None:
        self._trails = trails
        self._notices = notices
        self._listening = Listening()
        self._bot: Bot | None = None  # who listens
        self._line = _Line(notices)

    @property
    def fault(self) -> str:
        """See Ears."""
        return self._line.fault

    async def hear(self, application: App) -> None:
        """See Ears. The ids that an answer brings are noted all at once."""
        listening, offset, self._bot = self._listening, None, application.bot
        while application.running:
            listening.asking()
            try:
                updates = await fetch(application.bot, offset, seconds=POLL_SECONDS)
            except (InvalidToken, EndPointNotFound) as error:
                raise verdict(error) from None  # PTB may quote the token
            except TelegramError as error:
                listening.broken()
                if not application.running:
                    return
                await _drop_webhook(application, error)
                await asyncio.sleep(await self._line.broken(error))
                continue
            await self._line.whole()
            listening.answered(len(updates), noted=await self._note(updates, str(application.bot.id)))
            for raw in updates:
                if update := await understood(raw, application.bot, self._notices):
                    application.update_queue.put_nowait(update)
                offset = raw["update_id"] + 1  # the next request confirms everything below

    async def caught_up(self) -> bool:
        """See Ears."""
        return await self._listening.caught_up(self._nothing_waits)

    async def _nothing_waits(self) -> bool:
        """Whether Telegram has no update that is not confirmed; False as well if it does not tell."""
        try:
            return self._bot is not None and (await self._bot.get_webhook_info()).pending_update_count == 0
        except TelegramError as error:
            log.debug("Telegram does not tell what is still to come: %s", verdict(error))
            return False

    async def ask(self) -> str:
        """See Ears. Whether a poll gets through, only who polls can tell; a webhook in its way is removed by it."""
        return ""

    async def _note(self, updates: Sequence[Raw], bot: str) -> bool:
        seen = [message for update in updates if (message := written(update))]
        return not seen or self._trails is None or await self._trails.note(bot, seen)


async def _drop_webhook(application: App, error: TelegramError) -> None:
    """Telegram lets nobody poll while a webhook is set."""
    if not _of_webhook(error):
        return
    log.warning("a webhook took the bot's commands; it is removed, for newsbell asks for them itself")
    try:
        await application.bot.delete_webhook()
    except TelegramError as trouble:
        log.warning("the webhook could not be removed: %s", verdict(trouble))


class _Line:
    """What is known of the connection, so that each trouble is told once: in the log at once, to people if it lasts."""

    def __init__(self, notices: Notices | None) -> None:
        self._outage = Deafness(notices, PLATFORM, "telegram can't be polled", after=LASTING_SECONDS)
        self._rivalry = Rivalry(notices)
        self._pause = 0.0
        self._removed_at = float("-inf")

    @property
    def fault(self) -> str:
        """Why commands are not heard at this moment, and the mend; empty: they are."""
        return self._rivalry.reason or self._outage.reason

    async def whole(self) -> None:
        """Telegram answered."""
        if self._outage.reason:
            log.info("Telegram answers again")
        self._pause = 0.0
        await self._outage.over()
        await self._rivalry.unseen()

    async def broken(self, error: TelegramError) -> float:
        """Telegram did not answer, or refused: tell it if it is news, and return for how many seconds to wait."""
        if isinstance(error, Conflict):
            await self._conflict(error)
        else:
            reason = str(verdict(error))
            if not self._outage.reason:
                log.warning("no commands come from Telegram: %s; newsbell keeps trying", reason)
            await self._outage.lasts(reason)
        self._pause = min(LONGEST_PAUSE_SECONDS, self._pause * 2 or FIRST_PAUSE_SECONDS)
        asked_for = error.seconds or 0.0 if isinstance(error, Flood) else 0.0
        return max(self._pause, asked_for)

    async def _conflict(self, error: Conflict) -> None:
        now = time.monotonic()
        if not _of_webhook(error) or now - self._removed_at < REMOVED_SECONDS:
            await self._rivalry.seen()
        if _of_webhook(error):
            self._removed_at = now


def _of_webhook(error: TelegramError) -> bool:
    return isinstance(error, Conflict) and "webhook" in str(error).lower()
