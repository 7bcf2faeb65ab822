"""The gateway: what it tells of servers and rights, and how little depends on it."""

import asyncio
import logging

import pytest
from discord.backoff import ExponentialBackoff

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.outages import Outage
from adapters.discord.rates import BOT
from adapters.discord.transport import point_at
from bot.errors import BotRefused
from bot.models import Announcement, Choice, Reply
from tests.adapters.discord.conftest import SOON, Server
from tests.emulators.discord import payloads
from tests.emulators.discord.permissions import Overwrite, bits
from tests.patience import PATIENCE

# --- the way to the gateway ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shards", [1, 2])
@pytest.mark.parametrize("told", [False, True])
async def test_each_call_on_the_way_to_the_gateway_has_its_turn_before_the_posts(
    server: Server, told: bool, shards: int
) -> None:
    """Beside 44 posts a second they would be too many, as after a kill (#4). `told`: Discord knows the commands."""
    server.discord.gateway.shards = shards
    server.discord.gateway.identify_seconds = SOON * 0.8
    if told:
        await _listened_once(server, shards)
    server.pace.turns.clear()
    before = len(server.discord.requests)
    await _listened_once(server, shards)
    called = server.discord.requests[before:]
    assert len(called) >= 4
    assert server.pace.turns == [((BOT,), True)] * len(called), called


async def _listened_once(server: Server, shards: int) -> None:
    serving = asyncio.create_task(server.adapter.serve(server.desk))
    await server.discord.until(lambda: server.discord.gateway.connected == shards)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    await server.discord.until(lambda: not server.discord.gateway.connected)


# --- connections that end --------------------------------------------------------------------------------------------


async def test_a_cut_line_is_resumed_and_nothing_is_missed(live: Server) -> None:
    live.discord.gateway.drop()
    live.discord.delete_channel(live.news)  # while nobody is connected
    await live.discord.until(lambda: live.discord.gateway.resumes)
    await live.told(lambda: live.destination in live.desk.lost)
    assert live.discord.gateway.identifies == 1


async def test_an_event_that_nobody_can_parse_costs_neither_posts_nor_commands(
    live: Server, rain: Announcement
) -> None:
    live.desk.reply = lambda _: Reply("Which one?", (Choice("Sport", "/subscribe sport"),))
    asked = await live.discord.command(live.news, live.boss, "help")
    live.discord.gateway.malformed()
    await live.discord.until(lambda: not live.discord.gateway.connected)
    await live.send(rain)
    assert len(live.news.visible) == 1
    await live.listening()
    await live.discord.press(asked, asked.controls[0]["custom_id"], live.boss)  # a button from before
    assert live.desk.commands[-1].words == "sport"


async def test_who_asked_before_the_connection_ended_is_still_answered(live: Server) -> None:
    live.desk.open.clear()
    asking = asyncio.create_task(live.discord.command(live.news, live.boss, "help"))
    await live.told(lambda: live.desk.commands)
    live.discord.gateway.malformed()
    await live.discord.until(lambda: not live.discord.gateway.connected)
    live.desk.open.set()
    assert (await asking).content == "help: "


async def test_a_token_refused_by_the_gateway_ends_the_service(server: Server) -> None:
    server.discord.gateway.refuse(4004)
    with pytest.raises(BotRefused, match="DISCORD_BOT_TOKEN"):
        await server.adapter.serve(server.desk)


async def test_a_token_refused_at_login_ends_the_service(server: Server) -> None:
    server.discord.fault("status", status=401, path="/users/@me")
    with pytest.raises(BotRefused, match="DISCORD_BOT_TOKEN"):
        await server.adapter.serve(server.desk)


async def test_a_discord_that_is_away_is_tried_again(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    server.discord.fault("unavailable", path="/users/@me")
    serving = asyncio.create_task(server.adapter.serve(server.desk))
    await server.listening()
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "keeps trying: Discord has trouble" in caplog.text
    assert logging.getLogger("discord.client").filters == []


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> asyncio.Queue[None]:
    """What discord.py does in vain to come back; its pauses of some random seconds are left out."""
    attempts: asyncio.Queue[None] = asyncio.Queue()

    def delay(_: object) -> float:
        attempts.put_nowait(None)
        return 0.0

    monkeypatch.setattr(ExponentialBackoff, "delay", delay)
    return attempts


async def test_an_outage_of_the_gateway_is_told_once_and_so_is_its_end(
    server: Server, caplog: pytest.LogCaptureFixture, unused_tcp_port: int, attempts: asyncio.Queue[None]
) -> None:
    caplog.set_level(logging.INFO, "adapters.discord.outages")
    discord = server.discord
    nowhere = f"ws://127.0.0.1:{unused_tcp_port}"
    adapter = DiscordAdapter(discord.token, api_url=discord.api_url, gateway_url=nowhere, pace=server.pace)
    await adapter.open()
    serving = asyncio.create_task(adapter.serve(server.desk))
    async with asyncio.timeout(PATIENCE):
        await attempts.get()  # discord.py gives up after it, and listening begins anew
    point_at(discord.api_url, discord.gateway_url)
    await server.listening()
    await server.told(lambda: server.desk.regained)
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    await adapter.close()
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        (
            "WARNING",
            "no commands come from Discord, but newsbell keeps trying: Discord can't be reached; is the network up?",
        ),
        ("INFO", "commands come from Discord again"),
    ]


def test_each_outage_is_told_anew(caplog: pytest.LogCaptureFixture) -> None:
    outage = Outage()
    library = logging.getLogger("discord.client")
    with outage.told_by_us():
        for _ in range(2):
            for _ in range(3):
                library.error("Attempting a reconnect in %.2fs", 1.5)
            outage.ended()
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2
    assert "keeps trying: the connection is lost" in caplog.text


async def test_what_else_discord_py_says_is_heard_and_nothing_of_ours_stays_behind(
    live: Server, caplog: pytest.LogCaptureFixture
) -> None:
    library = logging.getLogger("discord.client")
    library.error("Ignoring exception in %s", "on_ready")
    assert [record.getMessage() for record in caplog.records] == ["Ignoring exception in on_ready"]
    assert len(library.filters) == 1


async def test_commands_that_cannot_be_told_do_not_keep_it_from_listening(server: Server) -> None:
    server.discord.fault("status", status=403, path="/applications/{id}/commands")
    serving = asyncio.create_task(server.adapter.serve(server.desk))
    await server.listening()
    assert not serving.done()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


# --- servers, channels, rights ---------------------------------------------------------------------------------------


async def test_a_channel_that_becomes_one_for_announcements_is_known_as_that(live: Server) -> None:
    live.discord.update_channel(live.news, kind="announcement", name="headlines")
    await live.told(lambda: live.desk.known_as)
    assert live.desk.known_as == {live.destination: ("Mekong Readers › #headlines", "announcement")}


async def test_a_deleted_channel_is_lost(live: Server) -> None:
    live.discord.delete_channel(live.news)
    await live.told(lambda: live.desk.lost)
    assert live.desk.lost == {live.destination: "the channel was deleted; subscribe another one"}


async def test_a_deleted_thread_is_lost_and_its_channel_is_not(live: Server) -> None:
    thread = live.discord.add_thread(live.news, "Flood")
    live.discord.delete_channel(thread)
    await live.told(lambda: live.desk.lost)
    assert live.desk.lost == {live.place(thread): "the thread was deleted; subscribe another one"}


async def test_being_removed_from_a_server_loses_all_its_channels_and_an_outage_none(live: Server) -> None:
    other = live.discord.add_channel(live.guild, "other")
    live.discord.guild_outage(live.guild)
    live.discord.guild_back(live.guild)
    live.discord.remove_guild(live.guild)
    await live.told(lambda: len(live.desk.lost) == 2)
    reason = "newsbell was removed from the server; invite it again"
    assert live.desk.lost == {live.destination: reason, live.place(other): reason}


async def test_rights_that_come_back_to_a_channel_are_told(live: Server) -> None:
    other = live.discord.add_channel(live.guild, "other")
    live.discord.forbid(live.news, "send_messages", "embed_links")
    live.discord.permit(live.news, "send_messages")  # not enough yet
    live.discord.delete_channel(other)
    await live.told(lambda: live.desk.lost)
    assert live.desk.regained == []
    live.discord.permit(live.news, "embed_links")
    await live.told(lambda: live.desk.regained)
    live.discord.update_channel(live.news, name="renamed")  # nothing about rights
    live.discord.delete_channel(live.news)
    await live.told(lambda: len(live.desk.lost) == 2)
    assert live.desk.regained == [live.destination]


async def test_that_a_forums_tags_are_mended_is_told(live: Server) -> None:
    await live.told(lambda: live.desk.regained)  # of the start
    live.desk.regained.clear()
    forum = live.discord.add_channel(live.guild, "posts", "forum", require_tag=True)
    live.discord.update_channel(forum, name="articles")  # nothing about tags
    await live.told(lambda: live.place(forum) in live.desk.known_as)
    assert live.desk.regained == []
    tag = live.discord.add_tag(forum, "National")
    await live.told(lambda: live.desk.regained)
    assert live.desk.regained == [live.place(forum)]
    live.desk.regained.clear()
    forum.tags.remove(tag)
    forum.require_tag = False
    live.discord.update_channel(forum)
    await live.told(lambda: live.desk.regained)
    assert live.desk.regained == [live.place(forum)]


async def test_rights_that_come_back_by_a_role_are_told(live: Server) -> None:
    role = live.discord.add_role(live.guild, "Voices")
    live.guild.everyone.permissions = 0
    live.guild.members[live.discord.bot.id].roles = [role]
    live.discord.guild_outage(live.guild)
    live.discord.guild_back(live.guild)
    role.permissions = bits(["view_channel", "send_messages", "embed_links"])
    live.discord.update_role(role)
    await live.told(lambda: live.desk.regained)
    assert live.desk.regained == [live.destination]


async def test_rights_that_come_with_a_role_given_to_us_are_told(live: Server) -> None:
    role = live.discord.add_role(live.guild, "Voices", permissions=["view_channel", "send_messages", "embed_links"])
    member = live.guild.members[live.discord.bot.id]
    member.roles = [*member.roles, role]
    data = {**payloads.member_json(member), "guild_id": str(live.guild.id)}
    live.discord.emit("GUILD_MEMBER_UPDATE", data, guild=live.guild)
    await live.told(lambda: live.desk.regained)
    assert live.desk.regained == [live.destination]


async def test_rights_that_come_back_to_threads_alone_are_told_of_these(live: Server) -> None:
    thread = live.discord.add_thread(live.news, "Flood")
    live.discord.forbid(live.news, "send_messages", "send_messages_in_threads")
    live.discord.permit(live.news, "send_messages_in_threads")
    await live.told(lambda: live.desk.regained)
    assert live.desk.regained == [live.place(thread)]


async def test_a_deleted_role_is_told_and_what_it_kept_us_from_is_allowed_again(live: Server) -> None:
    muted = live.discord.add_role(live.guild, "Muted")
    live.guild.members[live.discord.bot.id].roles.append(muted)
    live.news.overwrites[muted.id] = Overwrite(deny=bits(["send_messages"]))
    live.discord.guild_outage(live.guild)
    live.discord.guild_back(live.guild)
    live.discord.delete_role(muted)
    await live.told(lambda: live.desk.regained)
    assert live.desk.roles_gone == [(str(muted.id), "Muted")]
    assert live.desk.regained == [live.destination]


async def test_rights_that_came_back_in_an_outage_are_told_at_its_end(live: Server) -> None:
    live.discord.forbid(live.news, "send_messages")
    live.discord.update_channel(live.news, name="headlines")
    await live.told(lambda: live.desk.known_as)
    live.discord.guild_outage(live.guild)
    live.news.overwrites.clear()
    live.discord.guild_back(live.guild)
    await live.told(lambda: live.desk.regained)
    assert live.desk.lost == {}
    assert live.desk.regained == [live.destination]


async def test_a_thread_that_is_opened_again_is_told(live: Server) -> None:
    thread = live.discord.add_thread(live.news, "Flood")
    live.discord.update_thread(thread, locked=True)
    live.discord.update_thread(thread, locked=False)
    await live.told(lambda: live.desk.regained)
    assert live.desk.regained == [live.place(thread)]


async def test_an_archived_thread_that_is_opened_again_is_told(live: Server) -> None:
    thread = live.discord.add_thread(live.news, "Flood")
    live.discord.update_thread(thread, archived=True)
    before = len(live.desk.regained)
    live.discord.update_thread(thread, archived=False)
    await live.told(lambda: len(live.desk.regained) > before)
    assert live.desk.regained[-1] == live.place(thread)


async def test_rights_that_came_back_meanwhile_are_told_at_the_start_and_with_an_invitation(live: Server) -> None:
    mute = live.discord.add_channel(live.guild, "mute")
    live.discord.forbid(mute, "send_messages")
    await live.told(lambda: live.desk.regained)
    assert live.desk.regained == [live.destination]
    live.discord.remove_guild(live.guild)
    invited = payloads.guild_json(live.guild, live.discord.bot, joined=True)
    live.discord.emit("GUILD_CREATE", invited, guild=live.guild)
    await live.told(lambda: len(live.desk.regained) == 2)
    assert live.desk.regained == [live.destination, live.destination]


async def test_a_desk_that_fails_costs_only_that_news(live: Server, caplog: pytest.LogCaptureFixture) -> None:
    live.desk.error = RuntimeError("the database is away")
    other = live.discord.add_channel(live.guild, "other")
    live.discord.delete_channel(live.news)
    async with asyncio.timeout(PATIENCE):
        await live.desk.news.wait()
    live.desk.error = None
    live.discord.delete_channel(other)
    await live.told(lambda: live.desk.lost)
    assert list(live.desk.lost) == [live.place(other)]
    assert "on_guild_channel_delete failed: the database is away" in caplog.text
    assert live.desk.stumbles == [("news of a chat", "RuntimeError")]
