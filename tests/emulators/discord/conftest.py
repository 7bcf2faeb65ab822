"""An emulated Discord with a server, a channel and an admin on it, and a bot that is logged in."""

from collections.abc import AsyncIterator

import pytest

from tests.emulators.discord import Channel, DiscordEmulator, Guild, Member
from tests.emulators.discord.client import Client, logged_in


@pytest.fixture
async def server() -> AsyncIterator[DiscordEmulator]:
    async with DiscordEmulator() as emulator:
        yield emulator
        assert emulator.check_answers() == []


@pytest.fixture
def guild(server: DiscordEmulator) -> Guild:
    return server.add_guild("Readers")


@pytest.fixture
def channel(server: DiscordEmulator, guild: Guild) -> Channel:
    return server.add_channel(guild, "news")


@pytest.fixture
def dara(server: DiscordEmulator, guild: Guild) -> Member:
    return server.add_member(guild, "Dara", permissions={"manage_guild"})


@pytest.fixture
async def bot(server: DiscordEmulator) -> AsyncIterator[Client]:
    async with logged_in(server) as client:
        yield client
