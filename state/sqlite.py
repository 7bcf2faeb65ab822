"""The store in one SQLite file: the shelves, the lock and the backup."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import StoreError
from bot.ports import Listener
from state.archive import ArchiveShelf
from state.crossposts import CrosspostShelf
from state.deliveries import DeliveryShelf
from state.discussions import DiscussionShelf
from state.guestbook import SqliteGuestbook
from state.lock import SendingLock
from state.memory import Memory
from state.migrating import migrate
from state.notices import SqliteNotices
from state.operators import SqliteOperators
from state.profiles import ProfileShelf
from state.pruning import Pruner
from state.roots import find_root, name_root, other_roots
from state.rows import moment
from state.stories import StoryShelf
from state.subscriptions import SubscriptionShelf
from state.words import WordShelf


class SqliteStore:
    """bot.ports.Store in the SQLite file `path`, for the posts of the folder `root`."""

    def __init__(self, path: Path, root: str) -> None:
        self._memory = Memory(path)
        self._pruner = Pruner(self._memory)
        self._lock = SendingLock(path)
        self._root = root
        self.posts = ArchiveShelf(self._memory, root)
        self.subscriptions = SubscriptionShelf(self._memory)
        self.deliveries = DeliveryShelf(self._memory)
        self.crossposts = CrosspostShelf(self._memory)
        self.discussions = DiscussionShelf(self._memory)
        self.words = WordShelf(self._memory)
        self.stories = StoryShelf(self._memory)
        self.profiles = ProfileShelf(self._memory)
        self.notices = SqliteNotices(self._memory)
        self.guestbook = SqliteGuestbook(self._memory)
        self.operators = SqliteOperators(self._memory)

    async def begin_epoch(self, now: datetime) -> int:
        """See bot.ports.Store."""
        self._lock.take()
        await self._name_folder()

        def count(connection: sqlite3.Connection) -> int:
            owner = (os.getpid(), socket.gethostname(), moment(now))
            connection.execute("INSERT INTO owners (pid, host, began_at) VALUES (?, ?, ?)", owner)
            epoch: int = connection.execute("SELECT max(epoch) FROM owners").fetchone()[0]
            return epoch

        return await self._memory.write(count)

    def on_change(self, call: Callable[[], None]) -> None:
        """See bot.ports.Store."""
        self._memory.on_change(lambda _: call())

    def on_coming(self, listener: Listener, platform: str) -> None:
        """See bot.ports.Store."""
        self.posts.coming.listen(listener, platform)
        self._memory.on_change(listener.wake, platform)

    async def backup(self, path: str) -> None:
        """See bot.ports.Store."""

        def copy(connection: sqlite3.Connection) -> None:
            if Path(path).exists():
                raise StoreError(f"{path} exists already; name a file that is not there yet")
            try:
                with closing(sqlite3.connect(path)) as target:
                    connection.backup(target)
            except sqlite3.Error as error:
                raise StoreError(f"the backup {path} can't be written ({error}); check folder and rights") from error

        await self._memory.read(copy)

    async def check(self) -> None:
        """See bot.ports.Store."""
        await self._memory.write(_write_nothing_new)

    async def other_folders(self) -> list[str]:
        """See bot.ports.Store."""
        return await self._memory.read(lambda connection: other_roots(connection, self._root))

    async def prune(self, now: datetime, keep: timedelta) -> int:
        """See bot.ports.Store."""
        return await self._pruner.prune(now, keep)

    async def close(self) -> None:
        """See bot.ports.Store."""
        await self._memory.close()
        self._lock.free()

    async def _name_folder(self) -> None:
        """Who sends leaves behind what the folder is called: the next to come finds it so, wherever its links lead."""
        if root := await self._memory.read(lambda connection: find_root(connection, self._root)):
            await self._memory.write(lambda connection: name_root(connection, root, self._root))


def _write_nothing_new(connection: sqlite3.Connection) -> None:
    """A number that SQLite keeps for us, and that we don't use, is written as it is: a page that goes to the disk."""
    number = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.execute(f"PRAGMA user_version = {number}")


async def open_sqlite(path: Path, root: str) -> SqliteStore:
    """Open the database, bringing its tables up to date first. Raises StoreError with what is wrong and the mend."""
    await asyncio.to_thread(migrate, path)
    return SqliteStore(path, root)
