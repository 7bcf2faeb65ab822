"""A picture that is a file: what is known of it decides whether it is read before a look at it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from bot.composing.announce import announce
from bot.models import Picture
from bot.records import NextUp, Said
from tests.delivering.pictured import KNOWN
from tests.delivering.service import Service
from tests.state.making import post


@contextmanager
def no_look_ends() -> Iterator[None]:
    """While this lasts, no file is looked at: all threads of the loop are busy."""
    busy = Event()
    looks = ThreadPoolExecutor(1)
    asyncio.get_running_loop().set_default_executor(looks)
    looks.submit(busy.wait)
    try:
        yield
    finally:
        busy.set()


async def test_a_file_of_which_no_id_is_kept_is_fetched_while_it_is_looked_at(service: Service, tmp_path: Path) -> None:
    coming = announce(post(pictures=(Picture(file=str(tmp_path / "rain.jpg")),)))
    await service.start()
    with no_look_ends():
        service.dispatcher.expect(coming, NextUp([], [], Said(1, 1, coming, {}), is_all=True, next_at=None))
        await service.adapter.until(lambda: bool(service.adapter.fetched))
    await service.stop()
    assert len(service.adapter.fetched) == 1


async def test_a_file_that_the_platform_may_have_is_looked_at_first(service: Service, tmp_path: Path) -> None:
    (file := tmp_path / "rain.jpg").write_bytes(b"rain")
    coming, media = announce(post(pictures=(Picture(file=str(file)),))), {f"{file}#of-some-state": KNOWN}
    await service.start()
    with no_look_ends():
        service.dispatcher.expect(coming, NextUp([], [], Said(1, 1, coming, media), is_all=True, next_at=None))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not service.adapter.fetched
    await service.adapter.until(lambda: bool(service.adapter.fetched))
