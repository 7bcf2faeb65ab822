"""Keeps a connection to the gateway, come what may. Deliveries do not depend on it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from typing import Any, Final

import aiohttp
import discord

from adapters.discord.inbox import Inbox
from adapters.discord.meter import Meter
from adapters.discord.outages import Outage
from adapters.discord.rights import Rights
from adapters.discord.verdicts import TOKEN_REFUSED
from bot.errors import BotRefused, TryLater
from bot.ports import Desk

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 300.0  # Discord resets the token of who identifies 1,000 times a day
STEADY_SECONDS: Final = 600.0
"""A connection that lasted this long makes earlier failures count no more."""

_WRONG_TOKEN: Final = 4004  # the close code: docs topics/opcodes-and-status-codes
_OUTAGES: Final = (
    OSError,
    TimeoutError,
    aiohttp.ClientError,
    TryLater,
    discord.DiscordServerError,
    discord.GatewayNotFound,
)


async def listen(token: str, desk: Desk, meter: Meter, rights: Rights) -> None:
    """Bring what comes in to `desk`, until cancelled. Raises BotRefused when Discord refuses the token.

    discord.py itself resumes after most losses. What it gives up on (an event that it can't parse ends its task) begins
    anew here, with a client of its own, so that nothing of the old one is left.
    """
    outage = Outage()
    with outage.told_by_us():
        await _listen_on(token, desk, outage, meter, rights)


async def _listen_on(token: str, desk: Desk, outage: Outage, meter: Meter, rights: Rights) -> None:
    loop = asyncio.get_running_loop()
    pauses = _pauses()
    while True:
        began_at = loop.time()
        await _listen_once(token, desk, outage, meter, rights)
        if loop.time() - began_at > STEADY_SECONDS:
            pauses = _pauses()
        pause = next(pauses)
        log.log(logging.DEBUG if outage.lasts else logging.WARNING, "discord: listening again in %.1f s", pause)
        await asyncio.sleep(pause)


async def _listen_once(token: str, desk: Desk, outage: Outage, meter: Meter, rights: Rights) -> None:
    """Listen until the connection is lost for good, and say why it is."""
    inbox = Inbox(desk, outage, meter, rights)
    try:
        await inbox.start(token)
    except Exception as error:
        closed = isinstance(error, discord.ConnectionClosed) and error.code == _WRONG_TOKEN
        if closed or isinstance(error, discord.LoginFailure):
            raise BotRefused(TOKEN_REFUSED) from error
        # discord.py 2.7 stumbles over its own `ws`, which is None, when the very first connection can't be had.
        if isinstance(error, _OUTAGES) or (outage.lasts and inbox.ws is None and isinstance(error, AttributeError)):
            outage.began(error)
        else:
            log.exception("discord: the gateway connection ended (%s)", type(error).__name__)
    finally:
        await _to_its_end(inbox.finish())


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do `work`, also when it is not waited for any more: a half-closed client leaves its connections open."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE_SECONDS
    while True:
        yield pause
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
