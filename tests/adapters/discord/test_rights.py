"""Which rights newsbell lacks is named, before anything is sent and before a channel is given up."""

from dataclasses import replace
from pathlib import Path

import discord
import pytest

from adapters.discord.rights import Ground
from bot.errors import DestinationLost, PictureRefused, Reach, TryLater
from bot.models import Announcement, Destination, Look, Picture, Reply, Style
from tests.adapters.discord.conftest import Server
from tests.drawing import drawn
from tests.emulators.discord import Channel
from tests.emulators.discord.permissions import INVITE
from tests.emulators.discord.world import Kind

WHERE = "in Discord open the channel's settings > Permissions > newsbell and allow that"
ALL = discord.Permissions(INVITE)


def without(*names: str) -> discord.Permissions:
    return discord.Permissions(INVITE & ~discord.Permissions(**dict.fromkeys(names, True)).value)


@pytest.mark.parametrize(
    ("kind", "permissions", "look", "missing"),
    [
        ("text", ALL, Look(), []),
        ("text", without("send_messages", "attach_files"), Look(), ["Send Messages", "Attach Files"]),
        ("announcement", without("read_message_history"), Look(), ["Read Message History"]),
        ("thread", without("send_messages"), Look(), []),
        ("thread", without("send_messages_in_threads"), Look(), ["Send Messages in Threads"]),
        ("forum", without("send_messages"), Look(thread=True), ["Create Posts"]),
        ("voice", ALL, Look(), ["Connect"]),
        ("stage", ALL, Look(), ["Connect"]),
        ("text", ALL, Look(pin=True, mention="1"), ["Pin Messages"]),
        ("text", without("create_public_threads"), Look(thread=True), ["Create Public Threads"]),
        ("announcement", ALL, Look(sender="Mekong News"), ["Manage Webhooks", "Manage Messages"]),
        ("announcement", ALL, Look(sender="Mekong News", style=Style.COMPONENTS), ["Manage Webhooks"]),
        ("text", discord.Permissions.none(), Look(pin=True), ["View Channel"]),
    ],
)
def test_what_is_needed_depends_on_the_place_and_on_what_is_wanted_there(
    kind: str, permissions: discord.Permissions, look: Look, missing: list[str]
) -> None:
    assert [right.name for right in Ground(permissions, kind).missing([look])] == missing


# --- before anything is sent -----------------------------------------------------------------------------------------


async def told(live: Server, where: Channel, look: Look | None = None) -> list[str]:
    """What is said to whoever subscribes a channel, by a command there and by one about it from elsewhere."""
    live.desk.reply = lambda command: Reply(f"{command.place.title} subscribed.", looks=(look or Look(),))
    elsewhere = live.discord.add_channel(live.guild, "elsewhere")
    here = await live.discord.command(where, live.boss, "subscribe", category="all")
    there = await live.discord.command(elsewhere, live.boss, "subscribe", category="all", channel=where)
    assert here.content == there.content.replace(f" channel:<#{where.id}>", ""), "a hint goes with what it is about"
    return here.content.replace("@\u200b", "@").splitlines()[1:]  # nobody is pinged


@pytest.mark.parametrize(
    ("kind", "right", "name"),
    [
        ("text", "send_messages", "Send Messages"),
        ("announcement", "embed_links", "Embed Links"),
        ("forum", "send_messages", "Create Posts"),
        ("voice", "connect", "Connect"),
    ],
)
async def test_who_subscribes_a_channel_reads_which_right_is_missing_and_where_to_click(
    live: Server, kind: Kind, right: str, name: str
) -> None:
    channel = live.discord.add_channel(live.guild, "posts", kind)
    live.discord.forbid(channel, right)
    [words] = await told(live, channel)
    assert words.startswith(f"Nothing can be sent at present: newsbell lacks {name} here; {WHERE}.")


async def test_in_a_thread_it_is_the_channel_that_has_the_permissions(live: Server) -> None:
    thread = live.discord.add_thread(live.news, "Flood")
    live.discord.forbid(live.news, "send_messages")
    assert await told(live, thread) == []
    live.discord.forbid(live.news, "send_messages_in_threads")
    [words] = await told(live, thread)
    assert "lacks Send Messages in Threads here; a thread has the permissions of its channel" in words


async def test_what_posts_can_do_without_is_told_with_what_that_costs(live: Server) -> None:
    role = live.discord.add_role(live.guild, "Readers")
    live.discord.forbid(live.news, "attach_files", "read_message_history", "create_public_threads", "mention_everyone")
    look = Look(mention=str(role.id), pin=True, thread=True)
    [first, *costs] = await told(live, live.news, look)
    assert first.startswith("Posts arrive, but newsbell lacks Attach Files, Read Message History, Mention @everyone, ")
    assert [cost.partition(":")[0].removeprefix("• ") for cost in costs] == [
        "Attach Files",
        "Read Message History",
        "Mention @everyone, @here, and All Roles",
        "Pin Messages",
        "Create Public Threads",
    ]
    live.discord.update_role(role, mentionable=True)
    live.discord.permit(live.news, "attach_files", "read_message_history", "create_public_threads", "pin_messages")
    assert await told(live, live.news, look) == []


NO_TAG = "this forum wants a tag on every post, and has none that newsbell may use; in its settings add one"


async def test_a_forum_without_the_tag_that_it_wants_is_told_of_before_what_else_is_missing(live: Server) -> None:
    forum = live.discord.add_channel(live.guild, "posts", "forum", require_tag=True)
    [alone] = await told(live, forum)
    assert alone.startswith(f"Nothing can be sent at present: {NO_TAG}")
    live.discord.forbid(forum, "attach_files")
    assert await told(live, forum) == [
        alone,
        f"Besides, newsbell lacks Attach Files here; {WHERE}.",
        "• Attach Files: without it posts arrive without the pictures that newsbell uploads",
    ]
    live.discord.forbid(forum, "send_messages")
    first, second, _ = await told(live, forum)
    assert first.startswith(f"Nothing can be sent at present: newsbell lacks Create Posts, Attach Files here; {WHERE}.")
    assert second.startswith(f"Besides, {NO_TAG}")


async def test_which_tag_a_forums_posts_get_is_told_beside_what_is_missing(live: Server) -> None:
    forum = live.discord.add_channel(live.guild, "posts", "forum", tags=["Sport"], require_tag=True)
    live.discord.forbid(forum, "attach_files")
    first, _, tag = await told(live, forum)
    assert first.startswith("Posts arrive, but newsbell lacks Attach Files here")
    assert "I put on “Sport”" in tag


async def test_a_locked_thread_is_told_of_an_archived_one_is_opened(live: Server) -> None:
    thread = live.discord.add_thread(live.news, "Flood")
    live.discord.update_thread(thread, archived=True)
    assert await told(live, thread) == []
    for archived in (True, False):
        live.discord.update_thread(thread, archived=archived, locked=True)
        [words] = await told(live, thread)
        assert words.startswith("Nothing can be sent at present: the thread is locked; unlock it, or subscribe its ")
    live.discord.permit(live.news, "manage_threads")
    assert await told(live, thread) == [], "who may manage threads writes in locked ones"


async def test_what_is_known_already_is_told_again_only_with_what_is_new(live: Server) -> None:
    live.discord.forbid(live.news, "attach_files", "pin_messages")

    async def changed(before: Look, now: Look) -> list[str]:
        live.desk.reply = lambda _: Reply("Done.", looks=(now,), known_looks=(before,))
        return (await live.discord.command(live.news, live.boss, "settings")).content.splitlines()[1:]

    assert await changed(Look(), Look(silent=True)) == []
    [first, *costs] = await changed(Look(), Look(pin=True))
    assert first.startswith("Posts arrive, but newsbell lacks Attach Files, Pin Messages here")
    assert len(costs) == 2


async def test_a_reply_that_is_not_about_posts_says_nothing_of_rights(live: Server) -> None:
    live.discord.forbid(live.news, "send_messages")
    live.desk.reply = lambda _: Reply("These are the categories.")
    assert (await live.discord.command(live.news, live.boss, "categories")).content == "These are the categories."


async def test_rights_are_told_in_the_language_of_the_reply(live: Server) -> None:
    live.discord.forbid(live.news, "send_messages")
    live.desk.reply = lambda _: Reply("បានជាវ", looks=(Look(),), language="km")
    reply = await live.discord.command(live.news, live.boss, "subscribe", category="all")
    assert "newsbell ខ្វះសិទ្ធិ Send Messages នៅទីនេះ" in reply.content


async def test_the_command_line_is_told_the_same(server: Server) -> None:
    server.discord.forbid(server.news, "send_messages", "pin_messages")
    obstacle = await server.adapter.obstacle(server.destination, [Look(pin=True)])
    assert obstacle.startswith("Nothing can be sent at present: newsbell lacks Send Messages, Pin Messages here; ")
    assert obstacle.endswith("\n• Pin Messages: without it posts are not pinned")
    assert await server.adapter.obstacle(server.place(server.discord.add_channel(server.guild, "open")), [Look()]) == ""
    thread = server.discord.add_thread(server.news, "Flood")
    server.discord.permit(server.news, "send_messages", "pin_messages")
    server.discord.update_thread(thread, locked=True)
    forum = server.discord.add_channel(server.guild, "posts", "forum", require_tag=True)
    for place, reason in ((thread, "the thread is locked"), (forum, NO_TAG)):
        obstacle = await server.adapter.obstacle(server.place(place), [Look()])
        assert obstacle.startswith(f"Nothing can be sent at present: {reason}")
    server.discord.delete_channel(server.news)
    obstacle = await server.adapter.obstacle(server.destination, [Look()])
    assert obstacle.startswith("Nothing can be sent at present: the channel does not exist any more")


# --- before a channel is given up ------------------------------------------------------------------------------------


async def refused(server: Server, announcement: Announcement, place: Destination | None = None) -> DestinationLost:
    with pytest.raises(DestinationLost) as raised:
        await server.adapter.send(announcement, place or server.destination, Look(), nonce="1")
    return raised.value


def asked(server: Server) -> list[str]:
    """What was looked up by REST since the bot logged in."""
    return [one.path for one in server.discord.requests[2:] if one.method == "GET"]


async def test_without_a_gateway_discord_is_asked_which_right_is_missing(server: Server, rain: Announcement) -> None:
    thread = server.discord.add_thread(server.news, "Flood")
    server.discord.forbid(server.news, "send_messages", "send_messages_in_threads")
    for place, name in ((server.destination, "Send Messages"), (server.place(thread), "Send Messages in Threads")):
        error = await refused(server, rain, place)
        assert str(error).startswith(f"newsbell lacks {name} here; ")
        assert not error.doubtful
    channel, guild = f"/channels/{server.news.id}", f"/guilds/{server.guild.id}"
    assert asked(server) == [channel, guild, f"{guild}/members/{server.discord.bot.id}", channel]


async def test_what_the_gateway_told_costs_no_request(live: Server, rain: Announcement) -> None:
    live.discord.forbid(live.news, "embed_links")
    live.discord.update_channel(live.news, name="headlines")
    await live.told(lambda: live.desk.known_as)
    error = await refused(live, rain)
    assert str(error) == f"newsbell lacks Embed Links here; {WHERE}"
    assert not any(path.startswith(("/guilds", "/channels")) for path in asked(live))


async def test_who_may_not_see_a_channel_is_refused_once(server: Server, rain: Announcement) -> None:
    server.discord.forbid(server.news, "view_channel")
    error = await refused(server, rain)
    assert str(error) == f"newsbell lacks View Channel here; {WHERE}"
    assert asked(server) == []


@pytest.mark.parametrize("code", [50001, 50013])
async def test_a_refusal_that_no_missing_right_explains_is_doubted(live: Server, rain: Announcement, code: int) -> None:
    live.discord.fault("status", code=code, method="POST")
    error = await refused(live, rain)
    assert error.doubtful
    assert "newsbell has every permission that it needs here" in str(error)


async def test_a_look_that_fails_leaves_what_was_said(server: Server, rain: Announcement) -> None:
    server.discord.forbid(server.news, "send_messages")
    server.discord.fault("unavailable", method="GET")
    error = await refused(server, rain)
    assert "newsbell lacks a permission here" in str(error)
    assert not error.doubtful


async def test_without_attach_files_a_post_goes_without_its_upload(
    server: Server, rain: Announcement, tmp_path: Path
) -> None:
    (tmp_path / "rain.png").write_bytes(drawn("PNG"))
    server.discord.forbid(server.news, "attach_files")
    pictured = replace(rain, pictures=(Picture(file=str(tmp_path / "rain.png")),))
    with pytest.raises(PictureRefused, match="newsbell lacks Attach Files here") as refusal:
        await server.send(pictured)
    assert refusal.value.reach is Reach.HERE, "it is no sign for other channels"
    await server.adapter.send(pictured, server.destination, Look(), nonce="1", rung=1)
    assert len(server.news.visible) == 1


async def test_an_edit_and_a_deletion_are_looked_into_as_well(server: Server, rain: Announcement) -> None:
    shown = await server.send(rain)
    server.discord.fault("status", code=50013, method="PATCH")
    server.discord.fault("status", code=50013, method="DELETE")
    with pytest.raises(DestinationLost, match="every permission that it needs"):
        await server.adapter.edit(replace(rain, title="Snow"), server.destination, Look(), shown)
    with pytest.raises(TryLater, match="allow Manage Webhooks"):  # a webhook may have written it: no reason to suspend
        await server.adapter.delete(server.destination, shown)
