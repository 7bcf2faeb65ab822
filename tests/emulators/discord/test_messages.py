"""Messages: sent, edited, deleted, read again."""

import io
from typing import Any

import aiohttp
import discord
import pytest
from discord import ui

from tests.emulators.discord import Channel, DiscordEmulator, Guild, Member
from tests.emulators.discord.client import Client, place

PICTURE = b"\x89PNG not really"


async def test_a_message_is_sent_edited_and_deleted(server: DiscordEmulator, channel: Channel, bot: Client) -> None:
    sent = await place(bot, channel).send("Rain", silent=True)
    await sent.edit(content="Rain, later sun")

    (message,) = channel.visible
    assert (message.content, message.silent, len(message.edits)) == ("Rain, later sun", True, 1)
    assert server.sent == [message]

    await sent.delete()
    assert channel.visible == []
    with pytest.raises(discord.NotFound) as refusal:
        await sent.edit(content="Sun")
    assert refusal.value.code == 10008
    assert server.violations == []


async def test_the_same_nonce_brings_the_same_message(server: DiscordEmulator, channel: Channel, bot: Client) -> None:
    first = await place(bot, channel).send("Rain", nonce="delivery-7")
    again = await place(bot, channel).send("Rain", nonce="delivery-7")
    assert again.id == first.id
    assert len(channel.messages) == 1

    await first.delete()
    with pytest.raises(discord.NotFound) as refusal:
        await place(bot, channel).send("Rain", nonce="delivery-7")
    assert refusal.value.code == 10008

    server.clock.advance(server.nonce_window_seconds + 1)
    assert (await place(bot, channel).send("Rain", nonce="delivery-7")).id != first.id


async def test_an_upload_keeps_its_alt_text_and_can_be_fetched(channel: Channel, bot: Client) -> None:
    sent = await place(bot, channel).send(file=discord.File(io.BytesIO(PICTURE), "rain.png", description="A street"))

    (message,) = channel.visible
    (attachment,) = message.attachments
    assert (attachment.filename, attachment.description, attachment.data) == ("rain.png", "A street", PICTURE)
    assert await sent.attachments[0].read() == PICTURE

    await sent.edit(content="Rain", attachments=sent.attachments)
    assert message.attachments == [attachment]
    await sent.edit(content="No picture", attachments=[])
    assert message.attachments == []


@pytest.mark.parametrize("framed", [False, True])
async def test_what_a_card_or_a_frame_shows_is_not_listed_as_an_attachment(
    server: DiscordEmulator, channel: Channel, bot: Client, *, framed: bool
) -> None:
    picture = "attachment://rain.png"
    gallery = ui.MediaGallery[ui.LayoutView](discord.MediaGalleryItem(picture))
    shown: dict[str, Any] = {"view": ui.LayoutView().add_item(gallery)}
    if not framed:
        shown = {"embed": discord.Embed(title="Rain").set_image(url=picture)}
    sent = await place(bot, channel).send(file=discord.File(io.BytesIO(PICTURE), "rain.png"), **shown)

    (attachment,) = channel.visible[0].attachments
    assert sent.attachments == []
    address = f"{server.cdn}/attachments/{channel.id}/{attachment.id}/rain.png"
    assert address in str(server.requests[-1].answer)
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        assert await answer.read() == PICTURE


async def test_a_frame_never_becomes_anything_else(server: DiscordEmulator, channel: Channel, bot: Client) -> None:
    framed = await place(bot, channel).send(view=ui.LayoutView().add_item(ui.TextDisplay("Rain")))
    plain = await place(bot, channel).send("Rain")
    for message, change in ((framed, {"content": "Sun"}), (plain, {"view": framed_view()})):
        with pytest.raises(discord.HTTPException, match="IS_COMPONENTS_V2"):
            await message.edit(**change)
    await plain.edit(content=None, view=framed_view())
    assert server.violations == []


def framed_view() -> ui.LayoutView:
    return ui.LayoutView().add_item(ui.TextDisplay("Sun"))


async def test_what_stands_in_a_frame_pings_as_content_does(
    server: DiscordEmulator, guild: Guild, channel: Channel, bot: Client
) -> None:
    readers = server.add_role(guild, "Readers", mentionable=True)
    await place(bot, channel).send(view=ui.LayoutView().add_item(ui.TextDisplay(readers.mention)))
    assert channel.visible[0].mentions == (readers.mention,)


async def test_a_picture_without_its_file_is_a_violation(
    server: DiscordEmulator, channel: Channel, bot: Client
) -> None:
    await place(bot, channel).send(embed=discord.Embed(title="Rain").set_image(url="attachment://rain.png"))
    assert "attachment://rain.png has no file" in server.violations[0]


async def test_mentions_ping_unless_told_otherwise(
    server: DiscordEmulator, guild: Guild, channel: Channel, bot: Client
) -> None:
    readers, writers = server.add_role(guild, "Readers"), server.add_role(guild, "Writers")
    text = f"@everyone {readers.mention} {writers.mention}"
    only_readers = discord.AllowedMentions(everyone=False, users=False, roles=[discord.Object(readers.id)])

    sent = await place(bot, channel).send(text, allowed_mentions=only_readers)
    (message,) = channel.visible
    mentions = [message.mentions]
    await sent.edit(content=text)
    mentions.append(message.mentions)
    assert mentions == [(readers.mention,), ("@everyone", readers.mention, writers.mention)]


async def test_a_reply_names_its_message(channel: Channel, bot: Client) -> None:
    first = await place(bot, channel).send("Rain")
    await first.reply("Sun")
    assert channel.visible[1].reply_to is channel.visible[0]


async def test_history_comes_newest_first_and_in_pages(
    server: DiscordEmulator, channel: Channel, bot: Client, dara: Member
) -> None:
    for number in range(120):
        server.say(channel, dara, str(number))
    read = [message.content async for message in place(bot, channel).history(limit=110)]
    assert read == [str(number) for number in range(119, 9, -1)]
