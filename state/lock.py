"""One process sends from a database, and one with a bot's token: each holds locks on files, which any death frees."""

from __future__ import annotations

import fcntl
import logging
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

from bot.errors import InstanceRunning
from state.troubles import of_the_disk

log = logging.getLogger(__name__)

_DIGEST_BYTES: Final = 8
"""Of a token that has some 200 secret bits: enough to tell tokens apart, far too little to find one by."""


class _Lock:
    """A locked file that holds its owner's pid and, in the next line, the database that it sends from."""

    def __init__(self, path: Path, database: Path) -> None:
        self.path = path
        self._database = database
        self._file: int | None = None

    def take(self) -> tuple[int, str] | None:
        """Take the lock for this process, if it hasn't. Else the pid and the database of the process that has it."""
        if self._file is not None:
            return None
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, _, database = os.read(file, 4096).decode(errors="replace").strip().partition("\n")
            os.close(file)
            return int(pid) if pid.isdecimal() else 0, database
        self._file = file
        with suppress(OSError):  # on a full disk it may not say who holds it; held it is
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()}\n{self._database.absolute()}\n".encode(), 0)
        return None

    def free(self) -> None:
        """Give the lock back; does nothing if it isn't held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class SendingLock:
    """The lock on `<database>.lock`, beside the file itself: by whatever symbolic link it is named, there is one.

    Of hard links each is a file itself, and SQLite, whose log lies beside the name that it was given, bears no second
    one either (sqlite.org/howtocorrupt.html, "Multiple links to the same file"). None is refused: backups use them.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        file = database.resolve()
        self._lock = _Lock(file.with_name(file.name + ".lock"), database)

    def take(self) -> None:
        """Take the lock for this process, if it hasn't. Raises InstanceRunning, which names the process that has it.

        And StoreError where its file can't be made: StoreFull for want of room.
        """
        try:
            owner = self._lock.take()
        except OSError as error:
            raise of_the_disk(error, "made", self._lock.path) from error
        if owner is not None:
            raise InstanceRunning(owner[0], f"sends from {self._database}")

    def free(self) -> None:
        """Give the lock back; does nothing if it isn't held."""
        self._lock.free()


class TokenLock:
    """The lock on a bot's token, among the processes of this user on this machine, whatever databases they use.

    Its files are named after a few bits of the token's digest. They lie in every folder that another newsbell may look
    into: a service has no XDG_RUNTIME_DIR where its user's terminal has one. Who has temporary files apart (systemd's
    PrivateTmp, containers) is not found (docs/adr/0014).
    """

    def __init__(self, platform: str, token: str, database: Path, session: str = "") -> None:
        """`session` is the folder that the environment names in XDG_RUNTIME_DIR, if it does."""
        self._platform = platform
        digest = blake2b(token.encode(), digest_size=_DIGEST_BYTES, key=b"newsbell: one process a token").hexdigest()
        name = f"newsbell-{platform}-{digest}.lock"
        self._locks = [_Lock(folder / name, database) for folder in _runtime_folders(session)]

    def take(self) -> None:
        """Take the lock. Raises InstanceRunning, which names the process that has it, and its database."""
        for lock in self._locks:
            try:
                owner = lock.take()
            except OSError as error:
                log.warning("whether another newsbell uses the same token can't be found out: %s", error)
                continue
            if owner is not None:
                self.free()
                pid, database = owner
                raise InstanceRunning(pid, f"uses this {self._platform.title()} bot, with the database {database}")

    def free(self) -> None:
        """Give the lock back; does nothing if it isn't held."""
        for lock in self._locks:
            lock.free()


def _runtime_folders(session: str) -> Iterator[Path]:
    """Folders of this user alone, which need no rights of root: the one of the session, and one below /tmp."""
    if session and _is_ours(Path(session)):
        yield Path(session)
    own = Path(tempfile.gettempdir()) / f"newsbell-{os.getuid()}"
    with suppress(OSError):
        own.mkdir(mode=0o700, exist_ok=True)
    if _is_ours(own):
        yield own
    else:
        log.warning("no lock can be kept in %s, so a second newsbell with the same token may go unnoticed", own)


def _is_ours(folder: Path) -> bool:
    """Whether it is a folder of this user's, and no link that somebody else has laid there."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and os.access(folder, os.W_OK)
