"""What the core needs to tell people what became of a post."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.models import Destination
from bot.records import Here, Story, Tally


@dataclass(frozen=True, slots=True)
class Silence:
    """A platform asked for silence, or something failed there: until then nothing is sent."""

    platform: str
    until: datetime  # where it is about chats, the end of the last
    chats: int = 0  # how many it is about; 0: the bot as a whole


class Stories(Protocol):
    """What became of a post: chat by chat, or counted where they are many."""

    async def tallies(self, subject: int) -> Sequence[Tally]:
        """The deliveries of a post on each platform, counted by how they stand; what is most comes first.

        Left out is what is done with, of which nothing stands, where the chat was to get the post anew.
        """

    async def standing(self, ids: Collection[int]) -> Mapping[int, Tally]:
        """How each of these deliveries stands, whatever it is about, by its id."""

    async def told(
        self, subject: int, *, chat: Destination | None = None, in_need: bool = False, after: int = 0, limit: int
    ) -> Sequence[Story]:
        """What happened to the first `limit` deliveries of a post with an id above `after`, by id.

        `chat`: only there, whichever bot writes. `in_need`: only those that don't go on without a person, and of which
        the post as a whole does not tell that: given up, held for themselves, or due in a suspended chat.
        """

    async def silences(self, now: datetime) -> Sequence[Silence]:
        """Which bots, and how many chats of each platform, wait now; the bot itself comes first."""

    async def here(self, chat: Destination) -> Here:
        """What a chat has of newsbell."""
