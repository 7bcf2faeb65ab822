"""Whatever happens to many files at once, with messages standing on both platforms: none is touched without a word."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

import pytest

from tests.emulators.discord.nouns import Channel
from tests.emulators.telegram.chats import Chat
from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process

SENT = 4
FILES = 800


@dataclass(frozen=True, slots=True)
class Shown:
    """Messages that stand in a chat on each platform."""

    world: World
    channel: Chat
    room: Channel

    @property
    def titles(self) -> tuple[list[str], list[str]]:
        """The titles that stand, on Telegram and on Discord."""
        telegram = [(message.content.words or "").split("\n")[0] for message in self.channel.visible]
        return telegram, [message.embeds[0]["title"] for message in self.room.visible if message.embeds]

    @property
    def touches(self) -> Counter[str]:
        """How often a message was edited or deleted."""
        calls = [call.method for call in self.world.telegram.requests if call.method.startswith(("edit", "delete"))]
        requests = [request for request in self.world.discord.requests if "/messages/" in request.path]
        return Counter(calls + [each.method for each in requests if each.method in {"PATCH", "DELETE"}])


def write(world: World, number: int, title: str = "") -> None:
    world.newsroom.write(f"{number:03}.md", post(f"NEWS{number:03}", title=title))


@pytest.fixture
async def shown(world: World) -> Shown:
    """800 posts, four of which were sent: fewer than the guard lets go at once."""
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    newsroom.settings |= {"NEWSBELL_GRACE": "0.5"}
    for number in range(SENT, FILES):
        write(world, number)
    shown = Shown(
        world, telegram.add_channel("National news"), discord.add_channel(discord.add_guild("Readers"), "news")
    )
    await newsroom.start()
    await newsroom.says("telegram: ready")
    await newsroom.says("discord: ready")
    await newsroom.subscribe([f"telegram:{shown.channel.id}", f"discord:{shown.room.id}"])
    for number in range(SENT):
        write(world, number)
    await newsroom.settles(2 * SENT)
    await newsroom.stop()
    newsroom.settings |= {"NEWSBELL_FLOOD": "20"}
    await newsroom.start()
    return shown


async def test_a_swapped_root_a_checkout_and_an_edit_of_everything_touch_no_message(shown: Shown) -> None:
    world, newsroom, before = shown.world, shown.world.newsroom, shown.titles
    assert [len(each) for each in before] == [SENT, SENT]

    # The root is swapped for an empty one.
    aside = newsroom.home / "aside"
    await asyncio.to_thread(newsroom.posts.rename, aside)
    newsroom.posts.mkdir()
    await newsroom.says(f"holds no post at all, but {FILES} were there")
    newsroom.posts.rmdir()
    await asyncio.to_thread(aside.rename, newsroom.posts)
    await newsroom.says(f"is back, with {FILES} files")

    # A checkout takes half of the posts away, those among them that have messages, and brings them back.
    half = {number: (newsroom.posts / f"{number:03}.md").read_text() for number in range(FILES // 2)}
    for number in half:
        (newsroom.posts / f"{number:03}.md").unlink()
    await newsroom.says("newsbell release --leaving")
    status = (await newsroom.command("status"))[1]
    assert f"{SENT} posts are public no more" in status, status + "\n".join(newsroom.log[-30:])
    for number, text in half.items():
        newsroom.write(f"{number:03}.md", text)
    newsroom.write("zz.md", post("LAST").replace("---\n", "---\ndraft: true\n", 1))
    await newsroom.says("not public yet: zz.md")  # the last of them was read
    assert "public no more" not in (await newsroom.command("status"))[1]

    # Somebody edits all of them at once.
    for number in range(FILES):
        write(world, number, f"Corrected {number:03}")
    await newsroom.says("newsbell release --edits")
    assert shown.titles == before
    assert shown.touches == Counter()

    # It takes a word.
    assert "8 messages follow their posts now" in (await newsroom.command("release", "--edits"))[1]
    await newsroom.settles(2 * SENT)
    corrected = [f"Corrected {number:03}" for number in range(SENT)]
    assert shown.titles == (corrected, corrected)
    assert shown.touches.total() == 2 * SENT


async def test_a_mount_that_is_not_there_after_a_reboot_costs_no_message(shown: Shown) -> None:
    newsroom, before = shown.world.newsroom, shown.titles
    await newsroom.stop()
    aside = newsroom.home / "mounted"
    await asyncio.to_thread(newsroom.posts.rename, aside)
    newsroom.posts.mkdir()
    newsroom.write("stray.md", post("STRAY"))
    newsroom.change("UPDATE roots SET folder = '1:1'")  # no other device is at hand

    await newsroom.start()
    await newsroom.says(f"on another device than before, and {FILES} of {FILES} files are missing")
    assert (await newsroom.command("doctor"))[1].count("on another device") == 1
    await asyncio.to_thread(newsroom.posts.rename, newsroom.home / "bare")
    await asyncio.to_thread(aside.rename, newsroom.posts)
    await newsroom.says(f"is back, with {FILES} files")
    newsroom.write("zz.md", post("LAST").replace("---\n", "---\ndraft: true\n", 1))
    await newsroom.says("not public yet: zz.md")  # the last of them was read

    assert shown.titles == before
    assert shown.touches == Counter()


async def test_one_new_post_in_an_emptied_folder_takes_no_message_along(shown: Shown) -> None:
    newsroom, before = shown.world.newsroom, shown.titles
    await asyncio.to_thread(newsroom.posts.rename, newsroom.home / "aside")
    newsroom.posts.mkdir()
    newsroom.write("new.md", post("NEW", title="A new beginning"))

    told = await newsroom.says("newsbell release --leaving")
    assert (
        f"went away or were unpublished at once: {FILES}. Those with messages that stay until your word: {SENT},"
        in told
    )
    await newsroom.settles(2 * SENT + 2)
    assert shown.titles == ([*before[0], "A new beginning"], [*before[1], "A new beginning"])
    assert shown.touches == Counter()
