"""Finds out which known post a file is: asks the store who it may be, and the disk what became of those."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

from bot.delivering.intake import Taken, take
from bot.delivering.likeness import traits_of
from bot.delivering.sameness import Home, Verdict, alike, claims_of, differ, judge, own_of
from bot.models import Post
from bot.ports import Posts
from bot.reading.site import Site
from bot.records import FileRecord, FileStamp, Kin


class Identifier:
    """Says of each file which post it is. The disk counts: a file that is away is missed only after a while."""

    def __init__(self, posts: Posts, site: Site) -> None:
        self._posts = posts
        self._site = site

    async def identify(self, record: FileRecord, now: datetime, *, beside: Collection[str] = ()) -> Verdict:
        """Which post `record` is; `beside` are the digests of other files that came with it."""
        kin = await self._posts.kin(record)
        if not kin:
            return Verdict()
        own, claims = own_of(record, kin), claims_of(record, kin)
        others = [claim.kin for claim in claims if own is None or claim.kin.subject != own.subject]
        looks = await asyncio.to_thread(self._look, record, others) if others else {}
        homes = {one.subject: await self._home(one, looks[one.subject], record) for one in others}
        return judge(record, own, claims, lambda one: homes.get(one.subject, Home.KEPT), beside=beside, now=now)

    def _look(self, record: FileRecord, kin: Iterable[Kin]) -> dict[int, Taken | Home]:
        """What lies at the path of each, read only where it has changed. Blocking."""
        return {one.subject: self._look_at(record, one) for one in kin}

    def _look_at(self, record: FileRecord, kin: Kin) -> Taken | Home:
        if kin.stamp is None:
            return Home.TAKEN
        file = self._site.root / kin.path
        stamp = _stamp(file)
        if stamp is None or not self._site.is_post(kin.path) or _is_same_name(file, self._site.root / record.path):
            return Home.EMPTY
        if stamp == kin.stamp:
            return Home.KEPT
        return take(kin.path, stamp, self._site) or Home.EMPTY

    async def _home(self, kin: Kin, found: Taken | Home, record: FileRecord) -> Home:
        if isinstance(found, Home):
            return found
        there = found.record
        if there.post is None:  # broken, or no post any more
            gone = record.digest == kin.digest != there.digest
        else:
            gone = there.digest != kin.digest and await self._is_another(there, there.post, kin)
        return Home.TAKEN if gone else Home.KEPT

    async def _is_another(self, there: FileRecord, post: Post, kin: Kin) -> bool:
        """Whether the changed file at the path of `kin` is another post than that now."""
        if not kin.key.startswith("path:") and kin.key in (post.key, *post.aliases):
            return False
        if differ(kin.key, post.key):
            return True
        others = await self._posts.kin(there)
        moved_here = any(one.digest == there.digest and one.subject != kin.subject for one in others)
        return moved_here or not alike(kin, post, traits_of(post))


def _stamp(file: Path) -> FileStamp | None:
    try:
        seen = file.stat()
    except (OSError, ValueError):
        return None
    return FileStamp(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)


def _is_same_name(one: Path, other: Path) -> bool:
    """Whether two spellings mean one file: a file system that takes no notice of capitals answers to the old name."""
    if str(one).casefold() != str(other).casefold():
        return False
    try:
        return one.samefile(other)
    except OSError:
        return False
