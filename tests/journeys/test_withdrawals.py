"""A post that is public no more leaves the chats, or its message says so; a mass of them waits for a word."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.emulators.discord.nouns import Channel
from tests.emulators.telegram.chats import Chat
from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process

TWO_DAYS = 2 * 86_400 + 60


@dataclass(frozen=True, slots=True)
class Readers:
    """A chat on each platform, subscribed."""

    world: World
    chat: Chat
    channel: Channel

    @property
    def captions(self) -> list[str]:
        """The first line of each message in the Telegram chat."""
        return [(message.content.words or "").split("\n")[0] for message in self.chat.visible]

    @property
    def titles(self) -> list[str]:
        """The title of each message in the Discord channel."""
        return [message.embeds[0]["title"] for message in self.channel.visible if message.embeds]

    async def see(self, *titles: str, discord: tuple[str, ...] | None = None) -> None:
        """Wait until exactly these posts stand in both places."""
        there = list(titles if discord is None else discord)
        await self.world.telegram.until(lambda: self.captions == list(titles))
        await self.world.discord.until(lambda: self.titles == there)


@pytest.fixture
async def readers(world: World) -> Readers:
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    newsroom.settings |= {"NEWSBELL_GRACE": "0.5", "NEWSBELL_FLOOD": "2"}
    readers = Readers(
        world, telegram.add_channel("National news"), discord.add_channel(discord.add_guild("Readers"), "news")
    )
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    await newsroom.says("telegram: ready")
    await newsroom.says("discord: ready")
    await newsroom.subscribe([f"telegram:{readers.chat.id}", f"discord:{readers.channel.id}"])
    return readers


async def test_a_post_that_is_removed_while_it_is_not_known_whether_it_arrived_leaves(readers: Readers) -> None:
    discord = readers.world.discord
    discord.fault("accept_then_close", channel=readers.channel)
    path = readers.world.newsroom.write("river.md", post("ART1"))
    await discord.until(lambda: len(readers.titles) == 1)
    path.unlink()
    await readers.see()


async def test_a_removed_post_leaves_and_comes_back_once(readers: Readers) -> None:
    newsroom = readers.world.newsroom
    newsroom.write("new.md", post("NEW1"))
    await readers.see("Post NEW1")

    (newsroom.posts / "new.md").unlink()
    await readers.see()
    newsroom.write("new.md", post("NEW1"))
    await readers.see("Post NEW1")
    newsroom.write("new.md", post("NEW1").replace("---\n", "---\ndraft: true\n", 1))
    await readers.see()


async def test_a_message_too_old_to_be_deleted_says_that_its_post_was_withdrawn(readers: Readers) -> None:
    newsroom = readers.world.newsroom
    newsroom.write("new.md", post("NEW1"))
    await readers.see("Post NEW1")
    for message in readers.chat.visible:
        message.date -= TWO_DAYS

    (newsroom.posts / "new.md").unlink()
    await readers.see("Withdrawn: Post NEW1", discord=())
    [message] = readers.chat.visible
    assert not message.buttons


async def test_many_posts_that_go_at_once_stay_until_a_word_is_given(readers: Readers) -> None:
    newsroom = readers.world.newsroom
    newsroom.settings["NEWSBELL_FLOOD"] = "2"
    await newsroom.stop()
    for number in (1, 2, 3):
        newsroom.write(f"{number}.md", post(f"NEW{number}"))
    await newsroom.start()
    await newsroom.says("watching")
    code, output = await newsroom.command("send", "--held")
    assert code == 0, output
    await readers.see("Post NEW1", "Post NEW2", "Post NEW3")
    await newsroom.stop()

    for number in (1, 2, 3):
        (newsroom.posts / f"{number}.md").unlink()
    await newsroom.start()
    await newsroom.says("newsbell release --leaving")
    newsroom.write("4.md", post("NEW4"))
    await readers.see("Post NEW1", "Post NEW2", "Post NEW3", "Post NEW4")
    code, output = await newsroom.command("release", "--leaving")
    assert code == 0
    assert "3 posts released" in output
    await readers.see("Post NEW4")
