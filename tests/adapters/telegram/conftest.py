"""The real adapter in front of an emulated Telegram, with a pace that never waits and a desk that remembers."""

import asyncio
import math
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from adapters.telegram.adapter import TelegramAdapter
from bot.errors import TryLater
from bot.models import Choice, Command, Destination, Offer, Reply
from bot.ports import Rate
from tests.emulators.telegram import Chat, Message, TelegramEmulator, User

MENU = (Choice("National", "/subscribe national"), Choice("Sport", "/subscribe sport"))


class FakePace:
    """Lets everybody go at once, while it is `opened`, and remembers who asked."""

    def __init__(self) -> None:
        self.heeded: list[tuple[list[str], float | None]] = []  # the keys of the rates, and the seconds
        self.turns: list[tuple[tuple[str, ...], bool]] = []  # the keys of the rates, urgent or not
        self.waiting = 0.0  # seconds, as it looks
        self.opened = asyncio.Event()
        self.opened.set()
        self.in_air: Counter[str] = Counter()  # calls that wait for their answers, by the keys of the rates

    async def turn(self, rates: Sequence[Rate], *, urgent: bool = False, patience: float = math.inf) -> None:
        await self.opened.wait()
        self.turns.append((tuple(rate.key for rate in rates), urgent))
        self.in_air.update(rate.key for rate in rates if rate.answered)

    def wait(self, rates: Sequence[Rate]) -> float:
        return self.waiting

    def end(self, rates: Sequence[Rate]) -> None:
        self.in_air -= Counter(rate.key for rate in rates if rate.answered)

    async def heed(self, rates: Sequence[Rate], error: TryLater) -> None:
        self.heeded.append(([rate.key for rate in rates], error.retry_after))


class FakeDesk:
    """Remembers what comes, and answers every command by `reply`; `changed` is called whenever something came."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self.commands: list[Command] = []
        self.moves: list[tuple[Destination, str]] = []
        self.lost: list[tuple[Destination, str]] = []
        self.regained: list[Destination] = []
        self.names: dict[Destination, str] = {}
        self.stumbles: list[tuple[str, str]] = []  # what could not be handled, and the error's kind
        self.reply: Callable[[Command], Reply] = lambda command: Reply(f"{command.name}: {command.words}")
        self._changed = changed

    async def answer(self, command: Command) -> Reply:
        self.commands.append(command)
        self._changed()
        return self.reply(command)

    async def offer(self, command: Command, option: str, *, limit: int) -> list[Offer]:
        return []

    async def language(self, command: Command) -> str:
        return command.language

    async def shortened(self, name: str, words: str) -> str:
        return words

    async def moved(self, destination: Destination, chat_id: str) -> None:
        self.moves.append((destination, chat_id))
        self._changed()

    async def rights_lost(self, destination: Destination, reason: str) -> None:
        self.lost.append((destination, reason))
        self._changed()

    async def rights_regained(self, destination: Destination) -> None:
        self.regained.append(destination)
        self._changed()

    async def renamed(self, destination: Destination, title: str, *, kind: str = "") -> None:
        self.names[destination] = title
        self._changed()

    async def role_deleted(self, platform: str, role: str, name: str) -> None: ...

    async def stumbled(self, platform: str, what: str, error: Exception) -> None:
        self.stumbles.append((what, type(error).__name__))
        self._changed()


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramEmulator]:
    async with TelegramEmulator(limits="off") as emulator:
        emulator.updates.slows_repeats = False
        yield emulator
        assert emulator.violations == []


@pytest.fixture
def pace() -> FakePace:
    return FakePace()


@pytest.fixture
def desk(telegram: TelegramEmulator) -> FakeDesk:
    return FakeDesk(telegram.changed)


@pytest.fixture
async def adapter(telegram: TelegramEmulator, pace: FakePace) -> AsyncIterator[TelegramAdapter]:
    """An open adapter that waits half a second for answers."""
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=pace, tidy_after=0.05, read_timeout=0.5)
    await adapter.open()
    yield adapter
    await adapter.close()


@asynccontextmanager
async def listening(adapter: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator) -> AsyncIterator[None]:
    """The adapter listens; at the end it has answered everything."""
    serving = asyncio.create_task(adapter.serve(desk))
    await telegram.until(lambda: telegram.updates.polled or serving.done())
    try:
        yield
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


@pytest.fixture
async def served(adapter: TelegramAdapter, desk: FakeDesk, telegram: TelegramEmulator) -> AsyncIterator[None]:
    """The adapter listens for the length of the test."""
    async with listening(adapter, desk, telegram):
        yield


def place(chat: Chat, thread: int | str = "") -> Destination:
    """`chat` as a destination of the emulator's bot."""
    return Destination("telegram", str(chat.id), str(thread), "123456789")


def unreadable(chat: Chat) -> dict[str, Any]:
    """A message with a date that python-telegram-bot can't read; it says a secret."""
    return {"message_id": 77, "date": 10**15, "chat": {"id": chat.id, "type": "private"}, "text": "a secret"}


# --- people and their chats ------------------------------------------------------------------------------------------


@pytest.fixture
def dara(telegram: TelegramEmulator) -> User:
    return telegram.add_user("Dara", language_code="km")


@pytest.fixture
def private(telegram: TelegramEmulator, dara: User) -> Chat:
    return telegram.add_private(dara)


@pytest.fixture
def group(telegram: TelegramEmulator, dara: User) -> Chat:
    """A supergroup whose administrator is Dara; the bot is none."""
    chat = telegram.add_supergroup("Newsroom")
    telegram.promote(chat, dara)
    return chat


@pytest.fixture
def channel(telegram: TelegramEmulator, dara: User) -> Chat:
    """A channel whose administrators are Dara and the bot, which may delete what others wrote."""
    rights = ("can_post_messages", "can_delete_messages")
    chat = telegram.add_channel("News", username="news_channel", bot_rights=rights)
    telegram.promote(chat, dara)
    return chat


async def reply_in(telegram: TelegramEmulator, chat: Chat) -> Message:
    """The bot's newest message in `chat`, once there is one."""
    await telegram.until(lambda: chat.from_bot)
    return chat.from_bot[-1]


async def menu_in(telegram: TelegramEmulator, desk: FakeDesk, chat: Chat, person: User | None) -> Message:
    """A menu that the bot has shown; whatever is pressed is then answered as the FakeDesk does."""
    usual = desk.reply
    desk.reply = lambda _: Reply("Which one?", MENU)
    telegram.type(chat, person, "/subscribe")
    menu = await reply_in(telegram, chat)
    desk.reply = usual
    desk.commands.clear()
    return menu
