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
    assert "newsbell release a.md deletes them, --leaving does so for all such posts" in leaving("why", "a.md")[1]
    listed = leaving("deliveries", "--held")[1]
    assert "2 posts are public no more, and newsbell release --leaving takes the messages back:\n  a.md" in listed
    [first] = leaving.rows("SELECT min(id) AS id FROM deliveries")
    code, said = leaving("deliveries", "retry", str(first["id"]))
    assert code == 1
    assert "waits for a word about its post" in said
    assert said.endswith("newsbell release a.md\n")

    assert leaving("release", "a.md") == (0, "✓ a.md: 0 messages taken back\n")
    code, said = leaving("release", "--leaving")
    assert (code, said.splitlines()[-1]) == (0, "1 post released")
    assert leaving("release", "--leaving") == (0, "No posts are leaving.\n")
    assert "was published, and withdrawn" in leaving("why", "a.md")[1]
    assert leaving.rows("SELECT DISTINCT state FROM deliveries") == [{"state": "settled"}]


@pytest.fixture
def edited(begun: Shell) -> Shell:
    """Two posts that stand in a chat, and were edited too many at once; one that failed there."""
    begun.settings.setenv("NEWSBELL_FLOOD", "3")
    begun("subscriptions", "add", "telegram:-1001", "national")
    for name in ("a", "b", "c"):
        begun.write(f"{name}.md", title=f"Rain {name}")
    begun("once")
    begun.rows("UPDATE deliveries SET state = 'settled', shown_revision = 1, message_ids = '[\"7\"]'")
    begun.rows("UPDATE deliveries SET state = 'failed', shown_revision = NULL, reason = 'too long' WHERE subject = 4")
    begun.settings.setenv("NEWSBELL_FLOOD", "1")
    for name in ("a", "b", "c"):
        begun.write(f"{name}.md", title=f"Snow {name}")
    begun("once")
    return begun


def test_edits_that_wait_are_told_and_released(edited: Shell) -> None:
    waiting = "2 messages do not follow their posts (2 posts), for more than 1 post was edited within 60 seconds"
    word = "newsbell release --edits edits all that wait"
    for glance in (edited("status")[1], edited("deliveries", "--held")[1]):
        assert waiting in glance
        assert word in glance
    assert (
        "to edit the message: newsbell release a.md; all that wait: newsbell release --edits"
        in edited("why", "a.md")[1]
    )
    assert "to try it again: newsbell deliveries retry 3" in edited("why", "c.md")[1]

    assert edited("release", "a.md") == (0, "✓ a.md goes on: 1 delivery is due\n")
    assert edited("release", "--edits") == (0, "✓ 1 message follows its post now\n")
    assert edited("release", "--edits") == (0, "No edits wait for your word.\n")
    assert edited.rows("SELECT state FROM deliveries ORDER BY id") == [
        {"state": "due"},
        {"state": "due"},
        {"state": "failed"},
    ]
    assert edited("deliveries", "retry", "--held") == (0, "0 deliveries are due again\n")
    assert edited("deliveries", "retry") == (0, "1 delivery is due again\n")


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


def test_a_folder_on_another_device_is_taken_at_a_word(begun: Shell) -> None:
    begun("subscriptions", "add", "telegram:-1001", "national")
    begun("once")
    begun.rows("UPDATE roots SET folder = '1:1'")
    (begun.posts / "old.md").unlink()
    begun.write("a.md", title="Rain")
    code, said = begun("once")
    assert code == 1
    assert "on another device than before" in said
    assert "newsbell release --folder" in begun("status")[1]
    assert begun.rows("SELECT state FROM deliveries") == []

    assert begun("release", "--folder") == (0, "✓ posts is taken as it stands now\n")
    assert "on another device" not in begun("once")[1]
    assert begun.rows("SELECT state FROM deliveries") == [{"state": "due"}]
