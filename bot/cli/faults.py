"""What keeps newsbell from its work on this machine: the folder of posts, or the disk, as they are at this moment."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import Final

from bot.cli.setting import database_of
from bot.errors import StoreError
from bot.ports import Store
from bot.reading.site import Site
from bot.records import Problem
from bot.settings import Settings
from bot.watching.survey import survey

LEAST_ROOM: Final = 16 * 2**20
"""Bytes; with less on the disk than this, a busy hour may find it full."""


async def folder_fault(site: Site, store: Store, *, few: int) -> tuple[str, Sequence[Problem]]:
    """Why the folder can't be believed now, as newsbell's log says it; and what in it is to be mended."""
    seen = await survey(site.root, site.is_post, store.posts, few=few)
    return seen.fault, seen.problems


async def database_fault(settings: Settings, store: Store) -> str:
    """Why nothing can be written down, or soon not any more; empty: all is well. Changes nothing."""
    try:
        await store.check()
    except StoreError as error:
        return str(error)
    folder = database_of(settings).absolute().parent
    room = shutil.disk_usage(folder).free
    return "" if room >= LEAST_ROOM else f"the disk of {folder} is almost full ({room // 2**10} KiB free); make room"
