"""Telegram as newsbell sees it: the life of one bot, and what it shows in chats."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from aiohttp import web
from telegram import Bot, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ApplicationBuilder, TypeHandler

from adapters.telegram.application import App
from adapters.telegram.askers import PLATFORM
from adapters.telegram.fingerprints import Fingerprint
from adapters.telegram.hooking import Hooking
from adapters.telegram.inbox import Inbox
from adapters.telegram.listening import Ears
from adapters.telegram.messages import Messages, new_photo
from adapters.telegram.paying import Paying
from adapters.telegram.photos import Photos, Supply
from adapters.telegram.polling import Polling
from adapters.telegram.profile import profile
from adapters.telegram.rates import rates_of
from adapters.telegram.render import Message, is_photo, render, render_caption
from adapters.telegram.replies import Replies
from adapters.telegram.rich_messages import RichMessages
from adapters.telegram.settling import Settler
from adapters.telegram.specimens import Specimens
from adapters.telegram.tidying import Tidying
from adapters.telegram.transport import Broken, Transport
from adapters.telegram.verdicts import left_at, verdict
from adapters.telegram.webhook import Webhook
from adapters.telegram.welcomes import Welcomes
from bot.errors import BotRefused, DeliveryError, OutcomeUnknown, TryLater
from bot.models import Action, Announcement, Destination, Look, Receipt, Reply, Shown, Step
from bot.picturing.ladder import step_at, way_at
from bot.ports import Desk, Lobby, Notices, Pace, Pictures, Rate, Trails, Uploads
from bot.subscribing.introducing import Introducing
from bot.subscribing.lobby import EmptyLobby
from bot.texts import Reason, sentence

log = logging.getLogger(__name__)

API_URL: Final = "https://api.telegram.org"

_UNREACHED: Final = sentence("{reason} ({address}); is the network up?")
_UNREACHED_SERVER: Final = sentence("{reason} ({address}); is that server up, and is TELEGRAM_API_URL right?")

CONNECTIONS: Final = 264  # opened as needed; at least as many as there are calls at once (bot.delivering.window)
RENDERINGS: Final = 256

UNBOUNDED: Final = 1_000_000
"""Updates that PTB hands on at once: who waits for whom, and how many, adapters.telegram.lines knows."""


@dataclass(frozen=True, slots=True)
class _Open:
    """What there is once the bot has logged in."""

    application: App
    messages: Messages
    replies: Replies
    tidying: Tidying
    ears: Ears
    rich: RichMessages
    settler: Settler | None


class TelegramAdapter:
    """One bot on Telegram. Sends, edits and deletions are paced by their caller, by `rates`; all else paces itself."""

    platform = PLATFORM
    topics_share_ids = True
    shares_pictures = True

    def __init__(
        self,
        token: str,
        *,
        api_url: str = API_URL,
        pace: Pace,
        trails: Trails | None = None,
        pictures: Pictures | None = None,
        uploads: Uploads | None = None,
        paid: int = 0,
        notices: Notices | None = None,
        lobby: Lobby | None = None,
        introducing: Introducing | None = None,
        operators: Collection[Destination] = (),
        tidy_after: float = 30.0,
        welcome_after: float = 3.0,
        read_timeout: float = 40.0,
        webhook_url: str = "",
    ) -> None:
        """Times in seconds: how long commands stay in channels, how long a welcome waits, and an answer is waited for.

        `paid` is the number of posts a second that may cost Stars (paid broadcast); 0: none, at Telegram's usual rate.
        `notices` tell the operators once when Telegram takes none. By `introducing` Telegram learns the commands.
        `webhook_url` is the public address of the web server that has the `routes`; empty: Telegram is polled.
        Without `pictures` Telegram loads each picture from its address, and gets no file. Deliveries bring the ids of
        those that it has; previews find them among the `uploads`.
        Without `trails` no lost message can be found; copies go to the private chats of `operators` to be read.
        """
        self.bot = ""
        self.name = ""
        self._token = token
        self._api_url = api_url.rstrip("/")
        self._pace = pace
        self._trails = trails
        self._notices = notices
        self._webhook = Webhook(token, webhook_url, trails, notices) if webhook_url else None
        self._paying = Paying(paid, notices)
        self._photos = Photos(pictures)
        self._uploads = uploads
        self._lobby = lobby or EmptyLobby()
        self._operators = operators
        self._introducing = introducing
        self._tidy_after = tidy_after
        self._welcome_after = welcome_after
        self._read_timeout = read_timeout
        self._render = lru_cache(RENDERINGS)(render)  # a thousand chats with one Look cost one rendering
        self._opened: _Open | None = None

    # --- life ---------------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Log in. Raises BotRefused for a bad token and TryLater when Telegram can't be reached."""
        application: App | None = None
        try:
            application = self._build()
            await application.initialize()
        except TelegramError as error:
            if application:
                await application.bot.shutdown()
            raise self._no_login(error) from (None if isinstance(error, InvalidToken) else error)  # it quotes the token
        bot = application.bot
        self.bot, self.name = str(bot.id), f"@{bot.username}"
        replies = Replies(bot, self._pace, self._trails)
        tidying = Tidying(replies.remove, self._tidy_after)
        ears = self._ears(bot)
        rich = RichMessages(bot, self._notices)
        settler = None
        if self._trails is not None:
            settler = Settler(
                bot,
                self._pace,
                trails=self._trails,
                replies=replies,
                rich=rich,
                listening=ears,
                operators=self._operators,
            )
        messages = Messages(bot, self._pace, self._paying, self._photos, rich)
        self._opened = _Open(application, messages, replies, tidying, ears, rich, settler)
        log.info("telegram: logged in as %s", self.name)

    def _no_login(self, error: TelegramError) -> DeliveryError:
        """Why the bot could not log in. To ask who one is changes nothing: it can be asked again."""
        trouble = verdict(error)
        if isinstance(error, Broken):
            found = _UNREACHED if self._api_url == API_URL else _UNREACHED_SERVER
            return TryLater(Reason(found, reason=str(trouble), address=self._api_url))
        return trouble if isinstance(trouble, BotRefused | TryLater) else TryLater(str(trouble))

    def _ears(self, bot: Bot) -> Ears:
        if self._webhook is None:
            return Polling(self._trails, self._notices)
        return Hooking(bot, self._webhook, self._notices, self._introducing)

    def _build(self) -> App:
        """PTB's application, with nothing that paces, retries or takes over signals. Updates are polled by us."""
        return (
            ApplicationBuilder()
            .token(self._token)
            .base_url(f"{self._api_url}/bot")
            .base_file_url(f"{self._api_url}/file/bot")
            .request(Transport(CONNECTIONS, self._read_timeout))
            .get_updates_request(Transport(1, self._read_timeout))
            .concurrent_updates(UNBOUNDED)
            .job_queue(None)
            .updater(None)
            .build()
        )

    async def serve(self, desk: Desk) -> None:
        """Bring commands and news of chats to `desk` until cancelled. Raises BotRefused when the token dies.

        When it ends, every command that was received has been answered.
        """
        opened = self._ready()
        application = opened.application
        welcomes = Welcomes(application.bot, opened.replies, self._lobby, self._welcome_after)
        specimens = Specimens(opened.messages, self._photos, opened.replies, self._uploads)
        inbox = Inbox(application.bot, desk, opened.replies, opened.tidying, specimens=specimens, welcomes=welcomes)
        handler: TypeHandler[Update, Any, None] = TypeHandler(Update, inbox.take)
        application.add_handler(handler)
        opened.replies.relax()
        await application.start()
        introducing = asyncio.create_task(self._introduce(application.bot), name="telegram learns about the bot")
        try:
            await opened.ears.hear(application)
        finally:
            opened.replies.hurry()
            introducing.cancel()
            if application.running:
                await application.stop()
            application.remove_handler(handler)
            await welcomes.finish()

    def routes(self) -> list[web.RouteDef]:
        """What the application's web server has to serve, also before this is open."""
        return self._webhook.routes() if self._webhook else []

    @property
    def deaf(self) -> str:
        """Why no commands are heard at this moment, and the mend."""
        return self._opened.ears.fault if self._opened else ""

    async def ask_why_deaf(self) -> str:
        """What Telegram says of what it brings by webhook."""
        return await self._ready().ears.ask()

    async def _introduce(self, bot: Bot) -> None:
        if self._introducing is not None:
            await self._introducing.introduce(self.bot, profile(bot))

    async def close(self) -> None:
        """Tidy up and let go of everything. Safe to call at any time, also twice."""
        opened, self._opened = self._opened, None
        if self._webhook is not None:
            self._webhook.close()
        if opened is None:
            return
        opened.replies.hurry()
        if opened.application.running:
            await opened.application.stop()
        await opened.tidying.finish()
        await opened.application.shutdown()

    def _ready(self) -> _Open:
        if self._opened is None:
            raise RuntimeError("the Telegram adapter is not open; await open() first")
        return self._opened

    # --- what is shown ------------------------------------------------------------------------------------------------

    def rates(self, destination: Destination, action: Action) -> tuple[Rate, ...]:
        """Telegram counts all calls to a chat alike; paid posts do not count as the bot's."""
        return rates_of(destination, paid=self._paying.rate if action is Action.SEND else 0)

    def prepare(self, announcement: Announcement, look: Look, *, rung: int = 0) -> None:
        """Render the message."""
        self._render(announcement, look, rung)

    def picture(
        self, announcement: Announcement, look: Look, *, rung: int = 0, shown: Shown | None = None
    ) -> Step | None:
        """What is not in the chat yet: once Telegram has it, its file id serves all chats of this bot."""
        step = step_at(announcement, look, rung)
        if step is None or (shown is None and is_photo(look)):  # rendering is slow, and `prepare` has its time
            return step
        return step if new_photo(self._message(announcement, look, rung), shown) else None

    async def fetch(self, step: Step) -> None:
        """Have the bytes at hand."""
        await self._photos.fetch(step)

    def fingerprint(self, announcement: Announcement, look: Look, *, rung: int = 0) -> str:
        """What would be shown, as `photo:<words>:<picture>`, `text:<words>` or `rich:<words>`."""
        return str(Fingerprint.of(self._message(announcement, look, rung)))

    def _message(self, announcement: Announcement, look: Look, rung: int) -> Message:
        """The message for `announcement`, as far as the server is known to take it."""
        message = self._render(announcement, look, rung)
        return self._opened.messages.shows(message) if self._opened else message

    async def send(
        self,
        announcement: Announcement,
        destination: Destination,
        look: Look,
        *,
        nonce: str,
        rung: int = 0,
        media_id: str = "",
        reply_to: str = "",
    ) -> Receipt:
        """Show `announcement` in `destination`. Telegram knows no idempotency: by `nonce` only we know a lost one."""
        message = self._message(announcement, look, rung)
        supply = Supply(media_id=media_id) if media_id else Supply(way_at(announcement, look, rung))
        opened = self._ready()
        try:
            return await opened.messages.send(message, destination, supply, reply_to=reply_to)
        except OutcomeUnknown as error:
            if opened.settler is not None:
                opened.settler.note_lost(destination, nonce, left_at(error))
            raise

    async def edit(
        self,
        announcement: Announcement,
        destination: Destination,
        look: Look,
        shown: Shown,
        *,
        rung: int = 0,
        media_id: str = "",
    ) -> Receipt:
        """Make the message of `shown` say `announcement`."""
        message, caption = self._message(announcement, look, rung), render_caption(announcement, look)
        supply = Supply(media_id=media_id) if media_id else Supply(way_at(announcement, look, rung))
        return await self._ready().messages.edit(message, caption, destination, shown, supply)

    async def delete(self, destination: Destination, shown: Shown) -> None:
        """Remove the message of `shown`. Raises MessageGone if it is not there, Rejected after 48 hours."""
        await self._ready().messages.delete(destination, shown)

    async def pin(self, destination: Destination, receipt: Receipt) -> None:
        """Pin without a notification. Raises Rejected where the bot may not."""
        await self._ready().messages.pin(destination, receipt)

    async def unpin(self, destination: Destination, receipt: Receipt) -> None:
        """Take back a pin. Raises Rejected where the bot may not."""
        await self._ready().messages.unpin(destination, receipt)

    async def settle(
        self,
        announcement: Announcement,
        destination: Destination,
        look: Look,
        *,
        nonce: str,
        tried_at: datetime,
        now: datetime,
        rung: int = 0,
        unwanted: bool = False,
    ) -> Receipt | None:
        """Look for the message: Telegram gives no key by which it could be found at once."""
        settler = self._ready().settler
        if settler is None:
            raise OutcomeUnknown("Telegram does not tell whether a message arrived whose answer was lost")
        message = self._message(announcement, look, rung)
        return await settler.settle(message, destination, nonce=nonce, tried_at=tried_at, now=now)

    async def notify(self, destination: Destination, reply: Reply) -> Receipt:
        """Say something about newsbell itself."""
        sent = await self._ready().replies.send(reply, destination)
        return Receipt(tuple(str(message_id) for message_id in sent))
