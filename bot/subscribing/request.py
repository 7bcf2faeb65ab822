"""A command on the desk, with everything that answering it takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from bot.models import Command, Destination, Place, Reply
from bot.ports import Newsstand, Posts, Stories, Subscriptions
from bot.subscribing.labels import LINE, WIDTH
from bot.texts import Texts

WITH_LISTS: Final = frozenset({"discord"})
"""Platforms on which people choose from lists and write into windows."""

LIST: Final = 25
"""The most that a list holds there (Discord's docs, components/reference, String Select)."""


@dataclass(frozen=True, slots=True)
class Request:
    """One command, the words to answer it in, and the shelves that it concerns."""

    command: Command
    place: Place  # as the store knows it, else as the adapter sees it
    may: bool  # whether the person may change the subscriptions of the place
    operator: bool
    texts: Texts
    posts: Posts
    subscriptions: Subscriptions
    stories: Stories
    stand: Newsstand
    now: datetime
    zone: tzinfo  # of the clocks that people read
    fault: str  # why newsbell is not well, for operators; empty: it is

    @property
    def destination(self) -> Destination:
        """Where the command applies."""
        return self.place.destination

    @property
    def lists(self) -> bool:
        """Whether the person chooses from lists, beside buttons."""
        return self.destination.platform in WITH_LISTS

    @property
    def width(self) -> int:
        """How many letters the label of a choice may have."""
        return LINE if self.lists else WIDTH

    @property
    def barred(self) -> str:
        """Why nothing can be sent to the place, as the adapter has just seen; a sentence, for `Texts.term`."""
        return self.command.barred

    @property
    def words(self) -> str:
        """What followed the command, without blanks around."""
        return self.command.words.strip()

    @property
    def where(self) -> str:
        """What the place is called in the middle of a sentence."""
        named = self.place.title and self.place.kind != "private"
        return self.texts.place(self.place.title) if named else self.here

    @property
    def here(self) -> str:
        """What the place is called where no name is needed: servers have channels."""
        return self.texts.say("this channel") if self.command.server else self.texts.say("this chat")

    @property
    def who(self) -> str:
        """What the log calls the person."""
        return self.command.person or "an admin whose id the platform hides"


Handler = Callable[[Request], Awaitable[Reply]]
"""Answers one kind of command."""
