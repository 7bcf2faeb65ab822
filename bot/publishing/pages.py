"""Posts that wait for their public page: sites are often built after a file is saved (NEWSBELL_WAIT_FOR_URL)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.ports import Notices, Pages, Posts
from bot.records import KnownPost, PostState
from bot.texts import Reason, sentence

log = logging.getLogger(__name__)

AT_ONCE: Final = 4
"""Pages that are asked for side by side: most often all of them are the same server's."""

FIRST_WAIT: Final = timedelta(seconds=1)
LONGEST_WAIT: Final = timedelta(seconds=15)
"""Between two looks at a page: doubled each time, so that a server which builds for minutes is not pestered."""

LATE: Final = sentence(
    "Posts were sent although their pages did not answer in time ({minutes} min): {count}, the last one {post} "
    "({reason}). Readers who follow the link find nothing until the site is built."
)


class UnseenPages(Pages):
    """Every page counts as there: no post waits any more, nor does one that did until the setting was changed."""

    async def fault(self, url: str) -> str:
        """See bot.ports.Pages."""
        return ""

    async def close(self) -> None:
        """See bot.ports.Pages."""


@dataclass(slots=True)
class _Look:
    """When a page is looked at next. Forgotten at a restart, which looks at once."""

    at: datetime
    wait: timedelta = FIRST_WAIT


class PageWatch:
    """Publishes posts as soon as their page answers, or when they have waited long enough."""

    def __init__(
        self,
        posts: Posts,
        pages: Pages,
        notices: Notices,
        publish: Callable[[KnownPost], Awaitable[bool]],
        *,
        now: Callable[[], datetime],
        patience: timedelta,
    ) -> None:
        """`publish` sends a waiting post on its way; `patience` is what people are told that it waited."""
        self._posts = posts
        self._pages = pages
        self._notices = notices
        self._publish = publish
        self._now = now
        self._minutes = round(patience.total_seconds() / 60)
        self._looks: dict[tuple[int, str], _Look] = {}

    async def look(self) -> float | None:
        """Look at the pages whose turn it is; the seconds until another one's is, None: no post waits."""
        posts = await self._waiting()
        now = self._now()
        due = [post for post in posts if self._looks[_key(post)].at <= now]
        await self._look_at(due[:AT_ONCE])
        next_at = min((look.at for look in self._looks.values()), default=None)
        return None if next_at is None else max((next_at - self._now()).total_seconds(), 0.0)

    async def look_at_each(self) -> None:
        """Look at every page once, however long that takes: what does not answer waits for another time."""
        posts = await self._waiting()
        for first in range(0, len(posts), AT_ONCE):
            await self._look_at(posts[first : first + AT_ONCE])

    async def _waiting(self) -> list[KnownPost]:
        """The posts that wait, the one whose turn came first before the others."""
        posts = await self._posts.waiting(PostState.WAITING)
        now = self._now()
        self._looks = {key: self._looks.get(key) or _Look(now) for key in map(_key, posts)}
        for look in self._looks.values():
            look.at = min(look.at, now + look.wait)  # the clock may have been set back since
        return sorted(posts, key=lambda post: self._looks[_key(post)].at)

    async def _look_at(self, posts: Sequence[KnownPost]) -> None:
        faults = await asyncio.gather(*map(self._fault, posts))
        for post, fault in zip(posts, faults, strict=True):
            late = _is_late(post, self._now())
            self._put_off(post)  # first of all: whatever publishing it meets, the others have their turn before it has
            if (not fault or late) and await self._publish(post):
                del self._looks[_key(post)]
                if fault:
                    await self._tell_late(post, fault)
                continue
            log.debug("%s waits for %s: %s", post.path, post.page, fault)

    async def _fault(self, post: KnownPost) -> str:
        """As the pages say. What goes wrong over one of them is a fault of that one, and keeps no other waiting."""
        try:
            return await self._pages.fault(post.page)
        except Exception as error:
            log.exception("%s: looking at its page %s failed; it is looked at again", post.path, post.page)
            return Reason("newsbell failed: “{error}”", error=repr(error))

    def _put_off(self, post: KnownPost) -> None:
        look = self._looks[_key(post)]
        look.at = self._now() + look.wait
        look.wait = min(look.wait * 2, LONGEST_WAIT)
        if post.page_until is not None and post.page_until > self._now():
            look.at = min(look.at, post.page_until)

    async def _tell_late(self, post: KnownPost, fault: str) -> None:
        log.warning(
            "%s: its page %s does not answer after %s (%s); it is sent all the same. Is the site built? "
            "NEWSBELL_WAIT_FOR_URL sets how long it waits",
            post.path,
            post.page,
            "a minute" if self._minutes == 1 else f"{self._minutes} minutes",
            fault,
        )
        await self._notices.tell_operators(
            "pages are late", LATE, count=1, post=post.title, minutes=self._minutes, reason=fault
        )


def _key(post: KnownPost) -> tuple[int, str]:
    return post.subject, post.page


def _is_late(post: KnownPost, now: datetime) -> bool:
    return post.page_until is None or post.page_until <= now
