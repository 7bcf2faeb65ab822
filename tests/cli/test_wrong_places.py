"""A wrong folder, database or setting is said in a sentence, never passed over."""

from __future__ import annotations

import sys

import pytest

from tests.cli.conftest import Shell


@pytest.mark.parametrize("command", ["once", "check"])
def test_a_folder_that_is_not_there_is_an_error_with_its_mend(shell: Shell, command: str) -> None:
    shell.settings.setenv("NEWSBELL_POSTS", "/nope")

    code, said = shell(command)

    assert code == 1
    assert "NEWSBELL_POSTS: /nope does not exist; name the folder of your posts" in said
    assert not shell.database.exists()


@pytest.mark.parametrize("command", ["once", "check"])
def test_a_file_is_no_folder(shell: Shell, command: str) -> None:
    shell.settings.setenv("NEWSBELL_POSTS", str(shell.write("old.md")))

    code, said = shell(command)

    assert code == 1
    assert "is no folder; name the folder in which the posts lie" in said


@pytest.mark.parametrize(
    "words",
    [
        ["status"],
        ["why", "old.md"],
        ["deliveries"],
        ["deliveries", "retry"],
        ["subscriptions", "list"],
        ["subscriptions", "export"],
    ],
)
def test_no_database_is_said_and_none_is_made(shell: Shell, words: list[str]) -> None:
    code, said = shell(*words)

    assert code == 1
    assert f"no database at {shell.database}; newsbell run makes it; is this the right folder?" in said
    assert not shell.database.exists()


def test_warnings_about_settings_are_told_beside_the_mistakes(shell: Shell) -> None:
    shell.settings.setenv("NEWSBELL_TIMEZONE", "Nowhere/City")
    shell.settings.setenv("NEWSBELL_FLOD", "5")

    code, said = shell("check")

    assert code == 2
    assert "✗ NEWSBELL_TIMEZONE:" in said
    assert "NEWSBELL_FLOD: is no setting of newsbell; did you mean NEWSBELL_FLOOD?" in said


def test_the_doctor_says_that_there_is_no_database_yet_and_makes_none(shell: Shell) -> None:
    shell.write("old.md")

    code, said = shell("doctor", "--offline")

    assert code == 0
    assert "1 file; newsbell check reads them" in said
    assert f"– database   no database at {shell.database}; newsbell run makes it" in said
    assert not shell.database.exists()


def test_the_doctor_says_what_comes_of_it_where_pillow_is_missing(begun: Shell) -> None:
    assert "✓ pictures   those that don't fit Telegram as they are get shrunk or converted\n" in doctor(begun)

    begun.settings.setitem(sys.modules, "PIL", None)  # as if it were not installed
    missing = "Pillow is not installed, so on Telegram posts may lack pictures that are too large, or no JPEG or PNG"
    mend = "to have them shrunk and converted: pip install 'newsbell[pictures]'"
    assert f"– pictures   {missing}; {mend}\n" in doctor(begun)


def doctor(shell: Shell) -> str:
    """What the doctor says where all is well."""
    code, said = shell("doctor", "--offline")
    assert code == 0, said
    return said


def test_the_doctor_names_the_database_and_the_fault_of_one_that_is_none(begun: Shell) -> None:
    assert f"✓ database   {begun.database}\n" in begun("doctor", "--offline")[1]
    begun.database.write_text("a letter to a friend, and not a short one " * 50)

    code, said = begun("doctor", "--offline")

    assert code == 1
    assert "restore a backup" in said
    assert begun("status")[0] == 1


def test_once_says_at_its_end_what_there_is_to_mend(begun: Shell) -> None:
    begun("subscriptions", "add", "telegram:-1001", "national")
    begun.write("new.md")
    begun.write("half.md", "---\ntitle: Half")
    begun("once")
    begun.rows("UPDATE deliveries SET state = 'failed', reason = 'the chat is too small'")

    code, said = begun("once")

    assert code == 1
    assert "✗ half.md:1  the front matter that begins here has no closing line" in said
    assert "\n    ---\n" not in said  # a line of dashes shows nothing
    assert "✗ new.md did not reach telegram:-1001 (the chat is too small); newsbell deliveries retry" in said
