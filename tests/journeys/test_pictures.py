"""A picture on its way from its host to the chats: as a process, with Pillow beside it."""

from __future__ import annotations

import pytest

from tests.adapters.pictures.picture_host import PictureHost
from tests.drawing import drawn, opened
from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process

POST = """---
title: A picture that is gone
category: NATIONAL
date: 2026-11-02
image: {picture}
origin_url: https://example.org/gone
---

The river rose by half a metre in the night.
"""


async def test_a_picture_of_no_kind_for_telegram_is_fetched_converted_and_uploaded_once(world: World) -> None:
    newsroom, telegram = world.newsroom, world.telegram
    chats = [telegram.add_channel(f"News {number}") for number in range(3)]
    async with PictureHost() as host:
        newsroom.settings |= {"NEWSBELL_FETCH_ALLOW": f"{host.address[0]}:{host.address[1]}"}
        host.pictures["/art1"] = drawn("AVIF", (3000, 1000))
        newsroom.write("old.md", post("OLD1", date="2026-11-01"))
        await newsroom.start()
        await newsroom.says("telegram: ready")
        await newsroom.subscribe([f"telegram:{chat.id}" for chat in chats])
        newsroom.write("new.md", post("ART1").replace("https://pictures.example.org/art1.jpg", host.url("/art1")))
        await newsroom.settles(3)
        telegram.type(chats[0], None, "/preview")
        await telegram.until(lambda: chats[0].from_bot[1:] and chats[0].from_bot[-1].photo)

    assert host.asked == ["/art1"]
    assert sum(bool(request.files) for request in telegram.requests) == 1
    photo = chats[2].visible[0].photo
    assert photo is not None
    assert photo is chats[0].visible[0].photo
    assert photo is chats[0].from_bot[-1].photo, "a preview shows what Telegram has already"
    assert opened(photo.data or b"").size == (2560, 853)


async def test_each_chat_tells_why_it_lacks_the_picture_also_the_one_that_has_tried_nothing(world: World) -> None:
    newsroom, telegram = world.newsroom, world.telegram
    chats = [telegram.add_channel(f"News {number}") for number in range(3)]
    async with PictureHost() as host:
        newsroom.settings |= {"NEWSBELL_FETCH_ALLOW": f"{host.address[0]}:{host.address[1]}"}
        gone = host.url("/gone")
        telegram.unloadable(gone)
        newsroom.write("old.md", post("OLD1"))
        await newsroom.start()
        await newsroom.subscribe([f"telegram:{chat.id}" for chat in chats])
        newsroom.write("gone.md", POST.format(picture=gone))
        await newsroom.settles(3)
        _, said = await newsroom.command("why", "gone.md")

    reason = f"its picture was not uploaded here: {gone}: the picture can't be loaded: it answers 404"
    assert said.count(reason) == 3, said
    assert said.count("its picture was not shown here by its address") == 1
    assert all(chat.visible[0].photo is None for chat in chats)


async def test_on_discord_each_channel_is_sent_the_picture_that_was_fetched_once_and_edits_leave_it(
    world: World,
) -> None:
    """Telegram's chat beside them has it out of the same download, if both platforms want it at the same time."""
    newsroom, discord = world.newsroom, world.discord
    guild, chat = discord.add_guild("Readers"), world.telegram.add_channel("News")
    looks = {style: discord.add_channel(guild, style) for style in ("embed", "components", "link")}
    async with PictureHost() as host:
        newsroom.settings |= {"NEWSBELL_FETCH_ALLOW": f"{host.address[0]}:{host.address[1]}"}
        host.pictures["/art1"] = drawn("AVIF", (3000, 1000))
        newsroom.write("old.md", post("OLD1", date="2026-11-01"))
        await newsroom.start()
        for style, channel in looks.items():
            code, said = await newsroom.command(
                *("subscriptions", "add", f"discord:{channel.id}", "national", "--set", f"style={style}")
            )
            assert code == 0, said
        await newsroom.subscribe([f"telegram:{chat.id}"])
        text = post("ART1").replace("https://pictures.example.org/art1.jpg", host.url("/art1"))
        newsroom.write("new.md", text)
        await newsroom.settles(4)
        card, frame, link = (channel.visible[0] for channel in looks.values())
        sent = [card.attachments, frame.attachments]
        newsroom.write("new.md", text.replace("Post ART1", "Mended"))
        await newsroom.says("edited Mended in", times=4)

    assert host.asked in (["/art1"], ["/art1"] * 2), "once for all channels of a platform"
    assert [opened(file.data).size for [file] in sent] == [(2560, 853)] * 2
    assert [card.attachments, frame.attachments] == sent
    assert "Mended" in card.embeds[0]["title"]
    assert "Mended" in str(frame.components)
    assert (link.attachments, link.content.splitlines()[0]) == ([], "**Mended**")
    assert chat.visible[0].photo


async def test_a_site_with_discord_alone_uploads_the_first_picture_that_there_is(world: World) -> None:
    """Of a picture that is gone Discord would not say so: its card would come without any."""
    newsroom, discord = world.newsroom, world.discord
    del newsroom.settings["TELEGRAM_BOT_TOKEN"]
    channel = discord.add_channel(discord.add_guild("Readers"), "news")
    async with PictureHost() as host:
        newsroom.settings |= {"NEWSBELL_FETCH_ALLOW": f"{host.address[0]}:{host.address[1]}"}
        newsroom.write("old.md", post("OLD1", date="2026-11-01"))
        await newsroom.start()
        await newsroom.subscribe([f"discord:{channel.id}"])
        (newsroom.posts / "rain.png").write_bytes(drawn("PNG", (300, 100)))
        text = post("ART1").replace("https://pictures.example.org/art1.jpg", host.url("/gone"))
        newsroom.write("new.md", text.replace("https://pictures.example.org/art1-body.jpg", "rain.png"))
        await newsroom.settles(1)

    [file] = channel.visible[0].attachments
    assert opened(file.data).size == (300, 100)
