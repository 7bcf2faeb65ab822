"""Guards readers against floods, mass edits and mass erasure: too much at once waits for a word (DESIGN 4.6)."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from bot.models import Post
from bot.records import Hold

RUSH: Final = timedelta(seconds=60)
"""What comes within this time counts together: a checkout writes its files one after the other."""


class Guard:
    """Lets no more than `most` things of a kind happen within RUSH unasked; `what`: "new post came", "… posts came"."""

    def __init__(self, most: int, one: str, many: str) -> None:
        self._most = most
        self._what = one if most == 1 else many
        self._rush: deque[datetime] = deque()

    def holds(self, count: int, now: datetime) -> str:
        """Why `count` more must wait, if they must; those that do are not counted again. Empty: they need not."""
        while self._rush and self._rush[0] < now - RUSH:
            self._rush.popleft()
        if count and len(self._rush) + count > self._most:
            return f"more than {self._most} {self._what} within {RUSH.seconds} seconds (NEWSBELL_FLOOD)"
        self._rush.extend([now] * count)
        return ""


class Guards:
    """One for each thing that readers notice, and one for posts older than `max_age`."""

    def __init__(self, flood: int, max_age: timedelta | None) -> None:
        self.news = Guard(flood, "new post came", "new posts came")
        self.edits = Guard(flood, "post was edited", "posts were edited")
        self.withdrawals = Guard(flood, "post went away or was unpublished", "posts went away or were unpublished")
        self._max_age = max_age

    def old(self, post: Post, now: datetime) -> Hold | None:
        """Why a new post must wait for its age, if it must."""
        if not self._max_age or post.published_at is None or post.published_at >= now - self._max_age:
            return None
        return Hold(f"it is older than {self._max_age.days} days (NEWSBELL_MAX_AGE)")
