"""The commands in Discord's own languages: complete, within its limits, and told once."""

import asyncio
from contextlib import suppress
from typing import Any

import discord
import pytest

from adapters.discord.localising import FOLDER, SHARED, read_locales
from bot.subscribing.commands import COMMANDS
from tests.adapters.discord.conftest import Server

LANGUAGES = [path.stem for path in sorted(FOLDER.glob("*.toml"))]


def _parts(server: Server) -> list[Any]:
    """Every command and option as Discord has it."""
    known: list[Any] = server.discord.commands
    return [*known, *(option for command in known for option in command.get("options", []))]


def test_every_locale_is_one_of_discords() -> None:
    assert len(LANGUAGES) == 17
    assert {*LANGUAGES, *SHARED} <= {locale.value for locale in discord.Locale}
    assert set(SHARED.values()) <= set(LANGUAGES)


@pytest.mark.parametrize("locale", LANGUAGES)
async def test_a_locale_has_every_name_and_description_and_nothing_else(live: Server, locale: str) -> None:
    words = read_locales()[locale]
    assert set(words["names"]) == {part["name"] for part in _parts(live)}
    assert set(words["descriptions"]) == {part["description"] for part in _parts(live)}
    assert all(part["description_localizations"][locale] for part in _parts(live))


@pytest.mark.parametrize("locale", LANGUAGES)
async def test_a_command_that_a_description_names_is_called_so(live: Server, locale: str) -> None:
    words = read_locales()[locale]
    [told] = [said for english, said in words["descriptions"].items() if english.endswith("/resume")]
    assert f"/{words['names']['resume']}" in told
    assert "until 8:00" in told


async def test_people_see_the_commands_in_their_language(live: Server) -> None:
    told = {command["name"]: command for command in live.discord.commands}
    assert list(told) == list(COMMANDS)
    assert told["subscribe"]["name_localizations"]["de"] == "abonnieren"
    assert told["subscribe"]["name_localizations"]["es-419"] == told["subscribe"]["name_localizations"]["es-ES"]
    assert "de" not in told["status"]["name_localizations"]  # it is the same word
    [category, *_] = told["subscribe"]["options"]
    assert category["name_localizations"]["fr"] == "catégorie"


def _told(server: Server) -> int:
    return sum(request.method == "PUT" for request in server.discord.requests)


async def test_discord_is_told_only_of_a_change(live: Server) -> None:
    async def restarted() -> int:
        before, connections = _told(live), live.discord.gateway.identifies
        serving = asyncio.create_task(live.adapter.serve(live.desk))
        await live.discord.until(lambda: live.discord.gateway.identifies > connections)
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        return _told(live) - before

    assert await restarted() == 0
    live.discord.commands[0]["name_localizations"]["de"] = "bestellen"  # as an earlier version called it
    assert await restarted() == 1
    assert await restarted() == 0
    assert live.discord.commands[0]["name_localizations"]["de"] == "abonnieren"
