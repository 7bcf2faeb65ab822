"""A bot that remembers in a real database which chats it came to, and a person whose Telegram is English."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.telegram.adapter import TelegramAdapter
from bot.groundwork import utc_now
from bot.models import Command, Destination, Reply
from bot.ports import Store
from bot.subscribing.lobby import Visitors
from bot.subscribing.operators import Operators
from state import open_store
from tests.adapters.telegram.conftest import MENU, FakeDesk, FakePace
from tests.emulators.telegram import Chat, TelegramEmulator, User
from tests.fakes.notices import FakeNotices

SOON = 0.05
"""Seconds that a welcome waits in these tests."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{tmp_path}/newsbell.db", "/srv/posts")
    yield store
    await store.close()


@pytest.fixture
def operators(store: Store) -> Operators:
    return Operators((), store.operators, utc_now)


def adapter_of(telegram: TelegramEmulator, store: Store, operators: Operators, after: float = SOON) -> TelegramAdapter:
    lobby = Visitors(store.guestbook, store.subscriptions, operators, FakeNotices(), now=utc_now)
    return TelegramAdapter(
        telegram.token, api_url=telegram.url, pace=FakePace(), lobby=lobby, read_timeout=0.5, welcome_after=after
    )


@pytest.fixture
async def adapter(telegram: TelegramEmulator, store: Store, operators: Operators) -> AsyncIterator[TelegramAdapter]:
    adapter = adapter_of(telegram, store, operators)
    await adapter.open()
    yield adapter
    await adapter.close()


class MovingDesk(FakeDesk):
    """Chats that move do so in the database, too."""

    def __init__(self, telegram: TelegramEmulator, store: Store) -> None:
        super().__init__(telegram.changed)
        self._store = store

    async def moved(self, destination: Destination, chat_id: str) -> None:
        await self._store.subscriptions.move(destination, chat_id)
        await super().moved(destination, chat_id)


@pytest.fixture
def desk(telegram: TelegramEmulator, store: Store) -> FakeDesk:
    """It answers /subscribe without words by a menu."""
    desk = MovingDesk(telegram, store)

    def answer(command: Command) -> Reply:
        menu = MENU if command.name == "subscribe" and not command.words else ()
        return Reply(f"{command.name} {command.words} in {command.place.title}", menu)

    desk.reply = answer
    return desk


@pytest.fixture
def sophea(telegram: TelegramEmulator) -> User:
    return telegram.add_user("Sophea", language_code="en")


@pytest.fixture
def at_home(telegram: TelegramEmulator, sophea: User) -> Chat:
    """Sophea's private chat with the bot."""
    return telegram.add_private(sophea)


@pytest.fixture
def paper(telegram: TelegramEmulator, sophea: User) -> Chat:
    """A channel of Sophea's in which the bot is not yet."""
    chat = telegram.add_channel("Daily News", bot_rights=None)
    telegram.promote(chat, sophea)
    return chat


@pytest.fixture
def club(telegram: TelegramEmulator, sophea: User) -> Chat:
    """A group of Sophea's in which the bot is not yet."""
    chat = telegram.add_supergroup("Chess club")
    chat.members.pop(telegram.bot.id)
    telegram.promote(chat, sophea)
    return chat


async def start(telegram: TelegramEmulator, private: Chat) -> None:
    """The person opens the bot and presses Start; returns when all is said."""
    said = len(private.from_bot)
    telegram.type(private, private.user, "/start")
    await telegram.until(lambda: len(private.from_bot) == said + 2)


def texts_in(chat: Chat) -> list[str]:
    return [message.text or "" for message in chat.from_bot]
