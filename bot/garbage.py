"""Python's garbage collector, set for a process that runs for weeks beside an event loop."""

from __future__ import annotations

import gc
from typing import Final

YOUNG: Final = 50_000
"""So many objects more than went have to come before the young ones are looked through (Python: 700). What newsbell
makes for a send goes by itself; found are only the circles that errors and libraries leave. The calls of one window
alone are 10,000 objects and more: with so few, each window at full speed was looked through, and all of it lived."""


def spare_what_stays() -> None:
    """Leave what stands by now (modules, tables, adapters: 100,000 objects) out of all looks to come.

    Each look at all of them stopped the event loop for 50 to 70 ms, and they cost a send at full speed 0.1 ms of CPU
    time (issue 4).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
