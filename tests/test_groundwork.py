"""What every command stands on."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.groundwork import named


def test_a_folder_is_named_by_the_links_that_lead_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "releases/1/_posts").mkdir(parents=True)
    (tmp_path / "current").symlink_to("releases/1")
    monkeypatch.chdir(tmp_path / "current")

    monkeypatch.setenv("PWD", str(tmp_path / "current"))  # as a shell leaves it
    assert named(Path("_posts")) == tmp_path / "current/_posts"
    assert named(tmp_path / "current/_posts") == tmp_path / "current/_posts"


@pytest.mark.parametrize("told", ["", ".", "elsewhere", "nowhere"])
def test_where_no_shell_tells_the_truth_it_is_named_from_where_the_process_is(
    told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    monkeypatch.setenv("PWD", told if len(told) < 2 else str(tmp_path / told))
    assert named(Path("_posts")) == tmp_path / "here/_posts"
