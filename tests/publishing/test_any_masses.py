"""Whatever happens while a mass is taken in, and after it: no message is touched without a word."""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.errors import StoreBusy
from bot.models import Withdrawn
from bot.publishing import publisher
from state.memory import Memory
from tests.delivering.newsdesk import Desk
from tests.publishing.test_guards import DRAFT, SIX, Busy, begin, story
from tests.state.making import ROOT

ACTS = 15


@pytest.fixture
async def busy(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Busy]:
    monkeypatch.setattr(publisher, "BATCH", 3)
    memory = Memory(desk.service.office.path)
    yield Busy(memory, ROOT)
    await memory.close()


async def anything(desk: Desk, busy: Busy, chance: random.Random) -> str:
    """One thing that touches no post; the files are taken in again."""
    act = chance.choice(["touch", "start", "wait", "busy", "scan"])
    if act == "touch":
        for path in chance.sample(SIX, chance.randint(1, 6)):
            if (desk.root / path).exists():
                os.utime(desk.root / path, (1, chance.randint(2, 10**6)))
    elif act == "start":
        begin(desk, busy)
        await desk.publisher.resume()
    elif act == "wait":
        desk.now += timedelta(seconds=chance.choice([1, 30, 3600]))
    busy.busy_at = chance.choice(SIX) if act == "busy" else ""
    try:
        await desk.scan()
    except StoreBusy:
        act += f" {busy.busy_at}"
    return act


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("how", ["edited", "drafted", "removed"])
async def test_a_mass_touches_nothing_before_its_word_and_all_of_it_after(
    desk: Desk, busy: Busy, how: str, seed: int
) -> None:
    for path in SIX:
        desk.write(path, content=story(path[0]))
    await desk.scan()
    assert len(await desk.due()) == 6
    begin(desk, busy)
    for path in SIX:
        if how == "removed":
            desk.remove(path)
        else:
            desk.write(path, content=story(path[0], "Tale", *([DRAFT] if how == "drafted" else [])))
    chance = random.Random(f"{how} {seed}")
    acts = [await anything(desk, busy, chance) for _ in range(ACTS)]
    busy.busy_at = ""
    await desk.scan()

    store = desk.service.store
    assert await desk.service.office.send_all(desk.now) == [], acts
    leaving = await store.posts.leaving()
    assert len(leaving) + sum(each.posts for each in await store.deliveries.held_edits()) == 6, acts
    await store.deliveries.release_edits(desk.now)
    for post in leaving:
        await store.posts.leave(post.subject, Withdrawn.DELETE, desk.now)
    assert await desk.titles_shown() == ([f"Tale {name}" for name in "abcdef"] if how == "edited" else []), acts
