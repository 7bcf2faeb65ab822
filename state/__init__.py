"""newsbell's memory: what is known of posts, who subscribed, and what was sent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.errors import StoreError
from bot.ports import Store
from state.lock import TokenLock
from state.restoring import restore
from state.sqlite import open_sqlite

__all__ = ["lock_token", "open_store", "restore_store"]


async def open_store(url: str, root: str) -> Store:
    """Open the store that `url` names (`sqlite:///path`), for the posts of the folder `root`.

    The folder is known by that path (absolute, its links not followed): where it leads may be another place tomorrow.
    Raises StoreError with what is wrong and the mend.
    """
    return await open_sqlite(_path(url), root)


def lock_token(url: str, platform: str, token: str, session: str = "") -> Callable[[], None]:
    """Be the only process of this machine's user that uses a bot's token, until the returned function is called.

    `url` names the store that it is used for, `session` the user's folder for what is running, where there is one.
    Blocking. Raises InstanceRunning.
    """
    lock = TokenLock(platform, token, _path(url), session)
    lock.take()
    return lock.free


def restore_store(url: str, backup: Path) -> Path | None:
    """Put a copy of `backup` in the place of the store at `url`; the path under which the old one, if any, is kept.

    Raises StoreError if `backup` is no database of newsbell's, and InstanceRunning.
    """
    return restore(_path(url), backup)


def _path(url: str) -> Path:
    scheme, _, path = url.partition(":///")
    if scheme != "sqlite" or not path:
        raise StoreError("the database is not one that this newsbell can open; write sqlite:///newsbell.db")
    return Path(path)
