"""Pressed buttons: each is a command of the person who presses it, and the message with the button becomes the answer.

Who presses sees a little wheel until the press is confirmed (answerCallbackQuery), so that comes before the menu is
drawn; what only that person is to read comes with it.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Final

from telegram import Bot, CallbackQuery, Message
from telegram.constants import ChatType
from telegram.error import TelegramError

from adapters.telegram.answering import Answering, Later
from adapters.telegram.askers import GROUPS, Asker, place_of, presser
from adapters.telegram.asking import Asking
from adapters.telegram.commands import Typed, read_command
from adapters.telegram.menus import Menus
from adapters.telegram.tongues import Tongues
from adapters.telegram.verdicts import verdict
from bot.models import Command, Reply
from bot.texts import sentence

log = logging.getLogger(__name__)

ALERT_CHARACTERS: Final = 200  # of a text in answerCallbackQuery (Bot API)

SOON_SECONDS: Final = 2.0  # nobody who presses wonders about less

OLD_BUTTON: Final = sentence("This button is too old. Please send the command again.")
ONE_MOMENT: Final = sentence("One moment: Telegram lets me show it in about {seconds} s.")


class Pressing:
    """Handles pressed buttons. Raises DeliveryError where an answer does not get through."""

    def __init__(self, bot: Bot, asking: Asking, answering: Answering, menus: Menus, tongues: Tongues) -> None:
        self._bot = bot
        self._asking = asking
        self._answering = answering
        self._menus = menus
        self._tongues = tongues

    async def press(self, query: CallbackQuery) -> Later:
        """Do what the button says at once; what is returned draws the menu when its turn has come."""
        message = query.message
        typed = read_command(query.data or "", self._bot.username)
        # PTB 22.8 makes a Message even of one that Telegram shows no more; only its date tells (is_accessible).
        if not isinstance(message, Message) or not message.is_accessible or typed is None or not typed.answered:
            await self.refuse_old(query)
            return None
        place = await self._asking.place(message)
        asker = await presser(self._bot, message.chat, query.from_user)
        command = await self._asking.command(typed, place, asker, query.from_user)
        by_right = isinstance(command, Command) and command.admin
        if isinstance(command, Command) and message.chat.type != ChatType.PRIVATE:
            command = await self._as_read(command, typed, asker, query, message)
        reply = await self._asking.ask(command, place)
        if not by_right and (typed.for_everybody or not reply.done):
            return await self._tell_alone(query, reply, asker, message)
        seconds = self._menus.wait(place.destination)
        aside = reply.aside
        if seconds > SOON_SECONDS and not aside:
            aside = (await self._tongues.to(query.from_user)).say(ONE_MOMENT, seconds=round(seconds))
        await close(query, aside, alert=False)
        return self._answering.redraw(replace(reply, aside=""), place, message)

    async def _as_read(
        self, command: Command, typed: Typed, asker: Asker, query: CallbackQuery, message: Message
    ) -> Command:
        """A menu that others see goes on in its language; who is refused reads that alone, beside it."""
        if command.admin or self._asking.is_operator(asker):
            opened = self._menus.language(command.place.destination, message.message_id, command.spoken)
            return replace(command, spoken=opened)
        if typed.for_everybody:
            return command
        return replace(command, spoken=await self._tongues.of(query.from_user), elsewhere=True)

    async def refuse_old(self, query: CallbackQuery) -> None:
        """The button says nothing any more: what it meant is to be typed."""
        await close(query, (await self._tongues.to(query.from_user)).say(OLD_BUTTON))

    async def _tell_alone(self, query: CallbackQuery, reply: Reply, asker: Asker, message: Message) -> Later:
        """Who has no rights is answered beside the menu: the others in the chat keep it."""
        fits = len(reply.text) <= ALERT_CHARACTERS
        in_group = message.chat.type in GROUPS
        if not reply.done or fits or not in_group or not self._answering.has_share(asker, message.chat):
            await close(query, reply.text)
            return None
        await close(query)
        return self._answering.answer(Reply(reply.text), place_of(message), message)


async def close(query: CallbackQuery, word: str = "", *, alert: bool = True) -> None:
    """End the waiting of the person who pressed, with a word if there is one; an `alert` has to be put away."""
    text = word if len(word) <= ALERT_CHARACTERS else f"{word[: ALERT_CHARACTERS - 1]}…"
    try:
        await query.answer(text or None, show_alert=alert and bool(text))
    except TelegramError as error:  # pressed too long ago: nobody waits any more
        log.debug("a pressed button was not confirmed: %s", verdict(error))
