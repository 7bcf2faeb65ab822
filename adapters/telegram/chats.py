"""A person's chats, as the private chat offers them: the latest, and only those for which the person may decide."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from telegram import Bot
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError

from adapters.telegram.replies import chat_of
from adapters.telegram.verdicts import is_away, is_gone, verdict
from bot.models import Destination, DestinationState, Place
from bot.ports import Lobby

log = logging.getLogger(__name__)

MOST_CHATS: Final = 24
"""That are shown: more buttons nobody reads."""

_MAY_DECIDE: Final = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR})


class Chats:
    """What is remembered only says what to offer: what a person is in a chat, Telegram is asked each time."""

    def __init__(self, bot: Bot, lobby: Lobby) -> None:
        self._bot = bot
        self._lobby = lobby

    async def of(self, person: Destination) -> tuple[list[Place], bool]:
        """The chats to show to `person`, and whether there are more than are shown."""
        remembered = await self._lobby.kept_by(person)
        theirs: list[Place] = []
        while remembered and len(theirs) <= MOST_CHATS:
            some, remembered = remembered[: MOST_CHATS + 1], remembered[MOST_CHATS + 1 :]
            stays = await asyncio.gather(*(self._stays(place, person) for place in some))
            theirs += [place for place, is_theirs in zip(some, stays, strict=True) if is_theirs]
        return theirs[:MOST_CHATS], len(theirs) > MOST_CHATS

    async def _stays(self, place: Place, person: Destination) -> bool:
        """Whether a chat is still one of the person's. Where Telegram does not tell, it is."""
        try:
            found = await self._bot.get_chat_member(chat_of(place.destination), int(person.chat_id))
        except TelegramError as error:
            log.debug("%s does not tell what %s is there: %s", place.destination, person, verdict(error))
            # What was suspended may have been for this, and that person may never have been told.
            return not is_gone(error) and (place.state is DestinationState.SUSPENDED or not is_away(error))
        return found.status in _MAY_DECIDE
