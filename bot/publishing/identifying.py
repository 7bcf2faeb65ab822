"""Finds out which known post a file is: asks the store who it may be, and the disk what became of those."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Final

from bot.models import Post, Visibility
from bot.ports import Posts
from bot.publishing.intake import Taken, take
from bot.publishing.sameness import Home, Likeness, Verdict, alike, claims_of, differ, judge, own_of
from bot.reading.site import Site
from bot.records import FileRecord, FileStamp, Kin

_REMEMBERED: Final = 256
"""Changed files that are not read again while others are compared with them: a mass edit of posts that look alike."""


class Identifier:
    """Says of each file which post it is. The disk counts: a file that is away is missed only after a while."""

    def __init__(self, posts: Posts, site: Site) -> None:
        self._posts = posts
        self._site = site
        self._read = lru_cache(maxsize=_REMEMBERED)(self._take)

    async def identify(self, record: FileRecord, now: datetime, *, beside: Collection[str] = ()) -> Verdict:
        """Which post `record` is; `beside` are the digests of other files that came with it."""
        kin = await self._posts.kin(record)
        if not kin:
            return Verdict()
        zone = self._site.zone
        own, claims = own_of(record, kin, zone), claims_of(record, kin, zone)
        others = [claim.kin for claim in claims if own is None or claim.kin.subject != own.subject]
        looks = await asyncio.to_thread(self._look, record, others) if others else {}
        changed = {look.record.digest for look in looks.values() if isinstance(look, Taken)}
        holders = await self._posts.holders(changed) if changed else {}
        homes = {one.subject: _home(one, looks[one.subject], record, holders, zone) for one in others}
        return judge(
            record, own, claims, lambda one: homes.get(one.subject, Home.KEPT), beside=beside, now=now, zone=zone
        )

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
            return _kept(kin.visibility)
        return self._read(kin.path, stamp) or Home.EMPTY

    def _take(self, path: str, stamp: FileStamp) -> Taken | None:
        return take(path, stamp, self._site)


def _home(kin: Kin, found: Taken | Home, record: FileRecord, holders: Mapping[str, set[int]], zone: tzinfo) -> Home:
    if isinstance(found, Home):
        return found
    there = found.record
    if there.post is None:  # broken, or no post any more
        return Home.TAKEN if record.digest == kin.digest != there.digest else Home.KEPT
    if there.digest != kin.digest and _is_another(there, there.post, kin, holders, zone):
        return Home.TAKEN
    return _kept(there.post.visibility)


def _kept(visibility: Visibility) -> Home:
    return Home.KEPT if visibility is Visibility.PUBLIC else Home.HIDDEN


def _is_another(there: FileRecord, post: Post, kin: Kin, holders: Mapping[str, set[int]], zone: tzinfo) -> bool:
    """Whether the changed file at the path of `kin` is another post than that now."""
    if not kin.key.startswith("path:") and kin.key in (post.key, *post.aliases):
        return False
    if differ(kin.key, post.key):
        return True
    moved_here = holders.get(there.digest, set()) - {kin.subject}
    return bool(moved_here) or not alike(Likeness.of(kin, post, zone))


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
