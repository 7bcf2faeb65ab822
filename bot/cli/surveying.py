"""Whether the bot may post in a chat that is subscribed from the command line, where its token is at hand."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from bot.errors import DeliveryError
from bot.models import Destination, Look
from bot.ports import Surveyor
from bot.settings import Settings


async def obstacle_in(settings: Settings, destination: Destination, looks: Collection[Look]) -> str:
    """What posts with these looks would run into there, and the mend; empty: nothing is known of any such thing."""
    from bot.delivering.pacer import Pacer  # noqa: PLC0415 - these are half of what a command loads, and few need it
    from bot.newsroom import build_adapters  # noqa: PLC0415 - as above

    clock = asyncio.get_running_loop().time
    for adapter in build_adapters(settings, lambda _platform: Pacer(clock)):
        if adapter.platform != destination.platform or not isinstance(adapter, Surveyor):
            continue
        try:
            await adapter.open()
            return await adapter.obstacle(destination, looks)
        except DeliveryError as error:
            return f"whether newsbell may post there could not be looked up: {error}"
        finally:
            await adapter.close()
    return ""
