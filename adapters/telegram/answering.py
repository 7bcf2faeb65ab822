"""Answers where they were asked for: below a command, or in the menu that was pressed; in channels for a while only."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, Final

from telegram import Chat, Message
from telegram.constants import ChatType
from telegram.error import TelegramError

from adapters.telegram.askers import GROUPS, Asker
from adapters.telegram.keys import PUT_AWAY
from adapters.telegram.membership import may_tidy
from adapters.telegram.menus import Menus
from adapters.telegram.replies import Replies
from adapters.telegram.shares import Shares
from adapters.telegram.specimens import Specimens
from adapters.telegram.tidying import Tidying
from adapters.telegram.verdicts import verdict
from bot.errors import DestinationMoved
from bot.models import Place, Reply
from bot.ports import Desk
from bot.texts import sentence, texts

log = logging.getLogger(__name__)

STAYS: Final = sentence(
    "⚠️ I can't remove your command here, so readers see it: I may not delete messages. To let me, tap the channel's "
    "name, then Edit, Administrators, and choose me. Or give me commands in our private chat: /start"
)

Later = Coroutine[Any, Any, None] | None
"""What is left to do while the next update of the chat is handled already."""


class Answering:
    """Brings the desk's replies to where they belong. Raises DeliveryError where one does not get through."""

    def __init__(self, desk: Desk, replies: Replies, menus: Menus, tidying: Tidying, specimens: Specimens) -> None:
        self._desk = desk
        self._replies = replies
        self._menus = menus
        self._tidying = tidying
        self._specimens = specimens
        self._shares = Shares(asyncio.get_running_loop().time)
        self._told_that_it_stays: set[int] = set()

    def has_share(self, asker: Asker, chat: Chat) -> bool:
        """Whether somebody without rights gets one more answer in a group; else it stays silent there."""
        if self._shares.take(chat.id, asker.person):
            return True
        log.debug("telegram:%s: simple members are asking too much to be answered", chat.id)
        return False

    async def answer(self, reply: Reply, place: Place, message: Message, language: str = "") -> None:
        """Say `reply` where `message` was written; in a channel, both go again. A menu goes on in the `language`."""
        in_channel = message.chat.type == ChatType.CHANNEL
        if in_channel:
            self._tidying.later(place.destination, message.message_id)
            if await self._must_stay(message):
                reply = replace(reply, text=f"{reply.text}\n\n{texts(language).say(STAYS)}")
        sent = await self._replies.send(
            reply,
            place.destination,
            answering=message.message_id if message.chat.type in GROUPS else None,
            urgent=True,
            silent=in_channel,
            keys=PUT_AWAY if place.kind == ChatType.PRIVATE else None,
        )
        if place.kind != ChatType.PRIVATE and (reply.choices or reply.menu):
            self._menus.language(place.destination, sent[-1], language)
        if in_channel:
            self._tidy(place, sent)
        shown = await self._show(reply, place)
        if in_channel:
            self._tidy(place, shown)

    async def _must_stay(self, message: Message) -> bool:
        """Whether a command stays before the eyes of a channel's readers, and nobody there was told why yet."""
        chat, bot = message.chat, message.get_bot()
        if chat.id in self._told_that_it_stays:
            return False
        try:
            may = may_tidy(await bot.get_chat_member(chat.id, bot.id))
        except TelegramError as error:
            log.info("telegram:%s does not tell whether the bot may delete: %s", chat.id, verdict(error))
            return False
        if not may:
            self._told_that_it_stays.add(chat.id)
        return not may

    async def redraw(self, reply: Reply, place: Place, message: Message) -> None:
        """Let the menu become `reply`. Where its group has moved meanwhile, that stands in the new chat: it is done."""
        try:
            shown = await self._menus.draw(reply, place.destination, message.message_id)
        except DestinationMoved as error:
            await self._desk.moved(place.destination, error.chat_id)
            place = replace(place, destination=replace(place.destination, chat_id=error.chat_id))
            shown = await self._replies.send(reply, place.destination, urgent=True)
        shown += await self._show(reply, place)
        if message.chat.type == ChatType.CHANNEL:
            self._tidy(place, shown)

    async def _show(self, reply: Reply, place: Place) -> list[int]:
        return await self._specimens.show(reply.specimen, place.destination) if reply.specimen else []

    def _tidy(self, place: Place, messages: list[int]) -> None:
        for message_id in messages:
            self._tidying.later(place.destination, message_id)
