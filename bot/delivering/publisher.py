"""Takes in what changed in the folder, and notes down who gets it. Nothing is sent here."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from bot.composing.announce import announce
from bot.delivering.intake import Taken, take
from bot.errors import StoreError
from bot.models import Destination, Post, Visibility
from bot.ports import Posts
from bot.reading.site import Site
from bot.records import FileRecord, FileStamp, KnownPost, News, PostState, Problem

log = logging.getLogger(__name__)

BATCH: Final = 200
"""Files that are read in a thread, and committed, together."""

PROGRESS_FILES: Final = 2000
"""A long first scan says how far it is each time it has read so many."""

RUSH: Final = timedelta(seconds=60)
"""New posts within this time count together for the flood guard: a checkout writes its files one after the other."""

LONGEST_WAIT_SECONDS: Final = 30.0
RETRY_SCHEDULED_SECONDS: Final = 5.0

_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)

Files = Sequence[tuple[str, FileStamp]]


class Publisher:
    """Records posts once, and with each the deliveries of everybody who wants it."""

    def __init__(
        self,
        posts: Posts,
        site: Site,
        *,
        now: Callable[[], datetime],
        flood: int = 20,
        max_age: timedelta | None = None,
        edit_age: timedelta | None = None,
    ) -> None:
        """`max_age` is that of new posts that are sent unasked, `edit_age` that of messages that still follow edits."""
        self._posts = posts
        self._site = site
        self._now = now
        self._flood = flood
        self._max_age = max_age
        self._edit_age = edit_age
        self._rush: deque[datetime] = deque()
        self._unfinished: dict[str, str] = {}  # path -> digest of what looked half-written
        self._schedule_changed = asyncio.Event()
        self._complained: set[str] = set()  # scheduled posts that can't be read when their time has come

    async def baseline(self, files: Files) -> None:
        """Remember what was there before newsbell: none of it is news. Interrupted, it is simply done again."""
        known = await self._posts.stamps()
        missing = [(path, stamp) for path, stamp in files if known.get(path) != stamp]
        done = len(files) - len(missing)
        for chunk in _batched(missing):
            taken = await asyncio.to_thread(self._take_all, chunk)
            self._report(one.record for one in taken)
            await self._posts.record_baseline([one.record for one in taken], self._now())
            before, done = done, done + len(chunk)
            if done // PROGRESS_FILES > before // PROGRESS_FILES:
                log.info("first scan: %d of %d files", done, len(files))
        await self._posts.finish_baseline(self._now())
        counts = await self._posts.counts()
        log.info("first scan complete: %d posts are known; new ones are sent from now on", sum(counts.values()))

    async def take_in(self, files: Files) -> tuple[str, ...]:
        """Record what is new or changed. Returns the paths that look half-written and want another look soon."""
        unfinished: list[str] = []
        for chunk in _batched(files):
            taken = await asyncio.to_thread(self._take_all, chunk)
            waiting = [one.record.path for one in taken if self._is_being_written(one)]
            unfinished += waiting
            records = [one.record for one in taken if one.record.path not in waiting]
            plain = [record for record in records if record.post is None]
            self._report(plain)
            await self._posts.record_files(plain, self._now())
            await self._publish([record for record in records if record.post is not None])
        return tuple(unfinished)

    async def forget(self, paths: Sequence[str]) -> None:
        """These files are away; what was sent of them stays."""
        for path in paths:
            log.info("%s is gone from the folder; its messages stay", path)
        await self._posts.forget(paths, self._now())

    async def keep_schedule(self) -> None:
        """Publish scheduled posts when their time comes, until cancelled."""
        while True:
            try:
                wait = await self.publish_scheduled()
            except StoreError as error:
                log.error("scheduled posts wait: %s", error)
                wait = RETRY_SCHEDULED_SECONDS
            await self._wait_for_schedule(wait)

    async def release_held(self) -> list[KnownPost]:
        """Publish all posts that wait for a person's word; returns those that were."""
        held = await self._posts.waiting(PostState.HELD)
        return [post for post in held if await self._release(post)]

    async def send_to(self, known: KnownPost, destinations: Sequence[Destination]) -> int:
        """Send a known post to `destinations`, whatever they subscribed to; how many did not have it yet."""
        record = await self._read(known)
        if record is None or record.post is None:
            return 0
        return await self._posts.send_to(record, announce(record.post), destinations, self._now())

    def _take_all(self, files: Iterable[tuple[str, FileStamp]]) -> list[Taken]:
        return [taken for path, stamp in files if (taken := take(path, stamp, self._site))]

    def _is_being_written(self, taken: Taken) -> bool:
        """True for a half-written file at its first look; if it looks the same the next time, it is simply broken."""
        path, digest = taken.record.path, taken.record.digest
        if taken.unfinished and self._unfinished.get(path) != digest:
            self._unfinished[path] = digest
            return True
        self._unfinished.pop(path, None)
        return False

    async def _publish(self, records: Sequence[FileRecord]) -> None:
        """Record posts in the order in which they are to appear: by date, then by path (DESIGN 4.2)."""
        news = await self._posts.count_news(records, self._now())
        flood = self._is_flood(news)
        held = 0
        for record in sorted(records, key=_order):
            assert record.post is not None
            if original := await self._original(record.post):
                await self._refuse_copy(record, original)
                continue
            published = await self._posts.take_in(
                record,
                announce(record.post),
                self._now(),
                hold=flood or self._is_old(record.post),
                edits_since=self._now() - self._edit_age if self._edit_age else None,
            )
            held += published.news is News.HELD
            self._say(record, published.news, published.deliveries)
        if held:
            why = "came at once (NEWSBELL_FLOOD)" if flood else "are old (NEWSBELL_MAX_AGE)"
            log.warning("%d new posts are held, for they %s; to send them: newsbell send --held", held, why)

    async def _original(self, post: Post) -> str:
        """The path of another file that is this very post and still there; empty: there is none.

        An editor who takes an old post as a template keeps its code: that must not change the old post's messages.
        """
        path = await self._posts.path_of(post)
        if path in ("", post.path) or not await asyncio.to_thread((self._site.root / path).is_file):
            return ""
        return path

    async def _refuse_copy(self, record: FileRecord, original: str) -> None:
        what = f"this is the same post as {original}: both have the same code or address"
        problem = Problem(record.path, 1, what, "give it a code of its own, or remove one of the two")
        refused = replace(record, post=None, problem=problem)
        self._report([refused])
        await self._posts.record_files([refused], self._now())

    def _is_flood(self, news: int) -> bool:
        """Whether so many new posts came within RUSH that they must wait; those that do are not counted again."""
        now = self._now()
        while self._rush and self._rush[0] < now - RUSH:
            self._rush.popleft()
        if len(self._rush) + news > self._flood:
            return True
        self._rush.extend([now] * news)
        return False

    def _is_old(self, post: Post) -> bool:
        if not self._max_age or post.published_at is None:
            return False
        return post.published_at < self._now() - self._max_age

    def _say(self, record: FileRecord, news: News, deliveries: int) -> None:
        match news:
            case News.NEW:
                log.info("new: %s goes to %d destination%s", record.path, deliveries, "" if deliveries == 1 else "s")
            case News.EDITED:
                log.info("edited: %s, messages that follow: %d", record.path, deliveries)
            case News.SCHEDULED:
                log.info("scheduled: %s for %s", record.path, record.post and record.post.published_at)
                self._schedule_changed.set()
            case News.UNPUBLISHED:
                log.info("not public yet: %s", record.path)
            case News.UNCHANGED if record.post and record.post.visibility is not Visibility.PUBLIC:
                log.info("not public any more: %s; what was sent of it stays", record.path)
            case News.HELD | News.UNCHANGED:
                log.debug("%s: %s", news, record.path)
        for warning in record.post.warnings if record.post else ():
            log.warning("%s: %s", record.path, warning)

    def _report(self, records: Iterable[FileRecord]) -> None:
        for record in records:
            if problem := record.problem:
                place = f"{problem.path}:{problem.line}" if problem.line else problem.path
                log.warning("%s: %s; %s", place, problem.what, problem.mend)

    async def publish_scheduled(self) -> float:
        """Publish the scheduled posts whose time has come; the seconds until another's comes."""
        next_at = await self._posts.next_scheduled_at()
        if next_at is None:
            return LONGEST_WAIT_SECONDS
        if next_at > self._now():
            return (next_at - self._now()).total_seconds()
        left = 0
        for post in await self._posts.waiting(PostState.SCHEDULED):
            if post.published_at is not None and post.published_at <= self._now():
                left += not await self._release(post)
        return RETRY_SCHEDULED_SECONDS if left else 0.0

    async def _wait_for_schedule(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(min(seconds, LONGEST_WAIT_SECONDS)):
                await self._schedule_changed.wait()
        except TimeoutError:
            pass
        self._schedule_changed.clear()

    async def _release(self, known: KnownPost) -> bool:
        """Publish a scheduled or held post as its file stands now; False if that can't be read."""
        record = await self._read(known)
        if record is None or record.post is None:
            if known.key not in self._complained:
                self._complained.add(known.key)
                log.error("%s can't be published: its file is gone, broken or another post; put it back", known.path)
            return False
        self._complained.discard(known.key)
        published = await self._posts.take_in(record, announce(record.post), self._now(), release=True)
        self._say(record, published.news, published.deliveries)
        return True

    async def _read(self, known: KnownPost) -> FileRecord | None:
        """The file of `known` as it stands now; None if it is not there or does not hold that post any more."""
        stamp = (await self._posts.stamps()).get(known.path)
        if stamp is None:
            return None
        taken = await asyncio.to_thread(take, known.path, stamp, self._site)
        if taken is None or taken.record.post is None:
            return None
        post = taken.record.post
        return taken.record if known.key in {post.key, *post.aliases} else None


def _batched(files: Files) -> Iterator[Files]:
    rest = iter(files)
    while chunk := list(islice(rest, BATCH)):
        yield chunk


def _order(record: FileRecord) -> tuple[datetime, str]:
    date = record.post.published_at if record.post else None
    return date or _EARLIEST, record.path
