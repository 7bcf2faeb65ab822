"""Sending, editing and deleting, with the real discord.py."""

import gc
import io
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import pytest

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.meter import Meter
from adapters.discord.outgoing import embed_of, mentions_of, view_of
from adapters.discord.render import render
from adapters.discord.transport import client_options
from bot.errors import (
    BotRefused,
    DestinationLost,
    MessageGone,
    PictureRefused,
    Rejected,
    TryLater,
)
from bot.models import Announcement, Choice, Destination, Look, Picture, Receipt, Reply, Shown, Style
from tests.adapters.discord.conftest import FakePace, Server
from tests.drawing import drawn
from tests.emulators.discord import DiscordEmulator

PNG = drawn("PNG")


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    """A picture of the site."""
    file = tmp_path / "street.png"
    file.write_bytes(PNG)
    return Picture(file=str(file), alt="A street under water")


def sends(server: Server) -> int:
    """How many times a message was tried to be created."""
    return sum(request.method == "POST" and request.path.endswith("/messages") for request in server.discord.requests)


# --- life ------------------------------------------------------------------------------------------------------------


async def test_open_tells_who_the_bot_is(server: Server) -> None:
    assert server.adapter.bot == str(server.discord.bot.id)
    assert server.adapter.platform == "discord"


async def test_a_wrong_token_is_refused_by_its_settings_name(discord: DiscordEmulator) -> None:
    adapter = DiscordAdapter("wrong", api_url=discord.api_url, pace=FakePace())
    with pytest.raises(BotRefused, match="DISCORD_BOT_TOKEN"):
        await adapter.open()


async def test_discord_being_away_is_no_reason_to_give_up(unused_tcp_port: int) -> None:
    adapter = DiscordAdapter("token", api_url=f"http://127.0.0.1:{unused_tcp_port}/api/v10", pace=FakePace())
    with pytest.raises(TryLater, match="can't be reached"):
        await adapter.open()


async def test_a_login_that_broke_off_is_tried_again(discord: DiscordEmulator) -> None:
    adapter = DiscordAdapter(discord.token, api_url=discord.api_url, pace=FakePace())
    discord.fault("unavailable", path="/users/@me")
    with pytest.raises(TryLater):
        await adapter.open()
    await adapter.open()
    assert adapter.bot
    await adapter.close()


async def test_closing_twice_and_sending_afterwards_do_no_harm(server: Server, rain: Announcement) -> None:
    await server.adapter.close()
    await server.adapter.close()
    with pytest.raises(TryLater):
        await server.send(rain)


async def test_the_token_is_nowhere_to_be_seen(
    server: Server, rain: Announcement, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await server.adapter.open()
    await server.send(rain)
    server.discord.fault("status", status=401)
    with pytest.raises(BotRefused) as caught:
        await server.send(rain, nonce="2")
    assert server.discord.token not in f"{caplog.text}{server.adapter!r}{caught.value!r}{caught.value.__cause__!r}"


# --- send ------------------------------------------------------------------------------------------------------------


async def test_an_announcement_is_seen_in_its_channel(server: Server, rain: Announcement) -> None:
    shown = await server.send(replace(rain, published_at=datetime(2026, 1, 31, 5, 0, tzinfo=UTC)))
    (message,) = server.news.visible
    (embed,) = message.embeds
    assert shown.receipt == Receipt((str(message.id),))
    assert embed["title"] == "Rain floods the market"
    assert embed["url"] == "https://news.example/rain"
    assert embed["description"] == "Water stood **knee-high** on Tuesday."
    assert embed["footer"]["text"] == "National · #flood · 31 January 2026"
    assert embed["timestamp"] == "2026-01-31T05:00:00+00:00"
    assert message.components[0]["components"][0]["url"] == "https://news.example/rain"
    assert not message.silent


@pytest.mark.parametrize("kind", ["voice", "stage", "announcement"])
async def test_the_chat_of_a_voice_channel_is_like_any_other(server: Server, rain: Announcement, kind: str) -> None:
    """Connect is not needed for it: discord.py's own VoiceChannel.permissions_for takes no right to text without it."""
    channel = server.discord.add_channel(server.guild, "studio", kind)  # type: ignore[arg-type]  # a kind by its name
    place = server.place(channel)
    shown = server.shown(rain, Look(), await server.adapter.send(rain, place, Look(), nonce="1"))
    await server.adapter.edit(replace(rain, title="Rain ends"), place, Look(), shown)
    assert [message.embeds[0]["title"] for message in channel.visible] == ["Rain ends"]
    await server.adapter.delete(place, shown)
    assert channel.visible == []


async def test_an_archived_thread_is_opened_for_what_is_sent_edited_and_deleted_there(
    server: Server, rain: Announcement
) -> None:
    thread = server.discord.add_thread(server.news, "Flood", archived=True, owner=server.reader.user)
    place = server.place(thread)
    shown = server.shown(rain, Look(), await server.adapter.send(rain, place, Look(), nonce="1"))
    assert (len(thread.visible), thread.archived) == (1, False)
    server.discord.update_thread(thread, archived=True)
    await server.adapter.edit(replace(rain, title="Rain ends"), place, Look(), shown)
    server.discord.update_thread(thread, archived=True)
    await server.adapter.delete(place, shown)
    assert (thread.visible, thread.archived) == ([], False)


async def test_an_archived_thread_that_may_not_be_opened_is_lost(server: Server, rain: Announcement) -> None:
    thread = server.discord.add_thread(server.news, "Flood", archived=True, owner=server.reader.user)
    server.discord.fault("status", method="PATCH", path=f"/channels/{thread.id}", status=403, code=50013)
    with pytest.raises(DestinationLost, match="archived; open it again"):
        await server.adapter.send(rain, server.place(thread), Look(), nonce="1")


async def test_a_silent_announcement_makes_no_noise(server: Server, rain: Announcement) -> None:
    await server.send(rain, Look(silent=True))
    assert server.news.visible[0].silent


async def test_the_plain_style_has_no_frame(server: Server, rain: Announcement) -> None:
    await server.send(rain, Look(style=Style.TEXT))
    (message,) = server.news.visible
    assert message.content == "**Rain floods the market**\nhttps://news.example/rain"
    assert (message.embeds, message.components) == ([], [])


@pytest.mark.parametrize("pictured", [False, True])
@pytest.mark.parametrize(
    ("look", "reply_to"),
    [
        (Look(), ""),
        (Look(silent=True, button=False), "123456789012345678"),
        (Look(style=Style.TEXT, mention="7"), ""),
        (Look(style=Style.COMPONENTS, silent=True, mention="7"), "123456789012345678"),
    ],
)
async def test_what_is_posted_is_to_the_letter_what_discord_py_itself_would_send(
    server: Server, rain: Announcement, picture: Picture, look: Look, reply_to: str, *, pictured: bool
) -> None:
    rain = replace(rain, title='Rain \N{EN DASH} \u1781 "market"', published_at=datetime(2026, 1, 31, tzinfo=UTC))
    rain = replace(rain, pictures=(picture,) if pictured else ())
    message = render(rain, look)
    client = discord.Client(**client_options(Meter()))
    await client.login(server.discord.token)
    file = "attachment://picture.png" if pictured else ""
    embed, view = embed_of(message, file), view_of(message, file)
    options: dict[str, Any] = {} if embed is None else {"embed": embed}
    options |= {} if view is None else {"view": view}
    if pictured and look.style is not Style.TEXT:
        options["file"] = discord.File(io.BytesIO(PNG), "picture.png", description=picture.alt)
    if reply_to:
        options["reference"] = discord.MessageReference(
            message_id=int(reply_to), channel_id=server.news.id, fail_if_not_exists=False
        )
    await client.get_partial_messageable(server.news.id).send(
        None if look.style is Style.COMPONENTS else message.content or None,
        nonce="1-ab",
        silent=message.silent,
        allowed_mentions=mentions_of(message),
        **options,
    )
    await client.close()

    await server.adapter.send(rain, server.destination, look, nonce="1-ab", reply_to=reply_to)

    theirs, ours = (request.body for request in server.discord.requests if request.path.endswith("/messages"))
    assert ours == theirs
    [shown] = server.news.visible
    assert [one.data for one in shown.attachments] == [PNG] * ("file" in options)


async def test_a_thread_is_talked_to_by_its_own_id(server: Server, rain: Announcement) -> None:
    thread = server.discord.add_thread(server.news, "Flood")
    await server.adapter.send(rain, server.place(thread), Look(), nonce="1")
    assert len(thread.visible) == 1


async def test_only_the_chosen_role_is_pinged(server: Server, rain: Announcement) -> None:
    role = server.discord.add_role(server.guild, "Reporters", mentionable=True)
    await server.send(replace(rain, title="@everyone look <@1>"), Look(mention=str(role.id)))
    await server.send(replace(rain, title="@everyone look <@1>"), Look(style=Style.TEXT), nonce="2")
    assert [message.mentions for message in server.news.visible] == [(role.mention,), ()]


async def test_a_picture_of_the_site_is_uploaded_with_its_alt_text(
    server: Server, rain: Announcement, picture: Picture
) -> None:
    await server.send(replace(rain, pictures=(picture,)))
    (message,) = server.news.visible
    (attachment,) = message.attachments
    assert (attachment.data, attachment.description) == (PNG, "A street under water")
    assert message.embeds[0]["image"]["url"] == f"attachment://{attachment.filename}"


async def test_a_picture_on_the_web_is_shown_by_its_address(server: Server, rain: Announcement) -> None:
    await server.send(replace(rain, pictures=(Picture(url="https://news.example/a.png"),)), rung=1)
    (message,) = server.news.visible
    assert message.embeds[0]["image"]["url"] == "https://news.example/a.png"
    assert message.attachments == []


async def test_a_picture_that_is_not_there_or_is_none_is_refused_before_anything_is_sent(
    server: Server, rain: Announcement, tmp_path: Path
) -> None:
    text = tmp_path / "text.png"
    text.write_bytes(b"no picture at all")
    for path in (tmp_path / "missing.png", text):
        with pytest.raises(PictureRefused, match=path.name):
            await server.send(replace(rain, pictures=(Picture(file=str(path)),)))
    assert sends(server) == 0


async def test_a_reply_hangs_on_its_message_and_goes_out_alone_if_that_is_gone(
    server: Server, rain: Announcement
) -> None:
    first = (await server.send(rain)).receipt.message_ids[0]
    for nonce, message_id in (("2", first), ("3", "123456789012345678")):
        await server.adapter.send(rain, server.destination, Look(), nonce=nonce, reply_to=message_id)
    answered = [message.reply_to and str(message.reply_to.id) for message in server.news.visible]
    assert answered == [None, first, None]


async def test_who_may_not_read_what_is_answered_sends_all_the_same(server: Server, rain: Announcement) -> None:
    """docs resources/message, Create Message: a reply takes Read Message History, another message does not."""
    first = (await server.send(rain)).receipt.message_ids[0]
    server.discord.forbid(server.news, "read_message_history")
    receipt = await server.adapter.send(rain, server.destination, Look(), nonce="2", reply_to=first)
    (_, alone) = server.news.visible
    assert (receipt.message_ids, alone.reply_to) == ((str(alone.id),), None)
    assert sends(server) == 3
    assert [rate.key for rate in server.pace.turns[-1][0]][:2] == ["bot", f"channel:{server.news.id}:send"]
    server.discord.fault("status", code=160002, status=400, method="POST")
    with pytest.raises(Rejected, match="Read Message History"):
        await server.send(rain, nonce="3")


async def test_a_send_leaves_no_circle_for_the_collector(server: Server, rain: Announcement) -> None:
    """What it leaves lies in memory until 50,000 objects have come together (bot.garbage)."""
    place = server.place(server.news)
    gc.collect()
    gc.disable()
    try:
        before = sys.getrefcount(place)
        await server.adapter.send(rain, place, Look(), nonce="1")
        assert sys.getrefcount(place) == before
    finally:
        gc.enable()


async def test_the_same_nonce_shows_one_message(server: Server, rain: Announcement) -> None:
    first, again = await server.send(rain, nonce="1-ab"), await server.send(rain, nonce="1-ab")
    assert first == again
    assert len(server.news.visible) == 1


async def test_a_message_that_was_sent_and_deleted_since_is_not_sent_again(server: Server, rain: Announcement) -> None:
    await server.send(rain)
    server.discord.delete_message(server.news.visible[0])
    with pytest.raises(MessageGone):
        await server.send(rain)
    assert server.news.visible == []


# --- edit and delete -------------------------------------------------------------------------------------------------


async def test_an_edit_changes_text_and_picture(server: Server, rain: Announcement, picture: Picture) -> None:
    shown = await server.send(replace(rain, pictures=(picture,)))
    dry = replace(rain, title="The market is dry again", pictures=(Picture(url="https://news.example/dry.png"),))
    receipt = await server.adapter.edit(dry, server.destination, Look(), shown, rung=1)
    (message,) = server.news.visible
    assert receipt == Receipt(shown.receipt.message_ids)
    assert message.embeds[0]["title"] == "The market is dry again"
    assert message.embeds[0]["image"]["url"] == "https://news.example/dry.png"
    assert message.attachments == []


async def test_an_edit_brings_the_picture_along(server: Server, rain: Announcement, picture: Picture) -> None:
    shown = await server.send(rain)
    await server.adapter.edit(replace(rain, pictures=(picture,)), server.destination, Look(), shown)
    (message,) = server.news.visible
    assert [attachment.description for attachment in message.attachments] == ["A street under water"]


async def test_an_edit_pings_nobody_and_drops_what_is_not_wanted_any_more(server: Server, rain: Announcement) -> None:
    shown = await server.send(rain)
    await server.adapter.edit(replace(rain, title="@everyone"), server.destination, Look(style=Style.TEXT), shown)
    (message,) = server.news.visible
    assert (message.mentions, message.embeds, message.components) == ((), [], [])
    assert message.edits[0]["allowed_mentions"]["parse"] == []


async def test_an_edit_that_nobody_would_see_is_not_made(server: Server, rain: Announcement) -> None:
    shown = await server.send(rain)
    before = len(server.discord.requests)
    later = replace(rain, published_at=datetime(2026, 2, 1, tzinfo=UTC))
    assert await server.adapter.edit(later, server.destination, Look(), shown) == shown.receipt
    assert len(server.discord.requests) == before


async def test_a_message_is_taken_back(server: Server, rain: Announcement) -> None:
    shown = await server.send(rain)
    await server.adapter.delete(server.destination, shown)
    assert server.news.visible == []


async def test_what_a_moderator_deleted_stays_deleted(server: Server, rain: Announcement) -> None:
    shown = await server.send(rain)
    server.discord.delete_message(server.news.visible[0])
    with pytest.raises(MessageGone):
        await server.adapter.edit(replace(rain, title="Other"), server.destination, Look(), shown)
    with pytest.raises(MessageGone):
        await server.adapter.delete(server.destination, shown)


async def test_old_messages_edited_too_often_wait(server: Server, rain: Announcement) -> None:
    shown = await server.send(rain)
    server.discord.fault("rate_limited", method="PATCH", code=30046, retry_after=60.0)
    with pytest.raises(TryLater) as caught:
        await server.adapter.edit(replace(rain, title="Other"), server.destination, Look(), shown)
    assert caught.value.flood


# --- rates and notices -----------------------------------------------------------------------------------------------


async def test_a_notice_is_plain_words_and_waits_for_its_turn(server: Server) -> None:
    receipt = await server.adapter.notify(server.destination, Reply("2 * 3 posts are held.", (Choice("a", "/help"),)))
    (message,) = server.news.visible
    assert receipt == Receipt((str(message.id),))
    assert (message.content, message.components) == (r"2 \* 3 posts are held.", [])
    ((rates, urgent),) = server.pace.turns
    assert [rate.key for rate in rates][:2] == ["bot", f"channel:{server.news.id}:send"]
    assert urgent


async def test_a_notice_reaches_an_operator_by_their_id(server: Server) -> None:
    await server.adapter.notify(Destination("discord", str(server.boss.id)), Reply("Hello: /settings tag NAME"))
    [told] = server.discord.dm(server.boss).visible
    assert told.content == "Hello: /settings setting:tag value:NAME"  # a mention of a command is no use in there


async def test_a_notice_to_nobody_says_so(server: Server) -> None:
    with pytest.raises(DestinationLost, match="no channel and no person"):
        await server.adapter.notify(Destination("discord", "123456789012345678"), Reply("Hello?"))


async def test_a_shown_of_another_kind_is_edited_all_the_same(server: Server, rain: Announcement) -> None:
    shown = await server.send(rain, Look(style=Style.TEXT))
    await server.adapter.edit(rain, server.destination, Look(), Shown(1, "other", shown.receipt))
    (message,) = server.news.visible
    assert (message.content, len(message.embeds)) == ("", 1)
