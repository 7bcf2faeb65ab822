"""Who newsbell knows by face: the chats that it came to, who brought it there, and its operators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.models import Destination, Place
from bot.records import Admission, Operator


class Guestbook(Protocol):
    """Which chats were welcomed, each once, who connected them, what people speak, and what topics are called."""

    async def welcome(self, chat: Place, now: datetime) -> bool:
        """Whether the chat, or a topic of it, was never heard of before; from now on it counts as welcomed."""

    async def unwelcome(self, chat: Destination) -> None:
        """The welcome of `chat` was not told: it is as new as before."""

    async def put_off(self, chat: Destination, person: str) -> None:
        """The welcome of `chat` could not be told: it waits for `person`, the platform's id of one, or of the chat."""

    async def put_off_for(self, platform: str, bot: str, person: str) -> list[Place]:
        """The chats whose welcome waits for `person`, oldest first; it waits no longer."""

    async def keep(self, chat: Place, person: str, now: datetime) -> bool:
        """`person` connected the chat, or used it again; whether they, or others, had not connected it before."""

    async def kept_by(self, platform: str, bot: str, person: str, *, limit: int) -> list[Place]:
        """The chats and topics that `person` connected or subscribed, but not their private chat.

        Those that they connected, used or subscribed last come first.
        """

    async def hear(self, person: Destination, language: str) -> None:
        """The person's own app speaks `language`, one of ours or none (empty). What is known already writes nothing."""

    async def topic_name(self, topic: Destination) -> str:
        """What was heard of the topic's name; empty: nothing."""

    async def name_topic(self, topic: Destination, name: str) -> None:
        """The topic is called so. Of many topics the latest are remembered. What is known already writes nothing."""


class OperatorShelf(Protocol):
    """The operators that are made by one-time codes, beside those of the settings."""

    async def all(self) -> list[Operator]:
        """Who they are, the first one first."""

    async def invite(self, digest: str, now: datetime, until: datetime) -> None:
        """Whoever gives the code of this digest before `until` becomes an operator; once."""

    async def admit(self, digest: str, person: Destination, now: datetime) -> Admission:
        """`person` gave a code: what comes of it. Of two who give it at once one is admitted."""

    async def spend(self, digest: str, place: Destination) -> bool:
        """The code was given in `place`, where others read it: unless somebody was quicker, it makes no operator.

        False: it would have made none anyway, and nothing is written.
        """

    async def forget(self, person: Destination) -> bool:
        """`person` is no operator any more; False: was none."""


class Lobby(Protocol):
    """Where an adapter learns what newsbell remembers of the chats and people that come to it."""

    async def language(self, chat: Destination, guess: str = "") -> str:
        """In which language the chat is spoken to: as was chosen there, else by the `guess`, else as the site's."""

    async def hear(self, person: Destination, guess: str) -> None:
        """`person` came, whose own app speaks the language `guess`: they are told of things in it. Never raises."""

    async def title(self, chat: Destination) -> str:
        """What the chat, or topic, was last called; empty: that is not known."""

    async def topic_name(self, topic: Destination) -> str:
        """What was heard of a topic's name, whether or not anything arrives there; empty: nothing."""

    async def name_topic(self, topic: Destination, name: str) -> None:
        """The topic is called so. Never raises."""

    async def moved_to(self, chat: Destination) -> Destination:
        """The chat, or topic, by the id that it has now: buttons may name the one from before it moved."""

    async def welcome(self, chat: Place) -> bool:
        """Newsbell is in a chat: whether it is to be welcomed. From now on it counts as that, so this is asked once."""

    async def unwelcome(self, chat: Destination) -> None:
        """The welcome of `chat` was certainly not told: it comes another time."""

    async def put_off(self, chat: Destination, person: str) -> None:
        """The welcome of `chat` could not be told to `person`: it comes when they come.

        By its own id it waits for the chat itself, until newsbell can write there.
        """

    async def put_off_for(self, person: Destination) -> Sequence[Place]:
        """The chats whose welcome waits for `person`; it waits no longer."""

    async def keep(self, chat: Place, person: Destination) -> bool:
        """`person` connected a chat, or uses it; whether it was not connected before."""

    async def kept_by(self, person: Destination) -> Sequence[Place]:
        """The chats and topics that were `person`'s, the latest first; Telegram knows whether they are still."""

    async def admit(self, code: str, person: Destination) -> Admission:
        """`person` gave a one-time code: what comes of it."""

    async def spend(self, code: str, place: Destination) -> None:
        """A one-time code was given in `place`, where others read it: it makes nobody an operator any more."""

    def is_operator(self, person: Destination) -> bool:
        """Whether `person` may do everywhere what admins may."""
