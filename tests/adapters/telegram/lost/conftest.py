"""A town in which messages are lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from state import open_store
from tests.adapters.telegram.conftest import FakePace
from tests.adapters.telegram.town import Town
from tests.emulators.telegram import TelegramEmulator


@pytest.fixture
async def town(telegram: TelegramEmulator, pace: FakePace, tmp_path: Path) -> AsyncIterator[Town]:
    store = await open_store(f"sqlite:///{tmp_path}/newsbell.db", "/srv/posts")
    town = Town(telegram, store, pace, telegram.add_user("Operator"))
    yield town
    await town.close()
    await store.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody listens, nothing is waited for."""
    monkeypatch.setattr("adapters.telegram.listening.PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr("adapters.telegram.listening.QUIET_SECONDS", 0.05)
