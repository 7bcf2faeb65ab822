"""A whole scan, compared with what was told before; and what keeps a scan from being believed.

Both sides come in the order of their paths, so they are compared page by page: of the files that did not change, no
more than a page is ever held, and neither the event loop nor the database is kept busy for longer than one takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import ne
from pathlib import Path
from typing import Final

from bot.ports import Stamps
from bot.records import FileStamp, FolderId, Problem, StampRow
from bot.texts import Reason, sentence
from bot.watching.told import Told
from bot.watching.walk import Walk, identity

PAGE: Final = 4000
"""Recorded files that are read and compared together, in some 10 ms each."""

FEW: Final = 20
"""Files that may be missing, unless somebody says otherwise (NEWSBELL_FLOOD)."""

_UNLIKE: Final = (-1, -1, -1, -1)

_EMPTY: Final = sentence(
    "{source} holds no post at all, but {count} were there; bring them back or mount the folder; until then nothing is "
    "withdrawn"
)
_MOVED: Final = sentence(
    "{source} is on another device than before, and {missing} of {count} files are missing; mount the folder again, "
    "or, if the posts moved for good: newsbell release --folder; until then nothing is sent or withdrawn"
)
_MISSING: Final = sentence(
    "{source} is missing; create it, mount it, or mend NEWSBELL_POSTS; until then no post is found or withdrawn"
)
_NO_FOLDER: Final = sentence(
    "{source} is no folder; let NEWSBELL_POSTS name the folder with the posts; until then no post is found or withdrawn"
)
_UNREADABLE: Final = sentence(
    "{source} can't be read ({error}); let newsbell's user read it; until then no post is found or withdrawn"
)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a scan found out about the folder.

    `fault` says in words why the folder can't be believed now: nothing is `changed` or `missing` then.
    """

    changed: Mapping[str, FileStamp] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    files: int = 0
    folder: FolderId | None = None  # None: it could not be read at all
    fault: str = ""
    problems: tuple[Problem, ...] = ()
    new: frozenset[str] = frozenset()  # those of `changed` of which nothing was told before
    replaced: bool = False  # by another folder meanwhile: the next scan will tell


async def survey(
    root: Path, accepts: Callable[[str], bool], known: Stamps, *, told: Told | None = None, few: int = FEW
) -> Survey:
    """Scan `root` and compare it with what is `known`, and `told` on top of it.

    Another folder than was believed last, with other numbers of device and inode, is doubted where more than a `few`
    files are missing, or half of them. So a mount that is not there is told from a container, whose devices have other
    numbers after each start.

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
        return await asyncio.to_thread(comparison.end, await known.folder(), few)
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

    def end(self, believed: FolderId | None, few: int) -> Survey:
        """What the whole scan amounts to, where `believed` is the folder that it was last."""
        self._there += len(self._unrecorded)
        for path in self._unrecorded:
            self._is_missing(path)
        replaced = self._identity != identity(self._root)  # while we looked; the next scan will tell
        fault = self._doubt(believed, few)
        return Survey(
            {} if fault else self._changed,
            frozenset() if replaced or fault else frozenset(self._missing),
            self._files,
            self._identity,
            "" if replaced else fault,
            tuple(self._walk.problems),
            frozenset() if fault else frozenset(self._new),
            replaced,
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

    def _doubt(self, believed: FolderId | None, few: int) -> str:
        if self._there and not self._files:
            return Reason(_EMPTY, source=str(self._root), count=self._there)
        moved = believed is not None and all(map(ne, self._identity, believed))
        missing = len(self._missing)
        if moved and (missing > few or 2 * missing >= self._there > 0):
            return Reason(_MOVED, source=str(self._root), missing=missing, count=self._there)
        return ""


def _unusable(root: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return Reason(_MISSING, source=str(root))
    if isinstance(error, NotADirectoryError):
        return Reason(_NO_FOLDER, source=str(root))
    return Reason(_UNREADABLE, source=str(root), error=str(error.strerror))
