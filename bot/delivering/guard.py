"""Guards readers against floods: too many new posts at once, or very old ones, wait for a person's word."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from bot.models import Post
from bot.records import Hold

RUSH: Final = timedelta(seconds=60)
"""New posts within this time count together for the flood guard: a checkout writes its files one after the other."""


class FloodGuard:
    """Holds new posts when more than `flood` come within RUSH, and those older than `max_age`."""

    def __init__(self, flood: int, max_age: timedelta | None) -> None:
        self._flood = flood
        self._max_age = max_age
        self._rush: deque[datetime] = deque()

    def flooded(self, news: int, now: datetime) -> Hold | None:
        """Why so many new posts must wait, if they must; those that do are not counted again."""
        while self._rush and self._rush[0] < now - RUSH:
            self._rush.popleft()
        if len(self._rush) + news > self._flood:
            return Hold(
                f"more than {self._flood} new post{'' if self._flood == 1 else 's'} came within"
                f" {RUSH.seconds} seconds (NEWSBELL_FLOOD)"
            )
        self._rush.extend([now] * news)
        return None

    def old(self, post: Post, now: datetime) -> Hold | None:
        """Why a new post must wait for its age, if it must."""
        if not self._max_age or post.published_at is None or post.published_at >= now - self._max_age:
            return None
        return Hold(f"it is older than {self._max_age.days} days (NEWSBELL_MAX_AGE)")
