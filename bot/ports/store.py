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

    def on_change(self, call: Callable[[], None], platform: str = "") -> None:
        """Call `call` in the event loop after commits, of this process or another, that may have made something due.

        One who names a platform is spared those of which it is known that they concern others alone.
        """

    def on_coming(self, call: Callable[[Announcement], None], platform: str) -> None:
        """Call `call` in the event loop with each new post that has something due on `platform`, before it is written.

        The disk writes meanwhile, and may fail: what is begun then must be of use, or do no harm, all the same.
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
