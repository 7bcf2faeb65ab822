"""Many servers: as many connections as Discord asks for, and no more session starts than it grants."""

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from discord.gateway import KeepAliveHandler

from adapters.discord import errands
from adapters.discord.adapter import DiscordAdapter
from bot.errors import DestinationLost
from bot.models import Announcement, Destination, Look
from bot.ports import Crosspost, Discussion
from tests.adapters.discord.conftest import SOON, Server
from tests.adapters.discord.test_discussing import Queue as Discussions
from tests.adapters.discord.test_publishing import Queue as Crossposts
from tests.emulators.discord import Channel
from tests.patience import PATIENCE

SHARDS = 2
LOOK = Look()


def shard_of(channel: Channel) -> int:
    assert channel.guild is not None
    return (channel.guild.id >> 22) % SHARDS


def channels_of_each_shard(server: Server) -> list[Channel]:
    """A channel that the first shard hears of, and one that the second does."""
    found = {shard_of(server.news): server.news}
    while len(found) < SHARDS:
        server.discord.clock.advance(0.001)
        channel = server.discord.add_channel(server.discord.add_guild("Tonle Sap Readers"), "news")
        found[shard_of(channel)] = channel
    return [found[number] for number in range(SHARDS)]


@asynccontextmanager
async def in_shards(server: Server, adapter: DiscordAdapter) -> AsyncIterator[None]:
    """While the adapter listens over two connections."""
    server.discord.gateway.shards = SHARDS
    server.discord.gateway.identify_seconds = SOON * 0.8
    serving = asyncio.create_task(adapter.serve(server.desk))
    try:
        await both_listen(server)
        yield
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


@pytest.fixture
async def halves(server: Server) -> AsyncIterator[list[Channel]]:
    """The channels of a bot that listens over two connections."""
    channels = channels_of_each_shard(server)
    async with in_shards(server, server.adapter):
        yield channels


async def both_listen(server: Server) -> None:
    await server.discord.until(lambda: server.discord.gateway.connected == SHARDS)


def asked_of(server: Server, destination: Destination) -> list[str]:
    """The requests about rights in a channel."""
    return [one.path for one in server.discord.requests if one.method == "GET" and destination.chat_id in one.path]


async def test_each_half_of_the_servers_is_heard_by_a_shard_of_its_own(server: Server, halves: list[Channel]) -> None:
    for channel in halves:
        assert channel.guild is not None
        boss = server.discord.add_member(channel.guild, "Bopha", permissions=["manage_guild"])
        assert (await server.discord.command(channel, boss, "help")).content == "help: "
    places = {server.place(channel) for channel in halves}
    await server.told(lambda: places <= set(server.desk.regained))
    server.desk.regained.clear()
    server.discord.gateway.invalidate()  # whoever identifies anew may have missed something
    await server.told(lambda: places <= set(server.desk.regained))
    for channel in halves:
        server.discord.delete_channel(channel)
    await server.told(lambda: server.desk.lost.keys() == places)


async def test_shards_identify_one_after_the_other_and_no_start_is_wasted(
    server: Server, halves: list[Channel]
) -> None:
    gateway = server.discord.gateway
    assert (gateway.identifies, 1000 - gateway.starts_left) == (SHARDS, SHARDS)
    gateway.malformed()  # discord.py ends all shards for it
    await server.discord.until(lambda: gateway.identifies == 2 * SHARDS)
    assert 1000 - gateway.starts_left == 2 * SHARDS


async def test_a_shard_that_is_away_leaves_the_others_and_all_messages_alone(
    server: Server, halves: list[Channel], rain: Announcement
) -> None:
    near, far = (server.place(channel) for channel in halves)
    for channel in halves:
        server.discord.forbid(channel, "send_messages")
    server.discord.gateway.door.clear()
    server.discord.gateway.drop_shard(1)
    await server.discord.until(lambda: server.discord.gateway.connected == 1)
    for number, place in enumerate((near, far)):
        with pytest.raises(DestinationLost, match="Send Messages"):
            await server.adapter.send(rain, place, nonce=f"n{number}", look=LOOK, rung=0)
    assert asked_of(server, near) == []  # the gateway told
    assert asked_of(server, far) != []
    server.discord.permit(halves[1], "send_messages")
    server.discord.gateway.door.set()
    await server.told(lambda: far in server.desk.regained)
    assert server.discord.gateway.resumes == 1
    await server.adapter.send(rain, far, nonce="again", look=LOOK, rung=0)


async def test_messages_are_published_and_their_threads_opened_once_and_not_once_a_shard(
    server: Server, rain: Announcement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "GLANCE_SECONDS", SOON)
    discord, crossposts, discussions = server.discord, Crossposts(), Discussions()
    adapter = DiscordAdapter(
        discord.token,
        api_url=discord.api_url,
        gateway_url=discord.gateway_url,
        pace=server.pace,
        crossposts=crossposts,
        discussions=discussions,
    )
    await adapter.open()
    halves = channels_of_each_shard(server)
    async with in_shards(server, adapter):
        for number, channel in enumerate(halves * 2):
            discord.update_channel(channel, kind="announcement")
            receipt = await adapter.send(rain, server.place(channel), LOOK, nonce=f"n{number}")
            crossposts.waiting.append(Crosspost(number, str(channel.id), receipt.message_ids[0]))
            discussions.waiting.append(Discussion(number, str(channel.id), receipt.message_ids[0], "Rain"))
        messages = [message for channel in halves for message in channel.visible]
        await discord.until(lambda: all(message.crossposted and message.thread for message in messages))
    await adapter.close()
    done = Counter(one.path.rpartition("/")[2] for one in discord.requests if one.method == "POST")
    assert (len(messages), done["crosspost"], done["threads"]) == (4, 4, 4)


async def test_an_outage_of_one_shard_is_told_once_and_so_is_its_end(
    server: Server, halves: list[Channel], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "adapters.discord.outages")
    library = logging.getLogger("discord.shard")
    for _ in range(2):
        library.error("Attempting a reconnect for shard ID %s in %.2fs", 1, 0.5)
    server.discord.gateway.drop_shard(0)
    await server.discord.until(lambda: server.discord.gateway.resumes == 1)
    server.discord.gateway.drop_shard(1)
    await server.discord.until(lambda: server.discord.gateway.resumes == SHARDS)
    boss = server.discord.add_member(server.guild, "Bopha", permissions=["manage_guild"])
    await server.discord.command(server.news, boss, "help")
    assert [record.getMessage() for record in caplog.records] == [
        "no commands come from Discord, but newsbell keeps trying: the connection is lost",
        "commands come from Discord again",
    ]


async def test_a_bot_that_outgrows_its_connection_gets_more(live: Server, rain: Announcement) -> None:
    live.discord.gateway.shards = SHARDS
    live.discord.gateway.invalidate()  # the next is refused: 4011
    await live.send(rain)
    await both_listen(live)
    assert (await live.discord.command(live.news, live.boss, "help")).content == "help: "


class Ears(logging.Handler):
    """Waits for a line of the log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: asyncio.Queue[str] = asyncio.Queue()

    def emit(self, record: logging.LogRecord) -> None:
        self.said.put_nowait(record.getMessage())


@pytest.fixture
async def log() -> AsyncIterator[Ears]:
    """What adapters.discord.starts says."""
    ears = Ears()
    logger = logging.getLogger("adapters.discord.starts")
    logger.addHandler(ears)
    yield ears
    logger.removeHandler(ears)


async def test_the_last_session_starts_of_a_day_are_left_alone(server: Server, rain: Announcement, log: Ears) -> None:
    server.discord.gateway.spend_starts(51, renewed_in=3600)
    serving = asyncio.create_task(server.adapter.serve(server.desk))
    await server.listening()
    server.discord.gateway.invalidate()
    async with asyncio.timeout(PATIENCE):
        said = await log.said.get()
    assert said == (
        "discord: messages go out, but no commands come for 1.0 hours: only 50 of the day's 1000 session starts are "
        "left, and Discord resets the token of a bot that uses them up. Does another program use the token? Else the "
        "lines above say what ended newsbell's connections"
    )
    await server.send(rain)
    assert not server.discord.gateway.connected
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    for thread in threading.enumerate():
        if isinstance(thread, KeepAliveHandler):
            thread.join(PATIENCE)
            assert not thread.is_alive()


async def test_a_connection_older_than_a_day_asks_how_many_starts_the_new_day_has(live: Server, log: Ears) -> None:
    live.discord.gateway.spend_starts(50, renewed_in=3600)  # long ago there were a thousand, and that day is over
    live.discord.gateway.invalidate()
    async with asyncio.timeout(PATIENCE):
        assert "only 50 of the day's 1000 session starts are left" in await log.said.get()
    assert (live.discord.gateway.identifies, live.discord.gateway.starts_left) == (1, 50)


async def test_new_session_starts_are_waited_for(server: Server, log: Ears) -> None:
    server.discord.gateway.shards = SHARDS
    server.discord.gateway.spend_starts(51, renewed_in=0.2)
    serving = asyncio.create_task(server.adapter.serve(server.desk))
    await both_listen(server)
    assert log.said.qsize() == 1
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
