"""Says things in chats that are no announcements: answers to commands and notices, at the pace that Telegram allows."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final, TypeVar

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.error import TelegramError

from adapters.telegram.rates import in_turn, rates_of, reply_rates_of
from adapters.telegram.render import Button, Buttons, render_reply
from adapters.telegram.verdicts import in_our_words, is_unchanged
from bot.errors import TryLater
from bot.models import Destination, Reply
from bot.ports import Pace, Trails

log = logging.getLogger(__name__)

NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)
LONGEST_FLOOD_SECONDS: Final = 60.0  # who asked has gone away after that

LOST_SECONDS: Final = 60.0
"""So long a new message waits at most while a post is looked for in its channel (DESIGN 4.2)."""

BEGINNING: Final = "…"
"""What stands for a moment where something else is to come."""

KNOCK_SECONDS: Final = 0.5
"""Meanwhile it asks again after this."""

T = TypeVar("T")


class Replies:
    """The bot's own voice. Every method raises a `bot.errors.DeliveryError` for what was no success.

    What a person waits for, and what is removed, waits out a short flood and is tried once more, until `hurry`.
    No new message is sent to a channel while a lost post is looked for there: were its answer lost as well, and the bot
    may edit others' posts, nothing would tell which of the two is the post (docs/adr/0017).
    """

    def __init__(self, bot: Bot, pace: Pace, trails: Trails | None = None) -> None:
        self._bot = bot
        self._pace = pace
        self._trails = trails
        self._hurried = asyncio.Event()
        self._in_air: Counter[str] = Counter()  # by chat, replies whose ids are not noted yet

    def in_air(self, destination: Destination) -> bool:
        """Whether a reply is on its way to the chat: it may stand there, and nobody knows its id yet."""
        return self._in_air[destination.chat_id] > 0

    def hurry(self) -> None:
        """Wait out no flood any more: newsbell stops."""
        self._hurried.set()

    def relax(self) -> None:
        """There is time again."""
        self._hurried.clear()

    async def send(
        self,
        reply: Reply,
        destination: Destination,
        *,
        answering: int | None = None,
        urgent: bool = False,
        silent: bool = False,
        keys: ReplyKeyboardMarkup | ReplyKeyboardRemove | None = None,
    ) -> list[int]:
        """Send `reply`, as an answer to the message `answering` if given. Returns the ids of its messages, in order.

        `keys` are what stands below the input line from then on; a reply with buttons of its own leaves that alone.
        """
        message = render_reply(reply)
        *first, last = message.parts
        common = {"reply_parameters": answer_to(answering), "disable_notification": silent}
        sent = [await self._part(text, destination, urgent=urgent, **common) for text in first]
        markup = keyboard(message.buttons) or keys
        return [*sent, await self._part(last, destination, urgent=urgent, reply_markup=markup, **common)]

    async def replace(
        self, wanted: Callable[[], Reply], destination: Destination, message_id: int
    ) -> tuple[Reply, list[int]]:
        """Let the message say what is `wanted` when its turn has come; what does not fit into it follows.

        Returns what it says now, and the ids of all messages that this took.
        """
        said = await self._patiently(lambda: self._edit(wanted, destination, message_id), destination)
        _, *rest = render_reply(said).parts
        if not rest:
            return said, [message_id]
        more = replace(said, text="\n".join(rest), aside="")
        return said, [message_id, *await self.send(more, destination, urgent=True)]

    def wait(self, destination: Destination) -> float:
        """For how many seconds a menu there would wait to be drawn, as it looks now."""
        return self._pace.wait(reply_rates_of(destination, menu=True))

    async def remove(self, destination: Destination, message_id: int) -> None:
        """Delete a message."""
        await self._patiently(lambda: self._remove(destination, message_id), destination)

    async def _part(self, text: str, destination: Destination, *, urgent: bool, **options: Any) -> int:
        def say() -> Awaitable[int]:
            return self._say(text, destination, urgent=urgent, **options)

        return await (self._patiently(say, destination) if urgent else say())

    async def _patiently(self, call: Callable[[], Awaitable[T]], destination: Destination) -> T:
        """Make the `call`; after a flood that is over soon, once more."""
        try:
            return await call()
        except TryLater as error:
            if not error.flood or error.retry_after is None or error.retry_after > LONGEST_FLOOD_SECONDS:
                raise
            log.info("a reply to %s waits %g s: %s", destination, error.retry_after, error)
            if await self._hurried_within(error.retry_after):
                raise
        return await call()

    async def _hurried_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._hurried.wait()
        except TimeoutError:
            return False

    async def _remove(self, destination: Destination, message_id: int) -> None:
        async with self._in_turn(destination):
            await self._bot.delete_message(chat_of(destination), message_id)

    async def begin(self, destination: Destination, *, silent: bool, protect: bool) -> int:
        """Send what is to become a message of another kind, by `amend`. Returns its id, which is known from now on.

        Raises TryLater where it could not be remembered: it has to stay what it is.
        """
        options = {"disable_notification": silent, "protect_content": protect or None}
        message_id = await self._part(BEGINNING, destination, urgent=True, **options)
        if not await self._note(destination, message_id):
            await self.remove(destination, message_id)
            raise TryLater("the database does not take the id of what was just sent")
        return message_id

    async def amend(self, destination: Destination, edit: Callable[[], Awaitable[T]]) -> T:
        """Let `edit` edit a message in its turn."""

        async def amend() -> T:
            async with self._in_turn(destination, urgent=True):
                return await edit()

        return await self._patiently(amend, destination)

    async def _say(self, text: str, destination: Destination, *, urgent: bool, **options: Any) -> int:
        await self._outlast_losses(destination)
        async with self._in_turn(destination, urgent=urgent):
            self._in_air[destination.chat_id] += 1
            try:
                sent = await self._bot.send_message(
                    chat_of(destination),
                    text,
                    message_thread_id=thread_of(destination),
                    link_preview_options=NO_PREVIEW,
                    **options,
                )
                await self._note(destination, sent.message_id)
            finally:
                self._in_air -= Counter((destination.chat_id,))  # keeps none that is at zero
        return sent.message_id

    async def _outlast_losses(self, destination: Destination) -> None:
        """Wait until no post is lost in what may be a channel, if that is soon enough."""
        if self._trails is None or not may_be_channel(destination):
            return
        place, loop = replace(destination, bot=str(self._bot.id)), asyncio.get_running_loop()
        until = loop.time() + LOST_SECONDS
        while loop.time() < until and not self._hurried.is_set() and await self._trails.is_lost(place):
            await self._hurried_within(KNOCK_SECONDS)

    async def _note(self, destination: Destination, message_id: int) -> bool:
        """Remember that it is no announcement; whether that could be done."""
        if self._trails is None:
            return True
        return await self._trails.note(str(self._bot.id), [(destination.chat_id, str(message_id))])

    async def _edit(self, wanted: Callable[[], Reply], destination: Destination, message_id: int) -> Reply:
        async with self._in_turn(destination, urgent=True, menu=True):
            reply = wanted()
            message = render_reply(reply)
            text, *rest = message.parts
            buttons = None if rest else keyboard(message.buttons)
            try:
                await self._bot.edit_message_text(
                    text, chat_of(destination), message_id, reply_markup=buttons, link_preview_options=NO_PREVIEW
                )
            except TelegramError as error:
                if not is_unchanged(error):
                    raise
            return reply

    @asynccontextmanager
    async def _in_turn(
        self, destination: Destination, *, urgent: bool = False, menu: bool = False
    ) -> AsyncIterator[None]:
        """Make a call in its turn; when Telegram asks for a pause, nothing else is sent there meanwhile either."""
        try:
            async with in_turn(self._pace, destination, urgent=urgent, menu=menu):
                with in_our_words():
                    yield
        except TryLater as error:
            if error.flood:
                await self._pace.heed(rates_of(destination), error)
            raise


def chat_of(destination: Destination) -> int | str:
    """The chat as Telegram wants it: a number, or "@name"."""
    chat = destination.chat_id
    return chat if chat.startswith("@") else int(chat)


def may_be_channel(destination: Destination) -> bool:
    """Whether it is a channel, as far as its id tells: a supergroup has one of the same kind."""
    return destination.chat_id.startswith(("-100", "@"))


def thread_of(destination: Destination) -> int | None:
    """The topic to write to; the General topic is never named (PTB #4739)."""
    return None if destination.thread_id in {"", "1"} else int(destination.thread_id)


def answer_to(message_id: int | None) -> ReplyParameters | None:
    """What makes a message an answer to another one, which may be gone meanwhile."""
    return ReplyParameters(message_id, allow_sending_without_reply=True) if message_id else None


@lru_cache(maxsize=256)
def keyboard(rows: Buttons) -> InlineKeyboardMarkup | None:
    """Buttons as PTB wants them: made once for all chats that get the same ones."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows])


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(button.label, url=button.url or None, callback_data=button.command or None)
