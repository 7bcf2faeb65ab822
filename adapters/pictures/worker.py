"""A process of its own that makes one picture fit, and ends: `python -m adapters.pictures.worker`.

Decoders hold the interpreter's lock for a tenth of a second, take memory by the hundred megabytes, and may crash over a
hostile file. None of that is to happen where messages are sent. What is asked comes as an argument and on the standard
input; the answer is a line that says what follows, and the bytes.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Final

from adapters.pictures.refitting import refit
from bot.errors import PictureRefused
from bot.models import Kind, PictureLimits

MEMORY_BYTES: Final = 1 << 30
CPU_SECONDS: Final = 20
LESS_URGENT: Final = 10


def main() -> None:
    """Answer the one question that this process was started for."""
    _restrain()
    asked = json.loads(sys.argv[1])
    kinds = frozenset(map(Kind, asked.pop("kinds")))
    head: dict[str, str]
    try:
        made = refit(sys.stdin.buffer.read(), Kind(asked.pop("kind")), PictureLimits(kinds=kinds, **asked))
        head, content = {"kind": made.kind}, made.content
    except PictureRefused as error:
        head, content = {"refused": str(error), "reach": error.reach}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + content)


def _restrain() -> None:
    """Messages come first, and no picture takes all of the machine."""
    try:
        import resource  # noqa: PLC0415 - only where there is one
    except ImportError:  # Windows
        return
    os.nice(LESS_URGENT)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


if __name__ == "__main__":
    main()
