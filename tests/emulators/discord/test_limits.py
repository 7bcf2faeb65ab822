"""The rate limits: buckets, the global limit, and their headers."""

import asyncio
import time

from tests.emulators.discord import Channel, DiscordEmulator, Guild
from tests.emulators.discord.client import Client, logged_in, place, post


async def test_discord_py_keeps_to_the_bucket(server: DiscordEmulator, channel: Channel, bot: Client) -> None:
    server.limits.speed = 20  # five in a quarter of a second
    begun = time.monotonic()
    for number in range(6):
        await place(bot, channel).send(str(number))
    assert server.refusals_429 == []
    assert time.monotonic() - begun > 0.2


async def test_the_sixth_message_of_five_seconds_is_refused(server: DiscordEmulator, channel: Channel) -> None:
    path = f"/channels/{channel.id}/messages"
    answers = [await post(server, path, {"content": "x"}) for _ in range(6)]
    assert [status for status, _, _ in answers] == [200] * 5 + [429]
    assert [headers["X-RateLimit-Remaining"] for _, headers, _ in answers] == ["4", "3", "2", "1", "0", "0"]
    _, headers, body = answers[-1]
    assert headers["Via"] == "1.1 google"
    assert headers["X-RateLimit-Scope"] == "user"
    assert 4 < body["retry_after"] <= 5
    assert [request.path for request in server.refusals_429] == [path]


async def test_the_fifty_first_request_of_a_second_is_refused(server: DiscordEmulator, guild: Guild) -> None:
    channels = [server.add_channel(guild, f"news-{number}") for number in range(60)]
    calls = [post(server, f"/channels/{one.id}/messages", {"content": "x"}) for one in channels]
    answers = await asyncio.gather(*calls)
    refused = [body for status, _, body in answers if status == 429]
    assert len(refused) == 10
    assert all(body["global"] for body in refused)


async def test_edits_of_old_messages_are_scarce(server: DiscordEmulator, channel: Channel, bot: Client) -> None:
    sent = await place(bot, channel).send("Rain")
    server.clock.advance(3601)
    path = f"/channels/{channel.id}/messages/{sent.id}"
    answers = [await post(server, path, {"content": str(number)}, "PATCH") for number in range(4)]
    status, headers, body = answers[-1]
    assert (status, body["code"], headers["X-RateLimit-Remaining"]) == (429, 30046, "1")


async def test_without_limits_many_channels_are_served_at_once() -> None:
    async with DiscordEmulator(limits=False, check=False) as server, logged_in(server) as bot:
        guild = server.add_guild("Readers")
        channels = [server.add_channel(guild, f"news-{number}") for number in range(40)]
        await asyncio.gather(*(place(bot, one).send(str(number)) for one in channels for number in range(5)))
        assert [len(one.visible) for one in channels] == [5] * 40
        assert [one.channel for one in server.sent].count(channels[0]) == 5
        assert (server.refusals_429, server.checked) == ([], 0)
