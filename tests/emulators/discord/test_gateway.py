"""The gateway: events, sessions, heartbeats."""

import asyncio
import json
from typing import Any

import aiohttp
import discord
import pytest

from tests.emulators.discord import Channel, DiscordEmulator, Guild
from tests.emulators.discord.client import connected, logged_in, place, post
from tests.emulators.discord.payloads import guild_summary


async def test_the_bot_owns_no_server_though_their_ids_be_neighbours(server: DiscordEmulator) -> None:
    assert guild_summary(Guild(server.bot.id + 1, "Mekong Readers"))["owner_id"] != str(server.bot.id)


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


async def limits_of(server: DiscordEmulator) -> Any:
    """The answer to `GET /gateway/bot`."""
    _, _, answer = await post(server, "/gateway/bot", None, "GET")
    return answer


async def identified(server: DiscordEmulator, shard: tuple[int, int] | None = None) -> Any:
    """What a client without a library is answered that identifies itself: READY, op 9 or the code of the close."""
    identify = {"token": server.token, "intents": 1} | ({"shard": shard} if shard else {})
    async with aiohttp.ClientSession() as session, session.ws_connect(server.gateway_url) as socket:
        assert (await socket.receive_json())["op"] == 10
        await socket.send_json({"op": 2, "d": identify})
        answer = await socket.receive()
        return json.loads(answer.data) if answer.type is aiohttp.WSMsgType.TEXT else answer.data


async def test_servers_are_spread_over_as_many_shards_as_are_asked_for(server: DiscordEmulator) -> None:
    server.gateway.shards = 2
    for number in range(8):
        server.clock.advance(0.001)
        server.add_guild(f"Readers {number}")
    assert (await limits_of(server))["shards"] == 2
    assert await identified(server) == 4011
    assert await identified(server, (2, 2)) == 4010
    shares = [{int(one["id"]) for one in (await identified(server, (n, 2)))["d"]["guilds"]} for n in range(2)]
    assert [{(guild >> 22) % 2 for guild in share} for share in shares] in ([{0}, {1}], [{0}, set()], [set(), {1}])
    assert shares[0] | shares[1] == server.guilds.keys()


async def test_who_identifies_too_soon_is_sent_away(server: DiscordEmulator) -> None:
    server.gateway.max_concurrency, server.gateway.identify_seconds = 2, 60.0
    assert [(await identified(server, (n, 4)))["op"] for n in (0, 1, 2)] == [0, 0, 9]
    server.clock.advance(61)
    assert (await identified(server, (2, 4)))["op"] == 0


async def test_session_starts_are_counted_and_the_token_of_who_uses_them_up_is_refused(server: DiscordEmulator) -> None:
    server.gateway.spend_starts(1, renewed_in=60)
    await identified(server)
    limit = (await limits_of(server))["session_start_limit"]
    assert (limit["total"], limit["remaining"]) == (1000, 0)
    assert 59_000 < limit["reset_after"] <= 60_000
    assert await identified(server) == 4004
    assert server.violations.pop() == "gateway: the day's session starts are used up, and the token is reset"
    server.clock.advance(61)
    assert (await limits_of(server))["session_start_limit"]["remaining"] == 1000


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
