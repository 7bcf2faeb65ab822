"""`newsbell check` counts what it read, and tells what to mend and what it guessed."""

from __future__ import annotations

import json

from tests.cli.conftest import Shell


def test_every_file_is_counted_for_what_it_is(shell: Shell) -> None:
    shell.write("one.md")
    shell.write("two.md")
    shell.write("plain.md", "Just text.\n")

    code, said = shell("check")

    assert code == 0
    assert said.startswith("3 files, 2 posts, 1 without front matter below posts\n")


def test_a_guess_is_a_warning_with_its_line_and_no_fault(shell: Shell) -> None:
    shell.write("twice.md", "---\ntitle: One\ncategory: NATIONAL\ntitle: Two\n---\nText.\n")

    code, said = shell("check")

    assert code == 0
    assert "! twice.md:2  title stands more than once in the front matter; the last one counts" in said
    report = json.loads(shell("check", "--json")[1])
    assert report["problems"] == []
    assert report["warnings"] == [
        {
            "path": "twice.md",
            "line": 2,
            "what": "title stands more than once in the front matter; the last one counts",
        }
    ]


def test_two_files_that_are_one_post_are_named_both(shell: Shell) -> None:
    shell.write("a.md")
    shell.write("b.md", (shell.posts / "a.md").read_text())

    code, said = shell("check")

    assert code == 1
    assert "✗ b.md:1  this is the same post as a.md: both have the code A and the language en" in said


def test_what_the_walk_could_not_follow_is_a_problem(shell: Shell) -> None:
    shell.write("one.md")
    (shell.posts / "away.md").symlink_to("/nowhere/at-all.md")

    code, said = shell("check")

    assert code == 1
    assert "✗ away.md  the link leads to no file inside the posts folder\n    -> " in said
    assert shell("check", str(shell.posts / "one.md"))[0] == 0
