"""What posts would run into is looked up where many chats are subscribed at once, without asking for ever."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cli.surveying import MOST, obstacles_in
from bot.models import Destination, Look
from bot.settings import Settings, load_settings
from tests.emulators.discord import Channel, DiscordEmulator

ELSEWHERE = Destination("telegram", "-1001")


@pytest.fixture
async def discord() -> AsyncIterator[DiscordEmulator]:
    async with DiscordEmulator() as emulator:
        yield emulator


@pytest.fixture
def settings(discord: DiscordEmulator, tmp_path: Path) -> Settings:
    surroundings = {
        "NEWSBELL_POSTS": str(tmp_path),
        "DISCORD_BOT_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
    }
    return load_settings(None, surroundings)


@pytest.fixture
def channels(discord: DiscordEmulator) -> list[Channel]:
    guild = discord.add_guild("Mekong Readers")
    return [discord.add_channel(guild, name) for name in ("news", "sport", "shut")]


def wanted(channels: list[Channel]) -> dict[Destination, list[Look]]:
    return {ELSEWHERE: [Look()]} | {Destination("discord", str(channel.id)): [Look()] for channel in channels}


async def test_only_places_with_an_obstacle_are_told(
    discord: DiscordEmulator, settings: Settings, channels: list[Channel]
) -> None:
    discord.forbid(channels[2], "send_messages")
    [(place, told)] = (await obstacles_in(settings, wanted(channels))).items()
    assert place.chat_id == str(channels[2].id)
    assert told.startswith("Nothing can be sent at present: newsbell lacks Send Messages here")


async def test_of_many_the_first_are_looked_up_and_the_others_are_told_of(
    discord: DiscordEmulator, settings: Settings, channels: list[Channel]
) -> None:
    guild = discord.add_guild("Many rooms")
    further = [discord.add_channel(guild, f"room-{number}") for number in range(MOST)]
    told = await obstacles_in(settings, wanted([*channels, *further]))
    assert told == {
        Destination(
            "discord", str(further[MOST - 3].id)
        ): "whether newsbell may post there and in 2 more was not looked up"
    }
    assert len([one for one in discord.requests if one.path.startswith("/channels/")]) == MOST


async def test_where_discord_cannot_be_asked_that_is_told_once(
    discord: DiscordEmulator, settings: Settings, channels: list[Channel]
) -> None:
    path = f"/channels/{channels[1].id}"
    discord.fault("unavailable", method="GET", path=path)
    [(place, told)] = (await obstacles_in(settings, wanted(channels))).items()
    assert place.chat_id == str(channels[1].id)
    assert told.startswith("whether newsbell may post there could not be looked up: ")
    assert [one.path for one in discord.requests if one.path.startswith("/channels/")][-1] == path
