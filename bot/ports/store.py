"""The memory of newsbell as a whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from bot.models import Announcement
from bot.ports.crossposts import Crossposts
from bot.ports.discussions import Discussions
from bot.ports.lobby import Guestbook, OperatorShelf
from bot.ports.memory import Archive, Deliveries
from bot.ports.notices import NoticeShelf
from bot.ports.profiles import Profiles
from bot.ports.stories import Stories
from bot.ports.subscriptions import Subscriptions
from bot.ports.words import Words
from bot.records import NextUp


class Listener(Protocol):
    """Who sends on a platform, and hears of what comes there. All is called in the event loop."""

    @property
    def resting(self) -> str:
        """The bot for whom nobody is in line or in the air, so that it begins with what comes; empty: none."""

    def expect(self, announcement: Announcement, found: NextUp | None = None) -> None:
        """That is due in a moment. The disk writes meanwhile, and may fail: what is begun now must do no harm then.

        `found`: what is next then, for one that was `resting` when the writing was asked for.
        """

    def wake(self, found: NextUp | None = None) -> None:
        """Something may have become due. `found`: what is next, as it was when that was written."""


class Store(Protocol):
    """The memory of newsbell: its shelves in one database."""

    @property
    def posts(self) -> Archive:
        """The folder's files and the posts in them."""

    @property
    def subscriptions(self) -> Subscriptions:
        """Who wants what."""

    @property
    def deliveries(self) -> Deliveries:
        """What is to be done, and what was done."""

    @property
    def crossposts(self) -> Crossposts:
        """What is to be published for followers of announcement channels."""

    @property
    def discussions(self) -> Discussions:
        """Which threads are to be opened under messages."""

    @property
    def stories(self) -> Stories:
        """What became of posts, for people who look back."""

    @property
    def words(self) -> Words:
        """What people told newsbell by commands beside it."""

    @property
    def profiles(self) -> Profiles:
        """What platforms were told about the bot itself."""

    @property
    def notices(self) -> NoticeShelf:
        """What people are to be told."""

    @property
    def guestbook(self) -> Guestbook:
        """Which chats were welcomed, and who connected them."""

    @property
    def operators(self) -> OperatorShelf:
        """Who became an operator by a one-time code."""

    async def begin_epoch(self, now: datetime) -> int:
        """Take the sending lock for this process and count a new owner epoch. Raises InstanceRunning."""

    async def other_folders(self) -> list[str]:
        """The folders of posts, beside this one, whose first scan is complete, as they were named; the latest first."""

    def on_change(self, call: Callable[[], None]) -> None:
        """Call `call` in the event loop after commits, of this process or another, that may have made something due."""

    def on_coming(self, listener: Listener, platform: str) -> None:
        """Tell `listener` of each new post that has something due on `platform`, before and after it is written.

        It is woken after all other commits that may have made something due as well, unless it is known that they
        concern other platforms alone.
        """

    async def check(self) -> None:
        """Write to the disk and change nothing. Raises StoreBusy, or StoreError with the mend."""

    async def prune(self, now: datetime, keep: timedelta) -> int:
        """Forget what is kept for a time only, a little at a time beside other writes; how many rows went.

        Attempts, superseded announcements and ids of pictures are kept for `keep`, other people's message ids for a
        day. What was sent to whom is never forgotten, nor any trace of what is not done with yet.
        """

    async def backup(self, path: str) -> None:
        """Copy the database to `path` while it is in use."""

    async def close(self) -> None:
        """Finish what is queued and let go of the database and the lock."""
