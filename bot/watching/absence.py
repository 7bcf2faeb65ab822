"""Files that are away, until that is believed. Pure: the time is handed in."""

from __future__ import annotations

from collections.abc import Collection


class Absence:
    """Believes that a file is gone once it was away for `grace` seconds and a scan still misses it then.

    Editors, sync tools and git checkout delete a file before they write it anew. Times are the event loop's.
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
        gone = [path for path, since in away.items() if began - since >= self._grace]
        self._since = kept | {path: since for path, since in away.items() if began - since < self._grace}
        return gone

    def next_due(self) -> float | None:
        """When a scan would bring certainty about a file."""
        return min(self._since.values()) + self._grace if self._since else None
