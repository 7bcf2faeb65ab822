"""The gateway: events, sessions, heartbeats."""

import asyncio

import discord
import pytest

from tests.emulators.discord import Channel, DiscordEmulator, Guild
from tests.emulators.discord.client import connected, logged_in, place


async def test_changes_reach_the_client_as_events(server: DiscordEmulator, guild: Guild, channel: Channel) -> None:
    thread = server.add_thread(channel, "talk")
    async with connected(server) as bot:
        seen = bot.get_guild(guild.id)
        assert seen is not None
        assert [one.id for one in seen.channels] == [channel.id]
        assert [one.id for one in seen.threads] == [thread.id]
        assert seen.me.id == server.bot.id

        updated = bot.wait_for("guild_channel_update")
        server.forbid(channel, "send_messages")
        _, after = await asyncio.wait_for(updated, 2)
        assert not after.permissions_for(seen.me).send_messages

        for change, event in (
            (lambda: server.update_channel(channel, kind="announcement"), "guild_channel_update"),
            (lambda: server.add_role(guild, "Readers"), "guild_role_create"),
            (lambda: server.delete_channel(thread), "thread_delete"),
            (lambda: server.delete_channel(channel), "guild_channel_delete"),
            (lambda: server.guild_outage(guild), "guild_unavailable"),
            (lambda: server.guild_back(guild), "guild_available"),
            (lambda: server.remove_guild(guild), "guild_remove"),
            (lambda: server.add_guild("Writers"), "guild_join"),
        ):
            heard = asyncio.ensure_future(bot.wait_for(event))
            await asyncio.sleep(0)
            change()
            await asyncio.wait_for(heard, 2)


async def test_messages_are_told_only_to_those_who_asked(server: DiscordEmulator, channel: Channel) -> None:
    intents = discord.Intents(guilds=True, guild_messages=True)
    async with connected(server) as deaf, connected(server, intents=intents) as bot:
        heard = asyncio.ensure_future(bot.wait_for("message"))
        unheard = asyncio.ensure_future(deaf.wait_for("message"))
        await place(bot, channel).send("Rain")
        assert (await asyncio.wait_for(heard, 2)).content == "Rain"
        assert not unheard.done()
        unheard.cancel()


async def test_a_client_comes_back_and_misses_nothing(server: DiscordEmulator, guild: Guild) -> None:
    async with connected(server) as bot:
        for number, trouble in enumerate((server.gateway.drop, server.gateway.reconnect, server.gateway.close)):
            heard = asyncio.ensure_future(bot.wait_for("guild_channel_create"))
            trouble()
            await server.until(lambda: server.gateway.connected == 0)
            server.add_channel(guild, f"news-{number}")
            assert (await asyncio.wait_for(heard, 5)).name == f"news-{number}"
        assert (server.gateway.identifies, server.gateway.resumes) == (1, 3)


async def test_an_invalid_session_is_identified_anew(server: DiscordEmulator, guild: Guild) -> None:
    async with connected(server):
        server.gateway.invalidate(resumable=True)
        await server.until(lambda: server.gateway.resumes == 1)
        server.gateway.invalidate(resumable=False)
        await server.until(lambda: server.gateway.identifies == 2)


@pytest.mark.parametrize(
    ("code", "error"), [(4004, discord.ConnectionClosed), (4014, discord.PrivilegedIntentsRequired)]
)
async def test_a_refused_identification_ends_the_client(
    server: DiscordEmulator, code: int, error: type[Exception]
) -> None:
    server.gateway.refuse(code)
    async with logged_in(server) as bot:
        with pytest.raises(error):
            await bot.connect()


async def test_a_malformed_event_kills_the_gateway_task_but_not_rest(server: DiscordEmulator, channel: Channel) -> None:
    async with connected(server) as bot:
        server.gateway.malformed()
        assert bot.listening is not None
        await asyncio.wait([bot.listening], timeout=2)
        assert isinstance(bot.listening.exception(), KeyError)
        await place(bot, channel).send("Still here")
        assert len(channel.visible) == 1


async def test_heartbeats_may_stay_unanswered(server: DiscordEmulator, guild: Guild) -> None:
    server.gateway.heartbeat_seconds = 0.05
    async with connected(server) as bot:
        await server.until(lambda: server.gateway.heartbeats >= 3)
        assert bot.latency < 1
        server.gateway.stop_acks()
        so_far = server.gateway.heartbeats
        await server.until(lambda: server.gateway.heartbeats > so_far)
