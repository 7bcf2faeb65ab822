"""`newsbell hold`, `release` and `takeback` on a post that is being sent."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shell

STATES = "SELECT state, count(*) AS count FROM deliveries GROUP BY state"


@pytest.fixture
def sending(begun: Shell) -> Shell:
    """A post on its way to two chats."""
    for chat in ("telegram:-1001", "discord:456"):
        begun("subscriptions", "add", chat, "national")
    begun.write("rain.md", title="Rain")
    assert begun("once")[0] == 0
    assert begun.rows(STATES) == [{"state": "due", "count": 2}]
    return begun


@pytest.mark.parametrize("name", ["rain.md", "posts/rain.md", "RAIN"])
def test_a_post_is_held_and_goes_on(sending: Shell, name: str) -> None:
    assert sending("hold", name) == (
        0,
        "✓ rain.md is held: 2 chats wait for it\n  it goes on with: newsbell release rain.md\n",
    )
    assert sending.rows(STATES) == [{"state": "held", "count": 2}]
    assert "is held by your word (newsbell hold); newsbell release rain.md goes on" in sending("why", name)[1]
    assert (
        "newsbell release POST goes on:\n  rain.md “Rain”  newsbell hold was said" in sending("deliveries", "--held")[1]
    )
    assert "! 1 post is held by your word (rain.md):" in sending("status")[1]
    assert sending("send", name, "--to", "discord:456") == (
        1,
        "Error: rain.md is held by your own word; first: newsbell release rain.md\n",
    )

    assert sending("release", name) == (0, "✓ rain.md goes on: 2 deliveries are due\n")
    assert sending.rows(STATES) == [{"state": "due", "count": 2}]
    assert "waits for no word" in sending("release", name)[1]


def test_a_post_is_taken_back_and_sent_anew(sending: Shell) -> None:
    sending.rows(
        """UPDATE deliveries SET state = 'settled', shown_revision = 1, message_ids = '["7"]'
            WHERE platform = 'discord'"""
    )

    code, said = sending("takeback", "rain.md")
    assert (code, said.splitlines()) == (
        0,
        [
            "✓ rain.md is taken back: 1 message is being deleted",
            "  1 chat that waited for it does not get it",
            "  to send it anew: newsbell release rain.md",
        ],
    )
    assert "was taken back by your word (newsbell takeback)" in sending("why", "rain.md")[1]
    sending.write("rain.md", title="Heavy rain")
    sending("once")
    assert sending.rows("SELECT DISTINCT wanted FROM deliveries") == [{"wanted": 0}]
    assert "so nothing of it is sent" in sending("hold", "rain.md")[1]

    assert sending("release", "rain.md") == (0, "✓ rain.md is sent to whom it belongs\n")
    # On Discord the message still stands, and is edited instead of being deleted.
    assert sending.rows("SELECT platform, count(*) AS count FROM deliveries WHERE wanted = 2 GROUP BY platform") == [
        {"platform": "discord", "count": 1},
        {"platform": "telegram", "count": 1},
    ]


@pytest.mark.parametrize("date", ["2026-11-01T08:00:00Z", "2099-01-01T08:00:00Z"])
def test_a_release_that_was_cut_off_can_be_said_again(begun: Shell, date: str) -> None:
    begun.write("rain.md", title="Rain", date=date)
    begun("once")
    begun("takeback", "rain.md")
    begun.rows("UPDATE posts SET brake = ''")  # by then the word was written down, and its post not yet read

    assert begun("release", "rain.md")[0] == 0
    assert begun.rows("SELECT state FROM posts WHERE path = 'rain.md'") == [
        {"state": "published" if date < "2099" else "scheduled"}
    ]
    assert "waits for no word" in begun("release", "rain.md")[1]


def test_messages_are_marked_where_that_is_the_setting(sending: Shell) -> None:
    sending.settings.setenv("NEWSBELL_WITHDRAWN", "mark")

    assert "0 messages are being marked as withdrawn" in sending("takeback", "rain.md")[1]


def test_what_stands_where_nothing_can_be_written_is_not_said_to_be_deleted(sending: Shell) -> None:
    sending.rows("""UPDATE deliveries SET state = 'settled', shown_revision = 1, message_ids = '["7"]'""")
    sending.rows("UPDATE destinations SET state = 'suspended', reason = 'blocked' WHERE platform = 'telegram'")

    assert sending("takeback", "rain.md") == (
        0,
        "✓ rain.md is taken back: 1 message is being deleted; 1 stands in a chat that is suspended or paused\n"
        "  those go as soon as they can; newsbell why rain.md names the chats\n"
        "  to send it anew: newsbell release rain.md\n",
    )
    assert "… 1 message is to be taken back in chats that are suspended or paused; that waits" in sending("status")[1]
    listed = sending("deliveries")[1].splitlines()
    assert "rain.md “Rain”: message 7, which is to go away, due " in listed[0] + listed[1]
    assert "rain.md “Rain”: message 7, which is to go away; the chat is suspended" in [
        line[line.index("rain.md") :] for line in listed
    ]


def test_what_is_dated_ahead_waits_for_its_date_again(begun: Shell) -> None:
    begun.write("rain.md", title="Rain", date="2099-01-01T08:00:00Z")
    begun("once")
    begun("hold", "rain.md")
    assert "rain.md “Rain”  newsbell hold was said" in begun("deliveries", "--held")[1]
    assert begun("send", "--held") == (0, "No posts are held.\n")

    assert begun("release", "rain.md") == (0, "✓ rain.md waits for its date again\n")
    assert "waits for its date" in begun("why", "rain.md")[1]


def test_of_a_post_that_was_not_out_yet_no_chats_and_no_messages_are_counted(begun: Shell) -> None:
    begun.write("rain.md", title="Rain", date="2099-01-01T08:00:00Z")
    begun("once")

    assert begun("hold", "rain.md")[1].splitlines()[0] == "✓ rain.md is held: nothing of it was sent yet"
    assert begun("takeback", "rain.md")[1].splitlines()[0] == "✓ rain.md is taken back: nothing of it was sent yet"


@pytest.mark.parametrize("command", ["hold", "takeback", "release"])
def test_a_post_that_nobody_knows_is_refused(begun: Shell, command: str) -> None:
    code, said = begun(command, "nothing.md")

    assert code == 1
    assert "no post 'nothing.md' is known" in said


def test_a_post_that_went_cannot_be_sent_anew(sending: Shell) -> None:
    sending("takeback", "rain.md")
    (sending.posts / "rain.md").unlink()

    code, said = sending("release", "rain.md")
    assert code == 1
    assert "its file is gone, broken or another post; put it back" in said
