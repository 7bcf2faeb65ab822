"""The commands that people type, and the form in which they name another chat. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from bot.models import Choice, Destination, Place, Reply
from bot.subscribing.commands import COMMANDS, HIDDEN, SYNONYMS
from bot.texts import Texts

_COMMAND: Final = re.compile(
    r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@(?P<bot>[A-Za-z0-9_]+))?(?:[\s\u200b]+(?P<words>.*))?", re.DOTALL
)
_REMOTE: Final = re.compile(
    r"(?P<chat>@[A-Za-z][A-Za-z0-9_]{3,31}|-[0-9]{5,19})(?:/(?P<thread>[0-9]{1,10}))?(?:[\s\u200b]+(?P<words>.*))?",
    re.DOTALL,
)

_LINKED: Final = frozenset({"channel", "supergroup"})
_INTERNAL: Final = "-100"
"""Stands before the id that links have, in the id that the Bot API has (Telegram: private message links)."""


_OF_NO_CHAT: Final = frozenset({"language", "help"})
"""Commands that tell the same everywhere, or that set how the person who types is spoken to."""

_NEXT_ONE: Final = re.compile(r"\n[^\S\n]*(?=/[A-Za-z])")
"""Blanks of that line only: with line breaks among them, thousands of these would take the square of their time."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A command as typed: `name` without "/" and in lower case, and the words after it; `more` commands may follow.

    `addressed`: as /name@bot, so that no other bot can be meant.
    """

    name: str
    words: str
    more: bool = False
    addressed: bool = False

    @property
    def known(self) -> bool:
        """Whether it is one of ours."""
        return self.name in COMMANDS or self.name in SYNONYMS

    @property
    def answered(self) -> bool:
        """Whether it is one of ours, or a step that only buttons type."""
        return self.known or self.name in HIDDEN

    @property
    def of_a_chat(self) -> bool:
        """Whether what it does or tells is about one chat."""
        return self.name in COMMANDS and self.name not in _OF_NO_CHAT

    @property
    def for_everybody(self) -> bool:
        """Whether everybody in a chat may give it there."""
        name = SYNONYMS.get(self.name, self.name)
        return name in COMMANDS and not COMMANDS[name].admins_only


@dataclass(frozen=True, slots=True)
class Remote:
    """Another chat that a command is about, `@name` or `-100123` with an optional `/topic`; and the words after it."""

    chat: str
    thread: str
    words: str


def read_command(text: str, bot_name: str) -> Typed | None:
    """The first command in `text`; None if there is none, or if it is for a bot that is not called `bot_name`."""
    first, *more = _NEXT_ONE.split(text.strip(), maxsplit=1)
    found = _COMMAND.fullmatch(first.strip())
    if not found or (found["bot"] or bot_name).lower() != bot_name.lower():
        return None
    return Typed(found["name"].lower(), (found["words"] or "").strip(), more=bool(more), addressed=bool(found["bot"]))


def read_remote(words: str) -> Remote | None:
    """The other chat that `words` begin with, if they do. Topic 1, General, is the chat itself."""
    found = _REMOTE.fullmatch(words)
    if not found:
        return None
    thread = int(found["thread"] or 0)
    return Remote(found["chat"], str(thread) if thread > 1 else "", (found["words"] or "").strip())


def address_of(destination: Destination) -> str:
    """How buttons name another chat, or a topic of it: what `read_remote` reads."""
    chat, thread = destination.chat_id, destination.thread_id
    return f"{chat}/{thread}" if thread else chat


def about(place: Place, reply: Reply, say: Texts) -> Reply:
    """The same reply, read elsewhere: it names the place, and its choices are about that, wherever they are pressed."""
    destination, named = place.destination, say.place(place.title)
    return replace(
        reply,
        text=reply.text if named in reply.text else f"{named}:\n{reply.text}",
        choices=_all_aimed(reply.choices, destination),
        menu=tuple(_all_aimed(row, destination) for row in reply.menu),
    )


def linked(reply: Reply, place: Place) -> Reply:
    """The same reply with addresses for the messages of `place` that it names, where Telegram has them."""
    if not any(choice.message for choice in reply.choices):
        return reply
    found = (replace(choice, url=message_link(place, choice.message)) for choice in reply.choices)
    return replace(reply, choices=tuple(choice for choice in found if choice.url or not choice.message))


def message_link(place: Place, message_id: str) -> str:
    """The address of a message, for those who are in the chat; empty: only channels and supergroups have any."""
    if not message_id or place.kind not in _LINKED or not place.destination.chat_id.startswith(_INTERNAL):
        return ""
    thread = f"/{place.destination.thread_id}" if place.destination.thread_id else ""
    return f"https://t.me/c/{place.destination.chat_id.removeprefix(_INTERNAL)}{thread}/{message_id}"


def _all_aimed(choices: Iterable[Choice], destination: Destination) -> tuple[Choice, ...]:
    return tuple(_aimed(choice, destination) for choice in choices)


def _aimed(choice: Choice, destination: Destination) -> Choice:
    name, _, words = choice.command.partition(" ")
    if choice.url or read_remote(words):
        return choice
    return replace(choice, command=f"{name} {address_of(destination)} {words}".rstrip())
