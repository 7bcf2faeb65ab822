"""`newsbell release`: a person's word for what newsbell does not do unasked."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell


@pytest.fixture
def leaving(begun: Shell) -> Shell:
    """Two posts that were to go to a chat, and went away at once."""
    begun.settings.setenv("NEWSBELL_FLOOD", "2")
    begun("subscriptions", "add", "telegram:-1001", "national")
    for name in ("a", "b"):
        begun.write(f"{name}.md", title=f"Rain {name}")
    begun("once")
    begun.settings.setenv("NEWSBELL_FLOOD", "1")
    for name in ("a", "b"):
        (begun.posts / f"{name}.md").unlink()
    begun("once")
    return begun


def test_what_is_leaving_is_told_and_released(leaving: Shell) -> None:
    status = leaving("status")[1]
    assert "2 posts are public no more, but more than 1 post went away or was unpublished" in status
    assert "newsbell release a.md withdraws it" in leaving("why", "a.md")[1]

    assert leaving("release", "a.md") == (0, "✓ a.md: 0 messages taken back\n")
    code, said = leaving("release", "--leaving")
    assert (code, said.splitlines()[-1]) == (0, "1 post released")
    assert leaving("release", "--leaving") == (0, "No posts are leaving.\n")
    assert "was published, and withdrawn" in leaving("why", "a.md")[1]
    assert leaving.rows("SELECT DISTINCT state FROM deliveries") == [{"state": "settled"}]


def test_what_waits_for_no_word_is_refused(begun: Shell) -> None:
    code, said = begun("release", "old.md")
    assert code == 1
    assert "waits for no word" in said
    assert begun("release")[0] == 2


def test_one_held_post_is_sent(begun: Shell) -> None:
    begun.settings.setenv("NEWSBELL_FLOOD", "0")
    begun("subscriptions", "add", "telegram:-1001", "national")
    begun.write("a.md", title="Rain")
    begun("once")

    assert begun("release", "a.md") == (0, "✓ a.md is sent to whom it belongs\n")
    assert begun.rows("SELECT state FROM deliveries") == [{"state": "due"}]
