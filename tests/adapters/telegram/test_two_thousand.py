"""Two thousand odd announcements in every style: what the real library sends, Telegram's strict parsers take."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import cycle, product
from typing import Final

import pytest

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.articles import CHARACTERS
from adapters.telegram.render import CAPTION_UNITS, TEXT_UNITS
from bot.composing.cutting import utf16_length
from bot.errors import PictureRefused
from bot.models import Announcement, Look, Style
from tests.adapters.odd_announcements import odd_announcements
from tests.adapters.telegram.conftest import FakePace, place
from tests.emulators.telegram import Chat, Message, TelegramEmulator

ANNOUNCEMENTS: Final = 2000
SEED: Final = 2026
STYLES: Final = (Style.PHOTO, Style.PREVIEW, Style.TEXT, Style.RICH)
AT_ONCE: Final = 64

LOOKS: Final = [
    Look(image=image, excerpt=excerpt, hashtags=hashtags, button=button, silent=silent, protect=protect)
    for image, excerpt, hashtags, button, silent, protect in product(
        (True, True, False), (300, 4096, 0, 1), (True, False), (True, False), (False, True), (False, True)
    )
]


def looks() -> Iterator[tuple[Announcement, Look]]:
    """Each announcement in all styles, each time with the next of all looks."""
    options = cycle(LOOKS)
    for announcement in odd_announcements(ANNOUNCEMENTS, SEED):
        for style in STYLES:
            yield announcement, replace(next(options), style=style)


@pytest.fixture
async def adapter(telegram: TelegramEmulator, pace: FakePace) -> AsyncIterator[TelegramAdapter]:
    """One that has patience: both sides of the wire, and all rendering, share one thread."""
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=pace)
    await adapter.open()
    yield adapter
    await adapter.close()


async def test_whatever_comes_telegram_takes_it_in_every_style(
    adapter: TelegramAdapter, telegram: TelegramEmulator, channel: Chat
) -> None:
    waiting = looks()

    async def send() -> None:
        for said, look in waiting:
            await _show(adapter, channel, said, look)

    await asyncio.gather(*(send() for _ in range(AT_ONCE)))

    assert Counter(request.status for request in telegram.requests) == {200: 1 + ANNOUNCEMENTS * len(STYLES)}  # a login
    longest = {"photo": CAPTION_UNITS, "text": TEXT_UNITS, "rich": CHARACTERS}
    assert {_kind(message) for message in channel.visible} == longest.keys()
    for message in channel.visible:
        assert utf16_length(message.content.words) <= longest[_kind(message)]
        assert all(entity["url"].startswith(("http://", "https://")) for entity in _links(message))


async def _show(adapter: TelegramAdapter, channel: Chat, said: Announcement, look: Look) -> None:
    """As deliveries do: a picture that can't be had gives way to the next one."""
    for rung in range(len(said.pictures) + 1):
        with suppress(PictureRefused):
            await adapter.send(said, place(channel), look, nonce="1", rung=rung)
            return


def _kind(message: Message) -> str:
    if message.article:
        return "rich"
    return "photo" if message.photo else "text"


def _links(message: Message) -> list[dict[str, str]]:
    return [entity for entity in message.entities if entity["type"] == "text_link"]
