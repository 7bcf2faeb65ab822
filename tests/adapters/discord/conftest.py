"""The real adapter against the emulator of Discord, and fakes for the two ports that it needs."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from adapters.discord import starts
from adapters.discord.adapter import DiscordAdapter
from adapters.pictures.pictures import FetchedPictures
from bot.errors import TryLater
from bot.models import Announcement, Command, Destination, Look, Offer, Receipt, Reply, Shown, Span
from bot.ports import Pictures, Rate, Trail
from tests.emulators.discord import Channel, DiscordEmulator, Guild, Member
from tests.patience import PATIENCE

SOON = 0.05


class FakePace:
    """Lets everything go at once, and remembers it."""

    def __init__(self) -> None:
        self.heeded: list[tuple[list[str], float | None]] = []  # the keys of the rates, and the seconds
        self.turns: list[tuple[tuple[Rate, ...], bool]] = []

    async def turn(self, rates: Sequence[Rate], *, urgent: bool = False, patience: float = math.inf) -> None:
        self.turns.append((tuple(rates), urgent))

    def wait(self, rates: Sequence[Rate]) -> float:
        return 0.0

    def end(self, rates: Sequence[Rate]) -> None:
        raise AssertionError("nothing on Discord counts from its answer")

    async def heed(self, rates: Sequence[Rate], error: TryLater) -> None:
        self.heeded.append(([rate.key for rate in rates], error.retry_after))


@dataclass
class FakeTrails:
    """Knows the messages that the test names."""

    known: set[int] = field(default_factory=set)

    async def note(self, bot: str, messages: Collection[tuple[str, str]]) -> bool:
        raise AssertionError("Discord's ids need no notes: the database has those of deliveries")

    async def trail(self, destination: Destination, nonce: str, tried_at: datetime) -> Trail:
        return Trail(None, frozenset(self.known), max(self.known, default=0))

    async def is_lost(self, destination: Destination) -> bool:
        raise AssertionError("on Discord nobody waits for that")


def _expecting_posts(command: Command) -> Reply:
    looks = (Look(),) if command.name == "subscribe" else ()
    return Reply(f"{command.name}: {command.words}", looks=looks)


@dataclass
class FakeDesk:
    """Answers every command with `reply`, once `open` is set, and writes down what it is told."""

    reply: Callable[[Command], Reply] = _expecting_posts
    offers: list[Offer] = field(default_factory=list)
    asked: list[tuple[Command, str]] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    lost: dict[Destination, str] = field(default_factory=dict)
    regained: list[Destination] = field(default_factory=list)
    known_as: dict[Destination, tuple[str, str]] = field(default_factory=dict)  # title and kind
    roles_gone: list[tuple[str, str]] = field(default_factory=list)  # their ids and names
    stumbles: list[tuple[str, str]] = field(default_factory=list)  # what could not be handled, and the error's kind
    error: Exception | None = None
    spoken: str = ""  # in places that have a language
    open: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def answer(self, command: Command) -> Reply:
        self.commands.append(command)
        self.news.set()
        await self.open.wait()
        if self.error:
            raise self.error
        return self.reply(command)

    async def language(self, command: Command) -> str:
        return self.spoken or command.language

    async def shortened(self, name: str, words: str) -> str:
        return words

    async def offer(self, command: Command, option: str, *, limit: int) -> list[Offer]:
        if self.error:
            raise self.error
        self.asked.append((command, option))
        return [one for one in self.offers if one.label.lower().startswith(command.words.lower())][:limit]

    async def moved(self, destination: Destination, chat_id: str) -> None:
        raise AssertionError("Discord's channels keep their ids")

    async def rights_lost(self, destination: Destination, reason: str) -> None:
        self.news.set()
        if self.error:
            raise self.error
        self.lost[destination] = reason

    async def rights_regained(self, destination: Destination) -> None:
        self.news.set()
        self.regained.append(destination)

    async def renamed(self, destination: Destination, title: str, *, kind: str = "") -> None:
        self.news.set()
        self.known_as[destination] = (title, kind)

    async def role_deleted(self, platform: str, role: str, name: str) -> None:
        self.news.set()
        self.roles_gone.append((role, name))

    async def stumbled(self, platform: str, what: str, error: Exception) -> None:
        self.stumbles.append((what, type(error).__name__))


@dataclass
class Server:
    """A server on the emulated Discord, with the adapter that posts there."""

    discord: DiscordEmulator
    guild: Guild
    news: Channel
    boss: Member
    reader: Member
    adapter: DiscordAdapter
    pace: FakePace
    desk: FakeDesk
    trails: FakeTrails

    @property
    def destination(self) -> Destination:
        """The channel #news."""
        return self.place(self.news)

    def place(self, channel: Channel) -> Destination:
        """A channel or thread as a destination."""
        if channel.parent:
            return Destination("discord", str(channel.parent.id), str(channel.id), self.adapter.bot)
        return Destination("discord", str(channel.id), bot=self.adapter.bot)

    async def send(
        self, announcement: Announcement, look: Look | None = None, *, nonce: str = "1", rung: int = 0
    ) -> Shown:
        """Send to #news, and what is shown then."""
        look = look or Look()
        receipt = await self.adapter.send(announcement, self.destination, look, nonce=nonce, rung=rung)
        return self.shown(announcement, look, receipt, rung=rung)

    def shown(self, announcement: Announcement, look: Look, receipt: Receipt, *, rung: int = 0) -> Shown:
        """What the store would remember."""
        return Shown(1, self.adapter.fingerprint(announcement, look, rung=rung), receipt)

    async def listening(self) -> None:
        """Wait until the adapter hears what happens on the server."""
        await self.discord.until(lambda: self.discord.gateway.connected)

    async def told(self, condition: Callable[[], object]) -> None:
        """Wait until the desk was told something."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await self.desk.news.wait()
                self.desk.news.clear()


class Pauses:
    """asyncio as discord.py sees it: it pauses before a repeat until the test lets it go on."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.over = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def sleep(self, _seconds: float) -> None:
        """Instead of asyncio's."""
        self.begun.set()
        await self.over.wait()


def adapter_for(
    discord: DiscordEmulator,
    pace: FakePace,
    trails: FakeTrails | None = None,
    *,
    pictures: Pictures | None = None,
    answer_timeout: float = 5.0,
) -> DiscordAdapter:
    """The adapter, not yet logged in."""
    return DiscordAdapter(
        discord.token,
        api_url=discord.api_url,
        gateway_url=discord.gateway_url,
        pace=pace,
        trails=trails,
        pictures=pictures,
        answer_timeout=answer_timeout,
    )


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two session starts Discord wants 5 seconds; the emulator asks for fewer."""
    monkeypatch.setattr(starts, "IDENTIFY_SECONDS", SOON)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> Pauses:
    pauses = Pauses()
    monkeypatch.setattr("discord.http.asyncio", pauses)
    return pauses


@pytest.fixture
async def discord() -> AsyncIterator[DiscordEmulator]:
    """Discord; at its end, nothing may have happened there that a live bot must never do."""
    async with DiscordEmulator() as emulator:
        yield emulator
        assert emulator.violations == []
        assert emulator.check_answers() == []


@pytest.fixture
async def server(discord: DiscordEmulator) -> AsyncIterator[Server]:
    """A server with the channel #news; the adapter is logged in."""
    guild = discord.add_guild("Mekong Readers")
    boss = discord.add_member(guild, "Dara", permissions=["manage_guild"])
    reader = discord.add_member(guild, "Sophea")
    news = discord.add_channel(guild, "news")
    pace, trails, pictures = FakePace(), FakeTrails(), FetchedPictures()
    adapter = adapter_for(discord, pace, trails, pictures=pictures)
    await adapter.open()
    yield Server(discord, guild, news, boss, reader, adapter, pace, FakeDesk(), trails)
    await adapter.close()
    await pictures.close()


@pytest.fixture
async def live(server: Server) -> AsyncIterator[Server]:
    """The same, and the adapter listens."""
    serving = asyncio.create_task(server.adapter.serve(server.desk))
    await server.listening()
    yield server
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


@pytest.fixture
def rain() -> Announcement:
    """A post as it is announced."""
    return Announcement(
        title="Rain floods the market",
        body=(Span("Water stood "), Span("knee-high", bold=True), Span(" on Tuesday.")),
        url="https://news.example/rain",
        label="National",
        hashtags=("flood",),
    )
