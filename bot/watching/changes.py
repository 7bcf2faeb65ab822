"""What a watcher tells, and what gathers until it is taken. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.records import FileStamp


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new about the folder. Paths are relative to it, "/" between, in order.

    `waiting` counts files that were seen and are not still yet: they follow, and once there are none that is told,
    if need be by Changes that hold nothing else.
    """

    paths: tuple[tuple[str, FileStamp], ...] = ()  # new or changed, and still
    missing: tuple[str, ...] = ()
    scanned: bool = False  # a whole scan ended since the last Changes: all that differed then was told, or waits
    root_fault: str = ""  # why the folder itself can't be believed now; nothing is new or missing then
    waiting: int = 0


class Gathered:
    """Changes that gather while the consumer is busy: at most one for each path, the last one."""

    def __init__(self) -> None:
        self._paths: dict[str, FileStamp] = {}
        self._missing: set[str] = set()
        self._scanned = False
        self._root_fault: str | None = None  # None: not scanned yet
        self._told_waiting = 0

    def __bool__(self) -> bool:
        return bool(self._paths or self._missing) and not self._root_fault

    def still(self, path: str, stamp: FileStamp) -> None:
        """The file is new or changed, and still."""
        self._paths[path] = stamp
        self._missing.discard(path)

    def moving(self, path: str) -> None:
        """The file is being written again, or is away: don't tell it yet."""
        self._paths.pop(path, None)

    def missing(self, paths: Iterable[str]) -> None:
        """The files are gone."""
        for path in paths:
            self._paths.pop(path, None)
            self._missing.add(path)

    def scan(self, root_fault: str, *, whole: bool) -> bool:
        """A scan ended so. Returns whether that alone is worth telling: the first scan, and each change of fault."""
        worth_telling = root_fault != self._root_fault
        self._root_fault = root_fault
        self._scanned = self._scanned or whole
        return worth_telling

    def owes_zero(self, waiting: int) -> bool:
        """Whether the consumer was told of files that are waited for, and there are none left."""
        return waiting == 0 and self._told_waiting > 0

    def take(self, waiting: int) -> Changes:
        """Everything that gathered, in path order. While the folder can't be believed, it waits."""
        if self._root_fault:
            changes = Changes((), (), self._scanned, self._root_fault, waiting)
        else:
            changes = Changes(
                tuple(sorted(self._paths.items())), tuple(sorted(self._missing)), self._scanned, "", waiting
            )
            self._paths.clear()
            self._missing.clear()
        self._scanned = False
        self._told_waiting = waiting
        return changes
