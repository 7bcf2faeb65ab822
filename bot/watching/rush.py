"""A rush of files is told as a whole: whoever guards against mass edits must see the mass, not its first few files."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import replace
from typing import Final

from bot.watching.changes import Changes

LONGEST_SECONDS: Final = 60.0
"""So long a rush is remembered; a file that is written for ever keeps the others of its rush waiting for no longer."""


async def gathered(
    changing: AsyncIterator[Changes], *, more_than: int, now: Callable[[], float]
) -> AsyncGenerator[Changes, None]:
    """What a watcher tells; where `more_than` so many files make a rush, all of it once they are still.

    Files that were told of late count with those that are still being written: a rush that is seen to be one only
    after its first files are still is gathered as well, these among them. A fault of the folder is told at once: what
    is held goes on waiting, and joins what is there after it.
    """
    held: Changes | None = None
    since = 0.0
    late: dict[str, float] = {}
    async for changes in changing:
        if changes.root_fault:
            yield changes
            continue
        at = now()
        told = changes if held is None else _together(held, changes)
        if held is None:
            since = at
        late = {path: told_at for path, told_at in late.items() if told_at > at - LONGEST_SECONDS}
        late |= dict.fromkeys((*(path for path, _ in changes.paths), *changes.missing), at)
        rushes = changes.waiting > 0 and (held is not None or len(late) + changes.waiting > more_than)
        if rushes and at - since < LONGEST_SECONDS:
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
