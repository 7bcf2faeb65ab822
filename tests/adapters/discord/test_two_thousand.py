"""Two thousand odd announcements in every style: what the adapter posts, Discord's strict emulator and spec take."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import cycle, product
from typing import Final

import pytest

from adapters.discord import limits
from adapters.discord.adapter import DiscordAdapter
from bot.composing.cutting import utf16_length
from bot.errors import PictureRefused
from bot.models import Announcement, Destination, Kind, Look, Picture, PictureFile, PictureLimits, Style
from bot.subscribing.tags import tag_key
from tests.adapters.discord.conftest import FakePace
from tests.adapters.discord.reader import read, read_own
from tests.adapters.odd_announcements import odd_announcements
from tests.drawing import drawn
from tests.emulators.discord import Channel, DiscordEmulator, Message
from tests.emulators.discord.components import flatten, texts_of

ANNOUNCEMENTS: Final = 2000
EACH: Final = 8
"""One of so many goes into a forum: thread by thread, with its tags."""

TAGS: Final = 20
SEED: Final = 2026
STYLES: Final = (Style.EMBED, Style.LINK, Style.COMPONENTS)
AT_ONCE: Final = 64
ROLE: Final = "1234567890123456789"

LOOKS: Final = [
    Look(image=image, excerpt=excerpt, hashtags=hashtags, button=button, silent=silent, mention=mention)
    for image, excerpt, hashtags, button, silent, mention in product(
        (True, True, False), (300, 4096, 0, 1), (True, False), (True, False), (False, True), ("", ROLE)
    )
]
DAY: Final = datetime(2026, 11, 30, 7, 30, tzinfo=UTC)


class Album:
    """Has every second picture."""

    def __init__(self) -> None:
        self._content = drawn("JPEG")
        self._asked = 0

    async def fetch(self, picture: Picture, limits: PictureLimits, *, again: bool = False) -> PictureFile:
        self._asked += 1
        if self._asked % 2:
            raise PictureRefused("it answers 404")
        return PictureFile(self._content, Kind.JPEG)

    async def close(self) -> None: ...


@cache
def announcements() -> list[Announcement]:
    """The two thousand; of three of them two have a date."""
    odd = enumerate(odd_announcements(ANNOUNCEMENTS, SEED))
    return [replace(one, published_at=DAY + timedelta(hours=number) if number % 3 else None) for number, one in odd]


@pytest.fixture
async def platform() -> AsyncIterator[DiscordEmulator]:
    async with DiscordEmulator(limits=False) as emulator:
        yield emulator
        assert emulator.violations == []


@pytest.fixture
async def adapter(platform: DiscordEmulator) -> AsyncIterator[DiscordAdapter]:
    adapter = DiscordAdapter(platform.token, api_url=platform.api_url, pace=FakePace(), pictures=Album())
    await adapter.open()
    yield adapter
    await adapter.close()


@pytest.mark.parametrize("style", STYLES)
async def test_whatever_comes_discord_takes_it(
    adapter: DiscordAdapter, platform: DiscordEmulator, style: Style
) -> None:
    guild = platform.add_guild("Readers")
    channel = platform.add_channel(guild, "news")
    forum = platform.add_channel(guild, "posts", "forum", tags=_tags(), require_tag=True)
    await _show(adapter, forum, Announcement("The first one finds out what the channel is"), Look(style=style), 0)
    waiting = enumerate(zip(announcements(), cycle(LOOKS)), 1)

    async def send() -> None:
        for number, (said, look) in waiting:
            await _show(adapter, channel if number % EACH else forum, said, replace(look, style=style), number)

    await asyncio.gather(*(send() for _ in range(AT_ONCE)))

    assert Counter(request.status == 400 for request in platform.requests)[True] == 1, "a forum takes no messages"
    posts = [message for thread in forum.threads for message in thread.visible]
    assert len(posts) == 1 + ANNOUNCEMENTS // EACH
    assert Counter(map(_kind, [*channel.visible, *posts])) == {style: 1 + ANNOUNCEMENTS}
    assert any(message.attachments for message in channel.visible) is (style is not Style.LINK)
    for message in (*channel.visible, *posts):
        _check(message)
    for thread in forum.threads:
        assert 1 <= utf16_length(thread.name) <= limits.THREAD_NAME
        assert thread.name.encode().strip()
        assert 1 <= len(thread.applied_tags) <= limits.APPLIED_TAGS
    assert max(len(thread.applied_tags) for thread in forum.threads) == limits.APPLIED_TAGS


def _tags() -> list[str]:
    """Names of tags that categories of the announcements have."""
    names = Counter(key for one in announcements() for tag in one.hashtags if (key := tag_key(tag)))
    return [name for name, _ in names.most_common(TAGS)]


async def _show(adapter: DiscordAdapter, channel: Channel, said: Announcement, look: Look, number: int) -> None:
    """As deliveries do: a picture that can't be had gives way to the next one."""
    place = Destination("discord", str(channel.id), bot=adapter.bot)
    for rung in range(2 * len(said.pictures) + 1):
        with suppress(PictureRefused):
            await adapter.send(said, place, look, nonce=f"{number}", rung=rung)
            return


def _kind(message: Message) -> Style:
    if message.embeds:
        return Style.EMBED
    return Style.LINK if message.content else Style.COMPONENTS


def _check(message: Message) -> None:
    """Inside every limit, with nothing that pings or is not what it was meant to be."""
    assert message.mentions == ()
    role = f"<@&{ROLE}>"
    for text in (message.content, *texts_of(message.components)):
        read_own(text.replace(role, "", 1))  # raises for a mention, a heading, broken markup …
    assert utf16_length(message.content) <= limits.CONTENT
    assert len(list(flatten(message.components))) <= limits.COMPONENTS
    assert sum(map(utf16_length, texts_of(message.components))) <= limits.COMPONENTS_TEXT
    for embed in message.embeds:
        title, words, foot = embed.get("title", ""), embed.get("description", ""), embed.get("footer", {})
        read(title)
        read(words)
        assert utf16_length(title) <= limits.EMBED_TITLE
        assert utf16_length(words) <= limits.EMBED_DESCRIPTION
        assert utf16_length(title + words + foot.get("text", "")) <= limits.EMBED_TOTAL
    for attachment in message.attachments:
        assert utf16_length(attachment.description or "") <= limits.ALT_TEXT
