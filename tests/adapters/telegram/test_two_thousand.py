"""Two thousand odd announcements, many of them at the limits: what the real library sends, strict parsers take."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from itertools import cycle
from random import Random
from typing import Final

import pytest

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.render import PhotoMessage, RichMessage, TextMessage, render
from adapters.telegram.words import hashtags_of
from bot.composing.cutting import utf16_length
from bot.errors import PictureRefused
from bot.models import Announcement, Look, Style
from tests.adapters.telegram.conftest import FakePace, place
from tests.adapters.telegram.full_announcements import full_announcements
from tests.emulators.telegram import Chat, TelegramEmulator
from tests.emulators.telegram.articles import BLOCKS_LIMIT, read_article
from tests.emulators.telegram.call import CAPTION_LIMIT, TEXT_LIMIT
from tests.emulators.telegram.entities import ENTITIES_LIMIT, parse_html
from tests.emulators.telegram.media import Media

ANNOUNCEMENTS: Final = 2000
SEED: Final = 2026
STYLES: Final = (Style.PHOTO, Style.PREVIEW, Style.TEXT, Style.RICH)
AT_ONCE: Final = 64

LINKS_LIMIT: Final = 9500
"""Bytes of all links: Telegram takes about 10 kB of entities (telegram.md 2.2)."""

OFTEN: Final = 20
"""So many of the messages reach a limit, at least."""


def looks(random: Random) -> Iterator[Look]:
    """How chats may want an announcement to look, in each style in turn."""
    for style in cycle(STYLES):
        yield Look(
            style=style,
            image=random.random() < 0.7,
            excerpt=random.choice((300, 4096, 4096, 9000, 9000, 0, 1)),
            hashtags=random.random() < 0.5,
            button=random.random() < 0.5,
            silent=random.random() < 0.5,
            protect=random.random() < 0.5,
        )


@pytest.fixture
async def adapter(telegram: TelegramEmulator, pace: FakePace) -> AsyncIterator[TelegramAdapter]:
    """One that has patience: both sides of the wire, and all rendering, share one thread."""
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=pace)
    await adapter.open()
    yield adapter
    await adapter.close()


async def test_whatever_comes_telegram_takes_it(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    """Each in the next style; that none of its entities is ignored, the emulator sees to."""
    waiting = zip(full_announcements(ANNOUNCEMENTS, SEED), looks(Random(SEED)), strict=False)

    async def send() -> None:
        for said, look in waiting:
            await _show(adapter, channel, said, look)

    await asyncio.gather(*(send() for _ in range(AT_ONCE)))

    assert Counter(request.status for request in telegram.requests) == {200: 1 + ANNOUNCEMENTS}  # a login
    kinds = Counter(bool(message.photo) + 2 * bool(message.article) for message in channel.visible)
    assert kinds.keys() >= {0, 1, 2}


async def _show(adapter: TelegramAdapter, channel: Chat, said: Announcement, look: Look) -> None:
    """As deliveries do: a picture that can't be had gives way to the next one."""
    for rung in range(len(said.pictures) + 1):
        with suppress(PictureRefused):
            await adapter.send(said, place(channel), look, nonce="1", rung=rung)
            return


def test_each_style_keeps_to_the_limits_and_reaches_them() -> None:
    """The limits are those of the emulator, and not newsbell's own."""
    full: Counter[str] = Counter()
    wanted = looks(Random(SEED + 1))
    for said in full_announcements(ANNOUNCEMENTS // 2, SEED + 1):
        for _ in STYLES:
            look = next(wanted)
            message = render(said, look)
            if isinstance(message, RichMessage):
                full.update(_of_article(message))
            else:
                tags = hashtags_of(said) if look.hashtags else ()
                full.update(_of_html(message, hashtags=sum(span.text.count("#") for span in tags)))

    assert full.keys() == {"caption", "text", "entities", "links", "blocks"}
    assert min(full.values()) >= OFTEN, full


def _of_html(message: PhotoMessage | TextMessage, *, hashtags: int) -> Iterator[str]:
    """Look at a caption or a text; which limits it reaches. Of each hashtag Telegram itself makes an entity."""
    if isinstance(message, PhotoMessage):
        kind, html, limit = "caption", message.caption, CAPTION_LIMIT
    else:
        kind, html, limit = "text", message.text, TEXT_LIMIT
    words, entities = parse_html(html)
    marked = len(entities) + hashtags
    links = [entity["url"] for entity in entities if entity["type"] == "text_link"]
    link_bytes = sum(len(link.encode()) for link in links)
    assert utf16_length(words) <= limit
    assert marked <= ENTITIES_LIMIT
    assert link_bytes <= LINKS_LIMIT
    assert all(link.startswith(("http://", "https://")) for link in links)
    if utf16_length(words) == limit:
        yield kind
    if marked == ENTITIES_LIMIT:
        yield "entities"
    if link_bytes > LINKS_LIMIT * 0.8:
        yield "links"


def _of_article(message: RichMessage) -> Iterator[str]:
    blocks = read_article({"html": message.article}, lambda url: Media("photo", "1", "url", url=url)).blocks
    if len(blocks) > BLOCKS_LIMIT * 0.97:
        yield "blocks"
