"""What single looks and whole scans amount to: what is told, what is waited for, what is away. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from bot.records import FileStamp
from bot.watching.absence import Absence
from bot.watching.changes import Changes, Gathered
from bot.watching.stillness import Stillness
from bot.watching.survey import Survey
from bot.watching.told import Told


class Findings:
    """Turns looks at files into Changes. `now` and `began` are the event loop's time, in seconds."""

    def __init__(self, *, settle: float, grace: float) -> None:
        self.told = Told()
        self._stillness = Stillness(settle)
        self._absence = Absence(grace)
        self._gathered = Gathered()
        self._newer: set[str] = set()  # paths looked at since the scan began: it may be wrong about them
        self._worth_telling = False

    @property
    def news(self) -> bool:
        """Whether there is something to take."""
        return self._worth_telling or bool(self._gathered) or self._gathered.owes_zero(len(self._stillness))

    def take(self) -> Changes:
        """Everything found since the last call."""
        self._worth_telling = False
        return self._gathered.take(waiting=len(self._stillness))

    def due_looks(self, now: float) -> list[str]:
        """The files that should be looked at now, to see whether they are still."""
        return self._stillness.due(now)

    def next_look(self) -> float | None:
        """When the next of them will be due."""
        return self._stillness.next_due()

    def next_scan(self) -> float | None:
        """When a scan would bring certainty about a file that is away."""
        return self._absence.next_due()

    def look_again(self, path: str) -> None:
        """Tell `path` once more as soon as it was still again, even unchanged."""
        self.told.again(path)
        self._stillness.drop(path)

    def looked(
        self, path: str, stamp: FileStamp | None, now: float, *, closed: bool, recorded: FileStamp | None
    ) -> None:
        """A look at `path` found `stamp` (None: no file), where `recorded` is known of it.

        `closed` says that its writer is done with it.
        """
        self._newer.add(path)
        if stamp is None:
            self._away(path, now, recorded)
            return
        self._absence.back(path)
        if stamp == self.told.stamp(path, recorded):
            self._stillness.drop(path)  # our own reading, or a touch without a change
        elif self._stillness.looked(path, stamp, now, closed=closed):
            self._tell(path, stamp)
        else:
            self._gathered.moving(path)

    def could_not_look(self, path: str) -> None:
        """The file system did not let us look at `path`: it is left to the next scan."""
        self._newer.add(path)
        self._stillness.drop(path)

    def begin_scan(self, recorded: Mapping[str, FileStamp]) -> None:
        """A scan begins; `recorded` is what is known by now of the files in `told.paths()`."""
        self.told.refresh(recorded)
        self._newer = set()

    def scanned(self, seen: Survey, *, began: float, now: float, wall_clock: float) -> list[FileStamp]:
        """Take in what a scan saw. Returns the stamps of new files of which no event had told.

        `wall_clock` is the time of day in seconds, to be compared with the files' own.
        """
        if self._gathered.scan(seen.fault, whole=seen.folder is not None):
            self._worth_telling = True
        unheard = []
        for path, stamp in seen.changed.items():
            if path in self._newer or path in self._stillness:
                continue
            if path in seen.new:
                unheard.append(stamp)
            if self._is_old(stamp, wall_clock):
                self._tell(path, stamp)
            else:
                self._stillness.looked(path, stamp, now)
        gone = self._absence.scanned(seen.missing, began, self._newer)
        self.told.tell_missing(gone)
        self._gathered.missing(gone)
        return unheard

    def _away(self, path: str, now: float, recorded: FileStamp | None) -> None:
        self._stillness.drop(path)
        self._gathered.moving(path)
        if self.told.is_there(path, recorded):
            self._absence.away(path, now)

    def _tell(self, path: str, stamp: FileStamp) -> None:
        self.told.tell(path, stamp)
        self._gathered.still(path, stamp)

    def _is_old(self, stamp: FileStamp, wall_clock: float) -> bool:
        """Whether the file has been still for long enough by its own times."""
        return max(stamp.mtime_ns, stamp.ctime_ns) / 1e9 + self._stillness.seconds <= wall_clock
