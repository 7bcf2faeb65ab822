"""An emulated Telegram and a bot on it, for the emulator's own tests."""

from collections.abc import AsyncIterator

import pytest
from telegram.ext import ExtBot

from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.client import bot_of


@pytest.fixture(autouse=True)
def _new_style_of_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """RetryAfter then holds a timedelta; else PTB 22.8 warns of that while it raises one (telegram.md 4.1)."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(limits="off") as emulator:
        emulator.updates.slows_repeats = False
        yield emulator
        assert emulator.violations == []


@pytest.fixture
async def bot(telegram: TelegramEmulator) -> AsyncIterator[ExtBot[None]]:
    async with bot_of(telegram) as bot:
        yield bot
