"""Whether the bot may post in chats that are subscribed from the command line, where its token is at hand."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Final

from bot.errors import DeliveryError
from bot.models import Destination, Look
from bot.ports import Surveyor
from bot.settings import Settings

MOST: Final = 50
"""Chats of a platform that one command looks up: each costs a request or two."""


async def obstacles_in(settings: Settings, looks: Mapping[Destination, Collection[Look]]) -> dict[Destination, str]:
    """What posts with these looks would run into in each place, and the mend; left out are those without.

    Where the platform can't be asked, the first place that it was to be asked of says so, and no further one is tried;
    likewise the first of those that are too many.
    """
    from bot.delivering.pacer import Pacer  # noqa: PLC0415 - these are half of what a command loads, and few need it
    from bot.newsroom import build_adapters  # noqa: PLC0415 - half of what a command loads, and few need it

    clock, told = asyncio.get_running_loop().time, dict[Destination, str]()
    for adapter in build_adapters(settings, lambda _platform: Pacer(clock)):
        places = [place for place in looks if place.platform == adapter.platform]
        if not places or not isinstance(adapter, Surveyor):
            continue
        try:
            await adapter.open()
            for place in places[:MOST]:
                told[place] = await adapter.obstacle(place, looks[place])
            for place in places[MOST : MOST + 1]:
                told[place] = f"whether newsbell may post there and in {len(places) - MOST - 1} more was not looked up"
        except DeliveryError as error:
            unknown = next(place for place in places if place not in told)
            told[unknown] = f"whether newsbell may post there could not be looked up: {error}"
        finally:
            await adapter.close()
    return {place: obstacle for place, obstacle in told.items() if obstacle}
