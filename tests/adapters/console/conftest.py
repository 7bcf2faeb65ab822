"""A console on a real socket, with a desk that repeats what it hears."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from adapters.console.adapter import ConsoleAdapter, Remembered
from adapters.console.view import Facts
from bot.models import (
    Announcement,
    Choice,
    Command,
    Destination,
    Look,
    Offer,
    Picture,
    Receipt,
    Reply,
    Shown,
    Span,
    Specimen,
)
from bot.records import Problem
from tests.patience import PATIENCE

TELEGRAM = Destination("console", "telegram", bot="console")
DISCORD = Destination("console", "discord", bot="console")
NOON = datetime(2026, 11, 2, 5, 0, tzinfo=UTC)  # in Phnom Penh
PNG = b"\x89PNG\r\n\x1a\n" + bytes(24)
RAIN = Announcement(
    title="Rain & wind",
    body=(Span("The first "), Span("heavy", bold=True), Span(" rain fell on <Monday>.")),
    url="https://example.org/rain",
    label="National",
    hashtags=("National",),
    published_at=NOON,
)
KHMER = Announcement(
    title="ភ្លៀងចុងរដូវធ្លាក់ល្មម ស្រូវធ្ងន់លូតលាស់ល្អ",
    body=(Span("ភ្លៀងចុងរដូវវស្សានៅសប្ដាហ៍នេះធ្លាក់ល្មម មិនច្រើនពេក ហើយក៏មិនតិចពេក ដែលធ្វើឱ្យស្រូវធ្ងន់លូតលាស់បានល្អ។"),),
    url="https://example.org/km/rain",
    label="ជាតិ",
    hashtags=("ជាតិ",),
    language="km",
    published_at=NOON,
)


class EchoDesk:
    """Repeats every command, with one choice."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.specimen: Specimen | None = None

    async def answer(self, command: Command) -> Reply:
        self.commands.append(command)
        heard = f"heard {command.name} {command.words}".strip()
        return Reply(heard, (Choice("Again", f"/{command.name} again"),), specimen=self.specimen)

    async def language(self, command: Command) -> str:
        return "en"

    async def shortened(self, name: str, words: str) -> str:
        return words

    async def offer(self, command: Command, option: str, *, limit: int) -> list[Offer]:
        return []

    async def moved(self, destination: Destination, chat_id: str) -> None: ...

    async def rights_lost(self, destination: Destination, reason: str) -> None: ...

    async def rights_regained(self, destination: Destination) -> None: ...

    async def renamed(self, destination: Destination, title: str, *, kind: str = "") -> None: ...

    async def role_deleted(self, platform: str, role: str, name: str) -> None: ...

    async def stumbled(self, platform: str, what: str, error: Exception) -> None: ...


@dataclass
class World:
    """What the console is told of the rest of newsbell."""

    facts: Facts = field(default_factory=lambda: Facts("examples/posts", 14, 4))
    problems: list[Problem] = field(default_factory=list)
    history: dict[Destination, list[Remembered]] = field(default_factory=dict)

    async def tell_facts(self) -> Facts:
        return self.facts

    async def tell_problems(self) -> list[Problem]:
        return self.problems

    async def tell_history(self, destination: Destination) -> list[Remembered]:
        return self.history.get(destination, [])


class Events:
    """The server-sent events of one open connection."""

    def __init__(self, response: ClientResponse) -> None:
        self._response = response

    async def next(self) -> tuple[str, str, Any]:
        """The next event as its id, its kind and its content; heartbeats are passed over."""
        event: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE):
            while (line := (await self._response.content.readline()).decode()) != "":
                name, colon, value = line.rstrip("\n").partition(": ")
                if name and colon:
                    event[name] = value
                elif "data" in event:
                    return event["id"], event["event"], json.loads(event["data"])
        raise EOFError

    async def ended(self) -> bool:
        """Whether the server ends the connection now."""
        async with asyncio.timeout(PATIENCE):
            return await self._response.content.read() is not None and self._response.content.at_eof()


@dataclass
class Console:
    """The adapter with its page, and how a test acts on them."""

    adapter: ConsoleAdapter
    desk: EchoDesk
    world: World
    page: TestClient[web.Request, web.Application]

    @property
    def url(self) -> str:
        return str(self.page.make_url("/"))

    async def html(self) -> str:
        return await (await self.page.get("/")).text()

    async def send(
        self,
        announcement: Announcement = RAIN,
        destination: Destination = TELEGRAM,
        *,
        nonce: str = "1-aa",
        **options: Any,
    ) -> Receipt:
        return await self.adapter.send(announcement, destination, Look(), nonce=nonce, **options)

    async def type(self, text: object, chat: str = "telegram", **headers: str) -> ClientResponse:
        own = {"Origin": self.url.rstrip("/")}
        return await self.page.post("/command", json={"chat": chat, "text": text}, headers=own | headers)

    async def listen(self, last_id: str = "", **headers: str) -> Events:
        query = {"since": last_id} if last_id else {}
        return Events(await self.page.get("/events", params=query, headers=headers))

    @classmethod
    @asynccontextmanager
    async def on(cls, folder: Path, world: World, token: str, port: int | None) -> AsyncIterator[Self]:
        adapter = ConsoleAdapter(
            history=world.tell_history,
            facts=world.tell_facts,
            problems=world.tell_problems,
            picture_folders=(folder,),
            hosts={"127.0.0.1"},
            token=token,
            zone=ZoneInfo("Asia/Phnom_Penh"),
            clock=lambda: NOON,
        )
        await adapter.open()
        application = web.Application()
        application.add_routes(adapter.routes())
        async with TestClient(TestServer(application, port=port)) as page:
            desk = EchoDesk()
            async with asyncio.TaskGroup() as tasks:
                serving = tasks.create_task(adapter.serve(desk))
                await asyncio.sleep(0)  # lets it begin
                yield cls(adapter, desk, world, page)
                serving.cancel()
            await adapter.close()


StartConsole = Callable[..., AbstractAsyncContextManager[Console]]


@pytest.fixture
def start(tmp_path: Path) -> StartConsole:
    """Starts a console whose pictures lie in `tmp_path`."""

    def begin(
        world: World | None = None, token: str = "", port: int | None = None
    ) -> AbstractAsyncContextManager[Console]:
        return Console.on(tmp_path, world or World(), token, port)

    return begin


@pytest.fixture
async def console(start: StartConsole) -> AsyncIterator[Console]:
    async with start() as started:
        yield started


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    file = tmp_path / "rain.png"
    file.write_bytes(PNG)
    return Picture(file=str(file), alt="Rain over a roof")


def shown(receipt: Receipt) -> Shown:
    """What the core remembers of a message that was sent."""
    return Shown(1, "", receipt)
