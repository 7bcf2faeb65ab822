"""`newsbell subscriptions` enters at the same door as /subscribe: what is refused there is refused here."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.cli.conftest import Shell

ROW = {"destination": "telegram:-1001", "kind": "category", "value": "national", "display": "", "language": ""}


def values(shell: Shell) -> list[str]:
    return [row["value"] for row in shell.rows("SELECT value FROM subscriptions ORDER BY id")]


def import_(shell: Shell, rows: Any, *words: str) -> tuple[int, str]:
    file = shell.home / "rows.json"
    file.write_text(rows if isinstance(rows, str) else json.dumps(rows), encoding="utf-8")
    return shell("subscriptions", "import", str(file), *words)


def test_a_misspelt_category_is_refused_with_what_may_be_meant(begun: Shell) -> None:
    code, said = begun("subscriptions", "add", "telegram:-1001", "natoinal")

    assert code == 1
    assert "there is no category “natoinal”; did you mean NATIONAL?" in said
    assert values(begun) == []
    assert begun("subscriptions", "add", "telegram:-1001", "natoinal", "--anyway")[0] == 0
    assert values(begun) == ["natoinal"]


def test_several_categories_are_subscribed_at_once_in_the_spelling_of_the_posts(begun: Shell) -> None:
    begun.write("game.md", category="SPORT")
    begun("once")

    assert begun("subscriptions", "add", "telegram:-1001", "national,", "sport")[0] == 0

    assert begun("subscriptions", "list")[1].split() == [
        "telegram:-1001", "category", "NATIONAL", "telegram:-1001", "category", "SPORT"
    ]  # fmt: skip


def test_the_general_topic_of_a_forum_is_the_chat_itself_or_it_would_get_each_post_twice(begun: Shell) -> None:
    for chat in ("telegram:-1001/1", "telegram:-1001"):
        assert begun("subscriptions", "add", chat, "national")[0] == 0

    assert begun("subscriptions", "list")[1].split() == ["telegram:-1001", "category", "NATIONAL"]


@pytest.mark.parametrize(
    ("chat", "fault"),
    [
        ("console:foo", "the console has console:telegram and console:discord"),
        ("console:telegram/7", "the console has console:telegram and console:discord"),
        ("console:telegram", "no console bot has run with this database yet; start newsbell run first"),
        ("matrix:1", "there is no platform matrix"),
        ("nonsense", "is no destination"),
    ],
)
def test_a_chat_that_can_not_be_is_refused(begun: Shell, chat: str, fault: str) -> None:
    code, said = begun("subscriptions", "add", chat, "national")

    assert code == 1
    assert fault in said


def test_removing_what_is_not_there_says_so(begun: Shell) -> None:
    assert begun("subscriptions", "remove", "telegram:-1001") == (1, "Error: telegram:-1001 has no subscriptions\n")
    begun("subscriptions", "add", "telegram:-1001", "national")

    code, said = begun("subscriptions", "remove", "telegram:-1001", "sport")

    assert code == 1
    assert "telegram:-1001 is not subscribed to sport; it is to: national" in said
    assert begun("subscriptions", "remove", "telegram:-1001", "national") == (
        0,
        "✓ 1 subscription of telegram:-1001 removed\n",
    )


def test_an_import_reads_names_as_people_write_them(begun: Shell) -> None:
    code, said = import_(begun, [ROW | {"value": "#NATIONAL"}, ROW | {"kind": "all-except", "value": "National"}])

    assert (code, said) == (0, "✓ 2 of 2 subscriptions are new\n")
    assert values(begun) == ["national", "national"]


def test_an_import_leaves_alone_what_is_there(begun: Shell) -> None:
    begun("subscriptions", "add", "telegram:-1001", "national lang:en")

    assert import_(begun, [ROW]) == (0, "✓ 0 of 1 subscription are new\n")

    assert begun.rows("SELECT language FROM subscriptions") == [{"language": "en"}]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ({}, "holds no list"),
        ("[", "is not JSON"),
        ([ROW, {"destination": "discord:456", "value": "x"}], 'row 2: "kind", "display", "language" are missing'),
        ([ROW, {**ROW, "kind": "mood"}], "row 2: \"kind\" is 'mood'; write category, tag, all, all-except"),
        ([ROW, {**ROW, "value": "  "}], 'row 2: "value" is'),
        ([ROW, {**ROW, "value": None}], 'row 2: "value" must be text'),
        ([ROW, {**ROW, "language": "englisch"}], 'row 2: "language":'),
        ([ROW, {**ROW, "destination": "console:foo"}], "row 2: console:foo is no chat"),
        ([ROW, "national"], "row 2: it is no object"),
        ([ROW, {**ROW, "options": ["rich"]}], 'row 2: "options" is no object'),
        (
            [ROW, {**ROW, "options": {"style": "loud"}}],
            'row 2: "options": “style” can\'t be “loud”. Write one of: auto,',
        ),
        ([ROW, {**ROW, "options": {"size": 7}}], 'row 2: "options": There is no option “size” here.'),
        ([ROW, {**ROW, "value": "natoinal"}], "did you mean NATIONAL?"),
        ([ROW, {**ROW, "destination": "console:telegram"}], "no console bot has run"),
    ],
)
def test_a_mistake_anywhere_imports_nothing(begun: Shell, rows: Any, fault: str) -> None:
    code, said = import_(begun, rows)

    assert code == 1
    assert fault in said
    assert values(begun) == []


def test_what_is_exported_can_be_imported(begun: Shell) -> None:
    begun("subscriptions", "add", "telegram:-1001", "national lang:km")
    begun("subscriptions", "add", "discord:456", "all", "--set", "mention=77", "--set", "excerpt=0")
    exported = begun("subscriptions", "export")[1]
    begun("subscriptions", "remove", "telegram:-1001")
    begun("subscriptions", "remove", "discord:456")

    assert import_(begun, exported)[0] == 0

    assert begun("subscriptions", "export")[1] == exported


def test_what_may_be_lost_in_a_chat_is_sent_again_or_waits_as_the_operator_says(begun: Shell) -> None:
    begun.settings.setenv("NEWSBELL_ON_UNKNOWN", "hold")
    begun("subscriptions", "add", "telegram:-1001", "national")

    code, said = begun("subscriptions", "on-unknown", "telegram:-1001", "resend")
    assert (code, said) == (
        0, "✓ telegram:-1001: what may be lost there is sent again, rather twice than never\n"
    )  # fmt: skip
    assert "on-unknown: resend" in begun("subscriptions", "list")[1]

    assert "waits for your word: newsbell deliveries --held (NEWSBELL_ON_UNKNOWN is hold)" in begun(
        "subscriptions", "on-unknown", "telegram:-1001", "site"
    )[1]  # fmt: skip
    assert "on-unknown" not in begun("subscriptions", "list")[1]


def test_options_are_set_listed_and_changed_one_by_one(begun: Shell) -> None:
    assert begun("subscriptions", "add", "telegram:-1001", "national", "--set", "style=rich", "--set", "pin=on") == (
        0, "✓ telegram:-1001 is subscribed: style=rich, pin=on\n"
    )  # fmt: skip
    begun("subscriptions", "add", "telegram:-1001", "national", "--set", "style = text")

    assert begun("subscriptions", "list")[1] == f"{'telegram:-1001':<30} category NATIONAL\n  style=text, pin=on\n"
    assert begun.rows("SELECT options FROM subscriptions") == [{"options": '{"pin": true, "style": "text"}'}]


def test_options_that_can_not_be_change_nothing_and_each_is_told(begun: Shell) -> None:
    code, said = begun("subscriptions", "add", "discord:456", "national", "--set", "style=rich", "--set", "pin=maybe")

    assert code == 2
    assert "--set style=rich: “style” can't be “rich”. Write one of: auto, embed, link, components." in said
    assert "--set pin=maybe: “pin” can't be “maybe”. Write one of: on, off." in said
    assert values(begun) == []


def test_a_frame_comes_with_a_word_of_warning_and_not_into_announcement_channels(begun: Shell) -> None:
    code, said = begun("subscriptions", "add", "discord:456", "national", "--set", "style=components")
    assert code == 0
    assert said.splitlines() == [
        "✓ discord:456 is subscribed: style=components",
        "  The notification of such a message is empty: Discord shows no words of it.",
    ]

    with closing(sqlite3.connect(begun.database)) as connection, connection:
        connection.execute("UPDATE destinations SET kind = 'announcement' WHERE chat_id = '456'")
    code, said = begun("subscriptions", "add", "discord:456", "sport", "--set", "style=components", "--anyway")
    assert code == 1
    assert "discord:456: Frames can't be in an announcement channel" in said
    assert [row["display"] for row in begun.rows("SELECT display FROM subscriptions")] == ["NATIONAL"]


def test_a_policy_for_a_chat_that_nobody_knows_is_refused(begun: Shell) -> None:
    code, said = begun("subscriptions", "on-unknown", "telegram:-77", "hold")

    assert code == 1
    assert "telegram:-77 is not known" in said


def test_a_known_thread_of_discord_is_meant_by_its_id_alone(begun: Shell) -> None:
    begun.know("discord:456/7")

    assert begun("subscriptions", "add", "discord:7", "national")[0] == 0
    assert begun("subscriptions", "list")[1].startswith("discord:456/7 ")
