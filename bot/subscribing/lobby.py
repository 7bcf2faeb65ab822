"""bot.ports.Lobby: what adapters ask about the chats and people that come to newsbell."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from bot.errors import StoreError
from bot.models import Destination, Place
from bot.ports import Guestbook, Notices, Subscriptions
from bot.records import Admission
from bot.subscribing.operators import Operators
from bot.texts import known_language

log = logging.getLogger(__name__)

MOST_CHATS: Final = 100
"""Of one person's chats that are told."""


class Visitors:
    """bot.ports.Lobby over the guestbook, the subscriptions and the operators."""

    def __init__(
        self,
        guestbook: Guestbook,
        subscriptions: Subscriptions,
        operators: Operators,
        notices: Notices,
        *,
        now: Callable[[], datetime],
        language: str = "en",
    ) -> None:
        """`language` is the site's."""
        self._guestbook = guestbook
        self._subscriptions = subscriptions
        self._operators = operators
        self._notices = notices
        self._now = now
        self._language = language

    async def language(self, chat: Destination, guess: str = "") -> str:
        """See bot.ports.Lobby."""
        known = await self._subscriptions.place(chat)
        return (known.language if known else "") or known_language(guess) or self._language

    async def hear(self, person: Destination, guess: str) -> None:
        """See bot.ports.Lobby."""
        try:
            await self._guestbook.hear(person, known_language(guess))
        except StoreError as error:
            log.warning("what %s speaks is not remembered: %s", person, error)

    async def title(self, chat: Destination) -> str:
        """See bot.ports.Lobby."""
        known = await self._subscriptions.place(chat)
        return known.title if known else ""

    async def topic_name(self, topic: Destination) -> str:
        """See bot.ports.Lobby."""
        return await self._guestbook.topic_name(topic)

    async def name_topic(self, topic: Destination, name: str) -> None:
        """See bot.ports.Lobby."""
        try:
            await self._guestbook.name_topic(topic, name)
        except StoreError as error:
            log.warning("what %s is called is not remembered: %s", topic, error)

    async def moved_to(self, chat: Destination) -> Destination:
        """See bot.ports.Lobby."""
        return await self._subscriptions.moved_to(chat)

    async def welcome(self, chat: Place) -> bool:
        """See bot.ports.Lobby."""
        return await self._guestbook.welcome(chat, self._now())

    async def unwelcome(self, chat: Destination) -> None:
        """See bot.ports.Lobby."""
        await self._guestbook.unwelcome(chat)

    async def put_off(self, chat: Destination, person: str) -> None:
        """See bot.ports.Lobby."""
        await self._guestbook.put_off(chat, person)

    async def put_off_for(self, person: Destination) -> Sequence[Place]:
        """See bot.ports.Lobby."""
        return await self._guestbook.put_off_for(person.platform, person.bot, person.chat_id)

    async def keep(self, chat: Place, person: Destination) -> bool:
        """See bot.ports.Lobby."""
        return await self._guestbook.keep(chat, person.chat_id, self._now())

    async def kept_by(self, person: Destination) -> Sequence[Place]:
        """See bot.ports.Lobby."""
        return await self._guestbook.kept_by(person.platform, person.bot, person.chat_id, limit=MOST_CHATS)

    async def admit(self, code: str, person: Destination) -> Admission:
        """See bot.ports.Lobby."""
        return await self._operators.admit(code, person, self._notices)

    async def spend(self, code: str, place: Destination) -> None:
        """See bot.ports.Lobby."""
        await self._operators.spend(code, place)

    def is_operator(self, person: Destination) -> bool:
        """See bot.ports.Lobby."""
        return person in self._operators


class EmptyLobby:
    """bot.ports.Lobby where nothing is remembered, so that nobody is welcomed and no code is taken."""

    async def language(self, chat: Destination, guess: str = "") -> str:
        """See bot.ports.Lobby."""
        return known_language(guess) or "en"

    async def hear(self, person: Destination, guess: str) -> None:
        """See bot.ports.Lobby."""

    async def title(self, chat: Destination) -> str:
        """See bot.ports.Lobby."""
        return ""

    async def topic_name(self, topic: Destination) -> str:
        """See bot.ports.Lobby."""
        return ""

    async def name_topic(self, topic: Destination, name: str) -> None:
        """See bot.ports.Lobby."""

    async def moved_to(self, chat: Destination) -> Destination:
        """See bot.ports.Lobby."""
        return chat

    async def welcome(self, chat: Place) -> bool:
        """See bot.ports.Lobby."""
        return False

    async def unwelcome(self, chat: Destination) -> None:
        """See bot.ports.Lobby."""

    async def put_off(self, chat: Destination, person: str) -> None:
        """See bot.ports.Lobby."""

    async def put_off_for(self, person: Destination) -> Sequence[Place]:
        """See bot.ports.Lobby."""
        return ()

    async def keep(self, chat: Place, person: Destination) -> bool:
        """See bot.ports.Lobby."""
        return False

    async def kept_by(self, person: Destination) -> Sequence[Place]:
        """See bot.ports.Lobby."""
        return ()

    async def admit(self, code: str, person: Destination) -> Admission:
        """See bot.ports.Lobby."""
        return Admission.STRANGE

    async def spend(self, code: str, place: Destination) -> None:
        """See bot.ports.Lobby."""

    def is_operator(self, person: Destination) -> bool:
        """See bot.ports.Lobby."""
        return False
