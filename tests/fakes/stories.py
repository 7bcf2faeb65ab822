"""What became of posts, as a test tells it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.models import Destination
from bot.ports import Silence, Stories
from bot.records import Here, Story, Tally


class FakeStories(Stories):
    """Tells the `stories` that it was given."""

    def __init__(self) -> None:
        self.stories: list[Story] = []
        self.now_here = Here()

    async def tallies(self, subject: int) -> Sequence[Tally]:
        return []

    async def standing(self, ids: Collection[int]) -> Mapping[int, Tally]:
        return {}

    async def told(
        self, subject: int, *, chat: Destination | None = None, in_need: bool = False, after: int = 0, limit: int
    ) -> Sequence[Story]:
        found = [story for story in self.stories if story.delivery.subject == subject and story.delivery.id > after]
        return [story for story in found if chat in {None, story.delivery.destination}][:limit]

    async def silences(self, now: datetime) -> Sequence[Silence]:
        return []

    async def here(self, chat: Destination) -> Here:
        return self.now_here
