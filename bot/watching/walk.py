"""Looks at every file below a folder, or at some, and says what stands there. Blocking; reads no file."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from bot.records import FileStamp, FolderId, Problem, StampRow
from bot.watching.ignore import is_ignored_file, is_ignored_folder

_ANY_POST: Final = "2026-01-31-post.md"
"""A name that every generator takes for a post's, where it takes any."""


@dataclass(frozen=True, slots=True)
class Tree:
    """What a walk saw. Paths are relative to the root, "/" between."""

    files: dict[str, FileStamp]
    unreadable: tuple[str, ...] = ()  # folders and files that could not be looked at: what lies there is not "gone"
    problems: tuple[Problem, ...] = ()  # what an editor or operator would want to mend

    def hides(self, path: str) -> bool:
        """Whether `path` may be there all the same, because it lies where the walk could not look."""
        return _is_below(path, self.unreadable)


def walk(root: Path, accepts: Callable[[str], bool]) -> Tree:
    """All that a Walk sees, at once. Raises OSError if it is the root itself that can't be read."""
    walking = Walk(root, accepts)
    files = dict(walking.files())
    return Tree(files, tuple(walking.unreadable), tuple(walking.problems))


def look_at(root: Path, paths: Iterable[str]) -> dict[str, FileStamp | None]:
    """Look at each of `paths` as `walk` would; None: no file is there. Those that can't be looked at are left out."""
    real_root = real(root)
    folders = {real_root: True}  # whether no part of the way there is a link
    seen = {}
    for path in paths:
        file = real_root / path
        if file.parent not in folders:
            folders[file.parent] = real(file.parent) == file.parent
        with suppress(OSError):
            seen[path] = _look(real_root, file) if folders[file.parent] else None
    return seen


def real(path: Path) -> Path:
    """`path` with all links followed as far as they lead; unlike Path.resolve() it bears links in a circle."""
    return Path(os.path.realpath(path))


def identity(folder: Path) -> FolderId:
    """Device and inode: what tells `folder` from another one put in its place. Raises OSError."""
    seen = folder.stat()
    return seen.st_dev, seen.st_ino


def stamp_of(seen: os.stat_result) -> FileStamp:
    """The stamp of what `stat` saw."""
    return FileStamp(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)


def is_utf8(name: str) -> bool:
    """Whether a name from the file system can be written as text at all."""
    return name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name)


class Walk:
    """A walk in progress: the files below `root` that are not ignored and that `accepts` takes by their relative path.

    They come in the order of their paths, as they would be sorted by code point, and a stamp is taken only when its
    turn comes: what a walk holds are the names in the folders on the way to where it stands.
    A link to a file counts if it leads to a file inside the root; links to folders are not followed, for they can
    run in circles, but are named where posts could lie in them. What can't be read, and what an editor would want to
    mend, gathers in `unreadable` and `problems`.
    """

    def __init__(self, root: Path, accepts: Callable[[str], bool]) -> None:
        self._root = real(root)
        self._start = os.path.join(self._root, "")  # noqa: PTH118 - a prefix ends with a separator, a Path never does
        self._accepts = accepts
        self._paths = self._names()
        self._ahead = ""  # was come upon and lies beyond what was asked for
        self.unreadable: list[str] = []  # what lies there is not "gone"
        self.problems: list[Problem] = []

    def files(self) -> Iterator[tuple[str, FileStamp]]:
        """All files from where the walk stands. Raises OSError if the root itself can't be read."""
        for path, stamp, _ in self.differing(()):
            if stamp is not None:
                yield path, stamp

    def differing(
        self, recorded: Sequence[StampRow], *, more: bool = False
    ) -> Iterator[tuple[str, FileStamp | None, StampRow | None]]:
        """Compare what stands here with what is `recorded`: the files that differ, each with its stamp and its row.

        No stamp: there is no such file any more. No row: it is new. `recorded` is in the order of its paths; `more`
        says that others follow: the walk then stops where they begin. A recorded file that is the same is passed over
        unasked: it stays known, whether `accepts` takes it or not. Raises OSError if the root itself can't be read.
        """
        lstat, start = os.lstat, self._start
        rows = iter(recorded)
        row = next(rows, None)
        ahead, self._ahead = self._ahead, ""
        for path in chain((ahead,), self._paths) if ahead else self._paths:
            while row and row[0] < path:
                yield row[0], None, row
                row = next(rows, None)
            if row is None or row[0] != path:
                if more and row is None:
                    self._ahead = path
                    return
                if stamp := self._counted(path):
                    yield path, stamp, None
                continue
            try:
                seen = lstat(start + path)
                same = row == (path, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)
            except OSError:
                same = False
            if not same and (stamp := self._counted(path)) != row[1:]:  # a link bears the stamp of its file
                yield path, stamp, row
            row = next(rows, None)
        yield from ((row[0], None, row) for row in chain((row,), rows) if row)

    def count(self) -> int:
        """How many files are left, without looking at them: links and pipes count as well."""
        return sum(map(self._takes, self._paths))

    def hides(self, path: str) -> bool:
        """Whether `path` may be there all the same, because it lies where the walk could not look."""
        return _is_below(path, self.unreadable)

    def _takes(self, path: str) -> bool:
        return self._accepts(path) and not is_ignored_file(path.rpartition("/")[2])

    def _names(self) -> Iterator[str]:
        """The path of everything that is no folder."""
        folders = [("", iter(self._listed("")))]  # from the root to where the walk stands
        while folders:
            folder, names = folders[-1]
            for name in names:
                if name[-1] == "/":
                    folders.append((folder + name, iter(self._listed_if_possible(folder + name))))
                    break
                yield folder + name
            else:
                folders.pop()

    def _listed(self, folder: str) -> list[str]:
        """The names in `folder` ("" or ending in "/"), those of folders with a "/" behind them, which orders paths."""
        names = []
        with os.scandir(self._start + folder) as entries:
            for entry in entries:
                name = entry.name
                if not name.isascii() and not is_utf8(name):
                    self._misnamed(folder + name, entry)
                elif entry.is_symlink() and _is_folder(entry):  # the listing itself tells links from all else
                    self._linked(folder + name)
                elif not entry.is_dir(follow_symlinks=False):
                    names.append(name)
                elif not is_ignored_folder(folder + name):
                    names.append(f"{name}/")
        names.sort()
        return names

    def _listed_if_possible(self, folder: str) -> list[str]:
        try:
            return self._listed(folder)
        except (FileNotFoundError, NotADirectoryError):
            pass  # removed or replaced since its parent was listed
        except OSError as error:
            self._unreadable(folder.removesuffix("/"), error)
        return []

    def _counted(self, path: str) -> FileStamp | None:
        """The stamp of the file at `path`, if it counts."""
        return self._look(path) if self._takes(path) else None

    def _look(self, path: str) -> FileStamp | None:
        try:
            seen = os.lstat(self._start + path)
            if stat.S_ISREG(seen.st_mode):
                return stamp_of(seen)
            if stat.S_ISLNK(seen.st_mode):
                return self._behind_link(path)
        except (FileNotFoundError, NotADirectoryError):
            return None  # removed since it was listed
        except OSError as error:
            self._unreadable(path, error)
            return None
        if not stat.S_ISDIR(seen.st_mode):
            self._problem(path, "this is no file but a pipe, a socket or a device", "put a file in its place")
        return None

    def _behind_link(self, path: str) -> FileStamp | None:
        stamp = _behind_link(self._root, self._root / path)
        if stamp is None:
            what = "the link leads to no file inside the posts folder"
            self._problem(path, what, "put the file itself there, or link to one in the folder")
        return stamp

    def _linked(self, path: str) -> None:
        """A link to a folder: what lies behind it is no news, and not gone either if the folder lay here before."""
        if is_ignored_folder(path):
            return
        self.unreadable.append(path)
        if self._accepts(path) or self._accepts(f"{path}/{_ANY_POST}"):
            target = os.fsencode(real(self._root / path)).decode("utf-8", "replace")
            what = f"this folder is a link to {target}; newsbell does not follow links to folders"
            self._problem(path, what, "move the posts here, or watch that folder")

    def _misnamed(self, path: str, entry: os.DirEntry[str]) -> None:
        shown = os.fsencode(path).decode("utf-8", "replace")
        if entry.is_dir(follow_symlinks=False) or self._accepts(shown):
            self._problem(shown, "the name is not written in UTF-8", "rename it")

    def _unreadable(self, path: str, error: OSError) -> None:
        self.unreadable.append(path)
        too_long = error.errno == errno.ENAMETOOLONG
        mend = "move it out of some of the folders around it" if too_long else "let newsbell's user read it"
        self._problem(path, f"can't be looked at ({error.strerror})", f"{mend}; until then nothing in it is news")

    def _problem(self, path: str, what: str, mend: str) -> None:
        self.problems.append(Problem(path, 0, what, mend))


def _is_folder(link: os.DirEntry[str]) -> bool:
    try:
        return link.is_dir()
    except OSError:  # a circle, or a way through folders that are closed to us
        return False


def _is_below(path: str, places: Iterable[str]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)


def _look(root: Path, file: Path) -> FileStamp | None:
    try:
        seen = file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if stat.S_ISLNK(seen.st_mode):
        return _behind_link(root, file)
    return stamp_of(seen) if stat.S_ISREG(seen.st_mode) else None


def _behind_link(root: Path, link: Path) -> FileStamp | None:
    target = real(link)
    if not target.is_relative_to(root):
        return None
    try:
        seen = target.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return stamp_of(seen) if stat.S_ISREG(seen.st_mode) else None
