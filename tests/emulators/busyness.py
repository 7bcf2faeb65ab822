"""What a machine that has more to do than to run the tests explains, on both platforms."""

from typing import Final

BUSY_SECONDS: Final = 0.5
"""So much too early a call may come that left in time: the machine ran something else between, and two came together.

A client that does not keep the pace is earlier: its calls come at once. That nothing at all is refused is shown where
nothing else runs, by `python -m benchmarks pacing`; and when calls left is told by newsbell's own trace, which no load
can spoil (tests/journeys/trace.py).
"""
