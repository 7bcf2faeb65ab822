"""newsbell's memory: what is known of posts, who subscribed, and what was sent."""

from __future__ import annotations

from pathlib import Path

from bot.errors import StoreError
from bot.ports import Store
from state.restoring import restore
from state.sqlite import open_sqlite

__all__ = ["open_store", "restore_store"]


async def open_store(url: str, root: str) -> Store:
    """Open the store that `url` names (`sqlite:///path`), for the posts of the folder `root` (absolute).

    Raises StoreError with what is wrong and the mend.
    """
    return await open_sqlite(_path(url), root)


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
