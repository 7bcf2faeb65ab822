"""The console as a platform: its chats live in memory and on the page, so a call either succeeds or is refused."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Final, NamedTuple

from aiohttp import web

from adapters.console.board import Board, Message
from adapters.console.guard import Guard
from adapters.console.pages import Pages
from adapters.console.pictures import picture_type
from adapters.console.render import Bubble, Chat, fingerprint, render, render_reply, render_typed
from adapters.console.stream import Stream
from adapters.console.view import Facts, View
from bot.errors import DestinationLost, MessageGone, PictureRefused
from bot.models import Action, Announcement, Command, Destination, Look, Place, Receipt, Reply, Shown, Step
from bot.ports import Desk, Rate
from bot.records import Problem
from bot.texts import Reason, sentence

PLATFORM = "console"

_NO_PICTURE: Final = sentence("{source} is no JPEG, PNG, GIF, WebP or AVIF file in the site's folders")


class Remembered(NamedTuple):
    """A message that stood in a chat before this process began. `at` is aware."""

    message_id: str
    announcement: Announcement
    look: Look
    rung: int
    at: datetime
    pinned: bool = False


History = Callable[[Destination], Awaitable[Sequence[Remembered]]]
"""What stands in a chat, newest last."""


class ConsoleAdapter:
    """Two preview chats on a local web page: `console:telegram` and `console:discord`.

    Hand `routes()` to the application, and call `close` before its server stops: it ends the pages' open connections.
    `hosts` are the names under which the page may be opened (see Guard), `token` is asked for unless empty, `zone` is
    that of the times shown. Local pictures are shown only from below `picture_folders`.
    """

    platform = PLATFORM
    bot = PLATFORM
    name = PLATFORM
    topics_share_ids = False
    shares_pictures = False
    deaf = ""

    def __init__(
        self,
        *,
        history: History,
        facts: Callable[[], Awaitable[Facts]],
        problems: Callable[[], Awaitable[list[Problem]]],
        picture_folders: Collection[Path],
        hosts: Collection[str],
        token: str = "",
        zone: tzinfo = UTC,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._history = history
        self._facts = facts
        self._problems = problems
        self._picture_folders = picture_folders
        self._clock = clock
        self._desk: Desk | None = None
        self._told: dict[str, str] = {}
        self._board = Board()
        self._stream = Stream()
        self._view = View(zone)
        self._pages = Pages(
            guard=Guard(hosts, token),
            board=self._board,
            stream=self._stream,
            view=self._view,
            picture_folders=picture_folders,
            facts=facts,
            problems=problems,
            ask=self._ask,
        )

    # --- life --------------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Put back what stood in the chats."""
        for chat in Chat:
            for past in await self._history(_destination(chat)):
                bubble = render(past.announcement, past.look, chat, rung=past.rung)
                self._board.put(Message(chat, past.message_id, bubble, past.at, pinned=past.pinned))

    async def serve(self, desk: Desk) -> None:
        """Answer what is typed into the page, until cancelled."""
        self._desk = desk
        try:
            await asyncio.Event().wait()
        finally:
            self._desk = None

    async def ask_why_deaf(self) -> str:
        """Nothing: what is typed comes with the page."""
        return ""

    async def close(self) -> None:
        """End the connections of the open pages."""
        self._stream.close()

    def routes(self) -> list[web.RouteDef]:
        """The page's routes, for the application's web server."""
        return self._pages.routes()

    def messages(self, chat: Chat) -> Collection[Message]:
        """What stands in a chat, newest last."""
        return self._board.messages(chat)

    async def problems_changed(self) -> None:
        """Bring the open pages' head line and their panel of broken posts up to date."""
        facts, problems = await asyncio.gather(self._facts(), self._problems())
        told = {"html": self._view.problems(problems), "facts": self._view.facts(facts)}
        if told != self._told:  # what is read aloud must not be repeated for nothing
            self._told = told
            self._stream.publish("problem", **told)

    # --- messages ----------------------------------------------------------------------------------------------------

    def rates(self, destination: Destination, action: Action) -> tuple[Rate, ...]:
        """No limits: nobody is flooded by a local page."""
        return ()

    def prepare(self, announcement: Announcement, look: Look, *, rung: int = 0) -> None:
        """Nothing is slow here."""

    def picture(
        self, announcement: Announcement, look: Look, *, rung: int = 0, shown: Shown | None = None
    ) -> Step | None:
        """The page loads its pictures by itself."""
        return None

    async def fetch(self, step: Step) -> None:
        """Nothing is uploaded."""

    def fingerprint(self, announcement: Announcement, look: Look, *, rung: int = 0) -> str:
        """A short digest of what either chat would show."""
        return fingerprint(announcement, look, rung=rung)

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
        """Show `announcement`, once for each `nonce`, which becomes its message id.

        Raises PictureRefused for a local picture that is missing, no picture, or not below the picture folders.
        """
        chat = _chat(destination)
        if self._board.find(chat, nonce) is None:
            bubble = await self._render(announcement, look, chat, rung)
            answered = self._board.find(chat, reply_to)
            quoted = answered.bubble.title if answered else ""
            self._show("message", Message(chat, nonce, bubble, self._clock(), answers=reply_to, quoted=quoted))
        return Receipt((nonce,))

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
        """Show `announcement` in the place of the message. Raises MessageGone for one that is no longer kept."""
        old = self._standing(destination, shown.receipt)
        bubble = await self._render(announcement, look, old.chat, rung)
        if bubble != old.bubble:
            self._show("edited", replace(old, bubble=bubble, edited=True))
        return shown.receipt

    async def delete(self, destination: Destination, shown: Shown) -> None:
        """Take the message away. Raises MessageGone for one that is no longer kept."""
        message = self._standing(destination, shown.receipt)
        self._board.remove(message)
        self._stream.publish("deleted", chat=message.chat, id=message.id)

    async def pin(self, destination: Destination, receipt: Receipt) -> None:
        """Mark the message as pinned. Raises MessageGone for one that is no longer kept."""
        message = self._standing(destination, receipt)
        if not message.pinned:
            self._show("edited", replace(message, pinned=True))

    async def unpin(self, destination: Destination, receipt: Receipt) -> None:
        """Take the mark away. Raises MessageGone for a message that is no longer kept."""
        message = self._standing(destination, receipt)
        if message.pinned:
            self._show("edited", replace(message, pinned=False))

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
        """The receipt of a message that stands in the chat; None: it does not, so sending it shows it once."""
        return Receipt((nonce,)) if self._board.find(_chat(destination), nonce) else None

    async def notify(self, destination: Destination, reply: Reply) -> Receipt:
        """Show something about newsbell itself."""
        return Receipt((self._say(_chat(destination), render_reply(reply, _chat(destination))),))

    # --- commands ----------------------------------------------------------------------------------------------------

    async def _ask(self, chat: Chat, line: str, language: str) -> bool:
        """Show a typed line and the desk's answer to it; False while there is no desk."""
        if self._desk is None:
            return False
        self._say(chat, render_typed(line))
        reply = await self._desk.answer(_command(chat, line, language))
        self._say(chat, render_reply(reply, chat))
        if reply.specimen:
            self._say(chat, render(reply.specimen.announcement, reply.specimen.look, chat))
        return True

    def _say(self, chat: Chat, bubble: Bubble) -> str:
        message = Message(chat, secrets.token_hex(8), bubble, self._clock())
        self._show("notice", message)
        return message.id

    # --- the board ---------------------------------------------------------------------------------------------------

    def _show(self, kind: str, message: Message) -> None:
        self._board.put(message)
        self._stream.publish(kind, chat=message.chat, id=message.id, html=self._view.message(message))

    def _standing(self, destination: Destination, receipt: Receipt) -> Message:
        ids = receipt.message_ids
        message = self._board.find(_chat(destination), ids[0]) if ids else None
        if message is None:
            raise MessageGone("the chat shows this message no more")
        return message

    async def _render(self, announcement: Announcement, look: Look, chat: Chat, rung: int) -> Bubble:
        bubble = render(announcement, look, chat, rung=rung)
        for picture in bubble.pictures:
            if picture.file and not await asyncio.to_thread(picture_type, picture.file, self._picture_folders):
                raise PictureRefused(Reason(_NO_PICTURE, source=picture.file))
        return bubble


def _destination(chat: Chat) -> Destination:
    return Destination(PLATFORM, chat, bot=PLATFORM)


def _chat(destination: Destination) -> Chat:
    try:
        return Chat(destination.chat_id)
    except ValueError as error:
        raise DestinationLost(
            Reason("there is no {chat}; there are console:telegram and console:discord", chat=str(destination))
        ) from error


def _command(chat: Chat, line: str, language: str) -> Command:
    """A typed line as a command: "/subscribe national", with or without the slash, as Telegram's "/help@bot" too."""
    word, _, words = line.partition(" ")
    name = word.lstrip("/").partition("@")[0].lower()
    place = Place(_destination(chat), kind="preview", title=f"{chat.capitalize()} preview")
    return Command(name, words, place, person=PLATFORM, admin=True, language=language)
