"""Files that are away, until that is believed. Pure: the time is handed in."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

PATIENCE: Final = 60.0
"""Seconds for which a file that is gone is waited with at most, beside the grace, while others go one by one."""


class Absence:
    """Believes that a file is gone once it was away for `grace` seconds and a scan still misses it then.

    Editors, sync tools and git checkout delete a file before they write it anew. Files that go one within the grace of
    the other are told together, so that whoever guards against mass erasure sees the mass, also of a slow removal.
    Times are the event loop's.
    """

    def __init__(self, grace: float) -> None:
        self._grace = grace
        self._since: dict[str, float] = {}

    def away(self, path: str, now: float) -> None:
        """The file was not there."""
        self._since.setdefault(path, now)

    def back(self, path: str) -> None:
        """The file is there."""
        self._since.pop(path, None)

    def scanned(self, missing: Collection[str], began: float, newer: Collection[str]) -> list[str]:
        """Which of the files that a scan misses are gone for good. `newer` are paths about which hints know better."""
        kept = {path: since for path, since in self._since.items() if path in newer}
        away = {path: self._since.get(path, began) for path in missing if path not in newer}
        self._since = kept | away
        due = self.next_due()
        if due is None or began < due:
            return []
        gone = [path for path, since in away.items() if began - since >= self._grace]
        self._since = kept | {path: since for path, since in away.items() if began - since < self._grace}
        return gone

    def next_due(self) -> float | None:
        """When a scan would bring certainty about a file, and about those that went with it."""
        if not self._since:
            return None
        first, last = min(self._since.values()), max(self._since.values())
        return min(last, first + PATIENCE) + self._grace
