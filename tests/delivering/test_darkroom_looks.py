"""A picture that is a file: a look says which one it is, before anything else is done with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

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


@pytest.mark.parametrize("media", [{}, {"#of-some-state": KNOWN}], ids=["new", "known in some state"])
async def test_a_file_is_named_before_it_is_read(service: Service, tmp_path: Path, media: dict[str, str]) -> None:
    """The other way round, what takes its place meanwhile would lend its name to the bytes that were read before."""
    (file := tmp_path / "rain.jpg").write_bytes(b"rain")
    coming = announce(post(pictures=(Picture(file=str(file)),)))
    kept = {f"{file}{state}": media_id for state, media_id in media.items()}
    await service.start()
    with no_look_ends():
        service.dispatcher.expect(coming, NextUp([], [], Said(1, 1, coming, kept), is_all=True, next_at=None))
        for _ in range(10):
            await asyncio.sleep(0)
        assert not service.adapter.fetched
    await service.adapter.until(lambda: bool(service.adapter.fetched))
