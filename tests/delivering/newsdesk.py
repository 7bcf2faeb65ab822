"""A real folder of posts with a publisher on a real store: files are written, moved and taken in as a watcher would."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.models import Withdrawn
from bot.publishing.publisher import Publisher
from bot.reading.site import Site
from bot.watching.walk import stamp_of, walk
from tests.delivering.service import Service
from tests.fakes import FakeNotices
from tests.state.making import NOON, chat

POST = """---
title: {title}
date: {date}
categories: [National]
---
It rained.
"""


class Desk:
    """A folder of posts, and a publisher for it."""

    def __init__(self, service: Service, root: Path, *, flood: int = 20, max_age: timedelta | None = None) -> None:
        """The messages of posts that go away stay, so that tests of who is who see all that were ever sent."""
        self.service = service
        self.root = root
        self.now = NOON
        self.site = Site(root, url="https://example.org")
        self.publish_as(flood=flood, max_age=max_age)

    def publish_as(
        self,
        *,
        withdrawn: Withdrawn = Withdrawn.KEEP,
        flood: int = 20,
        max_age: timedelta | None = None,
        edit_age: timedelta | None = None,
        grace: timedelta = timedelta(),
    ) -> None:
        """Go on with a publisher of these settings, for the site as it is now."""
        posts, now = self.service.store.posts, lambda: self.now
        self.told = FakeNotices()
        self.publisher = Publisher(
            posts,
            self.site,
            now=now,
            flood=flood,
            max_age=max_age,
            edit_age=edit_age,
            withdrawn=withdrawn,
            grace=grace,
            notices=self.told,
        )

    def write(self, path: str, title: str = "Rain", date: str = "2026-11-01", content: str = "") -> str:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content or POST.format(title=title, date=date))
        return path

    async def take_in(self, *paths: str) -> tuple[str, ...]:
        return await self.publisher.take_in([(path, stamp_of((self.root / path).stat())) for path in paths])

    async def due(self) -> list[str]:
        """The titles that are due, in their order."""
        shelf = self.service.store.deliveries
        sent = await self.service.office.send_all(self.now)
        return [(await shelf.announcement(one.subject, one.wanted)).title for one in sent]

    async def baseline(self, *paths: str) -> None:
        await self.publisher.baseline([(path, stamp_of((self.root / path).stat())) for path in paths])

    async def scan(self, *, forget: bool = True) -> None:
        """Take in everything that differs from what is known, as the first scan after a start does."""
        known = await self.service.store.posts.stamps()
        there = walk(self.root, self.site.is_post).files
        await self.publisher.take_in(sorted((path, stamp) for path, stamp in there.items() if known.get(path) != stamp))
        if forget:
            await self.publisher.forget(sorted(known.keys() - there.keys()))

    def move(self, old: str, new: str) -> None:
        """Rename a file; its folder is made if there is none."""
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(self.root / new)

    def remove(self, *paths: str) -> None:
        for path in paths:
            (self.root / path).unlink()

    async def states(self) -> dict[str, str]:
        """Where the post at each path that is there stands."""
        posts = self.service.store.posts
        found = {path: await posts.find(path) for path in await posts.stamps()}
        return {path: known.state.value for path, known in found.items() if known}

    async def titles_shown(self) -> list[str]:
        """The titles that stand in the chat, in order, once all that is due is done."""
        await self.service.office.send_all(self.now)
        return [said.title for _, said in await self.service.store.deliveries.shown_in(chat(1), limit=1000)]
