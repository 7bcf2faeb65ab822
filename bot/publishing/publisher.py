"""Takes in what changed in the folder, and notes down who gets it. Nothing is sent here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from bot.clock import Clock
from bot.composing.announce import announce
from bot.models import Visibility, Withdrawn
from bot.ports import Notices, Posts
from bot.publishing.asking import COPIES_HELD, EDITS_HELD, OLD_EDITS_HELD, POSTS_HELD, REMOVALS_HELD, TOO_OLD, Asked
from bot.publishing.guard import RUSH, Guards
from bot.publishing.identifying import Identifier
from bot.publishing.intake import Taken, take
from bot.publishing.masses import SENT, Masses
from bot.publishing.piling import Pile
from bot.publishing.releasing import Releases
from bot.publishing.sameness import Verdict
from bot.publishing.standing import becomes_news
from bot.publishing.telling import (
    tell_copy,
    tell_dated,
    tell_forgotten,
    tell_held,
    tell_ignored,
    tell_moved,
    tell_news,
    tell_old_edit,
    tell_problems,
    tell_withdrawn,
)
from bot.reading.site import Site
from bot.records import (
    UNSEEN,
    Changes,
    FileRecord,
    FileStamp,
    Hold,
    Kin,
    News,
    PostState,
    Problem,
    Published,
)
from bot.texts import Reason, sentence

log = logging.getLogger(__name__)

BATCH: Final = 200
"""Files that are read in a thread, and committed, together."""

BEHIND_SECONDS: Final = 0.01
"""So long the rest waits after posts were enqueued: first they go on the wire, then it is said that they were new."""

PROGRESS_FILES: Final = 2000
"""A long first scan says how far it is each time it has read so many."""

_COPY: Final = sentence("it looks like a copy of {path}")

_EARLIEST: Final = datetime.min.replace(tzinfo=UTC)

File = tuple[str, FileStamp]
Files = Sequence[File]
Order = tuple[datetime, str]


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
        withdrawn: Withdrawn = Withdrawn.DELETE,
        grace: timedelta = timedelta(),
        page_wait: timedelta | None = None,
        logs_problems: bool = True,
        notices: Notices | None = None,
    ) -> None:
        """`max_age` is that of new posts that are sent unasked, `edit_age` that of messages that still follow edits.

        `withdrawn` is what becomes of the messages of posts that are public no more; `grace` is how long a file must be
        away before it is told to be. For `page_wait` at most a post waits for its public page; None: it does not.
        Without `logs_problems` somebody else tells what can't be read. `notices` tell the operators what waits for
        their word.
        """
        self._posts = posts
        self._site = site
        self._now = now
        self._identifier = Identifier(posts, site)
        self._guards = Guards(flood, max_age, grace)
        self._masses = Masses(posts, self._guards, now)
        self._withdrawn = withdrawn
        self._edit_age = edit_age
        self._page_wait = page_wait
        self._logs_problems = logs_problems
        self._asked = Asked(notices)
        self._unfinished: dict[str, str] = {}  # path -> digest of what looked half-written
        self._unread: set[str] = set()  # files from before newsbell that could not be read so far
        self._unread_noted = False
        self.pile = Pile(now)
        self.releases = Releases(posts, site, self._identifier, self.pile, now=now, page_wait=page_wait)

    async def baseline(self, files: Iterable[tuple[str, FileStamp]], total: int = 0) -> None:
        """Remember what was there before newsbell: none of it is news. Interrupted, it is simply done again.

        `files` may be a walk still in progress, for they are taken a batch at a time, in a thread; `total` is about
        how many they are, if that is known.
        """
        rest, done = iter(files), 0
        of_total = f" of {total}" if total else ""
        while chunk := await asyncio.to_thread(lambda: list(islice(rest, BATCH))):
            known = await self._posts.stamps_of([path for path, _ in chunk])
            if missing := [(path, stamp) for path, stamp in chunk if known.get(path) != stamp]:
                taken = await asyncio.to_thread(self._take_all, missing)
                self._tell_problems(one.record for one in taken)
                tell_ignored(one.ignored for one in taken)
                await self._posts.record_baseline([one.record for one in taken], self._now())
            before, done = done, done + len(chunk)
            if done // PROGRESS_FILES > before // PROGRESS_FILES:
                log.info("first scan: %d%s files", done, of_total)
        await self._posts.finish_baseline(self._now())
        counts = await self._posts.counts()
        there = sum(counts.values())
        posts = "1 post is" if there == 1 else f"{there} posts are"
        log.info("first scan complete: %s known; new ones are sent from now on", posts)

    async def take_in(self, files: Files) -> tuple[str, ...]:
        """Record what is new or changed. Returns the paths that look half-written and want another look soon."""
        await self._masses.begin()
        unfinished = await self._take_in_files(files)
        await self.reconsider([path for path, _ in files])
        await self._masses.end()
        self._guards.news.forgive()  # the news that follows a flood is as quick as ever
        await self._asked.tell()
        return unfinished

    async def reconsider(self, of: Sequence[str] | None = None) -> None:
        """Look again at the files that are no posts of their own because of one at the paths `of`; None: of any.

        What they were the same as, or a copy of, may have gone away since, or become a draft, or another post.
        """
        seen: set[str] = set()
        while doubles := {path: stamp for path, stamp in (await self._posts.doubles(of)).items() if path not in seen}:
            seen |= doubles.keys()
            of = list(doubles)
            await self._take_in_files(sorted(doubles.items()))

    async def _take_in_files(self, files: Files) -> tuple[str, ...]:
        await self._note_unread()
        unfinished: list[str] = []
        news: list[tuple[Order, File]] | None = None if len(files) <= BATCH else []
        for chunk in _batched(files):
            unfinished += await self._take_in_batch(chunk, news)
        if news:  # of many files, in the order of all of them, and judged as one: read again, not kept in memory
            ordered = [file for _, file in sorted(news)]
            self._guards.news.holds([path for path, _ in ordered], self._now())
            for chunk in _batched(ordered):
                unfinished += await self._take_in_batch(chunk)
        return tuple(unfinished)

    async def _take_in_batch(self, files: Files, news: list[tuple[Order, File]] | None = None) -> list[str]:
        """Returns the paths that look half-written. What is news is put aside in `news`, if that is given."""
        taken = await asyncio.to_thread(self._take_all, files)
        waiting = [one.record.path for one in taken if self._is_being_written(one)]
        records = [one.record for one in taken if one.record.path not in waiting]
        plain = [await self._missed(record) for record in records if record.post is None]
        self._tell_problems(plain)
        tell_ignored(one.ignored for one in taken)
        if plain:  # each transaction is a wait for those that follow
            await self._posts.record_files(plain, self._now())
        await self._publish([record for record in records if record.post is not None], news)
        return waiting

    async def _missed(self, record: FileRecord) -> FileRecord:
        """A file that holds no post: nobody's business, unless it held one that was public. Then it has a problem."""
        known = None if record.problem else await self._posts.find(record.path)
        if known is None or known.path != record.path or known.state not in SENT:
            return record
        what = "this was a post, and is none any more (it is empty, or has no front matter); its messages stay"
        return replace(record, problem=Problem(record.path, 0, what, "write the post again, or remove the file"))

    async def forget(self, paths: Sequence[str]) -> None:
        """These files are away: their posts are withdrawn. What was held as a copy of one is that post itself."""
        if not paths:
            return
        tell_forgotten(await self._posts.forget(paths, self._now()))
        self._unread.difference_update(paths)
        await self.reconsider(paths)  # first: a copy of what went away is that post, and its messages stay
        await self._withdraw_missing()

    async def resume(self) -> None:
        """Do what an interrupted run left undone."""
        await self.reconsider()
        await self._withdraw_missing()

    async def _withdraw_missing(self) -> None:
        why = await self._masses.too_many_go(await self._posts.gone_together(RUSH))
        gone = await self._posts.withdraw_missing(self._now(), self._changes(why))
        tell_withdrawn(gone, self._withdrawn)
        self._note_leaving(sum(each.held for each in gone), why)
        await self._asked.tell()

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

    async def _publish(self, records: Sequence[FileRecord], aside: list[tuple[Order, File]] | None) -> None:
        """Record posts in the order in which they are to appear: by date, then by path (DESIGN 4.2)."""
        records = sorted(records, key=_order)
        digests = {record.digest for record in records}
        verdicts = [await self._identify(record, digests) for record in records]
        judged = zip(records, verdicts, strict=True)
        news = {record.path for record, verdict in judged if self._is_news(record, verdict)}
        if aside is not None:
            aside += [(_order(record), (record.path, record.stamp)) for record in records if record.path in news]
            kept = [number for number, record in enumerate(records) if record.path not in news]
            records, verdicts, news = [records[n] for n in kept], [verdicts[n] for n in kept], set()
        flood = self._guards.news.holds(news, self._now())
        flooded = Hold(flood) if flood else None
        if flooded:
            await self._masses.note()
        held_back = await self._masses.judge(records, verdicts)
        changes = {public: self._changes(why) for public, why in held_back.items()}
        held: list[str] = []
        done: list[tuple[FileRecord, Verdict, Published, Changes]] = []
        for number, record in enumerate(records):
            assert record.post is not None
            # Who was there first decides who is the copy: from the second on, the one before counts as well.
            verdict = await self._identify(record, digests) if number else verdicts[0]
            if record.post.visibility is not Visibility.PUBLIC and verdict.same and verdict.same.state in SENT:
                await self.reconsider([record.path])  # a public copy of what is hidden now is that post
                verdict = await self._identify(record, digests)
            if verdict.original is not None:
                await self._refuse_copy(record, verdict.original)
                continue
            copied = _held_as_copy(verdict)
            hold = copied or flooded or self._guards.old(record.post, self._now())
            what_may_change = changes[record.post.visibility is Visibility.PUBLIC]
            published = await self._take_in(record, verdict, hold, what_may_change)
            done.append((record, verdict, published, what_may_change))
            self._note_held(published, None if copied else hold, what_may_change)
            if published.news is News.HELD and hold is not None and not copied:
                held.append(hold.reason)
        if any(published.deliveries for _, _, published, _ in done):
            await asyncio.sleep(BEHIND_SECONDS)
        for each in done:
            self._tell(*each)
        if held:
            tell_held(len(held), held[0])

    async def _identify(self, record: FileRecord, digests: Collection[str]) -> Verdict:
        return await self._identifier.identify(record, self._now(), beside=digests)

    def _is_news(self, record: FileRecord, verdict: Verdict) -> bool:
        """Whether the post would be published: it is no moved one, no copy, not from before newsbell, not braked."""
        assert record.post is not None
        if verdict.original is not None or verdict.copy_of is not None or self._is_old(record, verdict):
            return False
        if verdict.same is not None and verdict.same.brake:
            return False
        return becomes_news(verdict.state, record.post, self._now())

    def _is_old(self, record: FileRecord, verdict: Verdict) -> bool:
        return verdict.same is None and record.path in self._unread

    async def _note_unread(self) -> None:
        """What lay there broken before newsbell is no news when it is mended."""
        if not self._unread_noted:
            self._unread = await self._posts.unread()
            self._unread_noted = True

    async def _take_in(self, record: FileRecord, verdict: Verdict, hold: Hold | None, changes: Changes) -> Published:
        assert record.post is not None
        published = await self._posts.take_in(
            record,
            announce(record.post),
            self._now(),
            same=verdict.same.subject if verdict.same else UNSEEN,
            hold=hold,
            changes=changes,
            old=self._is_old(record, verdict),
            page_until=self._page_until(),
            piles_until=self.pile.until,
        )
        self._unread.discard(record.path)
        return published

    def _tell(self, record: FileRecord, verdict: Verdict, published: Published, changes: Changes) -> None:
        """Say what became of a post that was taken in."""
        assert record.post is not None
        same, copy_of = verdict.same, verdict.copy_of
        if same is not None and same.path != record.path:
            tell_moved(same.path, record.path, sent=same.state in (PostState.KNOWN, PostState.PUBLISHED))
        if same is not None and same.state is PostState.PUBLISHED and same.published_at != record.post.published_at:
            tell_dated(record, self._now(), Clock(self._site.zone))
        if published.news is News.HELD and copy_of and not (same and same.copy_of == copy_of.subject):
            tell_copy(record.path, copy_of.path)
            self._asked.note(COPIES_HELD, 1, post=record.path, original=copy_of.path)
        if published.old and not changes.hold:
            tell_old_edit(record.path, published.old)
            self._asked.note(OLD_EDITS_HELD, 1, reason=TOO_OLD)
        tell_news(record, published, Clock(self._site.zone))

    def _note_held(self, published: Published, hold: Hold | None, changes: Changes) -> None:
        """What was held of one post, as it was committed just now: the next one may fail."""
        if published.news is News.HELD and hold is not None:
            self._asked.note(POSTS_HELD, 1, reason=hold.reason)
        if published.held and published.news is News.WITHDRAWN:
            self._note_leaving(1, changes.hold)
        elif published.held:
            self._asked.note(EDITS_HELD, 1, guard=self._guards.edits, reason=changes.hold)

    def _note_leaving(self, posts: int, why: str) -> None:
        if posts and why:
            self._asked.note(REMOVALS_HELD, posts, guard=self._guards.withdrawals, reason=why)

    def _page_until(self) -> datetime | None:
        return self._now() + self._page_wait if self._page_wait else None

    def _changes(self, hold: str) -> Changes:
        since = self._now() - self._edit_age if self._edit_age else None
        return Changes(self._withdrawn, since, hold)

    async def _refuse_copy(self, record: FileRecord, original: Kin) -> None:
        """An editor who takes an old post as a template keeps its code: the old post's messages must not change."""
        what = f"this is the same post as {original.path}: both have the same code or address"
        problem = Problem(record.path, 1, what, "give it a code of its own, or remove one of the two")
        refused = replace(record, post=None, problem=problem, refused_for=original.subject)
        self._tell_problems([refused])
        await self._posts.record_files([refused], self._now())

    def _tell_problems(self, records: Iterable[FileRecord]) -> None:
        if self._logs_problems:
            tell_problems(records)


def _batched(files: Files) -> Iterator[Files]:
    rest = iter(files)
    while chunk := list(islice(rest, BATCH)):
        yield chunk


def _held_as_copy(verdict: Verdict) -> Hold | None:
    original = verdict.copy_of
    return Hold(Reason(_COPY, path=original.path), original.subject, firm=True) if original else None


def _order(record: FileRecord) -> Order:
    """By date, then by path; without its ending, so that "rain.md" goes before its copy "rain-2.md"."""
    date = record.post.published_at if record.post else None
    return date or _EARLIEST, record.path.rpartition(".")[0]
