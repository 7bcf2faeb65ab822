"""What the consumer of a watcher was told of each file: the memory that keeps it from being told twice. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.records import FileStamp


class Told:
    """What was told and may not be recorded yet. It lies on top of what is recorded, which is handed in."""

    def __init__(self) -> None:
        self._since: dict[str, FileStamp] = {}
        self._gone: set[str] = set()  # told as missing; what is recorded of them counts no more
        self._again: set[str] = set()  # asked to be told once more

    def paths(self) -> set[str]:
        """The files of which more was told than what is recorded, as far as is known here."""
        return self._since.keys() | self._gone | self._again

    def refresh(self, recorded: Mapping[str, FileStamp]) -> None:
        """Take in what is recorded of `paths()` by now."""
        self._since = {path: stamp for path, stamp in self._since.items() if recorded.get(path) != stamp}
        self._gone &= recorded.keys()

    def stamp(self, path: str, recorded: FileStamp | None) -> FileStamp | None:
        """The stamp that was told last; None if the file is news, whatever its stamp."""
        if path in self._gone or path in self._again:
            return None
        return self._since.get(path) or recorded

    def is_there(self, path: str, recorded: FileStamp | None) -> bool:
        """Whether the file is there, as far as was told."""
        return path not in self._gone and (path in self._since or recorded is not None)

    @property
    def gone(self) -> frozenset[str]:
        """The files that were told as missing and may be recorded still."""
        return frozenset(self._gone)

    @property
    def since(self) -> frozenset[str]:
        """The files that were told and may not be recorded yet."""
        return frozenset(self._since)

    def tell(self, path: str, stamp: FileStamp) -> None:
        """The file is told with this stamp."""
        self._since[path] = stamp
        self._gone.discard(path)
        self._again.discard(path)

    def tell_missing(self, paths: Iterable[str]) -> None:
        """The files are told to be missing."""
        for path in paths:
            self._since.pop(path, None)
            self._again.discard(path)
            self._gone.add(path)

    def again(self, path: str) -> None:
        """Tell `path` once more when it is looked at next, even if nothing changed."""
        self._gone.discard(path)
        self._again.add(path)
