"""Menus that stand in chats: how each looks next, and in which language it speaks."""

from __future__ import annotations

import logging
from typing import Final

from adapters.telegram.replies import Replies
from bot.errors import DeliveryError
from bot.models import Destination, Reply

log = logging.getLogger(__name__)

KEPT: Final = 4096
"""Menus whose language is remembered; of older ones whoever presses next is asked again."""

_Menu = tuple[str, int]  # a chat, and the message there


class Menus:
    """Draws menus, each only as it is wanted last, and lets them go on in the language in which they were opened."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies
        self._wanted: dict[_Menu, Reply] = {}  # while somebody is drawing it
        self._languages: dict[_Menu, str] = {}

    def language(self, destination: Destination, message_id: int, own: str) -> str:
        """The language of who opened the menu; where that is not known any more, the `own` of who presses."""
        language = self._languages.setdefault((destination.chat_id, message_id), own)
        if len(self._languages) > KEPT:
            del self._languages[next(iter(self._languages))]
        return language

    def wait(self, destination: Destination) -> float:
        """For how many seconds a menu there would wait to be drawn, as it looks now."""
        return self._replies.wait(destination)

    async def draw(self, reply: Reply, destination: Destination, message_id: int) -> list[int]:
        """Let the menu say `reply`, or what it is to say by the time of its turn: many presses cost few calls.

        Returns the ids of the messages that this took; none where somebody is drawing it already. Raises a
        DeliveryError where it could not be drawn, and nobody has pressed since: else what they wanted is tried.
        """
        menu = destination.chat_id, message_id
        is_drawn = menu in self._wanted
        self._wanted[menu] = reply
        if is_drawn:
            return []
        try:
            shown: list[int] = []
            drawn = None
            while drawn is not self._wanted[menu]:
                drawn, messages = await self._drawn(menu, destination)
                shown += messages
            return shown
        finally:
            del self._wanted[menu]

    async def _drawn(self, menu: _Menu, destination: Destination) -> tuple[Reply, list[int]]:
        """What the menu says now, or would if it could, and the ids of its messages."""
        tried = self._wanted[menu]

        def newest() -> Reply:
            nonlocal tried
            tried = self._wanted[menu]
            return tried

        try:
            return await self._replies.replace(newest, destination, menu[1])
        except DeliveryError as error:
            if tried is self._wanted[menu]:
                raise
            log.info("%s: a menu was not drawn, and is drawn anew as it was pressed since: %s", destination, error)
            return tried, []
