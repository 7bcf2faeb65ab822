"""What stands in the two preview chats, in memory: the newest messages of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from adapters.console.render import Bubble, Chat
from bot.models import Picture

KEPT: Final = 200
"""Messages that a chat keeps; older ones scroll away for good."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat. `at` is aware."""

    chat: Chat
    id: str
    bubble: Bubble
    at: datetime
    edited: bool = False
    answers: str = ""  # the id of the message that it answers
    quoted: str = ""  # the title of that message, while it is kept
    pinned: bool = False


class Board:
    """The messages of both chats, each in the order in which they came."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._messages: dict[Chat, dict[str, Message]] = {chat: {} for chat in Chat}

    def put(self, message: Message) -> None:
        """Add a message below the others, or, when its id is known, put it in the place of the old one."""
        messages = self._messages[message.chat]
        messages[message.id] = message
        while len(messages) > self._kept:
            del messages[next(iter(messages))]

    def find(self, chat: Chat, message_id: str) -> Message | None:
        """The message with this id, while it is kept."""
        return self._messages[chat].get(message_id)

    def remove(self, message: Message) -> None:
        """Take a message away."""
        del self._messages[message.chat][message.id]

    def messages(self, chat: Chat) -> Collection[Message]:
        """The messages of a chat, newest last."""
        return self._messages[chat].values()

    def picture(self, digest: str) -> Picture | None:
        """The picture with this digest, if a message shows it: no other file can be asked for."""
        return next((picture for picture in self._pictures() if digest_of(picture) == digest), None)

    def _pictures(self) -> Iterator[Picture]:
        for messages in self._messages.values():
            for message in messages.values():
                yield from message.bubble.pictures


def digest_of(picture: Picture) -> str:
    """The name under which the page asks for a picture: it tells nothing about where the file lies."""
    return sha256(picture.source.encode(errors="surrogateescape")).hexdigest()[:32]
