"""How many calls are in the air at once: as many as keep the wire busy, and no more."""

from __future__ import annotations

import math
from typing import Final

LEAST: Final = 32
MOST: Final = 256
"""Each call in the air is an unknown if the process dies, and a connection."""

SPARE: Final = 1.5
"""Times what the last answers needed, so that slower ones do not hold up the next calls."""

SLOWEST_SECONDS: Final = 10.0
"""What takes longer is no answer but an outage: more calls in the air would only be more unknowns."""


class Window:
    """Sized by Little's law: calls that begin in a second, times the seconds that each takes.

    At 30 a second and 2 s an answer that is 60 calls; at 1,000 a second and 0.1 s, 100.
    """

    def __init__(self, least: int = LEAST) -> None:
        self._least = least
        self._seconds = 0.0  # that a call takes, of late
        self.size = least

    def note(self, seconds: float, rate: float) -> None:
        """A call took `seconds` from its claim to its commit; `rate` calls may begin in a second."""
        if seconds > SLOWEST_SECONDS:
            return
        self._seconds += (seconds - self._seconds) / 8 if self._seconds else seconds
        self.size = min(max(self._least, math.ceil(rate * self._seconds * SPARE)), max(MOST, self._least))
