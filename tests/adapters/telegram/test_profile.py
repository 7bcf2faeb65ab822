"""The menus, descriptions and wishes for rights: told to Telegram once in every language, and when they change."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot
from telegram.constants import BotCommandLimit, BotDescriptionLimit

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.profile import DESCRIPTION, SHORT_DESCRIPTION, profile
from bot.ports import Profiles
from bot.subscribing.commands import COMMANDS
from bot.subscribing.introducing import Introducing, digest
from bot.texts import LANGUAGES, texts
from tests.adapters.telegram.conftest import FakeDesk, FakePace, listening
from tests.emulators.telegram import TelegramEmulator
from tests.specs import TELEGRAM, load_spec
from tests.state.making import NOON, Office, open_office

SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")


class Introductions(Introducing):
    """Says when a platform knows all."""

    def __init__(self, profiles: Profiles, telegram: TelegramEmulator) -> None:
        super().__init__(profiles, "telegram", lambda: NOON, first_pause=0.01)
        self.done = 0
        self._telegram = telegram

    async def introduce(self, bot: str, parts: Any) -> None:
        await super().introduce(bot, parts)
        self.done += 1
        self._telegram.changed()


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path / "newsbell.db")
    yield office
    await office.store.close()


@pytest.fixture
def introductions(office: Office, telegram: TelegramEmulator) -> Introductions:
    return Introductions(office.store.profiles, telegram)


@pytest.fixture
async def known(
    telegram: TelegramEmulator, pace: FakePace, introductions: Introductions
) -> AsyncIterator[TelegramAdapter]:
    """An adapter, open, that introduces itself when it listens."""
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=pace, introducing=introductions)
    await adapter.open()
    yield adapter
    await adapter.close()


async def introduce(
    adapter: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, introductions: Introductions
) -> list[str]:
    """Listen until Telegram knows all; the methods that told it something."""
    before, done = len(telegram.requests), introductions.done
    async with listening(adapter, desk, telegram):
        await telegram.until(lambda: introductions.done > done)
    return [request.method for request in telegram.requests[before:] if request.method.startswith("setMy")]


def menus(telegram: TelegramEmulator) -> dict[tuple[str, str], list[dict[str, str]]]:
    """The commands by the type of their scope and language."""
    return {
        (json.loads(scope)["type"], language): commands
        for (scope, language), commands in telegram.profile["commands"].items()
    }


async def test_every_scope_has_its_menu_in_every_language(
    known: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, introductions: Introductions
) -> None:
    await introduce(known, desk, telegram, introductions)

    shown = menus(telegram)
    assert set(shown) == {(scope, language) for scope in SCOPES for language in ("", "km")}
    for (scope, language), commands in shown.items():
        everybody = scope in {"default", "all_group_chats"}
        wanted = [name for name, command in COMMANDS.items() if not (everybody and command.admins_only)]
        say = texts(language or "en").say
        assert [(each["command"], each["description"]) for each in commands] == [
            (name, say(COMMANDS[name].meaning)) for name in wanted
        ]


async def test_the_bot_says_who_it_is_in_every_language(
    known: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, introductions: Introductions
) -> None:
    await introduce(known, desk, telegram, introductions)

    for language in LANGUAGES:
        say, code = texts(language).say, "" if language == "en" else language
        assert telegram.profile["description"]["", code] == say(DESCRIPTION)
        assert telegram.profile["short_description"]["", code] == say(SHORT_DESCRIPTION)


async def test_whoever_adds_the_bot_is_asked_for_the_rights_that_it_needs_and_no_other(
    known: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, introductions: Introductions
) -> None:
    await introduce(known, desk, telegram, introductions)

    asked = {
        kind: {name for name, on in rights.items() if on} for (kind, _), rights in telegram.profile["rights"].items()
    }
    assert asked == {
        "channels": {"can_post_messages", "can_edit_messages", "can_delete_messages"},
        "groups": {"can_manage_chat", "can_pin_messages"},
    }


async def test_a_start_with_nothing_changed_tells_telegram_nothing(
    known: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, introductions: Introductions
) -> None:
    first = await introduce(known, desk, telegram, introductions)
    assert len(first) == len(profile(Bot(telegram.token)))

    assert await introduce(known, desk, telegram, introductions) == []
    assert not [request for request in telegram.requests[-3:] if request.method.startswith("getMy")]


async def test_only_what_has_changed_is_told_again(
    known: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, introductions: Introductions, office: Office
) -> None:
    await introduce(known, desk, telegram, introductions)
    await office.store.profiles.note("telegram", known.bot, "commands default km", "of an older newsbell", NOON)

    assert await introduce(known, desk, telegram, introductions) == ["setMyCommands"]


async def test_another_account_is_told_everything(
    known: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, introductions: Introductions, office: Office
) -> None:
    first = await introduce(known, desk, telegram, introductions)
    await office.store.profiles.note("telegram", "987", "commands default en", "x", NOON)
    telegram.profile.clear()

    assert await introduce(known, desk, telegram, introductions) == first


async def test_what_fails_half_way_goes_on_there_and_holds_up_nothing(
    known: TelegramAdapter,
    desk: FakeDesk,
    telegram: TelegramEmulator,
    introductions: Introductions,
    caplog: pytest.LogCaptureFixture,
) -> None:
    private = telegram.add_private(telegram.add_user("Dara"))
    flood = telegram.fault("flood", method="setMyCommands", skip=3, retry_after=0.02)
    outage = telegram.fault("restart_before", method="setMyDescription")
    async with listening(known, desk, telegram):
        telegram.type(private, None, "/help")
        await telegram.until(lambda: private.from_bot and introductions.done)

    assert flood.over
    assert outage.over
    told = [request for request in telegram.requests if request.method.startswith("setMy") and request.status == 200]
    assert len(told) == len(profile(Bot(telegram.token)))  # none of them twice
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING] == [
        "telegram: its commands all_private_chats km stay as they were: Telegram asks the bot to wait; that is tried "
        "again",
        "telegram: its description en stay as they were: Telegram's server failed while it had the request; that is "
        "tried again",
    ]


async def test_one_part_that_is_refused_keeps_no_other_one_back(
    known: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, introductions: Introductions
) -> None:
    refused = telegram.fault(
        "answer", method="setMyCommands", status=400, description="Bad Request: BOT_COMMAND_INVALID"
    )
    await introduce(known, desk, telegram, introductions)

    order = [request.method for request in telegram.requests if request.method.startswith("setMy")]
    assert refused.over
    assert order.index("setMyDefaultAdministratorRights") < len(order) - 1
    assert order[-1] == "setMyCommands"


async def test_a_description_that_a_person_wrote_stays(
    known: TelegramAdapter,
    desk: FakeDesk,
    telegram: TelegramEmulator,
    introductions: Introductions,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    telegram.profile["description"] = {("", ""): "The Daily News of Battambang."}  # by @BotFather

    told = await introduce(known, desk, telegram, introductions)

    assert telegram.profile["description"]["", ""] == "The Daily News of Battambang."
    assert told.count("setMyShortDescription") == len(LANGUAGES)
    assert any("description en was written by a person" in record.getMessage() for record in caplog.records)


async def test_the_words_of_an_older_newsbell_are_replaced(
    known: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator, introductions: Introductions, office: Office
) -> None:
    older = "I ring."
    telegram.profile["description"] = {("", ""): older, ("", "km"): texts("km").say(DESCRIPTION)}
    await office.store.profiles.note("telegram", known.bot, "description en", digest(older), NOON)

    await introduce(known, desk, telegram, introductions)

    assert telegram.profile["description"]["", ""] == texts("en").say(DESCRIPTION)


async def test_the_end_of_listening_waits_for_no_telling(
    known: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator
) -> None:
    hanging = telegram.fault("hang", method="setMyCommands")
    async with asyncio.timeout(5), listening(known, desk, telegram):
        await telegram.until(lambda: hanging.hits)


def test_names_and_descriptions_are_inside_the_limits_of_the_library_and_the_document() -> None:
    for language in LANGUAGES:
        say = texts(language).say
        assert 1 <= len(say(DESCRIPTION)) <= BotDescriptionLimit.MAX_DESCRIPTION_LENGTH
        assert 1 <= len(say(SHORT_DESCRIPTION)) <= BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH
        for name, command in COMMANDS.items():
            assert BotCommandLimit.MIN_COMMAND <= len(name) <= BotCommandLimit.MAX_COMMAND
            assert name.isascii()
            assert name == name.lower()
            meaning = say(command.meaning)
            assert BotCommandLimit.MIN_DESCRIPTION <= len(meaning) <= BotCommandLimit.MAX_DESCRIPTION


def test_the_limits_are_those_of_the_document() -> None:
    spec = load_spec(TELEGRAM)
    if spec is None:
        pytest.skip("the specification is not at hand")
    said = {
        field["name"]: field["description"]
        for method in ("setMyDescription", "setMyShortDescription")
        for field in spec["methods"][method]["fields"]
    }
    assert f"0-{BotDescriptionLimit.MAX_DESCRIPTION_LENGTH} characters" in said["description"]
    assert f"0-{BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH} characters" in said["short_description"]
