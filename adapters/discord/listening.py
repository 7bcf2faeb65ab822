"""Keeps a connection to the gateway, come what may. Deliveries do not depend on it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
import discord

from adapters.discord.inbox import Inbox, ShardedInbox
from adapters.discord.inviting import Invitation
from adapters.discord.meter import Meter
from adapters.discord.outages import Outage
from adapters.discord.rights import Rights
from adapters.discord.starts import Starts, StartsSpent
from adapters.discord.verdicts import TOKEN_REFUSED
from bot.errors import BotRefused, DeliveryError
from bot.ports import Desk

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 300.0  # see also adapters.discord.starts
STEADY_SECONDS: Final = 600.0
"""A connection that lasted this long makes earlier failures count no more."""

_WRONG_TOKEN: Final = 4004  # the close code: docs topics/opcodes-and-status-codes
_OUTAGES: Final = (
    OSError,
    TimeoutError,
    aiohttp.ClientError,
    DeliveryError,
    discord.HTTPException,
    discord.RateLimited,
    discord.GatewayNotFound,
    discord.ConnectionClosed,
    discord.PrivilegedIntentsRequired,
)


async def listen(
    token: str, desk: Desk, meter: Meter, rights: Rights, starts: Starts, *, invitation: Invitation
) -> None:
    """Bring what comes in to `desk`, until cancelled. Raises BotRefused when Discord refuses the token.

    discord.py itself resumes after most losses. What it gives up on (an event that it can't parse ends its task) begins
    anew here, with a client of its own, so that nothing of the old one is left.
    """
    outage = Outage()
    with outage.told_by_us():
        await _Listening(token, desk, meter, rights, starts, invitation, outage).go_on()


@dataclass(frozen=True, slots=True)
class _Listening:
    """One client after the other."""

    token: str
    desk: Desk
    meter: Meter
    rights: Rights
    starts: Starts
    invitation: Invitation
    outage: Outage

    async def go_on(self) -> None:
        """Listen until cancelled."""
        loop = asyncio.get_running_loop()
        pauses = _pauses()
        while True:
            began_at = loop.time()
            await self._once()
            if loop.time() - began_at > STEADY_SECONDS:
                pauses = _pauses()
            pause = next(pauses)
            log.debug("discord: listening again in %.1f s", pause)
            await asyncio.sleep(pause)

    async def _once(self) -> None:
        """Listen until the connection is lost for good, and say why it is."""
        try:
            await self._connect(await self.starts.shards())
        except discord.LoginFailure as error:
            raise BotRefused(TOKEN_REFUSED) from error
        except BotRefused:
            raise
        except StartsSpent:
            log.debug("discord: the client ends because it may start no new session")
        except _OUTAGES as error:
            if isinstance(error, discord.ConnectionClosed) and error.code == _WRONG_TOKEN:
                raise BotRefused(TOKEN_REFUSED) from error
            self.outage.began(error)
        except Exception as error:
            log.warning(
                "discord: what came by the gateway could not be read (%s: %s); commands come by a new connection",
                type(error).__name__,
                error,
            )
            log.debug("discord: where it could not be read", exc_info=True)

    async def _connect(self, shards: int) -> None:
        self.outage.anew()
        inbox = self._inbox(shards)
        try:
            await inbox.start(self.token)
        except AttributeError:
            # discord.py 2.7 stumbles over its own `ws`, which is None, when the very first connection can't be had.
            if inbox.ws is not None or not self.outage.lasts:
                raise
        finally:
            await _to_its_end(inbox.finish())

    def _inbox(self, shards: int) -> Inbox:
        what = (self.desk, self.outage, self.meter, self.rights, self.starts)
        if shards == 1:
            return Inbox(*what, invitation=self.invitation)
        return ShardedInbox(*what, invitation=self.invitation, shards=shards)


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
