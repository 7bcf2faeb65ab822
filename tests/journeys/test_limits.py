"""At the platforms' ceilings, and not one call that left too soon."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.emulators.discord.nouns import Channel
from tests.emulators.telegram.chats import Chat
from tests.emulators.telegram.people import User
from tests.journeys.conftest import World
from tests.journeys.newsroom import post
from tests.journeys.trace import calls_too_close

pytestmark = pytest.mark.process

CHATS = 100
POSTS = 30
TITLES = [f"Post GAME{number:02}" for number in range(POSTS)]
CHANNELS = 60
LOGIN_CALLS = 2
"""The first two of a start, which nobody counts: no post leaves before it is known which bot this is."""

REPLY_SECONDS = 20
"""A reply goes before the posts that wait; at this load it comes within a second, and this machine may be slow."""


@dataclass(frozen=True, slots=True)
class Busy:
    """A group and a channel that get all the posts, with somebody in the group who types commands meanwhile."""

    world: World
    group: Chat
    admin: User
    channel: Channel

    async def ask(self) -> None:
        """Type /subscriptions, and wait for the answer."""
        before = len(self.answers())
        self.world.telegram.type(self.group, self.admin, "/subscriptions")
        await self.world.telegram.until(lambda: len(self.answers()) > before, within=REPLY_SECONDS)

    def answers(self) -> list[str]:
        """What newsbell said in the group beside its posts."""
        return [message.text or "" for message in self.group.visible if message.from_bot and not message.photo]

    def posts(self) -> list[str]:
        """The titles in the group, in order."""
        return [(message.caption or "").split("\n")[0] for message in self.group.visible if message.photo]

    def embeds(self) -> list[str]:
        """The titles in the channel, in order."""
        return [message.embeds[0]["title"] for message in self.channel.visible if message.embeds]

    def edit(self, number: int) -> None:
        """Change the title of a post that stands there already."""
        title = f"{TITLES[number]}, edited"
        self.world.newsroom.write(f"game-{number:02}.md", post(f"GAME{number:02}", category="SPORT", title=title))


async def test_a_crowd_and_a_busy_group_with_commands_edits_and_a_kill_earn_no_429(world: World) -> None:
    """Takes a good minute: a group may get 20 messages in one, and the emulator counts strictly."""
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    newsroom.write("old.md", post("OLD1"))
    newsroom.write("older.md", post("OLD2", category="SPORT"))
    await newsroom.start()
    await newsroom.says("telegram: ready")
    await newsroom.says("discord: ready")
    readers = [telegram.add_private(telegram.add_user(f"Reader {number}")) for number in range(CHATS)]
    group, admin = telegram.add_supergroup("Busy"), telegram.add_user("Dara")
    telegram.promote(group, admin)
    busy = Busy(world, group, admin, discord.add_channel(discord.add_guild("Readers"), "busy"))
    await newsroom.subscribe([f"telegram:{reader.id}" for reader in readers])
    for chat in (f"telegram:{group.id}", f"discord:{busy.channel.id}"):
        code, output = await newsroom.command("subscriptions", "add", chat, "sport", "--anyway")
        assert code == 0, output

    newsroom.write("river.md", post("ART1"))
    for number, title in enumerate(TITLES):
        newsroom.write(f"game-{number:02}.md", post(f"GAME{number:02}", category="SPORT", title=title))
    await telegram.until(lambda: len(busy.posts()) == 3)
    await busy.ask()
    busy.edit(0)
    await telegram.until(lambda: len(busy.posts()) == 6)
    await busy.ask()
    await busy.ask()
    await newsroom.kill()
    cut_off = newsroom.standing()
    busy.edit(1)
    await newsroom.start()
    await newsroom.says("telegram: ready")
    await busy.ask()
    await telegram.until(lambda: len(busy.posts()) >= 12)
    busy.edit(2)
    await telegram.until(lambda: all(reader.visible for reader in readers))
    await newsroom.settles(CHATS + 2 * POSTS, within=100)

    assert telegram.limits.hasty == []
    assert calls_too_close(newsroom) == []
    assert not discord.hasty
    in_the_end = [f"{title}, edited" if number < 3 else title for number, title in enumerate(TITLES)]
    assert busy.embeds() == in_the_end
    assert list(dict.fromkeys(busy.posts())) == in_the_end
    doubled = len(busy.posts()) - POSTS + sum(len(reader.visible) - 1 for reader in readers)
    assert doubled <= cut_off["telegram", "claimed"]
    assert len(busy.answers()) == 4
    assert all("sport" in answer.lower() for answer in busy.answers())


async def test_a_kill_amid_many_channels_and_the_logging_in_after_it_earn_no_429(world: World) -> None:
    """At 44 posts a second, seven calls that nobody counts are too many."""
    newsroom, discord = world.newsroom, world.discord
    server = discord.add_guild("Readers")
    channels = [discord.add_channel(server, f"news-{number}") for number in range(CHANNELS)]
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start(until="discord: ready")
    await newsroom.subscribe([f"discord:{channel.id}" for channel in channels])
    await discord.until(lambda: discord.gateway.connected)
    newsroom.write("river.md", post("ART1"))
    await discord.until(lambda: len(discord.sent) >= CHANNELS // 4)
    await newsroom.kill()
    await newsroom.start()
    await newsroom.settles(CHANNELS)
    await discord.until(lambda: discord.gateway.connected)

    assert not discord.hasty
    assert calls_too_close(newsroom) == []
    assert [len(channel.visible) for channel in channels] == [1] * CHANNELS
    others = [request for request in discord.requests if not request.path.endswith("/messages")]
    counted = newsroom.rows("SELECT 1 FROM attempts WHERE platform = 'discord' AND action = 'reply'")
    assert len(others) - len(counted) <= 2 * LOGIN_CALLS, others
