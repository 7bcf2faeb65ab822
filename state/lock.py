"""One process sends from a database: it holds the lock on a file beside it, which any death frees."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from bot.errors import InstanceRunning


class SendingLock:
    """The lock on `<database>.lock`, which holds the pid of its owner."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._path = database.with_name(database.name + ".lock")
        self._file: int | None = None

    def take(self) -> None:
        """Take the lock for this process, if it hasn't. Raises InstanceRunning, which names the process that has it."""
        if self._file is not None:
            return
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(file, 32).strip()
            os.close(file)
            raise InstanceRunning(int(owner or b"0"), str(self._database)) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def free(self) -> None:
        """Give the lock back; does nothing if it isn't held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
