"""Masses of news, of edits and of withdrawals, over kills and errors: the second half is judged with the first."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final

from bot.models import Visibility
from bot.ports import Posts
from bot.publishing.guard import RUSH, Guards
from bot.publishing.sameness import Verdict
from bot.records import FileRecord, KnownPost, PostState

SENT: Final = (PostState.KNOWN, PostState.PUBLISHED)
"""Posts that have messages, or might."""


class Masses:
    """Asks the guards of edits and withdrawals, and sees to it that all three know what was seen before.

    Files are taken in between `begin` and `end`. Where `end` was never said, for an error or a kill, the guards are
    told anew what changed lately. If a mass was held by then, the time since counts for nothing: what is left of it
    belongs to it, be it hours later.
    """

    def __init__(self, posts: Posts, guards: Guards, now: Callable[[], datetime]) -> None:
        self._posts = posts
        self.news = guards.news
        self.edits = guards.edits
        self.withdrawals = guards.withdrawals
        self._just_came = guards.just_came
        self._now = now
        self._ended = False
        self._noted = False  # that a mass is being taken in

    async def begin(self) -> None:
        """Files are to be taken in."""
        if not self._ended:
            now, began_at = self._now(), await self._posts.mass_began_at()
            for change in await self._posts.changed_since((began_at or now) - RUSH):
                guard = self.edits if change.public else self.withdrawals
                guard.saw(change.subject, now if began_at else change.at)
            for path, at in (await self._posts.news_since(now - RUSH)).items():
                self.news.saw(path, at)
            if began_at:  # what waits for a word may have waited before: rather asked once too often
                self.news.holds([post.path for post in await self._held()], now)
            self._noted = began_at is not None
        self._ended = False

    async def _held(self) -> list[KnownPost]:
        """The posts that newsbell held, but for those that look like copies."""
        return [post for post in await self._posts.waiting(PostState.HELD) if not (post.copy_of or post.brake)]

    async def end(self) -> None:
        """All of them are."""
        if self._noted:
            await self._posts.note_mass(None)
        self._ended, self._noted = True, False

    async def judge(self, records: Sequence[FileRecord], verdicts: Sequence[Verdict]) -> dict[bool, str]:
        """Why messages that are shown must not be touched: of posts that are public (True), and of those that are not.

        Empty: they may.
        """
        edits: list[int] = []  # whether or not there are messages: the mass is what counts
        withdrawals: list[int] = []
        for record, verdict in zip(records, verdicts, strict=True):
            if record.post is None or verdict.same is None or verdict.same.state not in SENT:
                continue
            if record.post.visibility is not Visibility.PUBLIC:
                if verdict.same.visibility is Visibility.PUBLIC:
                    withdrawals.append(verdict.same.subject)
            elif (verdict.same.path, verdict.same.digest) != (record.path, record.digest):
                edits.append(verdict.same.subject)
        why = {True: self.edits.holds(edits, self._now()), False: await self.too_many_go(withdrawals)}
        if any(why.values()):
            await self.note()
        return why

    async def note(self) -> None:
        """A mass is held, and being taken in."""
        if not self._noted:
            await self._posts.note_mass(self._now())
            self._noted = True

    async def too_many_go(self, subjects: Collection[int]) -> str:
        """Why these posts must not go unasked, if so; empty: they may."""
        if not subjects:
            return ""
        now = self._now()
        going = self.withdrawals.note(subjects, now)
        known, before = await self._posts.count_known(going, since=now - RUSH, new_since=now - self._just_came)
        return self.withdrawals.holds(subjects, now, known=known, before=before)
