"""Whatever becomes of the gateway, no message waits for it, and commands come again by themselves."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from adapters.discord import transport
from bot.models import Announcement
from tests.adapters.discord.conftest import Server
from tests.emulators.discord.gateway import Gateway

RESUMABLE = [4000, 4001, 4002, 4003, 4005, 4008]


async def posts_meanwhile(live: Server, rain: Announcement) -> None:
    """Three messages arrive while nobody is connected to the gateway, and nobody can be."""
    await live.discord.until(lambda: not live.discord.gateway.connected)
    for number in range(3):
        await live.send(replace(rain, title=f"Rain {number}"), nonce=f"m{number}")
    assert [one.embeds[0]["title"] for one in live.news.visible] == ["Rain 0", "Rain 1", "Rain 2"]
    assert not live.discord.gateway.connected


@pytest.mark.parametrize(
    ("trouble", "identifies", "resumes"),
    [
        pytest.param(Gateway.drop, 1, 1, id="cut"),
        pytest.param(Gateway.reconnect, 1, 1, id="op 7"),
        pytest.param(lambda gateway: gateway.invalidate(resumable=True), 1, 1, id="op 9, true"),
        pytest.param(Gateway.invalidate, 2, 0, id="op 9, false"),
        pytest.param(Gateway.malformed, 2, 0, id="malformed"),
        pytest.param(lambda gateway: gateway.close(4009), 2, 0, id="timed out"),
    ],
)
async def test_a_lost_gateway_keeps_no_message_back_and_is_had_again(
    live: Server, rain: Announcement, trouble: Callable[[Gateway], None], identifies: int, resumes: int
) -> None:
    gateway = live.discord.gateway
    gateway.door.clear()
    trouble(gateway)
    await posts_meanwhile(live, rain)
    live.discord.delete_channel(live.discord.add_channel(live.guild, "short-lived"))  # nobody hears it
    gateway.door.set()
    await live.listening()
    assert (await live.discord.command(live.news, live.boss, "help")).content == "help: "
    assert (gateway.identifies, gateway.resumes) == (identifies, resumes)
    assert len(live.desk.lost) == resumes  # a resumed session misses nothing
    assert len(live.news.visible) == 3


async def test_every_other_close_of_the_gateway_is_resumed(live: Server) -> None:
    for times, code in enumerate(RESUMABLE, 1):
        live.discord.gateway.close(code)
        await live.discord.until(lambda: live.discord.gateway.resumes == times)  # noqa: B023 - asked at once
    assert live.discord.gateway.identifies == 1
    assert (await live.discord.command(live.news, live.boss, "help")).content == "help: "


async def test_a_dead_socket_is_noticed_and_left(
    server: Server, rain: Announcement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "SILENT_SECONDS", 0.3)
    server.discord.gateway.heartbeat_seconds = 0.1
    serving = asyncio.create_task(server.adapter.serve(server.desk))
    await server.listening()
    server.discord.gateway.door.clear()
    server.discord.gateway.stop_acks()
    await posts_meanwhile(server, rain)
    server.discord.gateway.acknowledges = True
    server.discord.gateway.door.set()
    await server.discord.until(lambda: server.discord.gateway.resumes)
    assert (await server.discord.command(server.news, server.boss, "help")).content == "help: "
    assert server.discord.gateway.identifies == 1
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_an_outage_of_a_server_suspends_nothing_and_holds_nothing_back(live: Server, rain: Announcement) -> None:
    other = live.discord.add_channel(live.guild, "other")
    live.discord.guild_outage(live.guild)
    await live.send(rain)
    live.discord.guild_back(live.guild)
    await live.send(replace(rain, title="Sun"), nonce="2")
    live.discord.delete_channel(other)
    await live.told(lambda: live.desk.lost)
    assert list(live.desk.lost) == [live.place(other)]
    assert len(live.news.visible) == 2


async def test_what_can_not_be_read_is_one_line_in_the_log(live: Server, caplog: pytest.LogCaptureFixture) -> None:
    live.discord.gateway.malformed()
    await live.discord.until(lambda: live.discord.gateway.identifies == 2)
    await live.told(lambda: live.desk.regained)  # by the second client, after the first would have
    assert [record.getMessage() for record in caplog.records] == [
        "discord: what came by the gateway could not be read (KeyError: 'id'); commands come by a new connection"
    ]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (4012, "it takes this version of its gateway no more; is there a newer newsbell? (code 4012)"),
        (
            4014,
            "it refuses newsbell's intents, of which none is privileged: see the bot's page in the developer portal "
            "(code 4014)",
        ),
    ],
)
async def test_why_discord_lets_nobody_in_is_said_and_messages_go_out(
    server: Server, rain: Announcement, caplog: pytest.LogCaptureFixture, code: int, said: str
) -> None:
    server.discord.gateway.refuse(code)
    serving = asyncio.create_task(server.adapter.serve(server.desk))
    await server.send(rain)
    await server.listening()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        f"no commands come from Discord, but newsbell keeps trying: {said}"
    ]
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
