"""A file that is away is believed to be gone late, and only if it stays away."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.watching.watched import GRACE, Watched, stamp

Watch = Callable[..., Watched]


async def test_files_that_are_rewritten_as_git_does_it_are_changed_and_never_missing(watch: Watch) -> None:
    watched = watch(grace=1)
    names = [f"{number}.md" for number in range(30)]
    for name in names:
        watched.write(name, "before")
    await watched.until_told(*names)
    before = Counter(watched.paths)

    for name in names:
        (watched.root / name).unlink()
    for name in names:
        watched.write(name, "after")
    await watched.until(lambda watched: watched.recorded == {name: stamp(watched.root / name) for name in names})

    assert all(Counter(watched.paths)[name] > before[name] for name in names)
    assert watched.missing == []


async def test_a_deleted_file_is_missing_after_its_grace(watch: Watch) -> None:
    watched = watch()
    watched.write("rain.md")
    watched.write("vote.md")
    await watched.until_told("rain.md", "vote.md")

    deleted = time.perf_counter()
    (watched.root / "rain.md").unlink()
    await watched.until_missing("rain.md")

    assert time.perf_counter() - deleted >= GRACE
    assert watched.missing == ["rain.md"]
    assert watched.told[-1].scanned


async def test_a_file_that_is_deleted_and_written_anew_within_the_grace_is_not_missing(watch: Watch) -> None:
    watched = watch()
    watched.write("rain.md", "before")
    watched.write("vote.md")
    await watched.until_told("rain.md", "vote.md")

    (watched.root / "rain.md").unlink()
    (watched.root / "vote.md").unlink()
    watched.write("rain.md", "after")
    await watched.until_missing("vote.md")

    assert watched.missing == ["vote.md"]


async def test_a_file_that_went_while_nobody_watched_is_missing(root: Path, watch: Watch) -> None:
    (root / "vote.md").write_text("vote")
    watched = watch(known={"rain.md": stamp(root / "vote.md"), "vote.md": stamp(root / "vote.md")})

    await watched.until_missing("rain.md")

    assert watched.told[0].missing == ()  # its grace had yet to pass


async def test_without_grace_the_start_scan_tells_what_is_missing(root: Path, watch: Watch) -> None:
    (root / "vote.md").write_text("vote")
    watched = watch(known={"rain.md": stamp(root / "vote.md"), "vote.md": stamp(root / "vote.md")}, grace=0)

    await watched.started()

    assert watched.told[0].missing == ("rain.md",)


async def test_a_folder_that_is_deleted_takes_its_files_along(watch: Watch) -> None:
    watched = watch()
    watched.write("national/rain.md")
    watched.write("vote.md")
    await watched.until_told("national/rain.md", "vote.md")

    shutil.rmtree(watched.root / "national")

    await watched.until_missing("national/rain.md")
