"""A rush of files is told as a whole: whoever guards against mass edits must see the mass, not its first few files."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import replace
from typing import Final

from bot.watching.changes import Changes

LONGEST_SECONDS: Final = 60.0
"""A file that is written for ever keeps the others of its rush waiting for no longer than this."""


async def gathered(
    changing: AsyncIterator[Changes], *, more_than: int, now: Callable[[], float]
) -> AsyncGenerator[Changes, None]:
    """What a watcher tells; where `more_than` so many files are still being written, all of it once they are still."""
    held: Changes | None = None
    since = 0.0
    async for changes in changing:
        told = changes if held is None else _together(held, changes)
        if held is None:
            since = now()
        rushes = changes.waiting > (more_than if held is None else 0)
        if rushes and now() - since < LONGEST_SECONDS:
            held = told
            continue
        held = None
        yield told


def _together(before: Changes, after: Changes) -> Changes:
    """Both as one; what was told of a file later goes before what was told of it earlier."""
    gone = set(after.missing)
    paths = {path: stamp for path, stamp in before.paths if path not in gone} | dict(after.paths)
    missing = (set(before.missing) - paths.keys()) | gone
    return replace(
        after,
        paths=tuple(sorted(paths.items())),
        missing=tuple(sorted(missing)),
        scanned=before.scanned or after.scanned,
    )
