"""A start waits for a lock for a while, and for room on a full disk until there is some."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.errors import InstanceRunning, StoreBusy, StoreError, StoreFull
from bot.patience import BUSY_TRIES, Patience

FULL = StoreFull("the database can't be written: the disk is full; make room")
OTHER = InstanceRunning(4711, "sends from newsbell.db")
BUSY = StoreBusy("the database can't be written now: another program is using it")


class Database:
    """Fails as often as there are `errors`."""

    def __init__(self, *errors: StoreError) -> None:
        self.errors = list(errors)

    async def write(self) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return "written"


async def test_a_full_disk_is_waited_for_however_long_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    database = Database(*[FULL] * 5 * BUSY_TRIES)

    done = await Patience(asyncio.Event(), awaits_room=True, pause=0).until_done(database.write)

    assert done == "written"
    assert caplog.messages == [f"{FULL}; newsbell starts once there is some", "the disk has room again"]


async def test_who_awaits_no_room_is_told_at_once() -> None:
    database = Database(FULL)

    with pytest.raises(StoreFull):
        await Patience(asyncio.Event(), awaits_room=False).until_done(database.write)


async def test_another_newsbell_is_waited_for_however_long_by_who_awaits_its_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    patience = Patience(asyncio.Event(), awaits_room=True, awaits_others=True, pause=0)

    assert await patience.until_done(Database(*[OTHER] * 5 * BUSY_TRIES).write) == "written"

    assert caplog.messages == [f"{OTHER}; or newsbell goes on once that one has ended", "the other newsbell has ended"]


async def test_who_awaits_no_other_newsbell_is_told_of_it_at_once() -> None:
    with pytest.raises(InstanceRunning):
        await Patience(asyncio.Event(), awaits_room=True).until_done(Database(OTHER).write)


async def test_a_lock_is_waited_for_but_not_for_ever() -> None:
    patience = Patience(asyncio.Event(), awaits_room=True, pause=0)

    assert await patience.until_done(Database(BUSY, FULL, *[BUSY] * (BUSY_TRIES - 2)).write) == "written"
    with pytest.raises(StoreBusy):
        await patience.until_done(Database(*[BUSY] * BUSY_TRIES).write)


@pytest.mark.parametrize("error", [FULL, BUSY, OTHER])
async def test_who_is_asked_to_stop_waits_for_nothing(error: StoreError) -> None:
    stop = asyncio.Event()
    patience = Patience(stop, awaits_room=True, awaits_others=True, pause=3600)
    waiting = asyncio.create_task(patience.until_done(Database(*[error] * BUSY_TRIES).write))
    await asyncio.sleep(0)
    stop.set()

    with pytest.raises(type(error)):
        await waiting
