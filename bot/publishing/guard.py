"""Guards readers against floods, mass edits and mass erasure: too much at once waits for a word (DESIGN 4.6)."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from bot.models import Post
from bot.records import Hold
from bot.texts import Reason, sentence

RUSH: Final = timedelta(seconds=60)
"""What comes within this time counts together: a checkout writes its files one after the other."""


_ONE_CAME: Final = sentence("more than {most} new post came within {seconds} seconds (NEWSBELL_FLOOD)")
_MANY_CAME: Final = sentence("more than {most} new posts came within {seconds} seconds (NEWSBELL_FLOOD)")
_ONE_EDITED: Final = sentence("more than {most} post was edited within {seconds} seconds (NEWSBELL_FLOOD)")
_MANY_EDITED: Final = sentence("more than {most} posts were edited within {seconds} seconds (NEWSBELL_FLOOD)")
_ONE_WENT: Final = sentence(
    "more than {most} post went away or was unpublished within {seconds} seconds (NEWSBELL_FLOOD)"
)
_MANY_WENT: Final = sentence(
    "more than {most} posts went away or were unpublished within {seconds} seconds (NEWSBELL_FLOOD)"
)
_OLDER: Final = sentence("it is older than {days} days (NEWSBELL_MAX_AGE)")
_OLDER_THAN_A_DAY: Final = sentence("it is older than a day (NEWSBELL_MAX_AGE)")


class Guard:
    """Lets no more than `most` things of a kind happen within RUSH unasked; `one` and `many` say that more did."""

    def __init__(self, most: int, one: str, many: str) -> None:
        self._most = most
        self._why = Reason(one if most == 1 else many, most=most, seconds=RUSH.seconds)
        self._rush: deque[datetime] = deque()

    def holds(self, count: int, now: datetime) -> str:
        """Why `count` more must wait, if they must; those that do are not counted again. Empty: they need not."""
        while self._rush and self._rush[0] < now - RUSH:
            self._rush.popleft()
        if count and len(self._rush) + count > self._most:
            return self._why
        self._rush.extend([now] * count)
        return ""


class Guards:
    """One for each thing that readers notice, and one for posts older than `max_age`."""

    def __init__(self, flood: int, max_age: timedelta | None) -> None:
        self.news = Guard(flood, _ONE_CAME, _MANY_CAME)
        self.edits = Guard(flood, _ONE_EDITED, _MANY_EDITED)
        self.withdrawals = Guard(flood, _ONE_WENT, _MANY_WENT)
        self._max_age = max_age

    def old(self, post: Post, now: datetime) -> Hold | None:
        """Why a new post must wait for its age, if it must."""
        if not self._max_age or post.published_at is None or post.published_at >= now - self._max_age:
            return None
        days = self._max_age.days
        return Hold(Reason(_OLDER_THAN_A_DAY if days == 1 else _OLDER, days=days))
