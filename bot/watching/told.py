"""What the consumer of a watcher was told of each file: the memory that keeps it from being told twice. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.records import FileStamp


class Told:
    """What is recorded of each file, and on top of it what was told since and may not be recorded yet."""

    def __init__(self) -> None:
        self._known: Mapping[str, FileStamp] = {}
        self._since: dict[str, FileStamp] = {}
        self._gone: set[str] = set()  # told as missing; what is recorded of them counts no more
        self._again: set[str] = set()  # asked to be told once more

    def refresh(self, known: Mapping[str, FileStamp]) -> None:
        """Take in what is recorded by now."""
        self._known = known
        self._since = {path: stamp for path, stamp in self._since.items() if known.get(path) != stamp}
        self._gone &= known.keys()

    def stamp(self, path: str) -> FileStamp | None:
        """The stamp that was told last; None if the file is news, whatever its stamp."""
        if path in self._gone or path in self._again:
            return None
        return self._since.get(path) or self._known.get(path)

    def __contains__(self, path: object) -> bool:
        return path not in self._gone and (path in self._since or path in self._known)

    def paths(self) -> set[str]:
        """The files that are there, as far as was told."""
        return (self._known.keys() | self._since.keys()) - self._gone

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
