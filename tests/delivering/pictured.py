"""Two hundred chats that want the same picture, and time that nobody has to see."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.delivering.service import Service
from tests.delivering.virtual_time import SkippingLoop
from tests.state.making import PICTURES, chat, open_office

MANY = [chat(number) for number in range(1, 201)]
FIRST = PICTURES[0]
KNOWN = f"media of {FIRST.source}"


def in_time_that_skips(folder: Path, story: Callable[[Service], Awaitable[None]]) -> None:
    """Let `story` happen where `skip` leaves out time that nobody has to see."""

    async def told() -> None:
        office = await open_office(folder / "newsbell.db")
        service = Service(office)
        try:
            await story(service)
        finally:
            await service.stop()
            await office.store.close()

    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        runner.run(told())


def skip(seconds: float) -> None:
    """So much later it is, all at once."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, SkippingLoop)
    loop.skip(seconds)


def uploads(service: Service) -> int:
    """The calls that named no id."""
    return sum(not call.media_id for call in service.adapter.calls)
