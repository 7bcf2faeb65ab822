"""Both platforms and a newsroom that knows their tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.emulators.discord import DiscordEmulator
from tests.emulators.telegram import TelegramEmulator
from tests.journeys.newsroom import Newsroom


@dataclass(frozen=True, slots=True)
class World:
    """A newsroom and the two platforms that it talks to."""

    newsroom: Newsroom
    telegram: TelegramEmulator
    discord: DiscordEmulator


@pytest.fixture
async def world(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """Both platforms with their limits enforced, and newsbell, not started yet."""
    async with TelegramEmulator(limits="strict") as telegram, DiscordEmulator() as discord:
        telegram.updates.slows_repeats = False
        newsroom = Newsroom(
            tmp_path,
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_URL=telegram.url,
            DISCORD_BOT_TOKEN=discord.token,
            DISCORD_API_URL=discord.api_url,
            DISCORD_GATEWAY_URL=discord.gateway_url,
        )
        try:
            yield World(newsroom, telegram, discord)
        finally:
            await newsroom.stop()
        assert not telegram.violations
        assert not discord.violations


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    """newsbell without a token, not started yet."""
    room = Newsroom(tmp_path)
    try:
        yield room
    finally:
        await room.stop()
