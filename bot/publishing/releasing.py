"""Publishes what waited: for its time, for a person's word, for its public page, or for one more chat."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.clock import Clock
from bot.complaints import Complaint
from bot.composing.announce import announce
from bot.errors import StoreError
from bot.models import Destination
from bot.ports import Posts
from bot.publishing.identifying import Identifier
from bot.publishing.intake import take
from bot.publishing.piling import Pile
from bot.publishing.telling import tell_news
from bot.reading.site import Site
from bot.records import FileRecord, KnownPost, PostState

log = logging.getLogger(__name__)

RETRY_SCHEDULED_SECONDS: Final = 5.0
"""A post that could not be read at its time is tried again after so long, and the others wait for none of that."""


class Releases:
    """Each post goes out as its file stands at that moment, and only if the file still holds that post."""

    def __init__(
        self,
        posts: Posts,
        site: Site,
        identifier: Identifier,
        pile: Pile,
        *,
        now: Callable[[], datetime],
        page_wait: timedelta | None,
    ) -> None:
        """For `page_wait` at most a released post waits for its public page; None: it does not."""
        self._posts = posts
        self._site = site
        self._identifier = identifier
        self._pile = pile
        self._now = now
        self._page_wait = page_wait
        self._complained: set[str] = set()  # posts that can't be read when their time has come
        self._complaints: dict[str, Complaint] = {}  # about those over which newsbell fails then

    async def release_held(self) -> list[KnownPost]:
        """Publish all posts that newsbell itself made wait for a person's word; returns those that were."""
        held = await self._posts.waiting(PostState.HELD)
        return [post for post in held if not post.brake and await self.release(post)]

    async def publish_scheduled(self) -> float | None:
        """Publish the scheduled posts whose time has come; the seconds until another's comes, None: there is none."""
        next_at = await self._posts.next_scheduled_at()
        if next_at is None or next_at > self._now():
            self._complaints.clear()  # those that they were about are withdrawn, or are to come out later
            return (next_at - self._now()).total_seconds() if next_at else None
        left, wait = False, RETRY_SCHEDULED_SECONDS
        scheduled = await self._posts.waiting(PostState.SCHEDULED)  # by date
        self._complaints = {post.key: self._complaints[post.key] for post in scheduled if post.key in self._complaints}
        for post in scheduled:
            assert post.published_at is not None
            ahead = (post.published_at - self._now()).total_seconds()
            if ahead > 0:
                wait = min(wait, ahead)
                break
            left |= not await self._release_at_its_time(post)
        return wait if left else 0.0

    async def _release_at_its_time(self, known: KnownPost) -> bool:
        """As `release`. What goes wrong over one post keeps no other waiting; only what the store says is about all."""
        try:
            is_released = await self.release(known)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - it is said, with its place
            complaint = self._complaints.setdefault(known.key, Complaint(log))
            complaint.say("%s can't be published, newsbell failed: %r; trying again", known.path, error, error=error)
            return False
        if known.key in self._complaints:
            self._complaints.pop(known.key).over("%s is past that error", known.path)
        return is_released

    async def release(self, known: KnownPost) -> bool:
        """Publish one post that waits, or was taken back, as its file stands now; False if that can't be read."""
        record = await self._read(known)
        if record is None or record.post is None:
            if known.key not in self._complained:
                self._complained.add(known.key)
                log.error("%s can't be published: its file is gone, broken or another post; put it back", known.path)
            return False
        self._complained.discard(known.key)
        page_wait = None if known.state is PostState.WAITING else self._page_wait
        published = await self._posts.take_in(
            record,
            announce(record.post),
            self._now(),
            same=known.subject,
            release=True,
            page_until=self._now() + page_wait if page_wait else None,
            piles_until=self._pile.until,
        )
        tell_news(record, published, Clock(self._site.zone))
        return True

    async def send_to(self, known: KnownPost, destinations: Sequence[Destination]) -> int:
        """Send a post to `destinations` by an operator's word, be it a draft; how many did not have it yet.

        Whoever has it already sees what its file says by now. For anybody else's word see bot.publishing.stand.
        """
        record = await self._read(known)
        if record is None or record.post is None:
            return 0
        return await self._posts.send_to(record, announce(record.post), destinations, self._now())

    async def _read(self, known: KnownPost) -> FileRecord | None:
        """The file of `known` as it stands now; None if it is not there or does not hold that post any more."""
        stamp = (await self._posts.stamps_of([known.path])).get(known.path)
        if stamp is None:
            return None
        taken = await asyncio.to_thread(take, known.path, stamp, self._site)
        if taken is None or taken.record.post is None:
            return None
        post = taken.record.post
        if known.key not in {post.key, *post.aliases}:
            return None
        same = (await self._identifier.identify(taken.record, self._now(), beside=())).same
        return taken.record if same is not None and same.subject == known.subject else None
