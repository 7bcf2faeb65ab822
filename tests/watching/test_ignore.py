"""What editors, sync tools and generators leave beside posts is never looked at; posts always are."""

from __future__ import annotations

import pytest

from bot.watching.ignore import in_ignored_folder, is_ignored, is_ignored_file, is_ignored_folder


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.md",
        ".#rain.md",  # Emacs: lock
        "#rain.md#",  # Emacs: unsaved
        "rain.md~",
        ".rain.md.swp",
        "rain.md.swp",
        "4913",
        "rain.md.tmp",
        "rain.md.part",
        "rain.md.crdownload",
        "~$rain.md",
        ".syncthing.rain.md.tmp",
        "~syncthing~rain.md.tmp",
        "rain.sync-conflict-20260131-101500-ABCDEFG.md",
        ".rain.md.Xy12Zz",  # rsync
        "rain (Sok's conflicted copy 2026-01-31).md",
        "rain (conflicted copy 2026-01-31 101500).md",
        "rain (SFConflict sok 2026-01-31-10-15-00).md",
        "rain.md___jb_tmp___",
    ],
)
def test_what_tools_leave_behind_is_ignored(name: str) -> None:
    assert is_ignored_file(name)
    assert is_ignored(f"national/{name}")


@pytest.mark.parametrize(
    "path",
    [
        "2026-01-31-rain.md",
        "ព័ត៌មាន/ភ្លៀង.md",
        "_posts/2026-01-31-rain.md",
        "_drafts/rain.md",
        "conflict.md",
        "the conflicted copy of a treaty.md",
        "sync-conflict-of-clocks.md",
        "49131.md",
        "news/public/rain.md",  # a category; only at the top is it what Hugo builds
        "vendor/rain.md",
        "republic/rain.md",
    ],
)
def test_posts_are_not_ignored(path: str) -> None:
    assert not is_ignored(path)


@pytest.mark.parametrize(
    "folder",
    [".git", ".stfolder", ".jekyll-cache", "node_modules", "site/node_modules", "_site", "public", "vendor/bundle"],
)
def test_nothing_below_an_ignored_folder_is_looked_at(folder: str) -> None:
    assert is_ignored_folder(folder)
    assert in_ignored_folder(f"{folder}/deep/down")
    assert is_ignored(f"{folder}/deep/down/rain.md")
