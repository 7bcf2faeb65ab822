"""What posts ask for in their front matter, on both platforms: everything at once, a follow-up, and one kept back."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process

OWN = """newsbell:
  breaking: true
  silent: true
  pin: true
  mention: false
  image: https://pictures.example.org/own.jpg
  text:
    telegram: "Words for **Telegram** with a [link](https://example.org/more)."
    all: "Words for *everybody* & `all` of them."
"""


def asking(code: str, lines: str, *, title: str = "") -> str:
    """A post with these lines in its front matter."""
    return post(code, title=title).replace("layout: post\n", f"layout: post\n{lines}", 1)


async def test_posts_get_what_they_ask_for(world: World) -> None:
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    national = telegram.add_channel("National news")
    telegram.promote(national, telegram.bot, can_post_messages=True, can_edit_messages=True)
    guild = discord.add_guild("Readers")
    news = discord.add_channel(guild, "news")
    discord.permit(news, "pin_messages")
    role = discord.add_role(guild, "flood watch", mentionable=True)
    newsroom.write("old.md", post("OLD"))
    await newsroom.start()
    await newsroom.subscribe([f"telegram:{national.id}", f"discord:{news.id}"])
    with closing(sqlite3.connect(newsroom.database, timeout=10, isolation_level=None)) as connection:
        connection.execute("UPDATE subscriptions SET options = ?", (f'{{"mention": "{role.id}"}}',))

    newsroom.write("a-river.md", asking("RIVER", OWN))
    await newsroom.says("pinned in", times=2)
    newsroom.write("b-road.md", asking("ROAD", "newsbell: {follows: RIVER, image: false}\n"))
    newsroom.write("c-archive.md", asking("ARCHIVE", "newsbell: false\n", title="For the archive"))
    await newsroom.says("not public yet: c-archive.md")
    await newsroom.settles(4)

    river, road = national.visible
    assert river.photo is not None
    assert river.photo.url == "https://pictures.example.org/own.jpg"
    assert river.caption == "Post RIVER\n\nWords for Telegram with a link.\n\n#National"
    assert [entity["type"] for entity in river.entities] == ["bold", "bold", "text_link"]
    assert (river.silent, river.pinned) == (True, True)
    assert road.photo is None
    assert road.content.preview == {"is_disabled": True}
    assert (road.reply_to, road.silent, road.pinned) == (river.id, False, False)

    river_there, road_there = news.visible
    assert river_there.embeds[0]["description"] == "Words for *everybody* & `all` of them."
    assert river_there.embeds[0]["image"]["url"] == "https://pictures.example.org/own.jpg"
    assert (river_there.silent, river_there.pinned, river_there.mentions) == (True, True, ())
    assert "image" not in road_there.embeds[0]
    assert road_there.reply_to is river_there
    assert road_there.mentions == (role.mention,)

    newsroom.write("c-archive.md", asking("ARCHIVE", "", title="For the archive"))
    await newsroom.settles(6)
    assert national.visible[-1].caption is not None
    assert national.visible[-1].caption.startswith("For the archive")
    assert news.visible[-1].embeds[0]["title"] == "For the archive"


async def test_without_the_right_to_pin_the_message_stands_and_the_log_says_what_to_do(world: World) -> None:
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    group = telegram.add_supergroup("Readers")
    news = discord.add_channel(discord.add_guild("Readers"), "news")
    newsroom.write("old.md", post("OLD"))
    await newsroom.start()
    await newsroom.subscribe([f"telegram:{group.id}", f"discord:{news.id}"])

    newsroom.write("a.md", asking("A", "newsbell: {pin: true}\n"))
    newsroom.write("b.md", asking("B", "newsbell: {pin: true}\n"))
    await newsroom.settles(4)
    await newsroom.says("not pinned", times=2)
    assert await newsroom.stop() == 0

    said = [line for line in newsroom.log if "not pinned" in line]
    assert len(said) == 2
    assert any("administrator who may pin" in line for line in said)
    assert any("allow Pin Messages" in line for line in said)
    assert [message.pinned for message in group.visible] == [False, False]
    assert [message.pinned for message in news.visible] == [False, False]
    assert newsroom.standing() == {("telegram", "settled"): 2, ("discord", "settled"): 2}


async def test_a_post_answers_nothing_where_the_earlier_message_was_removed(world: World) -> None:
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    group = telegram.add_supergroup("Readers")
    news = discord.add_channel(discord.add_guild("Readers"), "news")
    newsroom.write("old.md", post("OLD"))
    await newsroom.start()
    await newsroom.subscribe([f"telegram:{group.id}", f"discord:{news.id}"])
    newsroom.write("a.md", asking("A", ""))
    await newsroom.settles(2)
    telegram.erase(group.visible[0])
    discord.delete_message(news.visible[0])

    newsroom.write("b.md", asking("B", "newsbell: {follows: A}\n"))
    await newsroom.settles(4)

    [there] = group.visible
    [here] = news.visible
    assert (there.reply_to, here.reply_to) == (None, None)
