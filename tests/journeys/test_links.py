"""The folder of posts behind a link, as deploys leave it: `current` leads to another release after each."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.emulators.discord.nouns import Channel
from tests.emulators.telegram.chats import Chat
from tests.journeys.conftest import World
from tests.journeys.newsroom import Newsroom, post

pytestmark = pytest.mark.process

CONFIGURATION = "url: https://paper.example\n"
"""Of a Jekyll site."""


def write_plain(release: Path, name: str, title: str) -> None:
    """Save a post that says no address of its own: only the site's generator knows it."""
    text = f"---\ntitle: {title}\ncategory: NATIONAL\n---\n\nIt rained.\n"
    (release / f"_posts/2026-11-02-{name}.md").write_text(text)


def take_lock(database: Path) -> int:
    """Be the `newsbell once` that gets at the lock as soon as it is free; whoever closes the file gives it back."""
    file = os.open(database.with_name(f"{database.name}.lock"), os.O_RDWR)
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


class Site:
    """A site in releases, and a chat on each platform that wants its posts."""

    def __init__(self, world: World) -> None:
        newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
        newsroom.settings |= {"NEWSBELL_POSTS": str(newsroom.home / "current/_posts"), "NEWSBELL_GRACE": "0.5"}
        self.newsroom: Newsroom = newsroom
        self.channel: Chat = telegram.add_channel("National news")
        self.room: Channel = discord.add_channel(discord.add_guild("Readers"), "news")

    def deploy(self, number: int, titles: Mapping[str, str]) -> Path:
        """Build a release whose posts have these titles by code, and let the link lead there, all in one step."""
        release = self.newsroom.home / f"releases/{number}"
        (release / "_posts").mkdir(parents=True)
        for code, title in titles.items():
            (release / f"_posts/{code.lower()}.md").write_text(post(code, title=title))
        self.lead_to(release)
        return release

    def lead_to(self, place: Path) -> None:
        """Swap the link, whether or not anything is there."""
        (self.newsroom.home / "next").symlink_to(place)
        (self.newsroom.home / "next").rename(self.newsroom.home / "current")

    async def subscribe(self) -> None:
        """Both chats want all posts; whoever has met them runs, or has run."""
        await self.newsroom.subscribe([f"telegram:{self.channel.id}", f"discord:{self.room.id}"])

    async def start(self) -> None:
        """Let newsbell run, and both chats want all posts."""
        await self.newsroom.start()
        await self.newsroom.says("telegram: ready")
        await self.newsroom.says("discord: ready")
        await self.subscribe()

    async def begin(self) -> None:
        """Let newsbell run from the first release on, and send what the second brings."""
        self.deploy(1, {"OLD": "Before"})
        await self.start()
        self.deploy(2, {"OLD": "Before", "A1": "Rain", "A2": "Wind"})
        await self.newsroom.settles(4)

    def link_of(self, title: str) -> str:
        """Where the first button leads under the post that stands on Telegram; empty: it has none."""
        [message] = [message for message in self.channel.visible if title in (message.content.words or "")]
        return message.content.keyboard[0][0]["url"] if message.content.keyboard else ""

    @property
    def titles(self) -> tuple[list[str], list[str]]:
        """The titles that stand, on Telegram and on Discord."""
        telegram = [(message.content.words or "").split("\n")[0] for message in self.channel.visible]
        return sorted(telegram), sorted(each.embeds[0]["title"] for each in self.room.visible if each.embeds)


async def test_a_link_that_was_swapped_while_newsbell_was_down_leads_to_the_same_folder(world: World) -> None:
    site, newsroom = Site(world), world.newsroom
    await site.begin()
    assert "first scan" not in (await newsroom.command("status"))[1]
    await newsroom.kill()

    site.deploy(3, {"OLD": "Before", "A1": "Heavy rain", "C1": "Flood"})
    await newsroom.start()
    await newsroom.settles(6)
    await newsroom.says("a2.md is gone")

    await newsroom.settles(6)
    assert site.titles == (["Flood", "Heavy rain"], ["Flood", "Heavy rain"])
    assert "was published" in (await newsroom.command("why", "c1.md"))[1]
    assert [line for line in newsroom.log if "first scan" in line or "another folder" in line] == []


async def test_each_deploy_is_news_for_once_also_with_a_database_from_before(world: World) -> None:
    site, newsroom = Site(world), world.newsroom
    site.deploy(1, {"OLD": "Before"})
    assert (await newsroom.command("once"))[0] == 0
    await site.subscribe()
    newsroom.change(f"UPDATE roots SET path = '{newsroom.home.resolve()}/releases/1/_posts'")  # as earlier versions did
    assert "first scan" not in (await newsroom.command("once"))[1]
    site.deploy(2, {"OLD": "Before", "A1": "Rain", "A2": "Wind"})
    code, output = await newsroom.command("once")
    assert code == 0, output
    assert site.titles == (["Rain", "Wind"], ["Rain", "Wind"])

    site.deploy(3, {"OLD": "Before", "A1": "Heavy rain", "C1": "Flood"})
    code, output = await newsroom.command("once")

    assert code == 0, output
    assert site.titles == (["Flood", "Heavy rain"], ["Flood", "Heavy rain"])


async def test_a_link_that_leads_nowhere_or_to_an_empty_folder_costs_no_message(world: World) -> None:
    site, newsroom = Site(world), world.newsroom
    await site.begin()
    before = site.titles
    await newsroom.kill()
    release, empty = newsroom.home / "releases/2", newsroom.home / "releases/3"
    (empty / "_posts").mkdir(parents=True)

    site.lead_to(newsroom.home / "releases/9")
    code, output = await newsroom.command("once")
    assert code != 0
    assert "does not exist" in output
    site.lead_to(empty)
    code, output = await newsroom.command("once")
    assert code != 0
    assert "holds no post at all, but 3 were there" in output
    site.lead_to(newsroom.home / "releases/9")
    await newsroom.start(until="is missing; create it")
    site.lead_to(empty)
    await newsroom.says("holds no post at all, but 3 were there")
    site.lead_to(release)
    await newsroom.says("is back, with 3 files")
    shutil.copy(release / "_posts/a1.md", release / "_posts/zz.md")
    await newsroom.says("zz.md")  # the last of them was read

    assert site.titles == before


async def test_a_site_that_comes_after_newsbell_is_read_as_what_it_is(world: World) -> None:
    site, newsroom = Site(world), world.newsroom
    await site.begin()
    await newsroom.stop()
    release = newsroom.home / "releases/3"
    shutil.copytree(newsroom.home / "releases/2", release)
    (release / "_config.yml").write_text(CONFIGURATION)
    write_plain(release, "flood", "Flood")

    site.lead_to(newsroom.home / "releases/9")  # as before a disk is mounted
    await newsroom.start(until="is missing; create it")
    once = asyncio.create_task(asyncio.to_thread(take_lock, newsroom.database))
    site.lead_to(release)
    lock = await once
    await newsroom.says("already sends from")
    os.close(lock)
    await newsroom.settles(6)

    assert site.titles == (["Flood", "Rain", "Wind"], ["Flood", "Rain", "Wind"])
    assert site.link_of("Flood") == "https://paper.example/national/2026/11/02/flood.html"
    assert len([line for line in newsroom.log if "newsbell begins anew" in line]) == 1
    assert await newsroom.stop() == 0


async def test_a_site_whose_posts_come_before_its_configuration_is_waited_for(world: World) -> None:
    """As git and rsync write them, in the order of their names: `content/` before `hugo.toml`."""
    site, newsroom = Site(world), world.newsroom
    await site.begin()
    await newsroom.stop()
    release = newsroom.home / "releases/3"
    shutil.copytree(newsroom.home / "releases/2", release)
    write_plain(release, "sun", "Sun")

    site.lead_to(newsroom.home / "releases/9")
    await newsroom.start(until="is missing; create it")
    site.lead_to(release)
    await newsroom.settles(6)
    (release / "_config.yml").write_text(CONFIGURATION)
    write_plain(release, "flood", "Flood")
    await newsroom.settles(8)

    assert site.link_of("Flood") == "https://paper.example/national/2026/11/02/flood.html"
    assert site.titles[0] == ["Flood", "Rain", "Sun", "Wind"]
    assert len([line for line in newsroom.log if "newsbell begins anew" in line]) == 1
    assert await newsroom.stop() == 0


async def test_a_known_site_is_kept_where_its_posts_come_back_before_its_configuration(world: World) -> None:
    site, newsroom = Site(world), world.newsroom
    release = site.deploy(1, {})
    (release / "_config.yml").write_text(CONFIGURATION)
    write_plain(release, "old", "Before")
    await site.start()

    shutil.rmtree(release)
    await newsroom.says("is missing; create it")
    (release / "_posts").mkdir(parents=True)
    write_plain(release, "old", "Before")
    await newsroom.says("is back, with 1 files")
    write_plain(release, "flood", "Flood")
    await newsroom.settles(2)
    (release / "_config.yml").write_text(CONFIGURATION)
    write_plain(release, "mud", "Mud")
    await newsroom.settles(4)

    assert site.link_of("Flood") == "https://paper.example/national/2026/11/02/flood.html"
    assert site.link_of("Mud") == "https://paper.example/national/2026/11/02/mud.html"
    assert [line for line in newsroom.log if "newsbell begins anew" in line] == []


async def test_another_folder_is_told_of_before_all_in_it_counts_as_known(world: World) -> None:
    newsroom, telegram = world.newsroom, world.telegram
    operator = telegram.add_user("Dara")
    chat = telegram.add_private(operator)
    newsroom.settings["NEWSBELL_ADMINS"] = f"telegram:{operator.id}"
    newsroom.write("old.md", post("OLD1"))
    code, output = await newsroom.command("once")
    assert (code, "another folder" in output) == (0, False)
    assert chat.from_bot == []
    moved = newsroom.home / "moved"
    moved.mkdir()
    (moved / "new.md").write_text(post("NEW1"))
    newsroom.settings["NEWSBELL_POSTS"] = str(moved)
    status = (await newsroom.command("status"))[1]
    assert f"! so far the posts were read from {newsroom.posts}" in status

    code, output = await newsroom.command("once")

    assert code == 0
    told = f"Posts are read from another folder now: {moved} instead of {newsroom.posts}."
    assert f"WARNING  {told}" in output, output
    [word] = chat.from_bot
    assert told in (word.text or "")
    assert "so far" not in (await newsroom.command("status"))[1]
