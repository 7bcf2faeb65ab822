"""Everybody stands in line: one chat's updates come in order, and one who floods keeps no other chat waiting.

PTB would let 256 updates in, of whatever chat, and each would hold its place while it waits for those of its chat
before it. Here a chat holds one, and who asks more than can be answered is left out.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final
from weakref import WeakValueDictionary

from telegram import Chat, Update
from telegram.constants import ChatType

from adapters.telegram.commands import read_command
from adapters.telegram.shares import Shares
from bot.subscribing.operators import CODE_BEGINS

AT_ONCE: Final = 256
"""Chats whose updates are handled at the same time, as PTB has it: few of them wait for a call."""

IN_LINE: Final = 20
"""Commands and presses of one person in one chat that wait, or are not answered yet."""

IN_PRIVATE: Final = 30
"""Messages a minute that are read in a private chat. Telegram would take an answer a second there, of the bot's 30."""


class Lines:
    """Who may wait, and whose turn it is. Times are seconds of a monotonic `clock`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._handled = asyncio.Semaphore(AT_ONCE)
        self._waiting: Counter[tuple[int, int]] = Counter()  # by chat and person
        self._shares = Shares(clock, of_a_group=IN_PRIVATE, of_a_person=IN_PRIVATE)

    @contextmanager
    def place(self, update: Update, chat: Chat, bot_name: str) -> Iterator[bool]:
        """A place in line, until `update` is answered; False: there is none.

        Only what somebody wants of newsbell can be left out, and be asked again: no news of the chat, and no code.
        """
        if not _asks(update, chat, bot_name):
            yield True
            return
        sender = update.effective_sender
        person = chat.id, sender.id if sender else 0
        if self._waiting[person] >= IN_LINE or not self._has_share(update, chat):
            yield False
            return
        self._waiting[person] += 1
        try:
            yield True
        finally:
            self._waiting -= Counter((person,))  # keeps none that is at zero

    def _has_share(self, update: Update, chat: Chat) -> bool:
        return chat.type != ChatType.PRIVATE or not update.message or self._shares.take(chat.id, "")

    @asynccontextmanager
    async def turn(self, chat: Chat) -> AsyncIterator[None]:
        """The turn of the next one in the chat's line."""
        turn = self._turns.setdefault(chat.id, asyncio.Lock())
        async with turn, self._handled:
            yield


def _asks(update: Update, chat: Chat, bot_name: str) -> bool:
    """Whether somebody presses a button, commands newsbell, or speaks to it alone. Who gives a code to it is heard."""
    if update.callback_query:
        return True
    message = update.message or update.channel_post
    text = message.text if message else None
    if not text:
        return False
    typed = read_command(text, bot_name)
    in_private = chat.type == ChatType.PRIVATE
    if typed is None:
        return in_private
    return not (in_private and typed.name == "start" and typed.words.startswith(CODE_BEGINS))
