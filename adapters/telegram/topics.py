"""What topics are called: messages tell no name, or the one with which the topic was opened."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from telegram import Chat, ChatFullInfo

from adapters.telegram.askers import topic_in, topic_title
from bot.models import Destination, Place
from bot.ports import Lobby

KEPT: Final = 1024
"""Topics whose names are at hand; the store knows as many beside those to which something is subscribed."""


class Topics:
    """The names of topics, as the store knows them, or as they were heard last.

    What is pressed tells none: until something is subscribed there, only what was heard names the topic.
    """

    def __init__(self, lobby: Lobby) -> None:
        self._lobby = lobby
        self._heard: dict[Destination, str] = {}

    async def named(self, place: Place, chat: Chat | ChatFullInfo) -> Place:
        """A topic of `chat` by the name that it has now; any other place as it is."""
        there, thread = place.destination, place.destination.thread_id
        if not thread:
            return place
        known = topic_in(await self._lobby.title(there), thread) or self._heard.get(there, "")
        topic = known or await self._lobby.topic_name(there) or topic_in(place.title, thread)
        if not topic:
            return place
        await self.hear(there, topic)
        return replace(place, title=topic_title(chat.title or "", thread, topic))

    async def hear(self, there: Destination, topic: str) -> None:
        """The topic is called so: after a restart as well."""
        if self._heard.get(there) == topic:
            return
        await self._lobby.name_topic(there, topic)
        self._heard[there] = topic
        if len(self._heard) > KEPT:
            del self._heard[next(iter(self._heard))]
