"""A newsbell command as a process of its own, and what it took."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

STATUS: Final = Path("/proc/self/status")
"""Where Linux tells a process's peak; getrusage would count the parent's as well."""

_PROGRAM: Final = f"""
import sys
from pathlib import Path
from bot.cli import newsbell
from bot.cli.ending import ended
code = ended(newsbell, sys.argv[2:])
Path(sys.argv[1]).write_text(Path({str(STATUS)!r}).read_text())
sys.exit(code)
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """How a command ended."""

    code: int
    output: str
    seconds: float
    peak: int  # bytes of memory at the most (VmHWM)


def run_measured(home: Path, *words: str, posts: Path, stderr: IO[bytes] | int = subprocess.DEVNULL) -> Measured:
    """Run `newsbell <words>` in `home` on the folder `posts`."""
    status = home / "status"
    settings = {"NEWSBELL_POSTS": str(posts), "NEWSBELL_DATABASE": f"sqlite:///{home / 'none.db'}"}
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    root = str(Path(__file__).resolve().parents[1])
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(status), *words],
        cwd=home,
        env=kept | {"PYTHONPATH": root, "TERM": "xterm"} | settings,
        stdout=subprocess.PIPE,
        stderr=stderr,
        check=False,
    )
    seconds = time.monotonic() - began
    peak = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    assert peak, "the kernel told no peak"
    return Measured(done.returncode, done.stdout.decode(), seconds, int(peak[1]) << 10)
