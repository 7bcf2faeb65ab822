"""The life of the emulator itself: it goes down, comes back, closes, and waits for tests and processes."""

import asyncio
import signal
import sys
import time

import aiohttp
import pytest

from tests.emulators.discord import Channel, DiscordEmulator
from tests.emulators.discord.client import Client, connected, place


async def test_discord_can_go_down_and_come_back(server: DiscordEmulator, channel: Channel) -> None:
    async with connected(server) as bot:
        await server.go_down()
        with pytest.raises(aiohttp.ClientConnectorError):
            await place(bot, channel).send("Rain")
        await server.come_back()
        await place(bot, channel).send("Rain")
        await server.until(lambda: server.gateway.resumes == 1)
    assert len(channel.visible) == 1


async def test_hanging_requests_do_not_keep_the_emulator_from_closing() -> None:
    async with DiscordEmulator() as server, connected(server) as bot:
        channel = server.add_channel(server.add_guild("Readers"), "news")
        server.fault("hang", channel=channel)
        hanging = asyncio.create_task(place(bot, channel).send("Rain"))
        await server.until(lambda: server.requests[-1].route == "/channels/{channel_id}/messages")
        begun = time.monotonic()
        await server.__aexit__(None, None, None)
        assert time.monotonic() - begun < 0.5
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await hanging


BOT_PROCESS = """
import sys, warnings
warnings.simplefilter("ignore")
import discord, yarl
from discord.gateway import DiscordWebSocket
discord.http.Route.BASE, token, channel = sys.argv[1], sys.argv[3], int(sys.argv[4])
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sys.argv[2])

class Bot(discord.Client):
    async def on_ready(self):
        await self.get_channel(channel).send("Rain", nonce="7")

Bot(intents=discord.Intents(guilds=True), guild_ready_timeout=0.05).run(token, log_handler=None)
"""


async def test_a_killed_process_can_start_again(server: DiscordEmulator, channel: Channel) -> None:
    server.fault("accept_then_hang", channel=channel)
    arguments = ["-c", BOT_PROCESS, server.api_url, server.gateway_url, server.token, str(channel.id)]
    for start in (1, 2):
        process = await asyncio.create_subprocess_exec(sys.executable, *arguments)
        await server.until(lambda start=start: _sends(server) == start)  # type: ignore[misc]
        process.send_signal(signal.SIGKILL)
        await process.wait()
    assert [message.content for message in channel.messages] == ["Rain"]
    assert server.gateway.identifies == 2


def _sends(server: DiscordEmulator) -> int:
    return sum(request.method == "POST" for request in server.requests)


async def test_waiting_in_vain_tells_what_was_seen(server: DiscordEmulator, channel: Channel, bot: Client) -> None:
    await place(bot, channel).send("Rain")
    with pytest.raises(AssertionError, match=r"len\(channel.visible\) == 2(.|\n)*POST /channels/\d+/messages -> 200"):
        await server.until(lambda: len(channel.visible) == 2, within=0.05)
