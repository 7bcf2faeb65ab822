"""The real discord.py, pointed at an emulator and back (discord.md 9). The emulator itself does without the library."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.emulators.discord.nouns import Channel
from tests.emulators.discord.server import DiscordEmulator


class Client(discord.Client):
    """A bot as small as newsbell's, which doesn't wait two seconds before it is ready."""

    def __init__(self, **options: Any) -> None:
        options = {"max_messages": None, "max_ratelimit_timeout": 30, "guild_ready_timeout": 0.05, **options}
        super().__init__(intents=options.pop("intents", discord.Intents(guilds=True)), **options)
        self.tree = app_commands.CommandTree(self)
        #: The task of `connect`, while connected.
        self.listening: asyncio.Task[None] | None = None

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify again at once; the library waits five seconds."""


@contextmanager
def pointed_at(server: DiscordEmulator) -> Iterator[None]:
    """Let every discord.py client of this process talk to the emulator; the addresses are class attributes."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = server.api_url, yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


@asynccontextmanager
async def logged_in(server: DiscordEmulator, **options: Any) -> AsyncIterator[Client]:
    """A client for REST alone (discord.md 3, trap 15)."""
    with pointed_at(server):
        async with Client(**options) as client:
            await client.login(server.token)
            yield client


@asynccontextmanager
async def connected(server: DiscordEmulator, **options: Any) -> AsyncIterator[Client]:
    """A client that is ready and listens."""
    async with logged_in(server, **options) as client:
        client.listening = asyncio.create_task(client.connect())
        try:
            await client.wait_until_ready()
            yield client
        finally:
            await client.close()
            await asyncio.gather(client.listening, return_exceptions=True)


def place(bot: Client, channel: Channel) -> discord.PartialMessageable:
    """The channel, or a person's direct messages, as `bot` writes to it without having looked it up."""
    return bot.get_partial_messageable(channel.id, guild_id=channel.guild.id if channel.guild else None)


async def post(server: DiscordEmulator, path: str, body: Any, method: str = "POST") -> tuple[int, Any, Any]:
    """A request without discord.py and its patience: status, headers, body."""
    headers = {"Authorization": f"Bot {server.token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.request(method, f"{server.api_url}{path}", json=body) as response,
    ):
        return response.status, response.headers, await response.json()


async def code_of(call: Any) -> int:
    """The code with which Discord refuses `call`, something to await."""
    with pytest.raises(discord.HTTPException) as refusal:
        await call
    return refusal.value.code
