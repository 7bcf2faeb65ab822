"""preview, why and send know a post by its path from here, by its path below the folder, and by its code."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell

NAMES = pytest.mark.parametrize("name", ["posts/national/rain.md", "national/rain.md", "./national/rain.md", "RAIN"])


@pytest.fixture
def rainy(begun: Shell) -> Shell:
    begun.write("national/rain.md", title="It rains", date="2026-01-02T08:30:00Z")
    begun("once")
    return begun


@NAMES
def test_preview_finds_it(rainy: Shell, name: str) -> None:
    code, said = rainy("preview", name)

    assert code == 0
    assert "\nIt rains\n" in said
    assert said.endswith("\n— national/rain.md is public\n")


@NAMES
def test_why_finds_it(rainy: Shell, name: str) -> None:
    assert rainy("why", name)[1].startswith("national/rain.md: It rains\n")


@NAMES
def test_send_finds_it(rainy: Shell, name: str) -> None:
    assert rainy("send", name, "--to", "telegram:-1001") == (0, "✓ national/rain.md goes to telegram:-1001\n")


@pytest.mark.parametrize("command", [["preview"], ["why"], ["send", "--to", "telegram:-1001"]])
def test_a_name_of_nothing_says_how_to_name_a_post(rainy: Shell, command: list[str]) -> None:
    code, said = rainy(*command, "SNOW")

    assert code == 1
    assert "name its path from here, its path below the posts folder, or its code" in said


def test_a_preview_is_cut_as_the_message_is(shell: Shell) -> None:
    shell.write("long.md", text="The river rose again in the night. " * 40)

    said = shell("preview", "long.md")[1]

    assert 150 < max(map(len, said.splitlines())) <= 300


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("draft: true", "is a draft"),
        ("unlisted: true", "is unlisted"),
        ("expiryDate: 2020-01-01", "has expired"),
        ("date: 2099-01-01T00:00:00Z", "is dated 2099-01-01 00:00 UTC, which is yet to come"),
    ],
)
def test_what_is_not_public_is_sent_only_by_a_second_word(begun: Shell, line: str, reason: str) -> None:
    begun.write("new.md", f"---\ntitle: New\n{line}\n---\nText.\n")
    begun("once")
    words = ["send", "new.md", "--to", "telegram:-1001"]

    code, said = begun(*words)

    assert code == 1
    assert f"new.md {reason}; to send it all the same: --even-if-unpublished" in said
    assert begun.rows("SELECT * FROM deliveries") == []
    assert reason in begun("preview", "new.md")[1]
    assert begun(*words, "--even-if-unpublished")[0] == 0
    assert len(begun.rows("SELECT * FROM deliveries")) == 1


def test_a_post_whose_file_is_gone_or_broken_is_not_called_sent(begun: Shell) -> None:
    words = ["send", "old.md", "--to", "telegram:-1001"]
    begun.write("old.md", "---\ntitle: Half")
    assert "has no closing line" in begun(*words)[1]
    (begun.posts / "old.md").unlink()

    code, said = begun(*words)

    assert code == 1
    assert "old.md is gone from the folder" in said
