"""Hearing by webhook: Telegram is told where, and asked now and then whether what it brings gets through."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Final, NamedTuple

from telegram import Bot, WebhookInfo
from telegram.error import BadRequest, TelegramError

from adapters.telegram import listening
from adapters.telegram.application import App
from adapters.telegram.askers import PLATFORM
from adapters.telegram.rivalry import Rivalry
from adapters.telegram.updates import WANTED
from adapters.telegram.verdicts import verdict
from adapters.telegram.webhook import Webhook
from bot.errors import BotRefused, DeliveryError, TryLater
from bot.ports import Notices
from bot.subscribing.deafness import Deafness
from bot.subscribing.introducing import Introducing, Part
from bot.texts import sentence

log = logging.getLogger(__name__)

MAX_CONNECTIONS: Final = 40  # Telegram's default, said so that it can be compared
LOOK_SECONDS: Final = 60.0  # between two looks while all is well
FIRST_PAUSE_SECONDS: Final = 5.0  # doubled with every look at which it is not
LASTING_SECONDS: Final = 60.0  # so long, and the operators are told: longer than a proxy takes to start anew


_BAD_WEBHOOK: Final = "bad webhook"  # with that Telegram begins why it takes no address (tdlib: `Client.cpp`)


class Advice(NamedTuple):
    """A `fragment` of what Telegram says of its deliveries, in lower case, and what has to be done."""

    fragment: str
    reason: str


_CERTIFICATE: Final = sentence(
    "Telegram does not trust the certificate at TELEGRAM_WEBHOOK_URL; it takes one of a public authority, with its "
    "whole chain ({said})"
)
_UNREACHABLE: Final = sentence(
    "Telegram can't reach TELEGRAM_WEBHOOK_URL; see that its proxy runs, and that the internet reaches it on port 443, "
    "80, 88 or 8443 ({said})"
)

ADVICE: Final = (  # the first that fits; texts of tdlib/telegram-bot-api, `WebhookActor.cpp`, and of OpenSSL
    Advice("ssl", _CERTIFICATE),
    Advice("certificate", _CERTIFICATE),
    Advice(
        "resolve host",
        sentence("Telegram can't look up the host in TELEGRAM_WEBHOOK_URL; check its entry in the DNS ({said})"),
    ),
    Advice(
        "is reserved",
        sentence(
            "TELEGRAM_WEBHOOK_URL leads to a private address, which Telegram does not call; it must be one that the "
            "internet reaches ({said})"
        ),
    ),
    Advice(
        "wrong response from the webhook",
        sentence(
            "what answers at TELEGRAM_WEBHOOK_URL does not hand on to newsbell; its proxy has to pass POST /telegram/ "
            "on to NEWSBELL_CONSOLE as it is ({said})"
        ),
    ),
    Advice("", _UNREACHABLE),
)


class Hooking:
    """adapters.telegram.listening.Ears by webhook."""

    def __init__(self, bot: Bot, webhook: Webhook, notices: Notices | None, introducing: Introducing | None) -> None:
        self._bot = bot
        self._webhook = webhook
        self._introducing = introducing
        self._deafness = Deafness(notices, PLATFORM, "telegram's webhook", after=LASTING_SECONDS)
        self._rivalry = Rivalry(notices)
        self._began_at = time.time()
        self._was_set = False

    @property
    def fault(self) -> str:
        """See Ears."""
        return self._rivalry.reason or self._deafness.reason

    async def hear(self, application: App) -> None:
        """See Ears. Telegram knows where to bring updates, and goes on to, also after the end."""
        self._began_at, self._was_set = time.time(), False
        self._webhook.open(application)
        pause = FIRST_PAUSE_SECONDS
        try:
            while application.running:
                wait = await self._look()
                pause = FIRST_PAUSE_SECONDS if wait is None else min(2 * pause, LOOK_SECONDS)
                await asyncio.sleep(LOOK_SECONDS if wait is None else max(wait, pause))
        finally:
            self._webhook.close()

    async def caught_up(self) -> bool:
        """See Ears. An update that Telegram brought is noted before it hears that it was taken."""
        loop = asyncio.get_running_loop()
        until = loop.time() + listening.PATIENCE_SECONDS
        while not self._webhook.missed and loop.time() < until:
            if self._webhook.is_open and await self._nothing_waits():
                return True
            await asyncio.sleep(listening.QUIET_SECONDS)
        return False

    async def _nothing_waits(self) -> bool:
        """Whether Telegram has nothing left to bring; False as well if it does not tell."""
        try:
            info = await self._bot.get_webhook_info()
        except TelegramError as error:
            log.debug("Telegram does not tell what is still to come: %s", verdict(error))
            return False
        return info.url == self._webhook.url and not info.pending_update_count

    async def ask(self) -> str:
        """See Ears."""
        try:
            info = await self._bot.get_webhook_info()
        except TelegramError as error:
            raise verdict(error) from None  # PTB may quote the token
        said = failing(info, since=0.0) if info.url == self._webhook.url else ""
        return advice_for(said).format(said=said) if said else ""

    async def _look(self) -> float | None:
        """See to it that all is well; None: it is, else the seconds after which to look again, at least."""
        try:
            info = await self._bot.get_webhook_info()
            await self._set(info)
        except TelegramError as error:
            if isinstance(error, BadRequest) and _BAD_WEBHOOK in error.message.lower():
                return await self._complain(advice_for(error.message), said=error.message)
            return await self._fail(verdict(error))
        except DeliveryError as error:
            return await self._fail(error)
        if said := failing(info, since=max(self._began_at, self._webhook.taken_at)):
            return await self._complain(advice_for(said), said=said)
        if self._deafness.reason:
            log.info("Telegram's webhook works again")
        await self._deafness.over()
        return None

    async def _set(self, info: WebhookInfo) -> None:
        """Tell Telegram where to bring updates, if it does not know that as we mean it. None that waits is dropped."""
        part = Part("webhook", f"{self._webhook.url} {self._webhook.secret}", self._tell)
        known = self._introducing is None or await self._introducing.knows(str(self._bot.id), part)
        if known and self._fits(info):
            self._was_set = True
            await self._rivalry.unseen()
            return
        if self._was_set and info.url != self._webhook.url:
            await self._rivalry.seen()
        elif info.url and info.url != self._webhook.url:
            log.warning("Telegram brought what people type to another address; from now on it comes to newsbell")
        await self._tell()
        if self._introducing is not None:
            await self._introducing.note(str(self._bot.id), part)
        self._was_set = True
        log.info("Telegram brings what people type to %s", self._webhook.url)

    def _fits(self, info: WebhookInfo) -> bool:
        return (
            info.url == self._webhook.url
            and sorted(info.allowed_updates) == sorted(WANTED)
            and info.max_connections == MAX_CONNECTIONS
        )

    async def _tell(self) -> None:
        await self._bot.set_webhook(
            self._webhook.url,
            allowed_updates=WANTED,
            max_connections=MAX_CONNECTIONS,
            secret_token=self._webhook.secret,
        )

    async def _fail(self, error: DeliveryError) -> float:
        if isinstance(error, BotRefused):
            raise error from None  # PTB may quote the token
        await self._complain(str(error))
        return error.retry_after or 0.0 if isinstance(error, TryLater) else 0.0

    async def _complain(self, reason: str, **values: str) -> float:
        before = self._deafness.reason
        await self._deafness.lasts(reason, **values)
        if self._deafness.reason != before:
            log.warning("no commands come from Telegram: %s; newsbell keeps trying", self._deafness.reason)
        return 0.0


def advice_for(said: str) -> str:
    """The sentence for what Telegram says; it has {said} in it."""
    text = said.lower()
    return next(advice.reason for advice in ADVICE if advice.fragment in text)


def failing(info: WebhookInfo, *, since: float) -> str:
    """What Telegram says of deliveries that fail now: something waits, and one failed after `since`.

    `since` is when it could last be told that all is well, in seconds since 1970.
    """
    if not info.pending_update_count or not info.last_error_date or info.last_error_date.timestamp() <= since:
        return ""
    return info.last_error_message or ""
