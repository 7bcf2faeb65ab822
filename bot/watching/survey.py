"""A whole scan, compared with what was told before; and what keeps a scan from being believed.

Both sides come in the order of their paths, so they are compared page by page: of the files that did not change, no
more than a page is ever held, and neither the event loop nor the database is kept busy for longer than one takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.ports import Stamps
from bot.records import FileStamp, Problem, StampRow
from bot.watching.told import Told
from bot.watching.walk import Walk, identity

PAGE: Final = 4000
"""Recorded files that are read and compared together, in some 10 ms each."""

_UNLIKE: Final = (-1, -1, -1, -1)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a scan found out about the folder.

    `fault` says in words why nothing may be taken for missing now; `missing` is empty then.
    """

    changed: Mapping[str, FileStamp] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    files: int = 0
    device: int | None = None  # None: the folder could not be read at all
    fault: str = ""
    problems: tuple[Problem, ...] = ()
    new: frozenset[str] = frozenset()  # those of `changed` of which nothing was told before


async def survey(
    root: Path, accepts: Callable[[str], bool], known: Stamps, *, told: Told | None = None, device: int | None = None
) -> Survey:
    """Scan `root` and compare it with what is `known`, and `told` on top of it. `device` is where it should be.

    What is known and has not changed is left as it is, whether `accepts` would still take it or not: as little as an
    edit (DESIGN 3) does a changed setting start a withdrawal. `told` may change meanwhile.
    """
    comparison = _Comparison(root, accepts, told or Told())
    try:
        await asyncio.to_thread(comparison.begin)
        after, last = "", False
        while not last:
            page = await known.stamp_rows(after=after, limit=PAGE)
            last = len(page) < PAGE
            after = "" if last else page[-1][0]
            await asyncio.to_thread(comparison.compare, page, more=not last)
        return await asyncio.to_thread(comparison.end, device)
    except OSError as error:
        return Survey(fault=_unusable(root, error))


class _Comparison:
    """One scan in progress. Blocking; its methods raise OSError if the root can't be read.

    The event loop may change `told` meanwhile: while the scan goes on, only single entries of it are read.
    """

    def __init__(self, root: Path, accepts: Callable[[str], bool], told: Told) -> None:
        self._root = root
        self._accepts = accepts
        self._told = told
        self._gone = told.gone
        self._unrecorded = set(told.since)  # and not come upon yet
        self._special = told.paths()
        self._there = 0
        self._files = 0
        self._changed: dict[str, FileStamp] = {}
        self._new: set[str] = set()
        self._missing: set[str] = set()

    def begin(self) -> None:
        """Raises OSError if the folder is not there."""
        self._identity = identity(self._root)
        self._walk = Walk(self._root, self._accepts)

    def compare(self, page: Sequence[StampRow], *, more: bool) -> None:
        """Go on through the recorded files of `page`, and to the end of the folder if no `more` follow."""
        self._files += len(page)
        self._there += len(page)
        if self._special:
            page = self._marked(page)
        for path, stamp, row in self._walk.differing(page, more=more):
            if stamp is None:
                self._files -= 1
                self._is_missing(path)
            else:
                self._files += row is None
                self._differs(path, stamp, FileStamp(*row[1:]) if row else None)

    def _marked(self, page: Sequence[StampRow]) -> list[StampRow]:
        """`page` with rows that are like no file, where more was told than what is recorded."""
        self._unrecorded.difference_update(row[0] for row in page)
        self._there -= sum(row[0] in self._gone for row in page)
        return [(row[0], *_UNLIKE) if row[0] in self._special else row for row in page]

    def end(self, device: int | None) -> Survey:
        """What the whole scan amounts to; the folder was, as far as is known, on `device`."""
        self._there += len(self._unrecorded)
        for path in self._unrecorded:
            self._is_missing(path)
        replaced = self._identity != identity(self._root)  # while we looked; the next scan will tell
        fault = "" if replaced else self._doubt(device)
        return Survey(
            self._changed,
            frozenset() if replaced or fault else frozenset(self._missing),
            self._files,
            self._identity[0],
            fault,
            tuple(self._walk.problems),
            frozenset(self._new),
        )

    def _is_missing(self, path: str) -> None:
        if path not in self._gone and not self._walk.hides(path):
            self._missing.add(path)

    def _differs(self, path: str, stamp: FileStamp, recorded: FileStamp | None) -> None:
        self._unrecorded.discard(path)
        before = self._told.stamp(path, recorded)
        if before != stamp:
            self._changed[path] = stamp
        if before is None:
            self._new.add(path)

    def _doubt(self, device: int | None) -> str:
        if self._there and not self._files:
            return (
                f"{self._root} holds no post at all, but {self._there} were there; bring them back or mount the folder;"
                " until then nothing is withdrawn"
            )
        if self._missing and device is not None and self._identity[0] != device:
            return (
                f"{self._root} is on another device than before, and {len(self._missing)} posts are missing; mount the"
                " folder again, or restart newsbell if the posts moved for good; until then nothing is withdrawn"
            )
        return ""


def _unusable(root: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        what, mend = "is missing", "create it, mount it, or mend NEWSBELL_POSTS"
    elif isinstance(error, NotADirectoryError):
        what, mend = "is no folder", "let NEWSBELL_POSTS name the folder with the posts"
    else:
        what, mend = f"can't be read ({error.strerror})", "let newsbell's user read it"
    return f"{root} {what}; {mend}; until then no post is found or withdrawn"
