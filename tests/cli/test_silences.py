"""A platform asked for silence: whoever asks why nothing comes is told until when, by the site's clock."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Shell

UNTIL = "2099-01-02 10:04:05 UTC+07"
STORED = "2099-01-02T03:04:05.000000+00:00"
OF_ALL = f"telegram: nothing is sent until {UNTIL}: telegram asked for silence, or refused too many calls"
OF_ONE = f"it waits until {UNTIL}: silence was asked for there, or something failed"


@pytest.fixture
def waiting(begun: Shell) -> Shell:
    """A post that is due in a chat."""
    begun.settings.setenv("NEWSBELL_TIMEZONE", "Asia/Phnom_Penh")
    begun("subscriptions", "add", "telegram:-1001", "national")
    begun.write("new.md")
    begun("once")
    assert "nothing is sent until" not in begun("status")[1]
    return begun


def silence(shell: Shell, rate: str) -> None:
    shell.rows(f"INSERT INTO cooldowns (platform, rate, until) VALUES ('telegram', '{rate}', '{STORED}')")


@pytest.mark.parametrize("by", ["the bot", "a rate of the bot"])
def test_a_wait_of_the_whole_bot_is_said_wherever_somebody_looks(waiting: Shell, by: str) -> None:
    if by == "the bot":
        waiting.rows(f"UPDATE bots SET waits_until = '{STORED}' WHERE platform = 'telegram'")
    else:
        silence(waiting, "bot")

    status = waiting("status")[1]
    assert f"telegram    1 due\n… {OF_ALL}\n" in status
    silences = json.loads(waiting("status", "--json")[1])["silences"]
    assert silences == [{"platform": "telegram", "until": "2099-01-02T03:04:05+00:00", "chats": 0}]
    story = waiting("why", "new.md")[1]
    assert f"  {OF_ALL}\n… telegram:-1001  due: not there yet\n" in story
    assert "telegram: nothing" not in waiting("why", "old.md")[1], "which waits for nothing"
    code, said = waiting("doctor", "--offline")
    assert f"– telegram   {OF_ALL.partition(': ')[2]}\n" in said
    assert code == 0
    assert OF_ALL in waiting("once")[1], "a start takes it over from whoever was told"


def test_a_wait_of_a_chat_is_said_in_its_story_and_counted_in_the_status(waiting: Shell) -> None:
    why = "telegram asked for silence there, or something failed"
    silence(waiting, "chat:-1001")
    assert f"… telegram: 1 chat waits until {UNTIL}: {why}\n" in waiting("status")[1]
    silence(waiting, "group:-1002")
    assert f"… telegram: 2 chats wait, until {UNTIL} at the latest: {why}\n" in waiting("status")[1]
    story = waiting("why", "new.md")[1]
    assert f"… telegram:-1001  due: not there yet\n    {OF_ONE}\n" in story
    assert story.count(UNTIL) == 1

    waiting.rows("UPDATE destinations SET state = 'paused', reason = 'so' WHERE platform = 'telegram'")
    assert OF_ONE not in waiting("why", "new.md")[1], "it waits for more than that"


@pytest.mark.parametrize("where", ["destinations SET waits_until", "deliveries SET tried_at = due_at, due_at"])
def test_what_failed_in_a_chat_is_said_to_go_on(waiting: Shell, where: str) -> None:
    waiting.rows(f"UPDATE {where} = '{STORED}'")

    assert waiting("why", "new.md")[1].endswith(f"    {OF_ONE}\n")


def test_what_is_over_is_not_told(waiting: Shell) -> None:
    waiting.rows("UPDATE bots SET waits_until = '2026-01-02T03:04:05.000000+00:00'")
    waiting.rows("UPDATE destinations SET waits_until = '2026-01-02T03:04:05.000000+00:00'")

    for words in (["status"], ["why", "new.md"], ["doctor", "--offline"], ["once"]):
        assert "until" not in waiting(*words)[1], words
