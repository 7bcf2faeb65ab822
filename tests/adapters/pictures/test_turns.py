"""Who waits for whom: few are in memory at once, no picture is lost over others, and what fits waits for none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from adapters.fetching.fetcher import Unfetchable
from adapters.pictures import pictures, turns
from adapters.pictures.pictures import FetchedPictures
from adapters.pictures.turns import Turns
from bot.errors import Reach
from bot.models import Kind, Picture
from tests.adapters.pictures.picture_host import PictureHost
from tests.adapters.pictures.tools import Busy, refusal
from tests.delivering.pictured import skip
from tests.delivering.virtual_time import SkippingLoop
from tests.drawing import LIMITS, drawn, opened

JPEG = drawn("JPEG")
WEBP = drawn("WEBP")


def busily(story: Callable[[PictureHost, FetchedPictures, Busy], Awaitable[None]], wait: float = 20.0) -> None:
    """Let `story` happen before a workshop that works for others, where `skip` leaves out time.

    What is made there is noted among what the host was asked for.
    """

    async def told() -> None:
        async with PictureHost() as host:
            tools = Busy(host.asked)
            port = FetchedPictures([host.address], wait=wait, workshop=tools)
            await story(host, port, tools)
            await port.close()

    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        runner.run(told())


async def is_done(task: asyncio.Task[Any]) -> bool:
    """Whether it is, after all that happens by itself."""
    for _ in range(10):
        await asyncio.sleep(0)
    return task.done()


# --- downloads -------------------------------------------------------------------------------------------------------


def test_what_has_no_turn_to_be_downloaded_in_time_is_left_to_the_platform() -> None:
    async def story(host: PictureHost, port: FetchedPictures, _tools: Busy) -> None:
        slow = [asyncio.create_task(port.fetch(host.picture(f"/hangs?{n}"), LIMITS)) for n in range(turns.AT_ONCE)]
        await host.hanging.wait()
        refused = await refusal(port, host.picture("/rain.jpg", JPEG))
        assert refused.reach is Reach.WAY
        assert "it had no turn" in str(refused)
        assert "/rain.jpg" not in host.asked
        await port.close()
        await asyncio.wait(slow)

    busily(story, wait=0.0)


def test_what_is_downloaded_waits_for_others_that_are_shrunk_as_long_as_it_takes() -> None:
    async def story(host: PictureHost, port: FetchedPictures, tools: Busy) -> None:
        fetching = asyncio.create_task(port.fetch(host.picture("/rain", WEBP), LIMITS))
        await tools.asked.wait()
        skip(300.0)
        assert not await is_done(fetching)
        tools.free.set()
        assert (await fetching).kind is Kind.JPEG

    busily(story)


def test_no_download_begins_while_enough_waits_to_be_shrunk(monkeypatch: pytest.MonkeyPatch) -> None:
    """And that is no reason to leave it to the platform, however long it takes."""
    monkeypatch.setattr(turns, "WAITING_BYTES", len(WEBP))

    async def story(host: PictureHost, port: FetchedPictures, tools: Busy) -> None:
        first = asyncio.create_task(port.fetch(host.picture("/first", WEBP), LIMITS))
        await tools.asked.wait()
        second = asyncio.create_task(port.fetch(host.picture("/second", JPEG), LIMITS))
        assert not await is_done(second)
        skip(300.0)
        assert not await is_done(second)

        tools.free.set()
        await asyncio.gather(first, second)
        assert host.asked == ["/first", "made", "/second"]

    busily(story)


def test_a_turn_that_comes_when_the_room_is_full_is_given_back() -> None:
    async def story(_host: PictureHost, _port: FetchedPictures, _tools: Busy) -> None:
        queue, go, had = Turns(wait=20.0), asyncio.Event(), list[str]()

        async def download(name: str) -> None:
            async with queue.one():
                had.append(name)
                await go.wait()

        tasks = [asyncio.create_task(download(f"{n}")) for n in range(turns.AT_ONCE)]
        assert not await is_done(tasks[0])
        late = asyncio.create_task(download("late"))
        assert not await is_done(late)
        with queue.waits(turns.WAITING_BYTES - 1), queue.waits(1):
            go.set()
            await asyncio.wait(tasks)
            assert not await is_done(late)
            skip(300.0)
            assert not await is_done(late)
            assert had == ["0", "1", "2", "3"]
        await late
        async with queue.one():
            pass  # nobody kept a turn

    busily(story)


async def test_who_has_no_turn_keeps_none() -> None:
    queue = Turns(wait=0.0)
    async with AsyncExitStack() as stack:
        for _ in range(turns.AT_ONCE):
            await stack.enter_async_context(queue.one())
        with pytest.raises(Unfetchable, match="it had no turn within 0 seconds"):
            await stack.enter_async_context(queue.one())
    async with queue.one():
        pass


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_that_waits_to_be_shrunk_is_not_in_memory_and_one_that_fits_waits_for_nobody(tmp_path: Path) -> None:
    async def story(_host: PictureHost, port: FetchedPictures, tools: Busy) -> None:
        first = asyncio.create_task(port.fetch(written(tmp_path / "first.webp", WEBP), LIMITS))
        await tools.asked.wait()
        second = asyncio.create_task(port.fetch(written(tmp_path / "second.webp", WEBP), LIMITS))
        for name in ("one.jpg", "two.jpg", "three.jpg"):
            assert (await port.fetch(written(tmp_path / name, JPEG), LIMITS)).content == JPEG
        skip(300.0)
        assert not await is_done(second)
        written(tmp_path / "second.webp", drawn("WEBP", (30, 20)))

        tools.free.set()
        made, later = await asyncio.gather(first, second)
        assert (opened(made.content).size, opened(later.content).size) == ((64, 48), (30, 20))

    busily(story)


async def test_a_disk_that_hangs_keeps_no_others_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = FetchedPictures()
    rain = written(tmp_path / "rain.webp", WEBP)
    with monkeypatch.context() as patch:
        patch.setattr(pictures, "READ_SECONDS", 0.0)
        refused = await refusal(port, rain)
    assert str(refused) == f"{rain.source}: the picture can't be loaded: no whole answer within 0 seconds"
    assert (await port.fetch(rain, LIMITS)).kind is Kind.JPEG
    await port.close()


def written(path: Path, content: bytes) -> Picture:
    path.write_bytes(content)
    return Picture(file=str(path))
