"""Posts that come all at once are piled up, so that many of them may go out as one digest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

LONGEST: Final = timedelta(seconds=20)
"""Whatever happens to who began it, then the posts go out."""


class Pile:
    """Whether what is published waits for `bot.ports.Deliveries.gather`, and until when at most."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._until: datetime | None = None

    @property
    def until(self) -> datetime | None:
        """Until when what is published now waits; None: it does not."""
        return self._until if self._until is not None and self._now() < self._until else None

    def begin(self) -> None:
        """From now on what is published waits."""
        self._until = self._now() + LONGEST

    def end(self) -> None:
        """What is published from now on is due at once."""
        self._until = None
