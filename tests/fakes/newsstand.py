"""Posts, handed out one by one."""

from __future__ import annotations

from collections.abc import Sequence

from bot.composing.announce import announce
from bot.models import Announcement, Destination
from bot.ports import Newsstand
from bot.records import FileRecord, KnownPost
from tests.fakes.posts import FakePosts


class FakeNewsstand(Newsstand):
    """Hands out what FakePosts have on file."""

    def __init__(self, posts: FakePosts) -> None:
        self._posts = posts
        self.unreadable: set[str] = set()  # paths of files

    async def announcement(self, known: KnownPost) -> Announcement | None:
        record = self._record(known)
        return announce(record.post) if record and record.post else None

    async def send_to(self, known: KnownPost, destinations: Sequence[Destination]) -> int:
        unsaid = await self.announcement(known)
        return await self._posts.hand_out(known.subject, unsaid, destinations, known.first_seen_at)

    def _record(self, known: KnownPost) -> FileRecord | None:
        return None if known.path in self.unreadable else self._posts.files.get(known.path)
