"""An archive of 10,000 posts: `newsbell check` as a process, and whole reading beside bare python-frontmatter."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.reading import compare
from benchmarks.rows import Row
from tests.archive import write_archive, write_newspaper
from tests.measuring import Measured, run_measured

POSTS = 10_000
RUNS = 3
NEWSPAPER = 1000
"""Posts of the seed's shape: about them issue 3 says that whole reading costs at most four times bare parsing."""


@dataclass(frozen=True, slots=True)
class Check:
    """Checks of the archive, each beside one of an empty folder."""

    archive: Sequence[Measured]
    empty: Sequence[Measured]
    files: int

    def __str__(self) -> str:
        seconds = median(each.seconds for each in self.archive)
        start = median(each.seconds for each in self.empty)
        peak, floor = max(each.peak for each in self.archive), min(each.peak for each in self.empty)
        return (
            f"newsbell check, {self.files} files: {seconds:.1f} s, {self.files / (seconds - start):.0f} posts/s, "
            f"peak {peak / 2**20:.1f} MiB (n={len(self.archive)})\n"
            f"    floor, the same on an empty folder: {start:.2f} s, peak {floor / 2**20:.1f} MiB (n={len(self.empty)})"
            f"   difference {(peak - floor) / 2**20:.1f} MiB"
        )


async def measure() -> list[Row | Check]:
    """The check, and a row for each kind of posts in milliseconds a post."""
    return await asyncio.to_thread(_measure)


def _measure() -> list[Row | Check]:
    with tempfile.TemporaryDirectory() as home:
        archive, papers, empty = Path(home) / "archive", Path(home) / "papers", Path(home) / "empty"
        written = write_archive(archive, POSTS)
        write_newspaper(papers, NEWSPAPER)
        empty.mkdir()
        checks = [(_check(home, archive), _check(home, empty)) for _ in range(RUNS)]
        return [
            Check([ours for ours, _ in checks], [floor for _, floor in checks], written.files),
            compare("whole reading of a post of the seed's shape, a third of them in Khmer", papers, _posts(papers)),
            compare("whole reading of a post of the archive", archive, _posts(archive)[:: POSTS // NEWSPAPER]),
        ]


def _check(home: str, posts: Path) -> Measured:
    return run_measured(Path(home), "check", "--json", posts=posts)


def _posts(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*.m*") if file.stat().st_size < 1 << 20)
