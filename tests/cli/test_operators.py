"""`newsbell operators`: who is told of problems; and that status and doctor say when nobody is."""

from __future__ import annotations

import asyncio
import json

import pytest

from bot.models import Destination
from bot.subscribing.operators import REMOVED, digest_of
from state import open_store
from tests.cli.conftest import Shell
from tests.state.making import NOON, later

DARA = Destination("telegram", "5001")
NOBODY = "nobody is an operator, so nobody is told of problems"


def admit(shell: Shell, person: Destination = DARA) -> None:
    """Let a person have given a one-time code."""

    async def give() -> None:
        store = await open_store(f"sqlite:///{shell.database}", str(shell.posts))
        await store.operators.invite(digest_of(str(person)), NOON, later(3600))
        await store.operators.admit(digest_of(str(person)), person, NOON)
        await store.close()

    asyncio.run(give())


def test_nobody_is_named_as_such(begun: Shell) -> None:
    assert begun("operators", "list") == (0, f"{NOBODY}; newsbell operators add invites one\n")
    assert f"operators   none: {NOBODY}; newsbell operators add invites one\n" in begun("status")[1]
    assert f"– operators  {NOBODY}; newsbell operators add invites one\n" in begun("doctor")[1]


def test_where_codes_lead_nowhere_the_setting_is_named(begun: Shell) -> None:
    begun.settings.setenv("DISCORD_BOT_TOKEN", "MTIz.test.token-of-the-emulator")
    named = f"{NOBODY}; NEWSBELL_ADMINS=discord:<your user id> in .env names one\n"
    assert begun("operators", "list") == (0, named)
    assert f"operators   none: {named}" in begun("status")[1]
    assert f"– operators  {named}" in begun("doctor", "--offline")[1]
    code, said = begun("operators", "add")
    assert code == 1
    assert "on Discord name yourself in .env: NEWSBELL_ADMINS=discord:<your user id>" in said


def test_both_kinds_are_listed(begun: Shell) -> None:
    begun.settings.setenv("NEWSBELL_ADMINS", "telegram:1,discord:2")
    for person in (DARA, Destination("telegram", "1")):
        admit(begun, person)
    said = begun("operators", "list")[1]
    assert [line.split()[:2] for line in said.splitlines()] == [
        ["telegram:1", "NEWSBELL_ADMINS"],
        ["discord:2", "NEWSBELL_ADMINS"],
        ["telegram:5001", "since"],
    ]
    assert "operators   telegram:1, discord:2, telegram:5001\n" in begun("status")[1]
    assert json.loads(begun("status", "--json")[1])["operators"] == ["telegram:1", "discord:2", "telegram:5001"]
    assert [each["by"] for each in json.loads(begun("operators", "list", "--json")[1])] == [
        "NEWSBELL_ADMINS",
        "NEWSBELL_ADMINS",
        "code",
    ]
    assert "✓ operators  telegram:1, discord:2, telegram:5001\n" in begun("doctor")[1]


def test_who_is_removed_is_none_any_more(begun: Shell) -> None:
    admit(begun)
    assert begun("operators", "remove", "telegram:5001") == (
        0,
        f"✓ telegram:5001 is an operator no more\n  {NOBODY}; newsbell operators add invites one\n",
    )
    assert begun.rows("SELECT * FROM operators") == []
    assert begun.rows("SELECT command, what FROM words") == [
        {"command": "newsbell operators", "what": "telegram:5001 is an operator no more"}
    ]
    assert [(row["person"], row["message"]) for row in begun.rows("SELECT * FROM notices")] == [("5001", REMOVED)]
    assert begun("operators", "remove", "telegram:5001")[0] == 1


@pytest.mark.parametrize(
    ("person", "said"),
    [
        ("telegram:1", "telegram:1 stands in NEWSBELL_ADMINS; take it out there"),
        ("dara", "'dara' is no destination"),
        ("telegram:7", "telegram:7 is no operator; newsbell operators list names them"),
    ],
)
def test_who_cannot_be_removed(begun: Shell, person: str, said: str) -> None:
    begun.settings.setenv("NEWSBELL_ADMINS", "telegram:1")
    code, output = begun("operators", "remove", person)
    assert code == 1
    assert said in output


def test_a_code_needs_a_telegram_bot(begun: Shell) -> None:
    code, said = begun("operators", "add")
    assert code == 1
    assert "TELEGRAM_BOT_TOKEN is not set" in said
    assert begun.rows("SELECT * FROM codes") == []
