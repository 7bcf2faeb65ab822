"""Files and posts, in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.models import (
    Announcement,
    Category,
    Destination,
    Post,
    Subscription,
    Visibility,
    Withdrawn,
)
from bot.ports import LateChange, Posts
from bot.publishing.likeness import traits_of
from bot.publishing.standing import next_state
from bot.reading.paths import slug_of
from bot.records import (
    UNHELD,
    Changes,
    FileRecord,
    FileStamp,
    FolderId,
    Gone,
    Hold,
    Kin,
    KnownPost,
    News,
    PostState,
    Problem,
    Published,
    StampRow,
    Traits,
)
from bot.subscribing.matching import decide
from bot.subscribing.selectors import match_key
from tests.fakes.subscriptions import FakeSubscriptions


class FakePosts(Posts):
    """Files and posts, in dictionaries. `subscriptions`, where given, decide how many deliveries a post gets."""

    def __init__(
        self,
        categories: Sequence[Category] = (),
        subscriptions: FakeSubscriptions | None = None,
        languages: Sequence[str] = (),
    ) -> None:
        self.files: dict[str, FileRecord] = {}
        self.believed: FolderId | None = None
        self.mass: datetime | None = None
        self.known: dict[str, KnownPost] = {}  # by key
        self.announced: dict[int, list[Announcement]] = {}  # by subject, one a revision
        self.sent_to: list[tuple[int, Destination]] = []
        self.fail_with: Exception | None = None
        self._categories = list(categories)
        self._languages = list(languages)
        self._subscriptions = subscriptions
        self._baseline_done = False
        self._from_baseline: set[str] = set()

    async def baseline_done(self) -> bool:
        return self._baseline_done

    async def stamps(self) -> dict[str, FileStamp]:
        return {path: record.stamp for path, record in self.files.items()}

    async def stamp_rows(self, *, after: str = "", limit: int) -> list[StampRow]:
        paths = sorted(path for path in self.files if path > after)
        return [(path, *self.files[path].stamp) for path in paths[:limit]]

    async def stamps_of(self, paths: Collection[str]) -> dict[str, FileStamp]:
        return {path: self.files[path].stamp for path in paths if path in self.files}

    async def record_baseline(self, records: Sequence[FileRecord], now: datetime) -> None:
        for record in records:
            self.files[record.path] = record
            self._from_baseline.add(record.path)
            if record.post:
                self._know(record, self._first_state(record.post, now), now)

    async def finish_baseline(self, now: datetime) -> None:
        self._baseline_done = True

    async def record_files(self, records: Sequence[FileRecord], now: datetime) -> None:
        self.files.update({record.path: record for record in records})

    async def kin(self, record: FileRecord) -> list[Kin]:
        """By the keys alone: what a post looks like is the real shelf's affair."""
        post = record.post
        keys = [key for key in (post.key, *post.aliases) if key in self.known] if post else []
        return [self._kin(self.known[key], frozenset({key})) for key in keys[:1]]

    async def take_in(
        self,
        record: FileRecord,
        announcement: Announcement,
        now: datetime,
        *,
        same: int | None = None,
        hold: Hold | None = None,
        release: bool = False,
        changes: Changes = UNHELD,
        old: bool = False,
        page_until: datetime | None = None,
        piles_until: datetime | None = None,
    ) -> Published:
        if record.post is None:
            raise ValueError(f"{record.path} holds no post")
        before = self.known.get(record.post.key)
        same_bytes = record.path in self.files and self.files[record.path].digest == record.digest
        was_there = old and before is None
        state = (
            self._first_state(record.post, now)
            if was_there
            else self._next_state(record, now, hold, release, waits=page_until is not None)
        )
        self.files[record.path] = record
        post = self._know(record, state, now)
        if state is PostState.PUBLISHED and (before is None or before.state is not PostState.PUBLISHED):
            return self._announce(post, announcement, News.NEW, await self._count_deliveries(record))
        if post.revision and not same_bytes and self.announced[post.subject][-1] != announcement:
            return self._announce(post, announcement, News.EDITED, await self._count_deliveries(record))
        news = News.OLD if was_there and state is PostState.KNOWN else _NEWS[state]
        return Published(post.subject, news, post.revision, 0)

    async def send_to(
        self, record: FileRecord, announcement: Announcement, destinations: Sequence[Destination], now: datetime
    ) -> int:
        if record.post is None:
            raise ValueError(f"{record.path} holds no post")
        post = self.known.get(record.post.key) or self._know(record, PostState.KNOWN, now)
        self.files[record.path] = record
        if not post.revision:
            self._announce(post, announcement, News.NEW, 0)
        new = [place for place in destinations if (post.subject, place) not in self.sent_to]
        self.sent_to += [(post.subject, place) for place in new]
        return len(new)

    async def last_said(self, subject: int) -> Announcement | None:
        return self.announced[subject][-1] if subject in self.announced else None

    async def hand_out(self, subject: int, first: Announcement | None, to: Sequence[Destination], now: datetime) -> int:
        public = await self.latest(len(self.known), now)
        post = next((each for each in public if each.subject == subject and not each.brake), None)
        if post is None or not (post.revision or first):
            return 0
        if first and not post.revision:
            self._announce(post, first, News.NEW, 0)
        new = [place for place in to if (subject, place) not in self.sent_to]
        self.sent_to += [(subject, place) for place in new]
        return len(new)

    async def waiting(self, state: PostState) -> list[KnownPost]:
        found = [post for post in self.known.values() if post.state is state]
        return sorted(found, key=lambda post: (post.published_at or post.first_seen_at, post.path))

    async def next_scheduled_at(self) -> datetime | None:
        dates = [post.published_at for post in await self.waiting(PostState.SCHEDULED) if post.published_at]
        return min(dates, default=None)

    async def folder(self) -> FolderId | None:
        return self.believed

    async def believe(self, folder: FolderId | None) -> None:
        self.believed = folder

    async def gone_together(self, within: timedelta) -> set[int]:
        return set()

    async def count_known(self, going: Collection[int], *, since: datetime, new_since: datetime) -> tuple[int, int]:
        return len(self.known), len(self.known)

    async def withdraw_missing(self, now: datetime, changes: Changes = UNHELD) -> list[Gone]:
        return []

    async def changed_since(self, since: datetime) -> list[LateChange]:
        return []

    async def news_since(self, since: datetime) -> dict[str, datetime]:
        return {}

    async def note_mass(self, began_at: datetime | None) -> None:
        self.mass = began_at

    async def mass_began_at(self) -> datetime | None:
        return self.mass

    async def leaving(self) -> list[KnownPost]:
        return []

    async def leave(self, subject: int, how: Withdrawn, now: datetime) -> int:
        return 0

    async def forget(self, paths: Collection[str], now: datetime) -> list[str]:
        self._from_baseline.difference_update(paths)
        return [path for path in sorted(paths) if self.files.pop(path, None)]

    async def doubles(self, of: Collection[str] | None = None) -> dict[str, FileStamp]:
        originals = {post.subject for post in self.known.values() if of is None or post.path in of}
        return {path: record.stamp for path, record in self.files.items() if record.refused_for in originals}

    async def unread(self) -> set[str]:
        return {path for path in self._from_baseline if (record := self.files.get(path)) and record.problem}

    async def holders(self, digests: Collection[str]) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for post in self.known.values():
            if (record := self.files.get(post.path)) and record.digest in digests:
                found.setdefault(record.digest, set()).add(post.subject)
        return found

    async def find(self, text: str) -> KnownPost | None:
        by_code = f"code:{text}@"
        fits = [post for post in self.known.values() if text in {post.path, post.key} or post.key.startswith(by_code)]
        return fits[0] if fits else None

    async def named(self, text: str) -> list[KnownPost]:
        numbers = text.removeprefix("~").split(",")
        fits = [
            post
            for post in self.known.values()
            if (str(post.subject) in numbers if text.startswith("~") else text in {post.title, slug_of(post.path)})
        ]
        return sorted(fits, key=lambda post: (post.published_at or post.first_seen_at, post.subject), reverse=True)

    async def latest(self, limit: int, now: datetime) -> list[KnownPost]:
        public = [
            post
            for post in self.known.values()
            if post.state in _PUBLIC and post.visibility is Visibility.PUBLIC
            if post.revision or post.published_at is None or post.published_at <= now
        ]
        newest_first = sorted(
            public,
            key=lambda post: (post.published_at is not None, post.published_at or post.first_seen_at, post.path),
            reverse=True,
        )
        return newest_first[:limit]

    async def latest_for(self, destination: Destination, now: datetime) -> KnownPost | None:
        for post in await self.latest(len(self.known), now):
            if not post.brake and await self.wish_for(post.subject, destination):
                return post
        return None

    async def wish_for(self, subject: int, destination: Destination) -> Subscription | None:
        [known] = [post for post in self.known.values() if post.subject == subject]
        record = self.files.get(known.path)
        wishes = await self._subscriptions.of(destination) if self._subscriptions else []
        return decide(record.post, wishes) if record and record.post else None

    async def languages(self) -> list[str]:
        public = Counter(post.language for post in self.known.values() if post.state in _PUBLIC)
        return self._languages + sorted(public, key=lambda language: (-public[language], language))

    async def categories(self) -> list[Category]:
        if self.fail_with:
            raise self.fail_with
        names = [name for post in self.known.values() if post.state in _PUBLIC for name in post.categories]
        posts = Counter(match_key(name) for name in names)
        displays = {match_key(name): name for name in names}
        return self._categories + [Category(key, displays[key], count) for key, count in posts.most_common()]

    async def problems(self) -> list[Problem]:
        return [record.problem for _, record in sorted(self.files.items()) if record.problem]

    async def counts(self) -> dict[str, int]:
        return dict(Counter(post.state.value for post in self.known.values()))

    def _know(self, record: FileRecord, state: PostState, now: datetime) -> KnownPost:
        post = record.post
        assert post
        before = self.known.get(post.key)
        self.known[post.key] = KnownPost(
            subject=before.subject if before else len(self.known) + 1,
            key=post.key,
            path=post.path,
            title=post.title,
            language=post.language,
            state=state,
            revision=before.revision if before else 0,
            published_at=post.published_at,
            categories=post.categories,
            first_seen_at=before.first_seen_at if before else now,
            visibility=post.visibility,
        )
        return self.known[post.key]

    def _announce(self, post: KnownPost, announcement: Announcement, news: News, deliveries: int) -> Published:
        revisions = self.announced.setdefault(post.subject, [])
        revisions.append(announcement)
        self.known[post.key] = replace(post, revision=len(revisions))
        return Published(post.subject, news, len(revisions), deliveries)

    def _first_state(self, post: Post, now: datetime) -> PostState:
        """How a post of the baseline is remembered: never as news, unless it becomes public later."""
        if post.visibility is not Visibility.PUBLIC:
            return PostState.UNPUBLISHED
        return PostState.SCHEDULED if post.published_at and post.published_at > now else PostState.KNOWN

    def _next_state(
        self, record: FileRecord, now: datetime, hold: Hold | None, release: bool, *, waits: bool
    ) -> PostState:
        post = record.post
        assert post
        before = self.known[post.key].state if post.key in self.known else None
        return next_state(before, post, now, hold=hold, release=release, waits=waits)

    def _kin(self, known: KnownPost, keys: frozenset[str]) -> Kin:
        record = self.files.get(known.path)
        return Kin(
            subject=known.subject,
            keys=keys,
            key=known.key,
            path=known.path,
            language=known.language,
            state=known.state,
            visibility=record.post.visibility if record and record.post else Visibility.PUBLIC,
            published_at=known.published_at,
            digest=record.digest if record else "",
            traits=traits_of(record.post) if record and record.post else Traits("", "", (), 0),
            stamp=record.stamp if record else None,
        )

    async def _count_deliveries(self, record: FileRecord) -> int:
        if self._subscriptions is None or record.post is None:
            return 0
        wishes = await self._subscriptions.all()
        wanted = [
            decide(record.post, [wish for wish in wishes if wish.destination == place])
            for place in {wish.destination for wish in wishes}
        ]
        return sum(wish is not None for wish in wanted)


_PUBLIC = (PostState.KNOWN, PostState.PUBLISHED)

_NEWS = {
    PostState.KNOWN: News.UNCHANGED,
    PostState.PUBLISHED: News.UNCHANGED,
    PostState.UNPUBLISHED: News.UNPUBLISHED,
    PostState.SCHEDULED: News.SCHEDULED,
    PostState.HELD: News.HELD,
    PostState.WAITING: News.WAITING,
    PostState.WITHDRAWN: News.WITHDRAWN,
}
