"""What goes wrong on demand."""

import asyncio
import time

import aiohttp
import discord
import pytest

from tests.emulators.discord import Channel, DiscordEmulator
from tests.emulators.discord.client import Client, code_of, logged_in, place


async def test_a_lost_answer_is_settled_by_the_nonce(server: DiscordEmulator, channel: Channel, bot: Client) -> None:
    server.fault("accept_then_hang", method="POST", path="/channels/{id}/messages")
    lost = asyncio.create_task(place(bot, channel).send("Rain", nonce="7"))
    await server.until(lambda: len(channel.visible) == 1)
    assert not lost.done()

    async with logged_in(server) as restarted:
        found = await place(restarted, channel).send("Rain", nonce="7")
    assert [message.id for message in channel.visible] == [found.id]
    lost.cancel()


@pytest.mark.parametrize(("reset", "error"), [(False, aiohttp.ServerDisconnectedError), (True, aiohttp.ClientOSError)])
async def test_a_closed_connection_does_not_tell_what_arrived(
    server: DiscordEmulator, channel: Channel, bot: Client, *, reset: bool, error: type[Exception]
) -> None:
    server.fault("close", channel=channel, reset=reset)
    server.fault("accept_then_close", channel=channel, reset=reset)
    for content in ("lost", "accepted"):
        with pytest.raises(error):
            await place(bot, channel).send(content)
    assert [message.content for message in channel.visible] == ["accepted"]


async def test_a_429_is_waited_for_and_cloudflares_is_not(
    server: DiscordEmulator, channel: Channel, bot: Client
) -> None:
    server.limits.enabled = False
    for scope in ("user", "global", "shared"):
        server.fault("rate_limited", channel=channel, retry_after=0.02, scope=scope)
        await place(bot, channel).send(scope)
    assert [message.content for message in channel.visible] == ["user", "global", "shared"]

    server.fault("rate_limited", channel=channel, via=False)
    server.fault("rate_limited", channel=channel, text_body=True)
    for _ in range(2):
        with pytest.raises(discord.HTTPException, match="429"):
            await place(bot, channel).send("x")
    server.fault("rate_limited", channel=channel, retry_after=3600)
    with pytest.raises(discord.RateLimited):
        await place(bot, channel).send("x")
    assert server.limits.invalid == 5


async def test_a_server_error_is_answered_once_and_then_all_is_well(
    server: DiscordEmulator, channel: Channel, bot: Client
) -> None:
    unavailable = server.fault("unavailable", channel=channel)
    with pytest.raises(discord.DiscordServerError):
        await place(bot, channel).send("Rain")
    server.fault("bad_gateway", channel=channel)
    await place(bot, channel).send("Rain")  # tried again by discord.py, a second later
    assert (unavailable.met, len(channel.visible)) == (1, 1)


async def test_any_code_can_be_asked_for(server: DiscordEmulator, channel: Channel, bot: Client) -> None:
    server.fault("status", code=40005, channel=channel)
    server.fault("status", status=403, code=50013, channel=channel)
    assert [await code_of(place(bot, channel).send("x")) for _ in range(2)] == [40005, 50013]
    server.fault("charset", channel=channel)
    with pytest.raises(TypeError, match="indices"):
        await place(bot, channel).send("x")


async def test_requests_can_be_late(server: DiscordEmulator, channel: Channel, bot: Client) -> None:
    server.fault("delay", seconds=0.1, method="GET", path=f"/channels/{channel.id}")
    begun = time.monotonic()
    await bot.fetch_channel(channel.id)
    assert time.monotonic() - begun >= 0.1

    server.fault("accept_then_delay", seconds=0.1, channel=channel)
    sending = asyncio.create_task(place(bot, channel).send("Rain"))
    await server.until(lambda: channel.visible)
    assert not sending.done()
    assert (await sending).id == channel.visible[0].id


async def test_what_is_held_is_carried_out_when_the_test_says_so(
    server: DiscordEmulator, channel: Channel, bot: Client
) -> None:
    until = asyncio.Event()
    held = server.fault("held", until=until, channel=channel)
    sending = asyncio.create_task(place(bot, channel).send("Rain"))
    await server.until(lambda: held.met)
    assert channel.visible == []
    until.set()
    assert (await sending).id == channel.visible[0].id


async def test_an_answer_may_break_off_or_be_an_error_though_all_is_done(
    server: DiscordEmulator, channel: Channel, bot: Client
) -> None:
    server.fault("half_answer", channel=channel)
    with pytest.raises(aiohttp.ClientPayloadError):
        await place(bot, channel).send("half", nonce="1")
    half = server.fault("half_answer", channel=channel, method="DELETE")
    with pytest.raises(discord.NotFound):  # aiohttp makes it once more, for a DELETE may be repeated
        await place(bot, channel).get_partial_message(channel.visible[0].id).delete()
    assert (half.done, channel.visible) == (1, [])
    failing = server.fault("unavailable", channel=channel, accept=True)
    with pytest.raises(discord.DiscordServerError):
        await place(bot, channel).send("unavailable", nonce="2")
    unread = server.fault("close", method="POST", channel=channel, reset=True, unread=True)
    with pytest.raises(aiohttp.ClientOSError):
        await place(bot, channel).send("unread", nonce="3")
    assert (failing.done, unread.met) == (1, 1)
    assert [message.content for message in channel.visible] == ["unavailable"]


async def test_a_test_hears_of_an_answer_that_is_on_its_way(
    server: DiscordEmulator, channel: Channel, bot: Client
) -> None:
    seen: list[int] = []
    server.fault("answered", channel=channel, then=lambda: seen.append(len(channel.visible)))
    sent = await place(bot, channel).send("Rain")
    assert (seen, sent.id) == ([1], channel.visible[0].id)
