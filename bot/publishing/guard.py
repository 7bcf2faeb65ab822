"""Guards readers against floods, mass edits and mass erasure: too much at once waits for a word (DESIGN 4.6)."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from bot.models import Post
from bot.records import Hold
from bot.texts import Reason, sentence

RUSH: Final = timedelta(seconds=60)
"""What comes within this time counts together: a checkout writes its files one after the other."""

FEW: Final = 4
"""Of no more posts than these half, or all, may go unasked."""

JUST_CAME: Final = timedelta(minutes=10)
"""What was seen first within this time, and NEWSBELL_GRACE, may have come with the checkout that others go with, and so
may what was away and is back since then; but not what was there before newsbell, or before all those
(bot.ports.Posts.count_known).

A file that went is believed to be gone so much later than a new one to be there, and later still while others go one by
one (bot.watching.absence).
"""

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
_HALF_WENT: Final = sentence("half of all posts or more went away or were unpublished within {seconds} seconds")
_HALF_OF_BEFORE: Final = sentence(
    "half or more of the posts that had not just come went away or were unpublished within {seconds} seconds"
)
_OLDER: Final = sentence("it is older than {days} days (NEWSBELL_MAX_AGE)")
_OLDER_THAN_A_DAY: Final = sentence("it is older than a day (NEWSBELL_MAX_AGE)")

Key = TypeVar("Key", bound=Hashable)


class Guard(Generic[Key]):
    """Lets no more than `most` things of a kind happen within RUSH unasked; `one` and `many` say that more did."""

    def __init__(self, most: int, one: str, many: str) -> None:
        self._most = most
        self._why = Reason(one if most == 1 else many, most=most, seconds=RUSH.seconds)
        self._rush: dict[Key, datetime] = {}
        self._held: set[Key] = set()
        self.told = 0  # how many there were when the log was told of it last; 0: it was not, in this rush

    def note(self, which: Collection[Key], now: datetime) -> Collection[Key]:
        """These happen now; all of the same rush. Each counts once: it may be tried again and again on a full disk."""
        # What lies in the future was noted before the clock was set back: it counts no longer than what comes now.
        self._rush = {each: min(since, now) for each, since in self._rush.items() if since >= now - RUSH}
        self.told = min(self.told, self.count)
        for each in which:
            self._rush.setdefault(each, now)
        return self._rush.keys()

    def holds(self, which: Collection[Key], now: datetime, *, known: int = 0, before: int = 0) -> str:
        """Why these must wait, if they must.

        `known` is how many there are in all, `before` how many without what may have come with the same mishap, where
        that matters: of both only less than half may go unasked.
        """
        self.note(which, now)
        if not which:
            return ""
        why = ""
        if self.count > self._most:
            why = self._why
        elif self._is_half(known):
            why = Reason(_HALF_WENT, seconds=RUSH.seconds)
        elif self._is_half(before):
            why = Reason(_HALF_OF_BEFORE, seconds=RUSH.seconds)
        if why:
            self._held.update(which)
        return why

    def _is_half(self, of: int) -> bool:
        return FEW < of <= 2 * self.count

    def saw(self, which: Key, at: datetime) -> None:
        """That happened then, before anybody asked this guard."""
        self._rush[which] = at

    @property
    def count(self) -> int:
        """How many there were in the rush that was asked about last."""
        return len(self._rush)

    def forgive(self) -> None:
        """What was held so far holds nothing that comes after it."""
        for each in self._held:
            self._rush.pop(each, None)
        self._held.clear()


class Guards:
    """One for each thing that readers notice, and one for posts older than `max_age`."""

    def __init__(self, flood: int, max_age: timedelta | None, grace: timedelta = timedelta()) -> None:
        """`grace` is how long a file must be away before it is believed to be gone."""
        self.news = Guard[str](flood, _ONE_CAME, _MANY_CAME)
        self.edits = Guard[int](flood, _ONE_EDITED, _MANY_EDITED)
        self.withdrawals = Guard[int](flood, _ONE_WENT, _MANY_WENT)
        self.just_came = JUST_CAME + grace
        self._max_age = max_age

    def old(self, post: Post, now: datetime) -> Hold | None:
        """Why a new post must wait for its age, if it must."""
        if not self._max_age or post.published_at is None or post.published_at >= now - self._max_age:
            return None
        days = self._max_age.days
        return Hold(Reason(_OLDER_THAN_A_DAY if days == 1 else _OLDER, days=days))
