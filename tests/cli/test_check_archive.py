"""`newsbell check` on a synthetic archive of ten thousand posts in the shapes of real sites."""

from __future__ import annotations

import json
import os
import pty
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.archive import BROKEN, Archive, write_archive
from tests.cli.conftest import Shell
from tests.measuring import STATUS, Measured, run_measured

POSTS = 10_000
ROOM = 40 << 20
"""Bytes that a check may take above one of an empty folder (issue 3)."""

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells what a process took"),
]


@dataclass(frozen=True, slots=True)
class Checked:
    """The archive, and what a check of it said on a terminal."""

    archive: Archive
    measured: Measured
    report: dict[str, Any]
    screen: str


@contextmanager
def terminal() -> Iterator[tuple[int, list[bytes]]]:
    """A terminal for another process to write on, and what it wrote; complete when the block has ended."""
    ours, theirs = pty.openpty()
    seen: list[bytes] = []

    def look() -> None:
        with suppress(OSError):  # the other end was closed
            while some := os.read(ours, 4096):
                seen.append(some)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield theirs, seen
    finally:
        os.close(theirs)
        looking.join()
        os.close(ours)


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    home = tmp_path_factory.mktemp("archive")
    archive = write_archive(home / "posts", POSTS)
    with terminal() as (screen, seen):
        measured = run_measured(home, "check", "--json", posts=archive.root, stderr=screen)
    return Checked(archive, measured, json.loads(measured.output), b"".join(seen).decode())


def test_every_post_and_every_accident_is_counted(checked: Checked) -> None:
    archive, report = checked.archive, checked.report

    assert report["files"] == archive.files
    assert report["posts"] == archive.posts == POSTS + 2 * len(archive.twins)
    assert report["without_front_matter"] == len(archive.no_posts)
    assert sum(report["by_language"].values()) == sum(report["by_state"].values()) == archive.posts
    assert {"en", "km", "zh", "ru"} <= set(report["by_language"])
    assert report["by_category"]["NATIONAL"] > 0


def test_every_problem_is_named_and_nothing_else_is_one(checked: Checked) -> None:
    archive, report = checked.archive, checked.report

    assert checked.measured.code == 1
    assert Counter(problem["path"] for problem in report["problems"]) == Counter([*archive.broken, *archive.twins])
    assert all(problem["what"] and problem["mend"] for problem in report["problems"])
    lines = {archive.broken.get(problem["path"]): problem["line"] for problem in report["problems"]}
    assert {kind: lines[kind] for kind in BROKEN} == {
        "half-written": 1,
        "unquoted-colon": 3,
        "tab": 4,
        "latin-1": 2,
        "utf-16": 1,
        "too-deep": lines["too-deep"],
        "too-large": 0,
    }


def test_each_rule_that_gave_links_has_its_count_and_an_example(checked: Checked) -> None:
    links, without = checked.report["links"], checked.report["without_link"]

    assert links["origin_url"]["posts"] == checked.archive.shapes["newspaper"]
    assert links["origin_url"]["example"]["url"].startswith("https://paper.example/")
    states = checked.report["by_state"]
    linked = sum(link["posts"] for link in links.values()) + without["posts"]
    assert states["public"] + states.get("scheduled", 0) <= linked <= checked.archive.posts  # a draft may have none
    assert "NEWSBELL_POST_URL" in without["why"]


def test_a_bar_tells_on_a_terminal_how_far_it_is(checked: Checked) -> None:
    assert "Reading" in checked.screen
    assert "%" in checked.screen


def test_it_keeps_no_posts_in_memory(checked: Checked, tmp_path: Path) -> None:
    empty = tmp_path / "posts"
    empty.mkdir()

    nothing = run_measured(tmp_path, "check", "--json", posts=empty)

    assert nothing.code == 1  # there is no post
    assert checked.measured.peak - nothing.peak < ROOM


def test_the_report_on_many_posts_stays_readable(shell: Shell) -> None:
    archive = write_archive(shell.posts, 1000)

    code, said = shell("check")

    assert code == 1
    assert len(said.splitlines()) < 80
    assert all(path in said for path in (*archive.broken, *archive.twins))
    assert " more (--all)" in said


def test_the_same_seed_gives_the_same_archive(tmp_path: Path) -> None:
    one, two = write_archive(tmp_path / "one", 60), write_archive(tmp_path / "two", 60)

    assert (one.shapes, one.broken, one.twins) == (two.shapes, two.broken, two.twins)
    assert _contents(one.root) == _contents(two.root)


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
