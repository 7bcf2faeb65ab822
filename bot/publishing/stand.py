"""Hands out single posts to whoever asks in a chat: in a private one everybody may."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.composing.announce import announce
from bot.models import Announcement, Destination, Visibility
from bot.ports import Posts
from bot.publishing.intake import take
from bot.reading.site import Site
from bot.records import KnownPost


class Stand:
    """bot.ports.Newsstand: posts as they were last said, or else as they were taken in.

    A file that has changed since may be a draft by now, or half-written: its new words are the publisher's to judge,
    and asking for a post changes nothing for those who have it.
    """

    def __init__(self, posts: Posts, site: Site, *, now: Callable[[], datetime]) -> None:
        self._posts = posts
        self._site = site
        self._now = now

    async def announcement(self, known: KnownPost) -> Announcement | None:
        """See bot.ports.Newsstand."""
        return await self._posts.last_said(known.subject) or await self._unsaid(known)

    async def send_to(self, known: KnownPost, destinations: Sequence[Destination]) -> int:
        """See bot.ports.Newsstand."""
        unsaid = None if known.revision else await self._unsaid(known)
        return await self._posts.hand_out(known.subject, unsaid, destinations, self._now())

    async def _unsaid(self, known: KnownPost) -> Announcement | None:
        """What would be said of a post that was there before newsbell; None if its bytes are not those that it had."""
        stamp = (await self._posts.stamps_of([known.path])).get(known.path)
        taken = await asyncio.to_thread(take, known.path, stamp, self._site) if stamp else None
        if taken is None or taken.record.post is None:
            return None
        post, digest = taken.record.post, taken.record.digest
        if known.subject not in (await self._posts.holders([digest])).get(digest, ()):
            return None
        is_public = post.visibility is Visibility.PUBLIC and not post.lies_ahead(self._now())
        return announce(post) if is_public else None
