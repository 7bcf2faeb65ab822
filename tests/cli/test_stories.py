"""`newsbell why` of a post that many chats have, and in the words that each delivery needs."""

from __future__ import annotations

import pytest

from bot.cli.why import MANY
from tests.cli.conftest import Shell

LOST = "the bot was removed from the chat; add it again"


def sent_to(shell: Shell, chats: int) -> Shell:
    """A post that stands in so many chats."""
    shell.know(*(f"telegram:-{number}" for number in range(1, chats + 1)))
    for row in shell.rows("SELECT chat_id FROM destinations WHERE chat_id NOT IN ('-1001', '456')"):
        shell("subscriptions", "add", f"telegram:{row['chat_id']}", "all")
    shell.write("rain.md", title="Rain")
    shell("once")
    shell.rows("UPDATE deliveries SET state = 'settled', shown_revision = 1, message_ids = '[\"7\"]'")
    return shell


@pytest.fixture
def many(begun: Shell) -> Shell:
    return sent_to(begun, MANY + 1)


def test_of_many_chats_only_those_that_need_a_person_are_told_in_full(many: Shell) -> None:
    many.rows("UPDATE deliveries SET state = 'failed', shown_revision = NULL, reason = 'too long' WHERE id = 4")
    many.rows("UPDATE deliveries SET state = 'due', shown_revision = NULL WHERE id IN (2, 5)")
    many.rows(f"UPDATE destinations SET state = 'suspended', reason = '{LOST}' WHERE chat_id IN ('-5', '-6')")

    code, said = many("why", "rain.md")
    lines = said.splitlines()

    assert code == 0
    assert lines[3:] == [
        "21 chats:",
        "  18 on telegram  ✓ settled: a message stands there",
        "   1 on telegram  … due: not there yet",
        "   1 on telegram  ✗ failed: not there (too long)",
        "   1 on telegram  … due: not there yet; the chat is suspended",
        "  newsbell why rain.md CHAT tells of one (telegram:-100123/7, discord:456), --all of each",
        "These need a person:",
        "✗ telegram:-4  failed: not there (too long)",
        "    to try it again: newsbell deliveries retry 4",
        "… telegram:-5  due: not there yet",
        f"    it waits, for the chat is suspended since 2026-11-02 12:00 UTC: {LOST}",
    ]


def test_each_of_many_chats_is_told_on_demand(many: Shell) -> None:
    assert "No chat needs a person." in many("why", "rain.md")[1]
    assert many("why", "rain.md", "--all")[1].count("settled: message 7\n") == MANY + 1
    one = many("why", "rain.md", "telegram:-3")[1]
    assert one.count("settled") == 1
    assert "✓ telegram:-3  settled: message 7\n" in one
    assert many("why", "rain.md", "telegram:-3", "--all")[0] == 2


def test_of_many_that_need_a_person_the_first_are_told(begun: Shell) -> None:
    shell = sent_to(begun, MANY + 2)
    shell.rows("UPDATE deliveries SET state = 'failed', shown_revision = NULL, reason = 'too long'")

    said = shell("why", "rain.md")[1]

    assert "  22 on telegram  ✗ failed: not there (too long)\n" in said
    assert said.count("✗ telegram:-") == MANY
    assert said.endswith("  and more; newsbell why rain.md --all names each\n")


def test_few_chats_are_told_one_by_one(begun: Shell) -> None:
    said = sent_to(begun, MANY)("why", "rain.md")[1]

    assert said.count("settled: message 7\n") == MANY
    assert "chats:" not in said


def test_what_was_held_as_a_whole_is_counted_and_what_was_sent_anew_is_history(many: Shell) -> None:
    many("takeback", "rain.md")
    many.rows("UPDATE deliveries SET state = 'settled', shown_revision = NULL, tried_at = '2026-11-02T12:00:00+00:00'")
    assert "  21 on telegram  ✓ settled: no message any more\n" in many("why", "rain.md")[1]
    many("release", "rain.md")
    many("hold", "rain.md")

    said = many("why", "rain.md")[1]

    assert "21 chats:\n  21 on telegram  … held: not there yet (newsbell hold was said)\n" in said
    assert "No chat needs a person." in said


def test_a_message_that_nobody_wants_is_not_advised_to_be_sent(begun: Shell) -> None:
    shell = sent_to(begun, 1)
    shell.rows("UPDATE deliveries SET shown_revision = NULL, state = 'unknown', nonce = 'n'")
    shell("takeback", "rain.md")
    shell.rows("UPDATE deliveries SET state = 'held', reason = 'no proof; where it stands, remove it by hand'")

    said = shell("why", "rain.md")[1]

    assert "… telegram:-1  held: no message (no proof; where it stands, remove it by hand)\n" in said
    assert "nothing is sent there. To look for the message once more, and to delete it where it is found:" in said
    assert "send it all the same" not in said

    assert "if you have removed it: newsbell deliveries done 1\n" in said
    assert shell("deliveries", "done", "1") == (0, "✓ 1 message is done with\n")
    assert "telegram:-1  settled: no message (it was removed by hand)\n" in shell("why", "rain.md")[1]
    assert shell("deliveries", "done", "1", "2") == (
        1,
        "✗ delivery 1 is not to be removed by hand; newsbell deliveries --held says what is\n"
        "✗ delivery 2 is not to be removed by hand; newsbell deliveries --held says what is\n",
    )
    assert shell("deliveries", "done")[0] == 2


@pytest.mark.parametrize(
    ("nonce", "stands", "words"),
    [
        (
            "n",
            "nobody can tell whether it is there",
            "it may be there already: look into the chat, then newsbell deliveries retry 1 tries again",
        ),
        (
            "",
            "not there yet",
            "to send it all the same: newsbell deliveries retry 1; "
            "to all chats that wait for it: newsbell release rain.md",
        ),
    ],
)
def test_what_may_have_arrived_is_looked_for_by_a_person_before_it_is_sent_again(
    begun: Shell, nonce: str, stands: str, words: str
) -> None:
    shell = sent_to(begun, 1)
    shell.rows(f"UPDATE deliveries SET shown_revision = NULL, state = 'held', nonce = '{nonce}', reason = 'x'")

    assert f"… telegram:-1  held: {stands} (x)\n    {words}\n" in shell("why", "rain.md")[1]


@pytest.mark.parametrize(
    ("how", "word"),
    [
        ("delete", "newsbell release rain.md deletes them"),
        ("mark", "newsbell release rain.md marks them as withdrawn"),
        ("keep", "newsbell release rain.md lets them stand for good (NEWSBELL_WITHDRAWN=keep)"),
    ],
)
def test_what_a_word_does_to_a_post_that_is_leaving_is_said(begun: Shell, how: str, word: str) -> None:
    shell = sent_to(begun, 1)
    shell.settings.setenv("NEWSBELL_FLOOD", "0")
    shell.settings.setenv("NEWSBELL_WITHDRAWN", how)
    (shell.posts / "rain.md").unlink()
    shell("once")

    assert f"so its messages stay. {word}, --leaving does so for all such posts" in shell("why", "rain.md")[1]
    taken = "its messages stay, as NEWSBELL_WITHDRAWN says" if how == "keep" else "1 message taken back"
    assert shell("release", "rain.md") == (0, f"✓ rain.md: {taken}\n")


def test_a_message_that_was_marked_is_called_so(begun: Shell) -> None:
    shell = sent_to(begun, 1)
    shell.settings.setenv("NEWSBELL_WITHDRAWN", "mark")
    shell("takeback", "rain.md")
    assert "due: message 7, which is to be marked as withdrawn\n" in shell("why", "rain.md")[1]
    shell.rows("UPDATE deliveries SET state = 'settled'")

    assert "settled: message 7, marked as withdrawn\n" in shell("why", "rain.md")[1]


@pytest.fixture
def digested(begun: Shell) -> Shell:
    """Three posts that a chat gets as one digest."""
    begun.settings.setenv("NEWSBELL_DIGEST", "2")
    begun.settings.setenv("NEWSBELL_FLOOD", "0")
    begun("subscriptions", "add", "telegram:-1001", "all")
    for name in ("a", "b", "c"):
        begun.write(f"{name}.md", title=f"Rain {name}")
    begun("once")
    assert "1 chat gets them as one digest" in begun("send", "--held")[1]
    return begun


def test_a_post_in_a_digest_is_said_to_be_shown_there(digested: Shell) -> None:
    assert "✓ telegram:-1001  settled: goes out in a digest, which is not there yet\n" in digested("why", "a.md")[1]
    digested.rows("UPDATE deliveries SET state = 'failed', reason = 'too long' WHERE wanted != 0")
    [whole] = digested.rows("SELECT id FROM deliveries WHERE wanted != 0")
    failed = digested("why", "a.md")[1]
    assert "settled: in a digest that was given up\n" in failed
    assert f"    to try the digest again: newsbell deliveries retry {whole['id']}\n" in failed
    digested.rows(
        "UPDATE deliveries SET state = 'settled', reason = '', shown_revision = 1, message_ids = '[\"9\"]'"
        " WHERE wanted != 0"
    )

    assert "✓ telegram:-1001  settled: shown in a digest, message 9\n" in digested("why", "a.md")[1]
    assert digested("takeback", "a.md") == (
        0,
        "✓ a.md is taken back: 0 messages are being deleted\n"
        "  1 digest that lists it is rewritten without it\n"
        "  to send it anew: newsbell release a.md\n",
    )
    assert "✓ telegram:-1001  settled: taken out of the digest that it was in\n" in digested("why", "a.md")[1]


@pytest.fixture
def edited(digested: Shell) -> Shell:
    """The chat has the digest, and an edit of it waits."""
    digested.rows(
        "UPDATE deliveries SET state = 'settled', shown_revision = 1, message_ids = '[\"9\"]' WHERE wanted != 0"
    )
    digested.settings.setenv("NEWSBELL_FLOOD", "2")
    for name in ("a", "b", "c"):
        digested.write(f"{name}.md", title=f"Snow {name}")
    digested("once")
    return digested


def test_a_takeback_says_that_the_edit_of_a_digest_comes_along(edited: Shell) -> None:
    assert edited("takeback", "a.md") == (
        0,
        "✓ a.md is taken back: 0 messages are being deleted\n"
        "  1 digest that lists it is rewritten without it\n"
        "  with that, 1 edit that waited for your word is made\n"
        "  to send it anew: newsbell release a.md\n",
    )
    assert "release --edits" not in edited("status")[1]


def test_a_word_for_a_post_is_one_for_the_digest_that_lists_it(edited: Shell) -> None:
    status = edited("status")[1]
    assert "! 1 message does not follow its post (1 digest), for more than 2 posts were edited" in status
    assert "newsbell release POST those of one post and the digests that list it\n" in status

    why = edited("why", "c.md")[1]
    assert "    the digest waits to be edited (more than 2 posts were edited within 60 seconds (NEWSBELL_FLOOD))" in why
    assert "): newsbell release c.md\n" in why

    assert edited("release", "a.md") == (0, "✓ a.md goes on: 1 delivery is due\n")
    edited.rows("UPDATE deliveries SET state = 'settled', shown_revision = wanted WHERE wanted != 0")
    edited("hold", "b.md")
    assert edited("release", "b.md") == (0, "✓ b.md goes on; nothing of it is left to be sent or edited now\n")
