"""What the collector spares, and what it still finds; in a process of its own, for it is set for good."""

from __future__ import annotations

import subprocess
import sys

_CIRCLES = """
import gc, weakref
from bot.garbage import spare_what_stays

class Circle:
    def __init__(self):
        self.me = self

stays = [Circle()]
gone = weakref.ref(Circle())
spare_what_stays()
assert gone() is None, "what was garbage already is not kept for ever"
assert gc.is_tracked(stays[0]) and not any(one is stays[0] for one in gc.get_objects()), "what stands is left out"
later = weakref.ref(Circle())
assert later() is not None
kept = [[] for _ in range(gc.get_threshold()[0] + 1)]
assert later() is None, "circles that come later are found, with nobody asking for it"
print("seen")
"""


def test_what_stands_is_spared_and_later_garbage_is_found() -> None:
    """Else a process of weeks would either pause for all of its modules, or grow."""
    done = subprocess.run([sys.executable, "-c", _CIRCLES], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("seen\n", "")
