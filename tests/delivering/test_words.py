"""What the log says of words that came from beside it, and of what they set off."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from bot.delivering.words import Heard
from bot.models import Withdrawn
from tests.delivering.service import Service
from tests.state.making import NOON


async def test_each_word_is_told_once_and_old_ones_not_at_all(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    words, heard = service.store.words, Heard(service.store.words)
    await words.note("newsbell hold", "old.md is held", NOON)
    await heard.look()
    await words.note("newsbell hold", "rain.md is held", NOON)
    await words.note("newsbell release", "rain.md goes on", NOON)
    for _ in range(2):
        await heard.look()

    assert caplog.messages == ["newsbell hold: rain.md is held", "newsbell release: rain.md goes on"]


async def test_words_are_forgotten_after_a_week_and_no_id_comes_twice(service: Service) -> None:
    words = service.store.words
    assert await words.last() == 0
    await words.note("newsbell hold", "old.md is held", NOON)
    await words.note("newsbell hold", "rain.md is held", NOON + timedelta(days=8))

    [word] = await words.since(0)
    assert (word.id, word.what) == (2, "rain.md is held")
    assert await words.last() == 2


async def test_a_deletion_names_its_post_also_after_a_restart(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await service.subscribe()
    await service.start()
    await service.publish()
    await service.idle()
    await service.stop()

    await service.start()
    await service.store.posts.take_back(1, Withdrawn.DELETE, service.now)
    await service.idle()

    assert "deleted Rain from fake:1" in caplog.messages
