"""One stage for each platform: an adapter, a chat, and the hands of the people in it. For the contract test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html.parser import HTMLParser

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.console.adapter import ConsoleAdapter, Remembered
from adapters.console.view import Facts
from adapters.discord.adapter import DiscordAdapter
from adapters.telegram.adapter import TelegramAdapter
from bot.delivering.pacer import Pacer
from bot.models import Command, Destination, Offer, Place, Receipt, Reply, Shown
from bot.ports import Adapter
from bot.records import Problem
from tests.adapters.fake import FakeAdapter
from tests.emulators.discord import DiscordEmulator, Message
from tests.emulators.telegram import TelegramEmulator


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as people in the chat see it."""

    text: str
    picture: str  # a part of its address; empty: none
    answers: str = ""  # the id of the message that it answers
    pinned: bool = False


class ContractDesk:
    """Answers every command with what it understood of it."""

    def __init__(self) -> None:
        self.commands: list[Command] = []

    async def answer(self, command: Command) -> Reply:
        self.commands.append(command)
        return Reply(f"heard {command.name} {command.words}".strip())

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


@dataclass(frozen=True, slots=True)
class Stage:
    """What the contract test needs of a platform. `lose_answer` None: no answer can be lost there."""

    adapter: Adapter
    destination: Destination
    closed: Destination  # a chat that the bot may not write to
    seen: Callable[[], Awaitable[list[Seen]]]
    remove: Callable[[Receipt], Awaitable[None]]  # a moderator takes the message away
    forbid_pinning: Callable[[], object] | None  # … and takes the right to pin; None: everybody may there
    type: Callable[[str, ContractDesk], Awaitable[str]]  # an admin types; what newsbell answers
    lose_answer: Callable[[], object] | None
    complaints: Callable[[], list[str]]  # what was against the platform's specification


def pacer() -> Pacer:
    return Pacer(asyncio.get_running_loop().time)


@asynccontextmanager
async def telegram() -> AsyncIterator[Stage]:
    async with TelegramEmulator(limits="off") as platform:
        platform.updates.slows_repeats = False
        adapter = TelegramAdapter(platform.token, api_url=platform.url, pace=pacer(), read_timeout=0.5)
        await adapter.open()
        chat = platform.add_supergroup("Desk")
        admin = platform.add_user("Dara")
        platform.promote(chat, admin)
        platform.promote(chat, platform.bot, can_pin_messages=True)
        closed = platform.add_channel("Closed", bot_rights=None)

        async def seen() -> list[Seen]:
            return [
                Seen(
                    (message.text or message.caption or ""),
                    (message.photo.url or "") if message.photo else "",
                    str(message.reply_to or ""),
                    message.pinned,
                )
                for message in chat.visible
                if message.from_bot
            ]

        async def remove(receipt: Receipt) -> None:
            platform.erase(chat.messages[int(receipt.message_ids[0])])

        async def type_(words: str, desk: ContractDesk) -> str:
            platform.type(chat, admin, words)
            await platform.until(lambda: bool(desk.commands) and chat.visible[-1].from_bot)
            return chat.visible[-1].text or ""

        yield Stage(
            adapter=adapter,
            destination=Destination("telegram", str(chat.id), bot=adapter.bot),
            closed=Destination("telegram", str(closed.id), bot=adapter.bot),
            seen=seen,
            remove=remove,
            forbid_pinning=lambda: platform.promote(chat, platform.bot, can_delete_messages=True),
            type=type_,
            lose_answer=lambda: platform.fault("accept_then_hang", chat=chat),
            complaints=lambda: platform.violations,
        )
        await adapter.close()


@asynccontextmanager
async def discord() -> AsyncIterator[Stage]:
    async with DiscordEmulator(limits=False) as platform:
        guild = platform.add_guild("Readers")
        channel = platform.add_channel(guild, "news")
        closed = platform.add_channel(guild, "closed")
        platform.forbid(closed, "send_messages")
        platform.permit(channel, "pin_messages")
        member = platform.add_member(guild, "Dara", permissions={"manage_guild"})
        adapter = DiscordAdapter(
            platform.token,
            api_url=platform.api_url,
            gateway_url=platform.gateway_url,
            pace=pacer(),
            answer_timeout=0.5,
        )
        await adapter.open()

        async def seen() -> list[Seen]:
            return [_seen_on_discord(message) for message in channel.visible]

        async def remove(receipt: Receipt) -> None:
            message = channel.message(int(receipt.message_ids[0]))
            assert message is not None
            platform.delete_message(message)

        async def type_(words: str, desk: ContractDesk) -> str:
            name, _, category = words.removeprefix("/").partition(" ")
            await platform.until(lambda: bool(platform.commands) and bool(platform.gateway.sessions), within=20)
            reply = await platform.command(channel, member, name, category=category)
            return str(reply.content)

        yield Stage(
            adapter=adapter,
            destination=Destination("discord", str(channel.id), bot=adapter.bot),
            closed=Destination("discord", str(closed.id), bot=adapter.bot),
            seen=seen,
            remove=remove,
            forbid_pinning=lambda: platform.forbid(channel, "pin_messages"),
            type=type_,
            lose_answer=lambda: platform.fault("accept_then_hang", channel=channel),
            complaints=lambda: platform.violations,
        )
        await adapter.close()


def _seen_on_discord(message: Message) -> Seen:
    embed = message.embeds[0] if message.embeds else {}
    words = (message.content, embed.get("title", ""), embed.get("description", ""))
    picture = embed.get("image", {}).get("url", "")
    return Seen("\n".join(words), picture, str(message.reply_to.id) if message.reply_to else "", message.pinned)


class _Page(HTMLParser):
    """Reads the messages of one chat off the console's page."""

    def __init__(self, chat: str) -> None:
        super().__init__()
        self.messages: list[dict[str, str]] = []
        self._chat = chat
        self._inside = False
        self._quoting = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: words or "" for name, words in attrs}
        if tag == "article":
            chat, _, message_id = known["id"].partition("-")
            self.messages.append(
                {"chat": chat, "id": message_id, "text": "", "picture": "", "answers": "", "pinned": ""}
            )
            self._inside = True
        elif not self._inside:
            return
        elif tag == "img":
            self.messages[-1]["picture"] = known["src"]
        elif known.get("class") == "pin":
            self.messages[-1]["pinned"] = "yes"
        elif known.get("class") == "quote":
            self._quoting = True
            self.messages[-1]["answers"] = known["href"].partition("-")[2]

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._quoting = False
        elif tag == "article":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside and not self._quoting:
            self.messages[-1]["text"] += data

    def seen(self) -> list[Seen]:
        return [
            Seen(" ".join(message["text"].split()), message["picture"], message["answers"], bool(message["pinned"]))
            for message in self.messages
            if message["chat"] == self._chat
        ]


@asynccontextmanager
async def console() -> AsyncIterator[Stage]:
    async def no_history(destination: Destination) -> list[Remembered]:
        return []

    async def facts() -> Facts:
        return Facts("posts", 0, 0)

    async def no_problems() -> list[Problem]:
        return []

    adapter = ConsoleAdapter(
        history=no_history, facts=facts, problems=no_problems, picture_folders=(), hosts={"127.0.0.1"}
    )
    application = web.Application()
    application.add_routes(adapter.routes())
    async with TestClient(TestServer(application)) as page:
        await adapter.open()
        destination = Destination("console", "telegram", bot=adapter.bot)

        async def seen() -> list[Seen]:
            answer = await page.get("/")
            reader = _Page("telegram")
            reader.feed(await answer.text())
            return reader.seen()

        async def remove(receipt: Receipt) -> None:
            await adapter.delete(destination, Shown(1, "", receipt))

        async def type_(words: str, desk: ContractDesk) -> str:
            origin = str(page.make_url("")).rstrip("/")
            body = {"chat": "telegram", "text": words}
            answer = await page.post("/command", json=body, headers={"Origin": origin})
            assert answer.status == 204, await answer.text()
            return _without_time((await seen())[-1].text)

        yield Stage(
            adapter=adapter,
            destination=destination,
            closed=Destination("console", "nowhere", bot=adapter.bot),
            seen=seen,
            remove=remove,
            forbid_pinning=None,
            type=type_,
            lose_answer=None,
            complaints=list,
        )
        await adapter.close()


def _without_time(text: str) -> str:
    words, _, _time = text.rpartition(" ")
    return words


@asynccontextmanager
async def fake() -> AsyncIterator[Stage]:
    adapter = FakeAdapter()
    destination, closed = Destination("fake", "1", bot=adapter.bot), Destination("fake", "2", bot=adapter.bot)
    adapter.close_chat(closed)

    async def seen() -> list[Seen]:
        return [
            Seen(f"{message.title}\n{message.text}", message.picture, message.reply_to, message.pinned)
            for message in adapter.messages(destination)
        ]

    async def remove(receipt: Receipt) -> None:
        adapter.remove(destination, receipt.message_ids[0])

    async def type_(words: str, desk: ContractDesk) -> str:
        await adapter.until(lambda: adapter.desk is not None)
        name, _, rest = words.removeprefix("/").partition(" ")
        assert adapter.desk is not None
        reply = await adapter.desk.answer(Command(name, rest, Place(destination), "7", admin=True))
        return reply.text

    yield Stage(
        adapter=adapter,
        destination=destination,
        closed=closed,
        seen=seen,
        remove=remove,
        forbid_pinning=adapter.forbid_pinning,
        type=type_,
        lose_answer=lambda: adapter.lose_answer(chat=destination.chat_id),
        complaints=list,
    )
    await adapter.close()
