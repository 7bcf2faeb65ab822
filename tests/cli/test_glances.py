"""`newsbell status` and `newsbell deliveries` name what they speak of."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Shell


@pytest.fixture
def sending(begun: Shell) -> Shell:
    begun("subscriptions", "add", "telegram:-1001", "national")
    begun.write("new.md", title="It rains")
    begun("once")
    return begun


def test_a_delivery_names_its_post(sending: Shell) -> None:
    said = sending("deliveries")[1]

    assert "telegram:-1001" in said
    assert "new.md “It rains”: not there yet, due " in said
    [row] = json.loads(sending("deliveries", "--json")[1])["deliveries"]
    assert (row["path"], row["title"]) == ("new.md", "It rains")
    assert row["due_at"]


def test_only_what_is_due_says_when(sending: Shell) -> None:
    sending.rows("UPDATE deliveries SET state = 'failed', reason = 'too long'")

    assert "“It rains”: not there (too long)\n" in sending("deliveries", "--failed")[1]
    assert "✗ 1 delivery was given up:\n  newsbell deliveries --failed says why" in sending("status")[1]
    [row] = json.loads(sending("deliveries", "--json")[1])["deliveries"]
    assert row["due_at"] is None
    assert sending("deliveries", "retry") == (0, "1 delivery is due again\n")


def test_the_status_tells_of_messages_that_may_be_there(sending: Shell) -> None:
    sending.rows("UPDATE deliveries SET state = 'held', nonce = '1-ab', reason = 'there is no proof'")

    said = sending("status")[1]
    assert "! 1 message waits for your word, for nobody can tell whether it arrived:\n" in said
    assert "  newsbell deliveries --held names them; look there, and then: newsbell deliveries retry ID\n" in said
    assert json.loads(sending("status", "--json")[1])["unproven"] == 1

    sending.rows("UPDATE deliveries SET braked = 1")
    assert "nobody can tell" not in sending("status")[1], "it waits for another word"


def test_one_failed_delivery_is_tried_again_by_its_number(sending: Shell) -> None:
    sending("send", "old.md", "--to", "telegram:-1001")
    sending.rows("UPDATE deliveries SET state = 'failed', reason = 'too long'")
    one, other = (row["id"] for row in sending.rows("SELECT id FROM deliveries ORDER BY id"))

    assert sending("deliveries", "retry", str(other)) == (0, "1 delivery is due again\n")
    assert sending("deliveries", "retry", "999") == (
        1,
        "0 deliveries are due again\n✗ there is no delivery 999; newsbell deliveries lists them, each with its ID\n",
    )
    code, said = sending("deliveries", "retry", str(other))
    assert code == 1
    assert f"delivery {other} is due, neither failed nor held, so there is nothing to try again" in said
    assert sending("deliveries", "retry", "--held", str(other))[0] == 2

    assert sending.rows("SELECT id FROM deliveries WHERE state = 'failed'") == [{"id": one}]


def test_the_status_tells_problems_with_their_parts(begun: Shell) -> None:
    begun.write("half.md", "---\ntitle: Half")
    begun.write("latin.md", "x")
    (begun.posts / "latin.md").write_bytes(b"---\ntitle: caf\xe9\n---\n")
    begun("once")
    begun.rows("UPDATE files SET problem_line = 0 WHERE path = 'latin.md'")

    said = begun("status")[1]

    assert "✗ half.md:1  " in said
    assert "✗ latin.md  " in said
    assert ":0" not in said.replace("-1001", "")
    first = json.loads(begun("status", "--json")[1])["problems"][0]
    assert set(first) == {"path", "line", "what", "mend"}
    assert (first["path"], first["line"]) == ("half.md", 1)


def test_a_suspended_chat_without_a_name_has_no_empty_brackets(begun: Shell) -> None:
    begun.rows("UPDATE destinations SET state = 'suspended', reason = 'it was closed' WHERE platform = 'discord'")

    assert "✗ discord:456: suspended since 2026-11-02 12:00 UTC: it was closed\n" in begun("status")[1]


def test_a_remembered_problem_is_shown_in_its_line_while_the_file_still_has_it(begun: Shell) -> None:
    begun.write("rain.md", "---\nlayout: post\ntitle: Rain: more\n---\nText.\n")
    pointed = '✗ rain.md:3  title has a ":" outside quotation marks\n    title: Rain: more\n               ^\n    -> '

    assert pointed in begun("once")[1]
    assert pointed in begun("status")[1]
    assert pointed in begun("why", "rain.md")[1]
    begun.write("rain.md", "---\nlayout: post\ntitle: It rains\n---\nText.\n")
    for words in (["status"], ["why", "rain.md"]):
        said = begun(*words)[1]
        assert "✗ rain.md:3  title has a" in said
        assert "It rains" not in said
        assert "^" not in said
    (begun.posts / "rain.md").unlink()
    assert "^" not in begun("status")[1]


def test_equal_problems_are_told_in_full_once_and_many_are_cut(begun: Shell) -> None:
    for number in range(60):
        begun.write(f"{number:02}.md", "---\ntitle: Half")

    for said in (begun("once")[1].partition("✗")[2], begun("status")[1]):
        assert said.count("-> add a line --- below the last key") == 3
    assert "✗ and 10 more problems; newsbell check lists them all\n" in begun("status")[1]
    assert len(json.loads(begun("status", "--json")[1])["problems"]) == 60


def test_the_status_bears_a_folder_that_is_gone(begun: Shell) -> None:
    begun.posts.rename(begun.home / "away")

    code, said = begun("status")

    assert code == 0
    assert "✗ posts is missing; create it, mount it, or mend NEWSBELL_POSTS; until then no post is found" in said
    assert "is missing" in json.loads(begun("status", "--json")[1])["folder_fault"]
    code, said = begun("doctor", "--offline")
    assert code == 1
    assert said.count("✗ posts") == 1


def test_held_posts_are_listed_with_their_reason_and_what_sends_them(begun: Shell) -> None:
    begun.settings.setenv("NEWSBELL_FLOOD", "0")
    begun.write("new.md", title="It rains")
    begun("once")
    [reason] = (row["reason"] for row in begun.rows("SELECT reason FROM posts WHERE state = 'held'"))
    assert "(NEWSBELL_FLOOD)" in reason

    for words in (["deliveries", "--held"], ["deliveries"]):
        code, said = begun(*words)
        assert code == 0
        assert said == (
            f"1 post is held, for your word; newsbell send --held sends them:\n  new.md “It rains”  {reason}\n"
        )
    listing = json.loads(begun("deliveries", "--held", "--json")[1])
    assert listing["deliveries"] == listing["leaving_posts"] == listing["held_edits"] == []
    assert listing["held_posts"] == [{"path": "new.md", "title": "It rains", "reason": reason}]
    assert begun("deliveries", "--failed") == (0, "Nothing to list.\n")
    begun("send", "--held")
    assert begun("deliveries", "--held") == (0, "Nothing to list.\n")


def test_held_posts_are_counted_in_good_english(begun: Shell) -> None:
    begun.settings.setenv("NEWSBELL_FLOOD", "0")
    begun.write("new.md")
    begun("once")

    assert begun("send", "--held") == (0, "✓ new.md is sent to whom it belongs\n1 post released\n")


def test_held_posts_that_wait_for_their_date_after_the_word_are_not_said_to_be_sent(begun: Shell) -> None:
    begun.settings.setenv("NEWSBELL_FLOOD", "0")
    begun.write("new.md")
    begun.write("later.md", title="Later", date="2099-01-01T08:00:00Z")
    begun("once")

    assert begun("send", "--held") == (
        0,
        "✓ new.md is sent to whom it belongs\n"
        "✓ later.md waits for its date again\n"
        "2 posts released, of which 1 waits for a date or a page\n",
    )


def test_places_that_receive_nothing_are_shown_with_the_reason_and_since_when(begun: Shell) -> None:
    assert begun("subscriptions", "add", "telegram:-1001", "all", "--anyway")[0] == 0
    assert begun("subscriptions", "add", "discord:456", "all", "--anyway")[0] == 0
    begun.rows("UPDATE destinations SET state = 'suspended', reason = 'it was closed' WHERE platform = 'discord'")
    begun.rows("UPDATE destinations SET state = 'paused', reason = 'an admin typed /pause' WHERE platform = 'telegram'")
    suspended, paused = (f"{state} since 2026-11-02 12:00 UTC: " for state in ("suspended", "paused"))
    begun.write("new.md")
    begun("once")

    _, status = begun("status")
    assert f"✗ discord:456: {suspended}it was closed\n" in status
    assert f"‖ telegram:-1001: {paused}an admin typed /pause\n" in status
    _, listed = begun("subscriptions", "list")
    assert f"telegram:-1001                 all\n  ‖ {paused}an admin typed /pause\n" in listed
    assert f"discord:456                    all\n  ✗ {suspended}it was closed\n" in listed
    _, story = begun("why", "new.md")
    assert f"    it waits, for the chat is {suspended}it was closed\n" in story


@pytest.mark.parametrize(
    ("settled", "stands"),
    [
        ("shown_revision = 1, message_ids = '[\"7\"]'", "message 7"),
        ("wanted = 0, tried_at = '2026-11-02T12:00:00Z'", "no message any more"),
        ("wanted = 0, reason = 'its post was withdrawn before it was sent'", "no message (its post was withdrawn"),
    ],
)
def test_what_is_settled_says_whether_a_message_stands_there(sending: Shell, settled: str, stands: str) -> None:
    sending.rows(f"UPDATE deliveries SET state = 'settled', {settled}")

    assert f"settled  telegram:-1001               new.md “It rains”: {stands}" in sending("deliveries")[1]


def test_many_chats_that_are_closed_for_the_same_reason_are_one_line(begun: Shell) -> None:
    begun.know(*(f"telegram:{number}" for number in range(1, 121)))
    begun.rows("UPDATE destinations SET state = 'suspended', reason = 'the person blocked the bot' WHERE chat_id > '0'")
    begun.rows("UPDATE destinations SET reason = 'it was closed' WHERE platform = 'discord'")

    status = begun("status")[1]

    assert (
        "✗ 120 chats (telegram:1, telegram:2, telegram:3, …): suspended: the person blocked the bot\n"
        "  newsbell subscriptions list shows them all, and since when\n"
    ) in status
    assert "✗ discord:456: suspended since 2026-11-02 12:00 UTC: it was closed\n" in status
    assert status.count("✗") == 2
