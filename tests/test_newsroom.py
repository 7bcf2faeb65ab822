"""What one process has in hand, and what it tells machines of it."""

from __future__ import annotations

from pathlib import Path

from bot.newsroom import Newsroom
from bot.settings import load_settings
from state import open_store
from tests.adapters.fake import FakeAdapter


async def test_a_platform_that_hears_nothing_is_in_the_health_and_ends_nothing(tmp_path: Path) -> None:
    settings = load_settings(None, {"NEWSBELL_POSTS": str(tmp_path)})
    store = await open_store(f"sqlite:///{tmp_path}/newsbell.db", str(tmp_path))
    room, adapter = Newsroom(settings, store, 1), FakeAdapter()
    room.add(adapter)
    before = room.health()
    assert before["deaf"] == {}

    adapter.deaf = "Telegram can't reach TELEGRAM_WEBHOOK_URL"

    assert room.health() == before | {"deaf": {"fake": adapter.deaf}}
    await room.close()
    await store.close()
