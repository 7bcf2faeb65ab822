"""A walk sees every file that may be a post, and says where it could not look."""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.records import FileStamp, StampRow
from bot.watching.walk import Tree, Walk, look_at, walk
from tests.watching.watched import is_markdown, stamp, unreadable_folder


def test_files_are_found_by_their_path_below_the_root(root: Path) -> None:
    (root / "national/floods").mkdir(parents=True)
    for path in ("rain.md", "national/vote.md", "national/floods/dam.md", "national/map.png"):
        (root / path).write_text(path)

    tree = walk(root, is_markdown)

    assert set(tree.files) == {"rain.md", "national/vote.md", "national/floods/dam.md"}
    assert tree.files["national/floods/dam.md"] == stamp(root / "national/floods/dam.md")
    assert tree.problems == ()


def test_ignored_files_and_folders_are_left_out(root: Path) -> None:
    for folder in (".git", "_site", "public", "news/public"):
        (root / folder).mkdir(parents=True)
        (root / folder / "rain.md").write_text("rain")
    (root / ".rain.md").write_text("rain")

    assert set(walk(root, is_markdown).files) == {"news/public/rain.md"}


def test_a_missing_root_is_an_error_and_no_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        walk(tmp_path / "nowhere", is_markdown)


def test_a_link_to_a_file_inside_the_root_counts_as_that_file(root: Path) -> None:
    (root / "shared").mkdir()
    (root / "shared/rain.md").write_text("rain")
    (root / "rain.md").symlink_to("shared/rain.md")

    assert walk(root, is_markdown).files["rain.md"] == stamp(root / "shared/rain.md")
    assert look_at(root, ["rain.md"]) == {"rain.md": stamp(root / "shared/rain.md")}


@pytest.mark.parametrize("target", ["../secret.md", "nothing.md", "link.md", "folder.md"])
def test_a_link_to_anything_else_is_no_file_and_said(root: Path, target: str) -> None:
    (root.parent / "secret.md").write_text("secret")
    (root / "folder.md").mkdir()
    (root / "link.md").symlink_to(target)

    tree = walk(root, is_markdown)

    assert tree.files == {}
    assert [problem.path for problem in tree.problems] == ["link.md"]
    assert look_at(root, ["link.md"]) == {"link.md": None}


def test_links_to_folders_are_not_followed(root: Path) -> None:
    (root / "national").mkdir()
    (root / "national/vote.md").write_text("vote")
    (root / "national/again").symlink_to(root)

    tree = walk(root, is_markdown)

    assert set(tree.files) == {"national/vote.md"}
    [problem] = tree.problems
    assert (problem.path, problem.mend) == ("national/again", "move the posts here, or watch that folder")
    assert problem.what == f"this folder is a link to {root}; newsbell does not follow links to folders"
    assert look_at(root, ["national/again/national/vote.md"]) == {"national/again/national/vote.md": None}


@pytest.mark.parametrize("path", [".git", "_site", "news/node_modules", "public", ".hidden", "pictures"])
def test_a_linked_folder_in_which_no_post_could_lie_is_nobodys_business(root: Path, path: str) -> None:
    (root.parent / "elsewhere").mkdir()
    (root / path).parent.mkdir(exist_ok=True)
    (root / path).symlink_to(root.parent / "elsewhere")

    assert walk(root, lambda path: is_markdown(path) and not path.startswith("pictures/")).problems == ()


@pytest.mark.parametrize("target", ["../nothing", "link", "../picture.png", "x" * 255 + "/" + "y" * 256])
def test_a_link_to_no_folder_under_no_posts_name_is_passed_over(root: Path, target: str) -> None:
    (root.parent / "picture.png").touch()
    (root / "link").symlink_to(target)

    assert walk(root, is_markdown) == Tree({})


def test_posts_are_not_gone_when_their_folder_becomes_a_link(root: Path) -> None:
    (root.parent / "elsewhere").mkdir()
    (root / "news").symlink_to("../elsewhere")

    tree = walk(root, is_markdown)

    assert tree.hides("news/vote.md")
    assert not tree.hides("news.md")


def test_a_root_that_is_a_link_is_followed(root: Path) -> None:
    (root / "rain.md").write_text("rain")
    current = root.parent / "current"
    current.symlink_to(root)

    assert set(walk(current, is_markdown).files) == {"rain.md"}
    assert look_at(current, ["rain.md"]) == {"rain.md": stamp(root / "rain.md")}


def test_an_unreadable_folder_is_named_and_hides_what_lies_in_it(root: Path) -> None:
    (root / "rain.md").write_text("rain")
    folder = unreadable_folder(root)

    tree = walk(root, is_markdown)

    assert set(tree.files) == {"rain.md"}
    assert tree.unreadable == (folder,)
    [problem] = tree.problems
    assert (problem.path, problem.what) == (folder, "can't be looked at (File name too long)")
    assert problem.mend.startswith("move it out of some of the folders")
    assert tree.hides(f"{folder}/vote.md")
    assert not tree.hides("vote.md")


def test_a_name_that_is_no_utf_8_is_said_and_left_out(root: Path) -> None:
    (root / "rain.md").write_text("rain")
    for name in (b"caf\xe9.md", b"caf\xe9.png"):
        os.close(os.open(os.fsencode(root) + b"/" + name, os.O_CREAT))
    os.mkdir(os.fsencode(root) + b"/caf\xe9")  # noqa: PTH102 - a Path takes no bytes

    tree = walk(root, is_markdown)

    assert set(tree.files) == {"rain.md"}
    assert sorted(problem.path for problem in tree.problems) == ["caf\ufffd", "caf\ufffd.md"]


def test_what_only_looks_like_a_file_is_none(root: Path) -> None:
    os.mkfifo(root / "pipe.md")
    (root / "folder.md").mkdir()

    tree = walk(root, is_markdown)

    assert tree.files == {}
    assert [(problem.path, problem.mend) for problem in tree.problems] == [("pipe.md", "put a file in its place")]
    assert look_at(root, ["pipe.md", "folder.md", "nothing.md"]) == {
        "pipe.md": None,
        "folder.md": None,
        "nothing.md": None,
    }


NAMES = st.sampled_from(["a", "a-b", "a.b", "a0", "A", "ណ", "\U00010000", "\uffff"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)


@given(paths=st.sets(PATHS, max_size=12), known=st.sets(PATHS, max_size=12), size=st.integers(1, 4))
def test_a_walk_goes_by_path_and_differs_by_pages_as_it_does_at_once(
    paths: set[str], known: set[str], size: int
) -> None:
    there = {f"{path}.md" for path in paths}
    recorded = {f"{path}.md" for path in known}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path in there:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(path)
        stamps = {path: stamp(root / path) for path in there}
        rows = sorted((path, *stamps.get(path, FileStamp(1, 1, 1, 1))) for path in recorded)

        assert list(Walk(root, is_markdown).files()) == sorted(stamps.items())

        walking = Walk(root, is_markdown)
        found: list[tuple[str, FileStamp | None, StampRow | None]] = []
        for first in range(0, len(rows), size):
            found += walking.differing(rows[first : first + size], more=True)
        found += walking.differing(())

    assert {path for path, seen, row in found if seen and not row} == there - recorded
    assert {path for path, seen, row in found if not seen and row} == recorded - there
    assert len(found) == len(there ^ recorded)


def test_each_folder_is_listed_once_and_each_file_looked_at_once(root: Path) -> None:
    for folder in range(5):
        (root / str(folder)).mkdir()
        for number in range(20):
            (root / f"{folder}/{number}.md").write_text("a post")
            (root / f"{folder}/{number}.png").write_text("a picture")

    calls = count_calls(lambda: walk(root, is_markdown))

    assert calls["scandir"] == 6
    assert calls["stat"] == 0
    assert 100 <= calls["lstat"] <= 100 + len(root.parts)  # no picture, no folder; the root's own path, once


def count_calls(work: object) -> Counter[str]:
    """How often `work` called which built-in function, by name."""
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, called: object) -> None:
        if event == "c_call":
            calls[getattr(called, "__name__", "")] += 1

    assert callable(work)
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls
