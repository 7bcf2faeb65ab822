"""Looks at every file below a folder, or at some, and says what stands there. Blocking; reads no file."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.records import FileStamp, Problem
from bot.watching.ignore import is_ignored_file, is_ignored_folder


@dataclass(frozen=True, slots=True)
class Tree:
    """What a walk saw. Paths are relative to the root, "/" between."""

    files: dict[str, FileStamp]
    unreadable: tuple[str, ...] = ()  # folders and files that could not be looked at: what lies there is not "gone"
    problems: tuple[Problem, ...] = ()  # what an editor or operator would want to mend

    def hides(self, path: str) -> bool:
        """Whether `path` may be there all the same, because it lies where the walk could not look."""
        return any(path == place or path.startswith(f"{place}/") for place in self.unreadable)


def walk(root: Path, accepts: Callable[[str], bool]) -> Tree:
    """Look at all files below `root` that are not ignored and that `accepts` takes by their relative path.

    A link to a file counts if it leads to a file inside the root; links to folders are not followed, for they can
    run in circles. Folders that can't be read are named in the result. Raises OSError if it is the root itself.
    """
    walker = _Walker(real(root), accepts)
    walker.enter("")
    while walker.folders:
        walker.enter_if_possible(walker.folders.pop())
    return Tree(walker.files, tuple(sorted(walker.unreadable)), tuple(walker.problems))


def look_at(root: Path, paths: Iterable[str]) -> dict[str, FileStamp | None]:
    """Look at each of `paths` as `walk` would; None: no file is there. Those that can't be looked at are left out."""
    real_root = real(root)
    folders: dict[Path, bool] = {}  # whether no part of the way there is a link
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


def stamp_of(seen: os.stat_result) -> FileStamp:
    """The stamp of what `stat` saw."""
    return FileStamp(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)


def is_utf8(name: str) -> bool:
    """Whether a name from the file system can be written as text at all."""
    return name.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in name)


class _Walker:
    """One walk in progress."""

    def __init__(self, root: Path, accepts: Callable[[str], bool]) -> None:
        self._root = root
        self._accepts = accepts
        self.folders: list[str] = []  # still to be entered
        self.files: dict[str, FileStamp] = {}
        self.unreadable: list[str] = []
        self.problems: list[Problem] = []

    def enter(self, folder: str) -> None:
        prefix = f"{folder}/" if folder else ""
        with os.scandir(self._root / folder) as entries:
            for entry in entries:
                path = prefix + entry.name
                if not entry.name.isascii() and not is_utf8(entry.name):
                    self._misnamed(path, entry)
                elif entry.is_dir(follow_symlinks=False):
                    if not is_ignored_folder(path):
                        self.folders.append(path)
                elif self._accepts(path) and not is_ignored_file(entry.name):
                    self._file(path, entry)

    def enter_if_possible(self, folder: str) -> None:
        try:
            self.enter(folder)
        except (FileNotFoundError, NotADirectoryError):
            pass  # removed or replaced since its parent was listed
        except OSError as error:
            self._unreadable(folder, error)

    def _file(self, path: str, entry: os.DirEntry[str]) -> None:
        try:
            if entry.is_file(follow_symlinks=False):
                self.files[path] = stamp_of(entry.stat(follow_symlinks=False))
            elif entry.is_symlink():
                self._link(path)
        except FileNotFoundError:
            pass  # removed since it was listed
        except OSError as error:
            self._unreadable(path, error)

    def _link(self, path: str) -> None:
        stamp = _behind_link(self._root, self._root / path)
        if stamp is not None:
            self.files[path] = stamp
            return
        what = "the link leads to no file inside the posts folder"
        self.problems.append(Problem(path, 0, what, "put the file itself there, or link to one in the folder"))

    def _misnamed(self, path: str, entry: os.DirEntry[str]) -> None:
        shown = os.fsencode(path).decode("utf-8", "replace")
        if entry.is_dir(follow_symlinks=False) or self._accepts(shown):
            self.problems.append(Problem(shown, 0, "the name is not written in UTF-8", "rename it"))

    def _unreadable(self, path: str, error: OSError) -> None:
        self.unreadable.append(path)
        what = f"can't be looked at ({error.strerror})"
        self.problems.append(Problem(path, 0, what, "let newsbell's user read it; until then nothing in it is news"))


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
