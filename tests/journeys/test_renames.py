"""Renames and branches: the post's messages stay, none comes twice, and a link that goes by the name follows it."""

from __future__ import annotations

import asyncio
import os
import shutil
from dataclasses import dataclass

import pytest

from tests.emulators.discord.nouns import Channel
from tests.emulators.telegram.chats import Chat
from tests.journeys.conftest import World

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]

GRACE = "1"
RIVER = "2026-11-01-river.md"
RISES = (
    "The river rose by half a metre in the night, and boats were pulled ashore in three villages before first light. "
    "The district office asked people along the bank to keep their animals on higher ground until the week's end."
)
OPENS = (
    "The market opened again on Monday after two weeks of repairs, and those who sell fruit and fish were back at "
    "their places by five in the morning. The new roof keeps the rain off, and nobody missed the old one, they said."
)


def article(title: str, text: str) -> str:
    """A post that nothing but its name and its text tells from others."""
    return f"---\ntitle: {title}\ncategory: NATIONAL\n---\n\n{text}\n"


@dataclass(frozen=True, slots=True)
class Readers:
    """The folder under git, and a chat on each platform."""

    world: World
    chat: Chat
    channel: Channel

    async def git(self, *words: str) -> None:
        """Run git in the folder of posts; it knows nothing of this machine's own settings."""
        mute = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"]}
        who = ("-c", "user.name=Editor", "-c", "user.email=editor@example.org", "-c", "commit.gpgsign=false")
        process = await asyncio.create_subprocess_exec(
            "git",
            *who,
            *words,
            cwd=self.world.newsroom.posts,
            env=mute,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()

    async def commit(self) -> None:
        await self.git("add", "--all")
        await self.git("commit", "--message", "posts")

    @property
    def links(self) -> list[str]:
        """Where the messages in the Telegram chat lead, in order."""
        return [message.buttons[0].url or "" for message in self.chat.visible if message.buttons]

    @property
    def embeds(self) -> list[str]:
        """Where those in the Discord channel lead."""
        return [message.embeds[0]["url"] for message in self.channel.visible if message.embeds]

    async def see(self, *slugs: str) -> None:
        """Wait until exactly these posts stand in both places, with the links by these names."""
        links = [f"https://example.org/{slug}" for slug in slugs]
        await self.world.telegram.until(lambda: self.links == links)
        await self.world.discord.until(lambda: self.embeds == links)

    async def no_more(self) -> None:
        """Send one more post: whatever newsbell had to say before it has been said when that stands there."""
        number = len(self.links)
        before, embeds = self.links, self.embeds
        self.world.newsroom.write(f"mark-{number}.md", article(f"Mark {number}", f"This is mark number {number}."))
        await self.see(*(link.rpartition("/")[2] for link in before), f"mark-{number}")
        assert self.embeds[:-1] == embeds


@pytest.fixture
async def readers(world: World) -> Readers:
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    newsroom.settings |= {
        "NEWSBELL_GRACE": GRACE,
        "NEWSBELL_POST_URL": "https://example.org/{slug}",
        "NEWSBELL_WITHDRAWN": "keep",  # what is away on another branch for longer would be deleted, and come back anew
    }
    chat = telegram.add_channel("National news")
    channel = discord.add_channel(discord.add_guild("Readers"), "news")
    readers = Readers(world, chat, channel)
    newsroom.write("2026-10-01-old.md", article("Old", "A post of last month."))
    await readers.git("init", "--quiet", "--initial-branch", "main")
    await readers.commit()
    await readers.git("branch", "before")
    await newsroom.start()
    await newsroom.says("telegram: ready")
    await newsroom.says("discord: ready")
    for place in (f"telegram:{chat.id}", f"discord:{channel.id}"):
        code, output = await newsroom.command("subscriptions", "add", place, "national", "--anyway")
        assert code == 0, output
    return readers


async def test_renames_and_branches_double_nothing_and_edit_only_the_link(readers: Readers) -> None:
    newsroom = readers.world.newsroom
    newsroom.write(RIVER, article("River rises", RISES))
    await readers.see("river")
    await readers.commit()

    await readers.git("mv", RIVER, "2026-11-02-river.md")
    await newsroom.says("moved:", times=1)
    (newsroom.posts / "news").mkdir()
    await readers.git("mv", "2026-11-02-river.md", "news/2026-11-02-flood.md")
    await readers.see("flood")
    await readers.commit()
    await readers.git("checkout", "--quiet", "before")
    await newsroom.says("is gone from the folder", times=1)
    await readers.git("checkout", "--quiet", "main")
    await readers.git("checkout", "--quiet", "main~1")
    await readers.see("river")
    await readers.git("checkout", "--quiet", "main")
    await readers.see("flood")
    await readers.no_more()

    assert not [line for line in newsroom.log if " held" in line]
    [photo] = [message for message in readers.chat.visible if message.buttons][:1]
    assert photo.edits
    assert newsroom.rows("SELECT count(*) AS posts FROM posts") == [{"posts": 3}]


async def test_a_rename_while_newsbell_is_down_and_a_copy_send_nothing(readers: Readers) -> None:
    newsroom = readers.world.newsroom
    newsroom.write(RIVER, article("River rises", RISES))
    newsroom.write("2026-11-01-market.md", article("Market opens", OPENS))
    await readers.world.telegram.until(lambda: len(readers.links) == 2)
    await readers.world.discord.until(lambda: len(readers.embeds) == 2)
    first, second = (link.rpartition("/")[2] for link in readers.links)
    await newsroom.stop()

    (newsroom.posts / RIVER).rename(newsroom.posts / "2026-11-01-swapped.md")
    (newsroom.posts / "2026-11-01-market.md").rename(newsroom.posts / RIVER)
    (newsroom.posts / "2026-11-01-swapped.md").rename(newsroom.posts / "2026-11-01-market.md")
    newsroom.write("2026-11-01-market-2.md", article("River rises", RISES))
    await newsroom.start()
    await newsroom.says("2026-11-01-market-2.md is held")

    await readers.see(second, first)  # each message leads to where its post is shown now
    code, output = await newsroom.command("why", "2026-11-01-market-2.md")
    assert code == 0
    assert "looks like a copy of" in output
    code, output = await newsroom.command("send", "--held")
    assert "1 post released" in output
    await readers.see(second, first, "market-2")
